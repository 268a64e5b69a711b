import type { ProductRecord } from './catalogue.ts';
import { sealJson } from './envelope.ts';
import type { Manifest } from './layout.ts';
import type { RecordKind, ShopPage, ShopRecord } from './shop-source.ts';
import { namedWords } from './words.ts';

/** Kinds that come in numbers; the rest does not matter beside them. */
const manyKinds: readonly RecordKind[] = ['product', 'customer', 'source-stock'];
/** Bytes of keys and envelopes that come with a record, by measure: its own key, its id, code and parent entries. */
const keysOfRecord = 160;
/** Bytes an indexed word takes while the words are being sorted. */
const wordEntry = 45;
/** What remains on disk of what is written, before this terminal has a figure of its own: LevelDB compresses with Snappy. */
const compression = 0.6;
const smallest = 200_000;

/**
 * Bytes on disk that a snapshot of the shop would take: the first page of each kind, times how many there are. The share that
 * compression saves is taken from the snapshot in use, if there is one. Without a count from the shop only what is seen counts.
 */
export async function estimateSize(
  firstPage: (kind: RecordKind) => Promise<ShopPage<RecordKind>>,
  inUse: Pick<Manifest, 'rawSize' | 'size'> | null,
): Promise<number> {
  let raw = 0;
  for (const kind of manyKinds) {
    const page = await firstPage(kind);
    if (page.records.length === 0) continue;
    const sample = page.records.reduce((sum, record) => sum + bytesOf(kind, record), 0);
    raw += (sample / page.records.length) * Math.max(page.total ?? 0, page.records.length);
  }
  const share = inUse !== null && inUse.rawSize > 0 && inUse.size > 0 ? inUse.size / inUse.rawSize : compression;
  return Math.max(smallest, Math.round(raw * share));
}

function bytesOf(kind: RecordKind, record: ShopRecord<RecordKind>): number {
  if (!record.ok) return 0;
  const name = kind === 'product' ? (record.record as ProductRecord).name : '';
  return sealJson('', record.record).length + keysOfRecord + namedWords(name).length * wordEntry;
}
