import type { KeyValueChange, KeyValueStore } from '../platform/key-value-store.ts';
import { sealJson } from './envelope.ts';
import { SealedReader } from './sealed-reader.ts';
import { PageWords, type Subject } from './word-index.ts';

/** Changes written at once: LevelDB's binding takes about a millisecond to pass on a hundred. */
const writtenAtOnce = 500;

/** The records and index entries of one page, and what the store will hold once they are written. */
export class PageBatch {
  readonly #generation: number;
  readonly #records = new Map<string, KeyValueChange>();
  readonly #entries = new Map<string, { readonly change: KeyValueChange; readonly value: unknown }>();
  readonly #words: { readonly [Of in Subject]: PageWords } = { product: new PageWords(), customer: new PageWords() };
  readonly #reader: SealedReader;
  readonly #store: KeyValueStore;

  constructor(store: KeyValueStore, generation: number) {
    this.#store = store;
    this.#generation = generation;
    this.#reader = new SealedReader(store);
  }

  /** True if the generation had no such record yet. */
  putRecord(key: string, record: unknown): boolean {
    const fresh = !this.#records.has(key) && this.#store.get(key) === undefined;
    this.#records.set(key, { type: 'put', key, value: sealJson(key, record) });
    return fresh;
  }

  /** An index entry, this batch's own included. */
  peek(key: string): unknown {
    return this.#entries.get(key)?.value ?? this.#reader.json(key);
  }

  putEntry(key: string, value: unknown): void {
    this.#entries.set(key, { value, change: { type: 'put', key, value: sealJson(key, value) } });
  }

  putName(subject: Subject, id: number, name: string): void {
    this.#words[subject].add(id, name);
  }

  /**
   * Writes the index entries, piece by piece, then the records together with `last`: a page counts as read only with its records,
   * and entries may be written twice.
   */
  async write(last: KeyValueChange): Promise<void> {
    const entries = [...this.#entries.values()].map(({ change }) => change);
    for (const subject of ['product', 'customer'] as const) {
      entries.push(...this.#words[subject].changes(this.#generation, subject));
    }
    for (let at = 0; at < entries.length; at += writtenAtOnce) {
      await this.#store.write(entries.slice(at, at + writtenAtOnce), { durable: true });
    }
    await this.#store.write([...this.#records.values(), last], { durable: true });
  }
}
