import type { JsonValue } from '../platform/brand.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { KeyValueChange, KeyValueStore } from '../platform/key-value-store.ts';
import { damaged, sealedChecksum, sealJson, unsealJson } from './envelope.ts';
import {
  type ChangeMarks,
  deltaPrefix,
  deltaStateKey,
  format,
  type HashIndexName,
  type Manifest,
  range,
  recordPath,
} from './layout.ts';
import { type AnyRecord, eachKey, type ListedKind, nameOf } from './records.ts';
import { SealedReader } from './sealed-reader.ts';
import type { SnapshotRecords } from './shop-source.ts';
import type { Subject } from './word-index.ts';

/** Kinds whose records change one by one; of the others the whole list does. */
export type SingleKind = 'product' | 'customer' | 'source-stock';

export type Change =
  | {
      readonly [Kind in SingleKind]: {
        readonly kind: Kind;
        readonly key: string | number;
        /** null: it is gone. */
        readonly record: SnapshotRecords[Kind] | null;
      };
    }[SingleKind]
  | { readonly kind: ListedKind; readonly list: readonly unknown[] };

/** What lies beside a generation: written with every delta, in the same batch. */
interface DeltaState {
  readonly format: number;
  /** Deltas applied so far. */
  readonly applied: number;
  readonly marks: ChangeMarks;
  /** Records there, and the sum of their checksums modulo 2³². */
  readonly count: number;
  readonly checksum: number;
}

interface Entry {
  readonly checksum: number;
  /** What it is found by: see {@link holderKey}. */
  readonly keys: readonly string[];
}

const singleKinds: ReadonlySet<string> = new Set<SingleKind>(['product', 'customer', 'source-stock']);

/**
 * What has changed in the shop since a generation was taken: records that stand before the generation's own. Keys and names are
 * kept in memory, records are not. A delta is one batch and becomes visible in one step: whoever looks meanwhile sees all as it
 * was before.
 */
export class Delta {
  readonly #store: KeyValueStore;
  readonly #reader: SealedReader;
  readonly #generation: number;
  readonly #begun: ChangeMarks;
  #state: DeltaState;
  #entries = new Map<string, Entry>();
  #holders = new Map<string, Set<string>>();
  #names: { readonly [Of in Subject]: Map<string, string> } = { product: new Map(), customer: new Map() };
  /** While a delta is being written: how the records it replaces were. */
  #before = new Map<string, Uint8Array>();
  #uncertain = false;

  private constructor(store: KeyValueStore, { generation, marks }: Pick<Manifest, 'generation' | 'marks'>) {
    this.#store = store;
    this.#reader = new SealedReader(store);
    this.#generation = generation;
    this.#begun = marks;
    this.#state = noChanges(marks);
  }

  /** Reads what is there. Throws `snapshot.damaged` when it is not what was written. */
  static async open(store: KeyValueStore, manifest: Pick<Manifest, 'generation' | 'marks'>): Promise<Delta> {
    const delta = new Delta(store, manifest);
    await delta.#read();
    return delta;
  }

  /** For a generation that has just been taken. */
  static empty(store: KeyValueStore, manifest: Pick<Manifest, 'generation' | 'marks'>): Delta {
    return new Delta(store, manifest);
  }

  get marks(): ChangeMarks {
    return this.#state.marks;
  }

  /** Deltas applied since the generation was taken. */
  get applied(): number {
    return this.#state.applied;
  }

  /** Records that stand before the generation's own. */
  get size(): number {
    return this.#state.count;
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /** The record as it is now; null: it is gone; undefined: the generation's own holds. */
  get(path: string): JsonValue | undefined {
    if (!this.#entries.has(path)) return undefined;
    const key = deltaPrefix(this.#generation) + path;
    const before = this.#before.get(path);
    return before === undefined ? this.#reader.presentJson(key) : unsealJson(key, before);
  }

  /** Paths of changed records that are found by this key. */
  holders(index: HashIndexName, key: string): readonly string[] {
    return [...(this.#holders.get(holderKey(index, key)) ?? [])];
  }

  /** Names of changed records, by path. */
  names(subject: Subject): ReadonlyMap<string, string> {
    return this.#names[subject];
  }

  /** Paths of the changed records of a kind. */
  paths(kind: SingleKind): readonly string[] {
    return [...this.#entries.keys()].filter((path) => path.startsWith(`${kind}/`));
  }

  /**
   * Writes changes and marks in one durable batch, then shows them, all at once. Of two changes of one record the later counts.
   * Never two at a time. Rejects with the store's errors: then all is as it was before, or, after the next start, as it should be.
   */
  async apply(changes: readonly Change[], marks: ChangeMarks, rest: () => Promise<void> | undefined): Promise<void> {
    if (this.#uncertain) await this.#read();
    const entries = new Map<string, { readonly sealed: Uint8Array; readonly entry: Entry; readonly name: Named }>();
    for (const change of changes) {
      await rest();
      const path = 'list' in change ? listPath(change.kind) : recordPath(change.kind, change.key);
      const value = 'list' in change ? change.list : change.record;
      const sealed = sealJson(deltaPrefix(this.#generation) + path, value);
      entries.set(path, { sealed, ...described(path, value, sealed) });
    }
    let { count, checksum } = this.#state;
    const before = new Map<string, Uint8Array>();
    const batch: KeyValueChange[] = [];
    for (const [path, { sealed, entry }] of entries) {
      const key = deltaPrefix(this.#generation) + path;
      const old = this.#entries.get(path);
      if (old === undefined) count += 1;
      else before.set(path, this.#store.get(key) ?? lost(key));
      checksum = (checksum - (old?.checksum ?? 0) + entry.checksum) >>> 0;
      batch.push({ type: 'put', key, value: sealed });
    }
    const state: DeltaState = { format, applied: this.#state.applied + 1, marks, count, checksum };
    const stateKey = deltaStateKey(this.#generation);
    batch.push({ type: 'put', key: stateKey, value: sealJson(stateKey, state) });
    this.#before = before;
    this.#uncertain = true;
    await this.#store.write(batch, { durable: true });
    for (const [path, { entry, name }] of entries) this.#show(path, entry, name);
    this.#state = state;
    this.#before = new Map();
    this.#uncertain = false;
  }

  /** Reads all values through, to find silent damage. Throws `snapshot.damaged`. */
  async check(rest: () => Promise<void> | undefined): Promise<void> {
    await readDelta(this.#store, this.#generation, this.#begun, rest, () => {});
  }

  async #read(): Promise<void> {
    const entries = new Map<string, { readonly entry: Entry; readonly name: Named }>();
    const state = await readDelta(
      this.#store,
      this.#generation,
      this.#begun,
      () => undefined,
      (path, value, sealed) => {
        entries.set(path, described(path, value, sealed));
      },
    );
    this.#entries = new Map();
    this.#holders = new Map();
    this.#names = { product: new Map(), customer: new Map() };
    for (const [path, { entry, name }] of entries) this.#show(path, entry, name);
    this.#state = state;
    this.#before = new Map();
    this.#uncertain = false;
  }

  #show(path: string, entry: Entry, name: Named): void {
    for (const key of this.#entries.get(path)?.keys ?? []) this.#holders.get(key)?.delete(path);
    for (const key of entry.keys) {
      const holders = this.#holders.get(key) ?? new Set();
      this.#holders.set(key, holders.add(path));
    }
    for (const subject of ['product', 'customer'] as const) this.#names[subject].delete(path);
    if (name !== null) this.#names[name.subject].set(path, name.name);
    this.#entries.set(path, entry);
  }
}

type Named = ReturnType<typeof nameOf>;

const holderKey = (index: HashIndexName, key: string): string => `${index} ${key.toLowerCase()}`;
export const listPath = (kind: ListedKind): string => `list/${kind}`;
const noChanges = (marks: ChangeMarks): DeltaState => ({ format, applied: 0, marks, count: 0, checksum: 0 });

function described(path: string, value: unknown, sealed: Uint8Array): { readonly entry: Entry; readonly name: Named } {
  const kind = path.slice(0, path.indexOf('/'));
  const checksum = sealedChecksum(sealed);
  if (value === null || !singleKinds.has(kind)) return { entry: { checksum, keys: [] }, name: null };
  // Of that kind: written by `apply` under the kind's own path.
  const record = { kind, record: value } as AnyRecord;
  const keys: string[] = [];
  eachKey(record, (index, key) => keys.push(holderKey(index, key)));
  return { entry: { checksum, keys }, name: nameOf(record) };
}

/** Every value of a delta, checked, from one state of the store; and what the delta says of itself. */
async function readDelta(
  store: KeyValueStore,
  generation: number,
  begun: ChangeMarks,
  rest: () => Promise<void> | undefined,
  each: (path: string, value: JsonValue, sealed: Uint8Array) => void,
): Promise<DeltaState> {
  const stateKey = deltaStateKey(generation);
  const prefix = deltaPrefix(generation);
  let state = noChanges(begun);
  let count = 0;
  let checksum = 0;
  for await (const [key, sealed] of store.entries({ from: stateKey, before: range(prefix).before })) {
    await rest();
    const value = unsealJson(key, sealed);
    if (key === stateKey) {
      // Written by this room, its checksum just verified.
      state = value as unknown as DeltaState;
      continue;
    }
    count += 1;
    checksum = (checksum + sealedChecksum(sealed)) >>> 0;
    each(key.slice(prefix.length), value, sealed);
  }
  if (state.count === count && state.checksum === checksum) return state;
  throw new HoldfastError(
    'snapshot.damaged',
    `Beside the snapshot there should be ${state.count} changed records, but ${count} are there or some were exchanged.`,
    { remedy: 'retry', hint: 'The snapshot will be fetched again; nothing sold is affected.' },
  );
}

function lost(key: string): never {
  throw damaged(key, 'is missing');
}
