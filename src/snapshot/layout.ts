import type { Instant } from '../platform/clock.ts';
import type { SnapshotInfo } from './catalogue.ts';
import type { ChangingKind } from './shop-changes.ts';
import type { RecordKind } from './shop-source.ts';

/**
 * Where things lie in the snapshot's store. A generation's records, indexes and lists are written once, in large values, and never
 * changed: LevelDB takes hundreds of times longer for a thousand small values than for one large one. What changes between two
 * generations lies beside them, record by record.
 *
 *     s/current                             which generation is in use, and the one before it
 *     s/import                              how far an import is
 *     s/damaged/<generation>                found damaged: not to be used again
 *     g/<generation>/m                      manifest, written with the flip
 *     g/<generation>/r/<kind>/<block>       records, many to a block (`blocks.ts`)
 *     g/<generation>/i/<index>/<bucket>     where a record with a certain key lies (`hash-index.ts`)
 *     g/<generation>/i/words|names/…        where a record with a certain word in its name lies (`word-index.ts`)
 *     g/<generation>/i/list/<kind>          all records of a kind that pricing wants whole
 *     g/<generation>/t/…                    keys and words being sorted; gone once the generation is complete
 *     g/<generation>/d                      how far the changes since then have been followed (`delta.ts`)
 *     g/<generation>/d/<kind>/<key>         a record changed, added or deleted since then
 */
export const currentKey = 's/current';
export const importKey = 's/import';
export const damagedKey = (generation: number): string => `s/damaged/${padded(generation)}`;

/** Raised when stored shapes change: an older snapshot is then fetched again rather than converted. */
export const format = 2;

export interface CurrentPointer {
  readonly format: number;
  readonly generation: number;
  readonly previous: number | null;
}

/** What a whole generation holds; a scrub compares. */
export interface Manifest extends Omit<SnapshotInfo, 'size'> {
  readonly format: number;
  readonly sourceId: string;
  /** Values by kind of the records in them, and `index` for all index entries. */
  readonly contents: Readonly<Record<string, Contents>>;
  readonly indexes: IndexSizes;
  readonly marks: ChangeMarks;
  /** Bytes of all sealed values and their keys, before the store compresses them. */
  readonly rawSize: number;
  /** Bytes on disk, roughly, when it was complete. */
  readonly size: number;
}

export interface Contents {
  readonly count: number;
  /** Sum of the records' checksums, modulo 2³²: the order does not matter. */
  readonly checksum: number;
}

/** The newest change of each kind that was seen, as the shop dates it; null: none. What is newer is still to be asked for. */
export type ChangeMarks = Readonly<Record<ChangingKind, string | null>> & {
  /** Where the shop's feed of changes is to be read on; absent: it had none when the generation was taken. */
  readonly feed?: number;
};

/** Each hash index has two to the power of this many buckets. */
export type IndexSizes = Readonly<Partial<Record<HashIndexName, number>>>;

/** An import under way; written with every page. */
export interface ImportState {
  readonly format: number;
  readonly generation: number;
  readonly sourceId: string;
  readonly startedAt: Instant;
  /** What is being read; then `index` (all pages are in) and `check` (the indexes too). */
  readonly kind: RecordKind | 'index' | 'check';
  readonly cursor: string | null;
  /** Pages written so far. */
  readonly pages: number;
  /** Records written so far, by kind; from `check` on, without those that were there twice. */
  readonly written: Readonly<Record<string, number>>;
  /** Blocks written so far, by kind. */
  readonly blocks: Readonly<Record<string, number>>;
  readonly marks: ChangeMarks;
  /** Empty before `check`. */
  readonly indexes: IndexSizes;
  readonly rejected: SnapshotInfo['rejected'];
  readonly rejectedCount: number;
}

const padded = (generation: number): string => String(generation).padStart(8, '0');

export const generationPrefix = (generation: number): string => `g/${padded(generation)}/`;
export const manifestKey = (generation: number): string => `${generationPrefix(generation)}m`;
export const recordPrefix = (generation: number, kind: RecordKind): string =>
  `${generationPrefix(generation)}r/${kind}/`;
export const blockKey = (generation: number, kind: RecordKind, block: number): string =>
  recordPrefix(generation, kind) + padded(block);

/** What records are found by. SKUs, e-mail addresses and the like whatever their case, as Magento's database finds them. */
export type HashIndexName =
  | 'product'
  | 'barcode'
  | 'plu'
  /** A configurable by its variants' SKUs. */
  | 'parent'
  | 'customer'
  | 'email'
  | 'phone'
  | 'source-stock';

export const indexPrefix = (generation: number): string => `${generationPrefix(generation)}i/`;
export const bucketKey = (generation: number, index: HashIndexName, bucket: number): string =>
  `${indexPrefix(generation)}${index}/${padded(bucket)}`;
export const listKey = (generation: number, kind: RecordKind): string => `${indexPrefix(generation)}list/${kind}`;

export const deltaStateKey = (generation: number): string => `${generationPrefix(generation)}d`;
export const deltaPrefix = (generation: number): string => `${deltaStateKey(generation)}/`;
/** `kind/key`: names a record among all that may change. */
export const recordPath = (kind: RecordKind, key: string | number): string => `${kind}/${String(key).toLowerCase()}`;

/** Where keys and words wait to be sorted. */
export const sortingPrefix = (generation: number): string => `${generationPrefix(generation)}t/`;

/** The first key after all that begin with `prefix`. */
export const after = (prefix: string): string => `${prefix}\u{10ffff}`;
export const range = (prefix: string): { from: string; before: string } => ({ from: prefix, before: after(prefix) });
