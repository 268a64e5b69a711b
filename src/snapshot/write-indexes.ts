import type { Clock } from '../platform/clock.ts';
import type { KeyValueChange, KeyValueStore } from '../platform/key-value-store.ts';
import { createPacer } from '../platform/pacer.ts';
import { type Position, recordAt, recordsOf } from './blocks.ts';
import type { ProductRecord, SnapshotInfo } from './catalogue.ts';
import { sealJson, unseal } from './envelope.ts';
import { hashOf, writeHashIndex } from './hash-index.ts';
import { type HashIndexName, type ImportState, type IndexSizes, listKey, range, recordPrefix } from './layout.ts';
import { type AnyRecord, keyOf, listedKinds, ownerOf } from './records.ts';
import { SealedReader } from './sealed-reader.ts';
import { writeWordIndex } from './word-index.ts';

/** Named in a report: the first of those left out. */
const mostRejectedKept = 100;

/** For each kind that comes in numbers: what tells its records apart, then what else they are found by. */
const indexed = [
  { kind: 'product', by: 'product', also: ['barcode', 'plu', 'parent'] },
  { kind: 'customer', by: 'customer', also: ['email', 'phone'] },
  { kind: 'source-stock', by: 'source-stock', also: [] },
] as const;

type IndexedKind = (typeof indexed)[number]['kind'];

/**
 * The lists and indexes, once all pages are in; safe to repeat. A record that was read twice, because pages shift while somebody
 * works in the shop, counts once, as it was read last. Returns the state with what was found out.
 */
export async function writeIndexes(
  { store, clock }: { readonly store: KeyValueStore; readonly clock: Clock },
  state: ImportState,
  goOn: () => void,
): Promise<ImportState> {
  const { generation } = state;
  const rest = createPacer(clock);
  const write = async (changes: readonly KeyValueChange[]): Promise<void> => {
    goOn();
    if (changes.length > 0) await store.write(changes, { durable: false });
  };
  const written = { ...state.written };
  const report = new Report(state);
  const indexes: Partial<Record<HashIndexName, number>> = {};
  for (const kind of listedKinds) written[kind] = await writeList(store, generation, kind);
  const reader = new SealedReader(store);
  for (const { kind, by, also } of indexed) {
    const left = new Set<Position>();
    const at = (position: Position): AnyRecord => anyAt(reader, generation, kind, position);
    const work = { store, generation, left, rest, write };
    const replaced = (positions: readonly Position[]): void => {
      for (const old of supersededAmong(positions, (position) => keyOf(at(position)).toLowerCase())) left.add(old);
    };
    indexes[by] = await writeHashIndex(by, { ...work, left: new Set(), alike: replaced });
    for (const index of also) {
      const alike = index === 'barcode' || index === 'plu' ? tellClashes(index) : () => {};
      indexes[index] = await writeHashIndex(index, { ...work, alike });
    }
    if (kind !== 'source-stock') await writeWordIndex(kind, work);
    written[kind] = (written[kind] ?? 0) - left.size;

    function tellClashes(index: 'barcode' | 'plu'): (positions: readonly Position[], hash: number) => void {
      return (positions, hash) => {
        const products = positions.map(at).flatMap((entry) => (entry.kind === 'product' ? [entry.record] : []));
        for (const clash of clashesAmong(index, hash, products)) report.reject(index, clash.key, clash.reason);
      };
    }
  }
  return { ...state, kind: 'check', written, indexes: indexes satisfies IndexSizes, ...report.end() };
}

/** Puts the records of a kind together as one list. How many there are. */
async function writeList(
  store: KeyValueStore,
  generation: number,
  kind: (typeof listedKinds)[number],
): Promise<number> {
  const list = new Map<string, unknown>();
  for await (const [key, sealed] of store.entries(range(recordPrefix(generation, kind)))) {
    for (const { record } of recordsOf(key, unseal(key, sealed))) {
      list.set(keyOf({ kind, record } as unknown as AnyRecord), record);
    }
  }
  const key = listKey(generation, kind);
  await store.write([{ type: 'put', key, value: sealJson(key, [...list.values()]) }], { durable: false });
  return list.size;
}

/** Written by this room, its checksum just verified. */
function anyAt(reader: SealedReader, generation: number, kind: IndexedKind, position: Position): AnyRecord {
  return { kind, record: recordAt(reader, generation, kind, position) } as unknown as AnyRecord;
}

/** Of the positions whose records have the same key, all but the last. */
function supersededAmong(positions: readonly Position[], keyAt: (position: Position) => string): readonly Position[] {
  const last = new Map<string, Position>();
  const superseded: Position[] = [];
  for (const position of positions) {
    const key = keyAt(position);
    const before = last.get(key);
    if (before !== undefined) superseded.push(before);
    last.set(key, position);
  }
  return superseded;
}

/** Products for sale that are not found by a code of theirs, because another one is. */
function clashesAmong(
  index: 'barcode' | 'plu',
  hash: number,
  products: readonly ProductRecord[],
): readonly { readonly key: string; readonly reason: string }[] {
  const codes = new Map<string, ProductRecord[]>();
  for (const product of products) {
    for (const code of index === 'barcode' ? product.barcodes : [product.plu ?? '']) {
      if (hashOf(code) === hash) codes.set(code, [...(codes.get(code) ?? []), product]);
    }
  }
  return [...codes].flatMap(([code, holders]) => {
    const owner = ownerOf(holders.toSorted((a, b) => a.id - b.id));
    return holders
      .filter((product) => product !== owner && product.enabled)
      .map((product) => ({ key: product.sku, reason: `${index} ${code} belongs to ${owner?.sku}` }));
  });
}

/** What could not be taken over; the first hundred by name. */
class Report {
  readonly #rejected: SnapshotInfo['rejected'][number][];
  #count: number;

  constructor(state: Pick<ImportState, 'rejected' | 'rejectedCount'>) {
    this.#rejected = [...state.rejected];
    this.#count = state.rejectedCount;
  }

  reject(kind: string, key: string, reason: string): void {
    this.#count += 1;
    if (this.#rejected.length < mostRejectedKept) this.#rejected.push({ kind, key, reason });
  }

  end(): Pick<ImportState, 'rejected' | 'rejectedCount'> {
    return { rejected: this.#rejected, rejectedCount: this.#count };
  }
}
