import { rm } from 'node:fs/promises';
import { isHoldfastError, messageOf } from '../platform/errors.ts';
import type { KeyRange, KeyValueChange, KeyValueStore } from '../platform/key-value-store.ts';
import { type LevelStore, openLevelStore } from '../platform/level-store.ts';
import type { Logger } from '../platform/log.ts';
import { isClosed } from './sealed-reader.ts';

/** Tables are mapped into memory, so the system keeps the blocks that are read; here the unpacked ones of the last few look-ups do. */
const options = { createIfMissing: true, cacheSize: 2 * 1024 * 1024, openTables: 64, tableSize: 1024 * 1024 } as const;

/** A store that can be begun anew, because all it holds can be fetched again. */
export interface RecoverableStore extends KeyValueStore {
  /** After something failed: if what is stored can't be read any more, throws it away. */
  recover(): Promise<void>;
}

/**
 * Opens the snapshot's LevelDB. What can be fetched again is not repaired: a database that can't be opened is thrown away, and
 * the snapshot is then empty. Errors: `store.locked`, `store.read-only`, `store.disk-full`, `store.failed`.
 */
export async function openSnapshotStore(folder: string, log: Logger): Promise<RecoverableStore> {
  return new SnapshotStore(folder, log, await openOrBeginAnew(folder, log));
}

async function openOrBeginAnew(folder: string, log: Logger): Promise<LevelStore> {
  try {
    return await openLevelStore(folder, options);
  } catch (error) {
    if (!isBeyondOpening(error)) throw error;
    log.error({ folder, error: messageOf(error) }, 'the snapshot’s database is damaged and begun anew');
    await rm(folder, { recursive: true, force: true });
    return openLevelStore(folder, options);
  }
}

/** Damaged, or one of its files is missing, cut short or on a bad spot of the medium. */
function isBeyondOpening(error: unknown): boolean {
  if (isHoldfastError(error, 'store.damaged')) return true;
  const words = messageOf(error);
  return isHoldfastError(error, 'store.failed') && /No such file|Invalid argument|Input\/output error/.test(words);
}

/**
 * Reopens after a failed write, which LevelDB would otherwise answer all later ones with (measured: LevelDB 1.20, full disk), and
 * remembers whether its tables can still be read.
 */
class SnapshotStore implements RecoverableStore {
  readonly #folder: string;
  readonly #log: Logger;
  #level: LevelStore;
  #failed = false;
  #unreadable = false;
  #reopening: Promise<void> | null = null;

  constructor(folder: string, log: Logger, level: LevelStore) {
    this.#folder = folder;
    this.#log = log;
    this.#level = level;
  }

  get(key: string): Uint8Array | undefined {
    try {
      return this.#level.get(key);
    } catch (error) {
      throw this.#noted(error);
    }
  }

  entries(range: KeyRange): AsyncIterable<readonly [key: string, value: Uint8Array]> {
    return this.#watched(this.#level.entries(range));
  }

  keys(range: KeyRange): AsyncIterable<string> {
    return this.#watched(this.#level.keys(range));
  }

  async write(batch: readonly KeyValueChange[], options: { readonly durable: boolean }): Promise<void> {
    if (this.#failed) await this.#reopen();
    try {
      await this.#level.write(batch, options);
    } catch (error) {
      this.#failed = true;
      // A write fails for a table only because LevelDB could not read it when it merged tables; it will never be able to.
      throw isHoldfastError(error, 'store.damaged') || /\.(ldb|sst)\b/.test(messageOf(error))
        ? this.#noted(error)
        : error;
    }
  }

  async recover(): Promise<void> {
    if (!this.#unreadable) return;
    this.#log.error({ folder: this.#folder }, 'the snapshot’s database can’t be read any more and is begun anew');
    await this.#level.close();
    await rm(this.#folder, { recursive: true, force: true });
    this.#level = await openOrBeginAnew(this.#folder, this.#log);
    this.#failed = false;
    this.#unreadable = false;
  }

  approximateSize(from: string, before: string): Promise<number> {
    return this.#level.approximateSize(from, before);
  }

  compact(from: string, before: string): Promise<void> {
    return this.#level.compact(from, before);
  }

  async close(): Promise<void> {
    await this.#reopening?.catch(() => {});
    await this.#level.close();
  }

  async *#watched<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
    try {
      yield* items;
    } catch (error) {
      throw this.#noted(error);
    }
  }

  #noted(error: unknown): unknown {
    if (!isClosed(error)) this.#unreadable = true;
    return error;
  }

  #reopen(): Promise<void> {
    this.#reopening ??= (async () => {
      try {
        await this.#level.close();
        this.#level = await openOrBeginAnew(this.#folder, this.#log);
        this.#failed = false;
        this.#log.info({ folder: this.#folder }, 'the snapshot’s database was reopened after a failed write');
      } catch (error) {
        this.#log.error(
          { folder: this.#folder, error: messageOf(error) },
          'the snapshot’s database could not be reopened',
        );
        throw error;
      } finally {
        this.#reopening = null;
      }
    })();
    return this.#reopening;
  }
}
