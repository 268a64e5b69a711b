import { deflateRawSync } from 'node:zlib';
import type { ProductRecord } from './catalogue.ts';
import { sealJson } from './envelope.ts';
import type { Manifest } from './layout.ts';
import type { RecordKind, ShopPage, ShopRecord } from './shop-source.ts';
import { namedWords } from './words.ts';

/** Kinds that come in numbers; the rest does not matter beside them. */
const manyKinds: readonly RecordKind[] = ['product', 'customer', 'source-stock'];
/** Bytes that come with a record: its place in its block, and its entries in the hash indexes. */
const keysOfRecord = 36;
/** Bytes that an indexed word adds by being in one name more, and by being new. */
const wordInName = 4;
const newWord = 14;
/** LevelDB compresses blocks of records of this size with Snappy … */
const blockSize = 8_000;
/** … to so much more than the fastest deflate does, by measure (product texts repeated, varied, and random). */
const snappyToDeflate = 1.45;
/** What of keys and index entries remains on disk, by measure: hashes can't be compressed. */
const keysShare = 0.8;
/** The sample is the beginning of the catalogue, not the whole of it: by measure the rest differs by up to a fifth. */
const margin = 1.25;
const smallest = 200_000;

/**
 * Bytes on disk that a snapshot of the shop would take: the first page of each kind, compressed as LevelDB would, times how many
 * there are. If there is a snapshot in use, its own compression is taken instead. Without a count from the shop only what is
 * seen counts. By measure (texts from copied to random) it is 1.0 to 1.6 times what the snapshot takes.
 */
export async function estimateSize(
  firstPage: (kind: RecordKind) => Promise<ShopPage<RecordKind>>,
  inUse: Pick<Manifest, 'rawSize' | 'size'> | null,
): Promise<number> {
  let raw = 0;
  let onDisk = 0;
  for (const kind of manyKinds) {
    const page = await firstPage(kind);
    if (page.records.length === 0) continue;
    const values = Buffer.concat(page.records.map(sealedValue));
    const keys = keysOf(kind, page.records);
    const pages = Math.max(page.total ?? 0, page.records.length) / page.records.length;
    raw += (values.length + keys) * pages;
    onDisk += (deflated(values) * snappyToDeflate + keys * keysShare) * pages;
  }
  const known = inUse !== null && inUse.rawSize > 0 && inUse.size > 0 ? inUse.size / inUse.rawSize : null;
  return Math.max(smallest, Math.round((known === null ? onDisk : raw * known) * margin));
}

/** Bytes that are needed while a snapshot of this size is being taken: words being sorted, tables being merged (by measure). */
export const spaceToTake = (size: number): number => Math.round(size * 2.2) + 4_000_000;

function deflated(values: Buffer): number {
  let size = 0;
  for (let at = 0; at < values.length; at += blockSize) {
    size += Math.min(blockSize, deflateRawSync(values.subarray(at, at + blockSize), { level: 1 }).length);
  }
  return size;
}

function sealedValue(record: ShopRecord<RecordKind>): Uint8Array {
  return record.ok ? sealJson('', record.record) : new Uint8Array();
}

function keysOf(kind: RecordKind, records: readonly ShopRecord<RecordKind>[]): number {
  const words = records.flatMap((record) => {
    const name = record.ok && kind === 'product' ? (record.record as ProductRecord).name : '';
    return namedWords(name).map(({ word }) => word);
  });
  return records.length * keysOfRecord + words.length * wordInName + new Set(words).size * newWord;
}
