import type { KeyValueChange, KeyValueStore } from '../platform/key-value-store.ts';
import type { Position } from './blocks.ts';
import { damaged, seal, unseal } from './envelope.ts';
import { bucketKey, type HashIndexName, type IndexSizes, range, sortingPrefix } from './layout.ts';
import type { SealedReader } from './sealed-reader.ts';

/**
 * Where records with a certain key lie, without the keys: pairs of the key's hash and a position (32 bits each, in the machine's
 * byte order), in buckets by the hash's highest bits, in the order of hashes, then positions. Whoever asks compares the record's
 * own key, since hashes may be alike.
 */
const pairsPerBucket = 64;
/** A shop that gives all its articles one code is not searched through for it. */
const mostAlike = 64;
/** Changes written at once. */
const writtenAtOnce = 250;

/** 32 bits that depend on every character, whatever its case (FNV-1a, stirred as MurmurHash3 does at its end). */
export function hashOf(key: string): number {
  const text = key.toLowerCase();
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The keys of one page's records, put aside for {@link writeHashIndex}. */
export class PageKeys {
  readonly #pairs = new Map<HashIndexName, number[]>();

  add(index: HashIndexName, key: string, position: Position): void {
    const pairs = this.#pairs.get(index);
    if (pairs === undefined) this.#pairs.set(index, [hashOf(key), position]);
    else pairs.push(hashOf(key), position);
  }

  changes(generation: number, page: number): readonly KeyValueChange[] {
    return [...this.#pairs].map(([index, pairs]) => {
      const key = asideKey(generation, index, page);
      return { type: 'put', key, value: seal(key, bytesOf(Uint32Array.from(pairs))) };
    });
  }
}

const asidePrefix = (generation: number, index: HashIndexName): string => `${sortingPrefix(generation)}${index}/`;
const asideKey = (generation: number, index: HashIndexName, page: number): string =>
  asidePrefix(generation, index) + String(page).padStart(8, '0');

export interface HashIndexWork {
  readonly store: KeyValueStore;
  readonly generation: number;
  /** Positions that are not to be found. */
  readonly left: ReadonlySet<Position>;
  /** Positions that have the same hash, in order: whether they have the same key is for the receiver to see. */
  readonly alike: (positions: readonly Position[], hash: number) => void;
  readonly rest: () => Promise<void> | undefined;
  readonly write: (changes: readonly KeyValueChange[]) => Promise<void>;
}

/**
 * Turns what {@link PageKeys} put aside into the index; may be repeated after a crash. Needs about twenty bytes of memory for each
 * key. Returns the index's size, as the manifest keeps it.
 */
export async function writeHashIndex(index: HashIndexName, work: HashIndexWork): Promise<number> {
  const { store, generation, left, alike, rest, write } = work;
  const pages: Uint32Array[] = [];
  let total = 0;
  const aside = range(asidePrefix(generation, index));
  for await (const [key, sealed] of store.entries(aside)) {
    await rest();
    const pairs = pairsOf(unseal(key, sealed));
    pages.push(pairs);
    total += pairs.length / 2;
  }
  const bits = Math.max(0, Math.ceil(Math.log2(total / pairsPerBucket)));
  const ends = new Uint32Array(2 ** bits + 1);
  for (const pairs of pages) {
    await rest();
    for (let at = 0; at < pairs.length; at += 2) {
      const next = bucketOf(pairs[at] ?? 0, bits) + 1;
      ends[next] = (ends[next] ?? 0) + 1;
    }
  }
  for (let bucket = 1; bucket < ends.length; bucket++) ends[bucket] = (ends[bucket] ?? 0) + (ends[bucket - 1] ?? 0);
  const hashes = new Uint32Array(total);
  const positions = new Uint32Array(total);
  // From here on, ends[n] is where bucket n is filled up to: in the end its true end, which is the next one's beginning.
  for (const pairs of pages.splice(0)) {
    await rest();
    for (let at = 0; at < pairs.length; at += 2) {
      const hash = pairs[at] ?? 0;
      const bucket = bucketOf(hash, bits);
      const to = ends[bucket] ?? 0;
      hashes[to] = hash;
      positions[to] = pairs[at + 1] ?? 0;
      ends[bucket] = to + 1;
    }
  }
  const changes: KeyValueChange[] = [];
  for (let bucket = 0, from = 0; bucket < 2 ** bits; bucket++) {
    await rest();
    const end = ends[bucket] ?? from;
    const pairs = inOrder(hashes.subarray(from, end), positions.subarray(from, end), left);
    from = end;
    if (pairs.length === 0) continue;
    tellAlike(pairs, alike);
    const key = bucketKey(generation, index, bucket);
    changes.push({ type: 'put', key, value: seal(key, bytesOf(pairs)) });
    if (changes.length >= writtenAtOnce) await write(changes.splice(0));
  }
  if (changes.length > 0) await write(changes);
  return bits;
}

/** Positions of records that may have the key, in order; no others have it. */
export function mayHave(
  reader: SealedReader,
  generation: number,
  sizes: IndexSizes,
  index: HashIndexName,
  key: string,
): readonly Position[] {
  const bits = sizes[index];
  if (bits === undefined) return [];
  const hash = hashOf(key);
  const bucket = bucketKey(generation, index, bucketOf(hash, bits));
  const payload = reader.bytes(bucket);
  if (payload === undefined) return [];
  if (payload.length % 8 !== 0) throw damaged(bucket, 'is cut short');
  const found: Position[] = [];
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  for (let at = 0; at < payload.length && found.length < mostAlike; at += 8) {
    if (view.getUint32(at, littleEndian) === hash) found.push(view.getUint32(at + 4, littleEndian));
  }
  return found;
}

const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

const bucketOf = (hash: number, bits: number): number => (bits === 0 ? 0 : hash >>> (32 - bits));

const bytesOf = (pairs: Uint32Array): Uint8Array => new Uint8Array(pairs.buffer, pairs.byteOffset, pairs.byteLength);

/** A copy, because 32-bit numbers can't be read from any address. */
const pairsOf = (payload: Uint8Array): Uint32Array => new Uint32Array(new Uint8Array(payload).buffer);

function inOrder(hashes: Uint32Array, positions: Uint32Array, left: ReadonlySet<Position>): Uint32Array {
  const order = Array.from(hashes.keys()).filter((at) => left.size === 0 || !left.has(positions[at] ?? 0));
  order.sort((a, b) => (hashes[a] ?? 0) - (hashes[b] ?? 0) || (positions[a] ?? 0) - (positions[b] ?? 0));
  const pairs = new Uint32Array(order.length * 2);
  order.forEach((at, index) => {
    pairs[index * 2] = hashes[at] ?? 0;
    pairs[index * 2 + 1] = positions[at] ?? 0;
  });
  return pairs;
}

function tellAlike(pairs: Uint32Array, alike: HashIndexWork['alike']): void {
  for (let at = 0; at + 2 < pairs.length; ) {
    let end = at + 2;
    while (end < pairs.length && pairs[end] === pairs[at]) end += 2;
    if (end > at + 2) {
      const positions = new Set<Position>();
      for (let each = at + 1; each < end && positions.size < mostAlike; each += 2) positions.add(pairs[each] ?? 0);
      if (positions.size > 1) alike([...positions], pairs[at] ?? 0);
    }
    at = end;
  }
}
