import type { Instant } from '../platform/clock.ts';
import type { SnapshotInfo } from './catalogue.ts';
import type { RecordKind } from './shop-source.ts';

/**
 * Where things lie in the snapshot's store:
 *
 *     s/current                       which generation is in use, and the one before it
 *     s/import                        how far an import is
 *     s/damaged/<generation>          found damaged: not to be used again
 *     g/<generation>/m                manifest, written with the flip
 *     g/<generation>/r/<kind>/<key>   records
 *     g/<generation>/i/…              indexes
 *     g/<generation>/t/…              words being sorted; gone once the generation is complete
 */
export const currentKey = 's/current';
export const importKey = 's/import';
export const damagedKey = (generation: number): string => `s/damaged/${padded(generation)}`;

/** Raised when stored shapes change: an older snapshot is then fetched again rather than converted. */
export const format = 1;

export interface CurrentPointer {
  readonly format: number;
  readonly generation: number;
  readonly previous: number | null;
}

/** What a whole generation holds; a scrub compares. */
export interface Manifest extends Omit<SnapshotInfo, 'size'> {
  readonly format: number;
  readonly sourceId: string;
  /** Records by kind, and `index` for all index entries. */
  readonly contents: Readonly<Record<string, Contents>>;
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

/** An import under way; durable with every page. */
export interface ImportState {
  readonly format: number;
  readonly generation: number;
  readonly sourceId: string;
  readonly startedAt: Instant;
  /** What is being read; then `index` (all pages are in) and `check` (the indexes too). */
  readonly kind: RecordKind | 'index' | 'check';
  readonly cursor: string | null;
  /** Records written so far, by kind. */
  readonly written: Readonly<Record<string, number>>;
  readonly rejected: SnapshotInfo['rejected'];
  readonly rejectedCount: number;
}

const padded = (generation: number): string => String(generation).padStart(8, '0');

export const generationPrefix = (generation: number): string => `g/${padded(generation)}/`;
export const manifestKey = (generation: number): string => `${generationPrefix(generation)}m`;
export const recordPrefix = (generation: number, kind: RecordKind): string =>
  `${generationPrefix(generation)}r/${kind}/`;
/** SKUs, e-mail addresses and the like are found whatever their case, as Magento's database finds them. */
export const recordKey = (generation: number, kind: RecordKind, key: string | number): string =>
  recordPrefix(generation, kind) + String(key).toLowerCase();

export const indexPrefix = (generation: number): string => `${generationPrefix(generation)}i/`;
export type LookupIndex = 'id' | 'barcode' | 'plu' | 'parent' | 'email' | 'phone' | 'list';
export const indexKey = (generation: number, index: LookupIndex, key: string | number): string =>
  `${indexPrefix(generation)}${index}/${String(key).toLowerCase()}`;

/** The first key after all that begin with `prefix`. */
export const after = (prefix: string): string => `${prefix}\u{10ffff}`;
export const range = (prefix: string): { from: string; before: string } => ({ from: prefix, before: after(prefix) });
