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
import { GroupCommit } from './group-commit.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const documentKey = (collection: CollectionName, id: string): string => `document/${collection}/${id}`;
/** Behind every key that begins with `prefix`. */
const endOf = (prefix: string): string => `${prefix}\u{10ffff}`;

/**
 * Asked for with every message or every second, and no more of them than the fleet has terminals, claims, groups and rollouts: they are
 * kept in memory as they were read.
 */
const keptInMemory: ReadonlySet<CollectionName> = new Set([
  'terminals',
  'reports',
  'desired',
  'claims',
  'groups',
  'rollouts',
]);

const storedSchema = z.object({ version: z.int().min(1), value: z.unknown() });
const loggedSchema = z.object({ at: z.number().transform(instant), subject: z.string(), entry: z.json() });

/** A controller's store over any {@link KeyValueStore}: LevelDB in a folder; memory in tests. One controller at a time. */
export class KeyValueControllerStore implements ControllerStore {
  readonly #store: KeyValueStore;
  readonly #log: Logger;
  readonly #listeners = new Set<(collection: CollectionName, id: string) => void>();
  readonly #writes: GroupCommit;
  /** What is kept in memory, by key. Nobody changes a document that was handed out. */
  readonly #kept = new Map<string, Stored<CollectionName>>();
  /** Versions that documents get by the writes on their way; 0: they go. */
  readonly #ahead = new Map<string, number>();
  #logged = 0;

  constructor(store: KeyValueStore, log: Logger) {
    this.#store = store;
    this.#writes = new GroupCommit(store);
    this.#log = log;
  }

  async get<Name extends CollectionName>(collection: Name, id: string): Promise<Stored<Name> | null> {
    const key = documentKey(collection, id);
    // Under a collection's keys there is nothing but its documents.
    const kept = this.#kept.get(key) as Stored<Name> | undefined;
    if (kept !== undefined) return kept;
    const bytes = this.#store.get(key);
    if (bytes === undefined) return null;
    const found = read(collection, id, bytes);
    if (keptInMemory.has(collection)) this.#kept.set(key, found as Stored<CollectionName>);
    return found;
  }

  async list<Name extends CollectionName>(collection: Name, wishes: ListWishes = {}): Promise<readonly Stored<Name>[]> {
    const { prefix = '', after, limit } = wishes;
    const root = documentKey(collection, '');
    const from = after === undefined ? `${root}${prefix}` : `${root}${after}\u0000`;
    const found: Stored<Name>[] = [];
    const range = { from, before: endOf(`${root}${prefix}`), ...(limit === undefined ? {} : { limit }) };
    for await (const [key, bytes] of this.#store.entries(range)) {
      // What is kept is as new or newer than the range, which is of the moment at which it was begun.
      const kept = this.#kept.get(key) as Stored<Name> | undefined;
      found.push(kept ?? read(collection, key.slice(root.length), bytes));
    }
    return found;
  }

  write(changes: readonly Change[], { durable = true }: { readonly durable?: boolean } = {}): Promise<void> {
    return this.#writes.write({
      durable,
      decide: () => {
        const batch: KeyValueChange[] = [];
        const versions = new Map<string, number>();
        for (const change of changes) {
          const key = documentKey(change.collection, change.id);
          const version = versions.get(key) ?? this.#versionOf(key, change);
          if (change.expected !== null && change.expected !== version) throw conflict(change.collection, change.id);
          versions.set(key, change.value === null ? 0 : version + 1);
          if (change.value === null) batch.push({ type: 'delete', key });
          else {
            const text = JSON.stringify({ version: version + 1, value: change.value });
            batch.push({ type: 'put', key, value: encoder.encode(text) });
          }
        }
        for (const [key, version] of versions) this.#ahead.set(key, version);
        return batch;
      },
      over: (isWritten) => {
        for (const { collection, id } of changes) {
          const key = documentKey(collection, id);
          this.#ahead.delete(key);
          this.#kept.delete(key);
          if (isWritten) this.#tell(collection, id);
        }
      },
    });
  }

  /** 0: it is not there. */
  #versionOf(key: string, change: Change): number {
    const known = this.#ahead.get(key) ?? this.#kept.get(key)?.version;
    if (known !== undefined) return known;
    const bytes = this.#store.get(key);
    return bytes === undefined ? 0 : versionOf(change, bytes);
  }

  append(log: LogName, subject: string, entry: JsonValue, at: Instant): Promise<void> {
    this.#logged = (this.#logged + 1) % 1_000_000;
    const id = `${String(Math.max(0, Math.round(at))).padStart(14, '0')}-${String(this.#logged).padStart(6, '0')}`;
    const value = encoder.encode(JSON.stringify({ at, subject, entry }));
    // Found by time, and by subject and time.
    const batch: KeyValueChange[] = [{ type: 'put', key: `log/${log}/all/${id}`, value }];
    if (subject !== '') batch.push({ type: 'put', key: `log/${log}/of/${subject}/${id}`, value });
    return this.#writes.write({ durable: log === 'audit', decide: () => batch, over: () => undefined });
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
    await this.#writes.settled();
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
