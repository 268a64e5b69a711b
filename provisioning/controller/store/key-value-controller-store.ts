import { z } from 'zod';
import type { JsonValue } from '../../../src/platform/brand.ts';
import { type Instant, instant } from '../../../src/platform/clock.ts';
import { messageOf } from '../../../src/platform/errors.ts';
import type { KeyValueChange, KeyValueStore } from '../../../src/platform/key-value-store.ts';
import type { Logger } from '../../../src/platform/log.ts';
import {
  type Change,
  type ControllerStore,
  conflict,
  damaged,
  type ListWishes,
  type LogEntry,
  type LogName,
  type Stored,
} from './controller-store.ts';
import { type CollectionName, collections, type DocumentOf } from './documents.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const documentKey = (collection: CollectionName, id: string): string => `document/${collection}/${id}`;
/** Behind every key that begins with `prefix`. */
const endOf = (prefix: string): string => `${prefix}\u{10ffff}`;

const storedSchema = z.object({ version: z.int().min(1), value: z.unknown() });
const loggedSchema = z.object({ at: z.number().transform(instant), subject: z.string(), entry: z.json() });

/** A controller's store over any {@link KeyValueStore}: LevelDB in a folder; memory in tests. One controller at a time. */
export class KeyValueControllerStore implements ControllerStore {
  readonly #store: KeyValueStore;
  readonly #log: Logger;
  readonly #listeners = new Set<(collection: CollectionName, id: string) => void>();
  /** Changes one after the other: each is compared with what the one before has written. */
  #writing: Promise<unknown> = Promise.resolve();
  #logged = 0;

  constructor(store: KeyValueStore, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  async get<Name extends CollectionName>(collection: Name, id: string): Promise<Stored<Name> | null> {
    const bytes = this.#store.get(documentKey(collection, id));
    return bytes === undefined ? null : read(collection, id, bytes);
  }

  async list<Name extends CollectionName>(collection: Name, wishes: ListWishes = {}): Promise<readonly Stored<Name>[]> {
    const { prefix = '', after, limit } = wishes;
    const root = documentKey(collection, '');
    const from = after === undefined ? `${root}${prefix}` : `${root}${after}\u0000`;
    const found: Stored<Name>[] = [];
    const range = { from, before: endOf(`${root}${prefix}`), ...(limit === undefined ? {} : { limit }) };
    for await (const [key, bytes] of this.#store.entries(range)) {
      found.push(read(collection, key.slice(root.length), bytes));
    }
    return found;
  }

  write(changes: readonly Change[], { durable = true }: { readonly durable?: boolean } = {}): Promise<void> {
    return this.#inTurn(async () => {
      const batch = changes.map((change): KeyValueChange => {
        const key = documentKey(change.collection, change.id);
        const bytes = this.#store.get(key);
        const version = bytes === undefined ? 0 : versionOf(change, bytes);
        if (change.expected !== null && change.expected !== version) throw conflict(change.collection, change.id);
        if (change.value === null) return { type: 'delete', key };
        const text = JSON.stringify({ version: version + 1, value: change.value });
        return { type: 'put', key, value: encoder.encode(text) };
      });
      await this.#store.write(batch, { durable });
      for (const { collection, id } of changes) this.#tell(collection, id);
    });
  }

  append(log: LogName, subject: string, entry: JsonValue, at: Instant): Promise<void> {
    return this.#inTurn(async () => {
      this.#logged = (this.#logged + 1) % 1_000_000;
      const id = `${String(Math.max(0, Math.round(at))).padStart(14, '0')}-${String(this.#logged).padStart(6, '0')}`;
      const value = encoder.encode(JSON.stringify({ at, subject, entry }));
      // Found by time, and by subject and time.
      const batch: KeyValueChange[] = [{ type: 'put', key: `log/${log}/all/${id}`, value }];
      if (subject !== '') batch.push({ type: 'put', key: `log/${log}/of/${subject}/${id}`, value });
      await this.#store.write(batch, { durable: log === 'audit' });
    });
  }

  async readLog(
    log: LogName,
    { subject, before, limit }: { readonly subject: string | null; readonly before?: string; readonly limit: number },
  ): Promise<readonly LogEntry[]> {
    const root = subject === null ? `log/${log}/all/` : `log/${log}/of/${subject}/`;
    const range = { from: root, before: before === undefined ? endOf(root) : `${root}${before}`, reverse: true, limit };
    const entries: LogEntry[] = [];
    for await (const [key, bytes] of this.#store.entries(range)) {
      const { at, ...rest } = loggedSchema.parse(JSON.parse(decoder.decode(bytes)));
      entries.push({ id: key.slice(root.length), at, ...rest });
    }
    return entries;
  }

  async pruneLog(log: LogName, before: Instant): Promise<void> {
    const last = String(Math.max(0, Math.round(before))).padStart(14, '0');
    const batch: KeyValueChange[] = [];
    for await (const [key, bytes] of this.#store.entries({
      from: `log/${log}/all/`,
      before: `log/${log}/all/${last}`,
    })) {
      const { subject } = loggedSchema.parse(JSON.parse(decoder.decode(bytes)));
      batch.push({ type: 'delete', key });
      const id = key.slice(`log/${log}/all/`.length);
      if (subject !== '') batch.push({ type: 'delete', key: `log/${log}/of/${subject}/${id}` });
      if (batch.length >= 2000) await this.#store.write(batch.splice(0), { durable: false });
    }
    if (batch.length > 0) await this.#store.write(batch, { durable: false });
  }

  onChange(listener: (collection: CollectionName, id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#store.close();
  }

  #tell(collection: CollectionName, id: string): void {
    for (const listener of this.#listeners) {
      try {
        listener(collection, id);
      } catch (error) {
        this.#log.error({ collection, id, error: messageOf(error) }, 'a listener for the store failed');
      }
    }
  }

  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const done = this.#writing.then(task);
    this.#writing = done.catch(() => undefined);
    return done;
  }
}

function read<Name extends CollectionName>(collection: Name, id: string, bytes: Uint8Array): Stored<Name> {
  try {
    const { version, value } = storedSchema.parse(JSON.parse(decoder.decode(bytes)));
    // The schema of a collection reads that collection's documents.
    return { id, version, value: collections[collection].parse(value) as DocumentOf<Name> };
  } catch (error) {
    throw damaged(collection, id, error);
  }
}

function versionOf({ collection, id }: Change, bytes: Uint8Array): number {
  try {
    return storedSchema.parse(JSON.parse(decoder.decode(bytes))).version;
  } catch (error) {
    throw damaged(collection, id, error);
  }
}
