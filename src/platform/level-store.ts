import type { ClassicLevel } from 'classic-level';
import { Level } from 'level';
import { HoldfastError, messageOf } from './errors.ts';
import type { KeyRange, KeyValueChange, KeyValueStore } from './key-value-store.ts';

/** The types of `level` cover browser and Node alike and lack what only Node has; in Node it *is* classic-level. */
const LevelDatabase = Level as unknown as typeof ClassicLevel;

export interface LevelStoreOptions {
  /** False: `store.missing` when there is no database. LevelDB would otherwise make an empty one over a damaged one. */
  readonly createIfMissing: boolean;
  /** Bytes of log before it becomes a table; default 4 MiB. */
  readonly writeBufferSize?: number;
  /** Bytes of decoded blocks kept in memory; default 8 MiB. */
  readonly cacheSize?: number;
  /** Tables that are kept open, and mapped into memory, at once; default 990, LevelDB's least is 64. */
  readonly openTables?: number;
  /** Bytes of a table; default 2 MiB, LevelDB's least is 1 MiB. */
  readonly tableSize?: number;
}

/** Read ahead at a time; LevelDB's 16 KiB is two blocks of the shop's copy, and a change of threads for every two. */
const highWaterMarkBytes = 256 * 1024;

type Database = ClassicLevel<string, Uint8Array>;

/** Opens the LevelDB in folder `path`. */
export async function openLevelStore(path: string, options: LevelStoreOptions): Promise<LevelStore> {
  const database = new LevelDatabase<string, Uint8Array>(path, {
    keyEncoding: 'utf8',
    valueEncoding: 'view',
    createIfMissing: options.createIfMissing,
    ...(options.writeBufferSize === undefined ? {} : { writeBufferSize: options.writeBufferSize }),
    ...(options.cacheSize === undefined ? {} : { cacheSize: options.cacheSize }),
    // LevelDB sets ten aside for other files.
    ...(options.tableSize === undefined ? {} : { maxFileSize: options.tableSize }),
    ...(options.openTables === undefined ? {} : { maxOpenFiles: options.openTables + 10 }),
  });
  try {
    await database.open();
  } catch (error) {
    throw levelError(error, path);
  }
  return new LevelStore(database);
}

/** A LevelDB as {@link KeyValueStore}. */
export class LevelStore implements KeyValueStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(key: string): Uint8Array | undefined {
    try {
      return this.#database.getSync(key);
    } catch (error) {
      throw levelError(error, this.#database.location);
    }
  }

  entries(range: KeyRange): AsyncIterable<readonly [key: string, value: Uint8Array]> {
    return this.#chunks(this.#database.iterator({ ...levelRange(range), highWaterMarkBytes }));
  }

  keys(range: KeyRange): AsyncIterable<string> {
    return this.#chunks(this.#database.keys(levelRange(range)));
  }

  async write(batch: readonly KeyValueChange[], options: { readonly durable: boolean }): Promise<void> {
    try {
      // One call a change: an array of them takes the library twelve times as long, while nobody else gets a turn.
      const chained = this.#database.batch();
      for (const change of batch) {
        if (change.type === 'put') chained.put(change.key, change.value);
        else chained.del(change.key);
      }
      await chained.write({ sync: options.durable });
    } catch (error) {
      throw levelError(error, this.#database.location);
    }
  }

  approximateSize(from: string, before: string): Promise<number> {
    return this.#database.approximateSize(from, before);
  }

  compact(from: string, before: string): Promise<void> {
    return this.#database.compactRange(from, before);
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  /** The iterator exists (and holds its snapshot) from the call on; chunks keep the event loop free between them. */
  #chunks<Item>(iterator: { nextv(size: number): Promise<Item[]>; close(): Promise<void> }): AsyncIterable<Item> {
    const location = this.#database.location;
    async function* read(): AsyncGenerator<Item> {
      try {
        for (;;) {
          const chunk = await iterator.nextv(500);
          if (chunk.length === 0) return;
          yield* chunk;
        }
      } catch (error) {
        throw levelError(error, location);
      } finally {
        await iterator.close();
      }
    }
    return read();
  }
}

function levelRange(range: KeyRange): { gte?: string; lt?: string; reverse?: boolean; limit?: number } {
  return {
    ...(range.from === undefined ? {} : { gte: range.from }),
    ...(range.before === undefined ? {} : { lt: range.before }),
    ...(range.reverse === undefined ? {} : { reverse: range.reverse }),
    ...(range.limit === undefined ? {} : { limit: range.limit }),
  };
}

/** LevelDB says what is wrong only in words; these are the words of LevelDB 1.20 and of the C library below it. */
function levelError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof HoldfastError) return error;
  const words = error.cause === undefined ? error.message : `${error.message}: ${messageOf(error.cause)}`;
  if (/No space left on device|Disk quota exceeded/.test(words)) {
    return new HoldfastError('store.disk-full', `No space left for the database in ${path}`, {
      remedy: 'retry',
      cause: error,
      hint: 'Free some space; nothing that was stored is lost.',
    });
  }
  if (/Read-only file system|Permission denied/.test(words)) {
    return new HoldfastError('store.read-only', `The database in ${path} can't be written: ${words}`, {
      remedy: 'operator',
      cause: error,
      hint: 'Check that the medium is not write-protected and that the folder belongs to the user Holdfast runs as.',
    });
  }
  if (/does not exist \(create_if_missing is false\)|LOCK: No such file or directory/.test(words)) {
    return new HoldfastError('store.missing', `There is no database in ${path}`, { remedy: 'operator', cause: error });
  }
  if (/already held by process|Resource temporarily unavailable|LEVEL_LOCKED/.test(words)) {
    return new HoldfastError('store.locked', `The database in ${path} is open elsewhere`, {
      remedy: 'operator',
      cause: error,
      hint: 'Another Holdfast is running on this folder.',
    });
  }
  if (/Corruption|bad entry|checksum|missing files/i.test(words)) {
    return new HoldfastError('store.damaged', `The database in ${path} is damaged: ${words}`, {
      remedy: 'operator',
      cause: error,
    });
  }
  return new HoldfastError('store.failed', `The database in ${path} failed: ${words}`, {
    remedy: 'retry',
    cause: error,
  });
}
