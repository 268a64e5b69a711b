import type { KeyValueChange, KeyValueStore } from '../platform/key-value-store.ts';
import { sealJson } from './envelope.ts';
import { SealedReader } from './sealed-reader.ts';

/** The changes one page makes, and what the store will hold once they are written. */
export class PageBatch {
  readonly #changes = new Map<string, KeyValueChange>();
  readonly #values = new Map<string, unknown>();
  readonly #reader: SealedReader;
  readonly #store: KeyValueStore;

  constructor(store: KeyValueStore) {
    this.#store = store;
    this.#reader = new SealedReader(store);
  }

  get changes(): readonly KeyValueChange[] {
    return [...this.#changes.values()];
  }

  has(key: string): boolean {
    return this.#changes.has(key) || this.#store.get(key) !== undefined;
  }

  /** The value under `key`, this batch's own included. */
  peek(key: string): unknown {
    return this.#values.get(key) ?? this.#reader.json(key);
  }

  put(key: string, value: unknown): void {
    this.#values.set(key, value);
    this.#changes.set(key, { type: 'put', key, value: sealJson(key, value) });
  }

  /** Changes that nobody will peek at. */
  add(changes: readonly KeyValueChange[]): void {
    for (const change of changes) this.#changes.set(change.key, change);
  }
}
