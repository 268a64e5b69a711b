import { HoldfastError } from './errors.ts';
import type { KeyRange, KeyValueChange, KeyValueStore } from './key-value-store.ts';

/**
 * What a {@link MemoryStore} is written on. It outlives the store, keeps what was written durably and, like LevelDB's
 * log, loses at a power cut only a tail of what was not.
 */
export class MemoryStoreMedium {
  #durable = new Map<string, Uint8Array>();
  /** Batches since the last durable one, oldest first. */
  #pending: (readonly KeyValueChange[])[] = [];
  #opened: MemoryStore | null = null;
  /** Answers every write with this error while set; a store that met it stays failed until it is reopened. */
  fault: HoldfastError | null = null;
  /** Whether a batch that ends in {@link fault} is on the medium all the same. */
  faultAfterWriting = false;
  exists = false;
  /** The last power cut took a batch. */
  unfinishedWrite = false;

  /** `store.missing` if nothing was ever created here and `createIfMissing` is false; `store.locked` if it is open. */
  open(options: { readonly createIfMissing: boolean }): MemoryStore {
    if (this.#opened !== null) {
      throw new HoldfastError('store.locked', 'The memory store is open elsewhere', { remedy: 'operator' });
    }
    if (!this.exists && !options.createIfMissing) {
      throw new HoldfastError('store.missing', 'There is no memory store', { remedy: 'operator' });
    }
    this.exists = true;
    const current = new Map(this.#durable);
    for (const batch of this.#pending) apply(current, batch);
    this.#opened = new MemoryStore(this, current);
    return this.#opened;
  }

  /** The power fails: of the batches that were not durable the first `kept(count)` survive. Open stores are dead. */
  crash(kept: (unsynced: number) => number = () => 0): void {
    const survivors = this.#pending.slice(0, kept(this.#pending.length));
    this.unfinishedWrite = survivors.length < this.#pending.length;
    for (const batch of survivors) apply(this.#durable, batch);
    this.#pending = [];
    this.#opened?.kill();
    this.#opened = null;
  }

  /** Takes over everything that is on `other`, in one step. */
  become(other: MemoryStoreMedium): void {
    this.#durable = new Map(other.contents);
    this.#pending = [];
    this.exists = true;
    this.unfinishedWrite = false;
  }

  /** What is on the medium, for tests that damage it. */
  get contents(): Map<string, Uint8Array> {
    return this.#durable;
  }

  /** Used by the store. */
  write(batch: readonly KeyValueChange[], durable: boolean): void {
    this.#pending.push(batch);
    if (!durable) return;
    for (const waiting of this.#pending) apply(this.#durable, waiting);
    this.#pending = [];
  }

  /** Used by the store. */
  closed(store: MemoryStore): void {
    if (this.#opened === store) this.#opened = null;
  }
}

/** An ordered store in memory with the promises and the failures of LevelDB. */
export class MemoryStore implements KeyValueStore {
  readonly #medium: MemoryStoreMedium;
  readonly #current: Map<string, Uint8Array>;
  #sorted: string[] | null = null;
  #failed: HoldfastError | null = null;
  #open = true;

  constructor(medium: MemoryStoreMedium = new MemoryStoreMedium(), contents = new Map<string, Uint8Array>()) {
    this.#medium = medium;
    this.#current = contents;
  }

  get(key: string): Uint8Array | undefined {
    this.#requireOpen();
    return this.#current.get(key)?.slice();
  }

  entries(range: KeyRange): AsyncIterable<readonly [key: string, value: Uint8Array]> {
    this.#requireOpen();
    const found = this.#select(range).map((key) => [key, this.#current.get(key)?.slice() ?? new Uint8Array()] as const);
    return eachOf(found);
  }

  keys(range: KeyRange): AsyncIterable<string> {
    this.#requireOpen();
    return eachOf(this.#select(range));
  }

  async write(batch: readonly KeyValueChange[], options: { readonly durable: boolean }): Promise<void> {
    this.#requireOpen();
    if (this.#failed !== null) throw this.#failed;
    const copy = batch.map((change) =>
      change.type === 'put' ? { ...change, value: new Uint8Array(change.value) } : change,
    );
    const { fault } = this.#medium;
    if (fault === null || this.#medium.faultAfterWriting) this.#medium.write(copy, options.durable);
    if (fault !== null) {
      this.#failed = fault;
      throw fault;
    }
    apply(this.#current, copy);
    this.#sorted = null;
    await Promise.resolve();
    this.#requireOpen();
  }

  async approximateSize(from: string, before: string): Promise<number> {
    let size = 0;
    for (const key of this.#select({ from, before })) size += key.length + (this.#current.get(key)?.length ?? 0);
    return size;
  }

  async compact(): Promise<void> {
    this.#requireOpen();
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#medium.closed(this);
  }

  /** Used by the medium when the power fails. */
  kill(): void {
    this.#open = false;
  }

  #requireOpen(): void {
    if (!this.#open) throw new HoldfastError('store.failed', 'The memory store is closed', { remedy: 'retry' });
  }

  #select(range: KeyRange): string[] {
    this.#sorted ??= inOrder([...this.#current.keys()]);
    let { from: start, to: end } = { from: 0, to: this.#sorted.length };
    if (range.from !== undefined) start = firstAtOrAfter(this.#sorted, range.from);
    if (range.before !== undefined) end = firstAtOrAfter(this.#sorted, range.before);
    const keys = this.#sorted.slice(start, Math.max(start, end));
    if (range.reverse === true) keys.reverse();
    return range.limit === undefined ? keys : keys.slice(0, range.limit);
  }
}

async function* eachOf<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

function apply(contents: Map<string, Uint8Array>, batch: readonly KeyValueChange[]): void {
  for (const change of batch) {
    if (change.type === 'put') contents.set(change.key, change.value);
    else contents.delete(change.key);
  }
}

function firstAtOrAfter(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byUtf8(sorted[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** JavaScript's own order is that of the UTF-8 bytes, and much faster, where there are no characters beyond U+FFFF. */
function inOrder(keys: string[]): string[] {
  return keys.some((key) => /[\ud800-\udfff]/.test(key)) ? keys.sort(byUtf8) : keys.sort();
}

/** Order of the UTF-8 bytes = order of the code points, which is not JavaScript's own order beyond U+FFFF. */
function byUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    const surrogate = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? 1 : 0);
    return surrogate(x) === surrogate(y) ? x - y : surrogate(x) - surrogate(y);
  }
  return a.length - b.length;
}
