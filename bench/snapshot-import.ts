/**
 * How fast a catalogue is imported into LevelDB, what it takes on disk and in memory, how long a key press waits meanwhile, and
 * how fast articles are found afterwards.
 *
 *     node dist/bench/snapshot-import.js [products …]        default: 20000 100000
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { sku } from '../src/platform/ids.ts';
import { openLevelStore } from '../src/platform/level-store.ts';
import { silentLogger } from '../src/platform/log.ts';
import { SystemClock } from '../src/platform/system-clock.ts';
import type { ProductRecord } from '../src/snapshot/catalogue.ts';
import { estimateSize } from '../src/snapshot/estimate.ts';
import { importSnapshot } from '../src/snapshot/import.ts';
import { blockKey } from '../src/snapshot/layout.ts';
import type { RecordKind, ShopPage, ShopRecord, ShopSource } from '../src/snapshot/shop-source.ts';
import { openSnapshot } from '../src/snapshot/snapshot.ts';

const pageSize = 300;
const lookups = 20_000;
const searches = 500;
const clock = new SystemClock();

const nouns = [
  'Kaffee',
  'Tee',
  'Müsli',
  'Schokolade',
  'Hemd',
  'Hose',
  'Tasse',
  'Kerze',
  'Lampe',
  'Seife',
  'Brot',
  'Honig',
];
const kinds = ['Bio', 'fein', 'rot', 'blau', 'groß', 'klein', 'Natur', 'Premium', 'Klassik', 'mild', 'kräftig', 'neu'];
const word = (list: readonly string[], seed: number): string => list[seed % list.length] ?? '';

/** As large and as varied as the recorded shop's products are: a record of about a kilobyte. */
function article(id: number): ProductRecord {
  const code = String(id).padStart(10, '0');
  const attributes = {
    url_key: `article-${code}`,
    options_container: 'container2',
    msrp_display_actual_price_type: '0',
    required_options: '0',
    has_options: '0',
    ean: `40${code}1`,
    tax_class_id: '2',
    category_ids: ['3', String(4 + (id % 20))],
    short_description: `${word(kinds, id)} ${word(nouns, id * 7)} of the house, number ${id}`,
  };
  return {
    id,
    sku: sku(`ART-${code}`),
    type: 'simple',
    attributeSetId: 4,
    taxClassId: 2,
    weight: 1.2,
    categoryIds: [3, 4 + (id % 20)],
    price: 1 + (id % 5000) / 100,
    specialPrice: id % 10 === 0 ? { price: 0.99, from: '2026-01-01', to: null } : null,
    tierPrices:
      id % 8 === 0
        ? [{ customerGroupId: null, quantity: 10, value: { type: 'percent', percent: 5 }, websiteId: 0 }]
        : [],
    cataloguePrices: [],
    attributes,
    configurable: null,
    bundle: null,
    name: `${word(nouns, id)} ${word(kinds, id * 5)} ${word(kinds, id * 11)} ${id}`,
    enabled: true,
    visibility: 4,
    barcodes: [`40${code}1`],
    plu: String(id),
    decimalQuantity: false,
    updatedAt: '2026-11-23 05:37:26',
    parent: null,
  };
}

class LargeShop implements ShopSource {
  readonly #products: number;

  constructor(products: number) {
    this.#products = products;
  }

  async page<Kind extends RecordKind>(kind: Kind, cursor: string | null): Promise<ShopPage<Kind>> {
    const at = Number(cursor ?? 0);
    const all = kind === 'settings' ? 1 : kind === 'product' || kind === 'source-stock' ? this.#products : 0;
    const records = Array.from({ length: Math.min(pageSize, all - at) }, (_, index) => record(kind, at + index + 1));
    const end = at + records.length;
    // Made for the kind asked for; the compiler can't follow.
    return { records: records as unknown as ShopRecord<Kind>[], next: end < all ? String(end) : null, total: all };
  }
}

function record(kind: RecordKind, id: number): { ok: true; key: string; record: unknown } {
  const product = article(id);
  const stock = { sku: product.sku, sourceCode: 'store', quantity: 10, inStock: true };
  return { ok: true, key: product.sku, record: kind === 'product' ? product : kind === 'settings' ? {} : stock };
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) bytes += (await stat(join(folder, name))).size;
  return bytes;
}

function percentile(times: number[], share: number): string {
  times.sort((a, b) => a - b);
  return `${(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(3)} ms`;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function timed(count: number, task: (index: number) => unknown): number[] {
  return Array.from({ length: count }, (_, index) => {
    const start = clock.monotonic();
    if (task(index) === undefined) throw new Error(`lookup ${index} found nothing`);
    return clock.monotonic() - start;
  });
}

async function measure(products: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'snapshot-bench-'));
  const store = await openLevelStore(folder, { createIfMissing: true });
  try {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const estimate = await estimateSize((kind) => new LargeShop(products).page(kind, null), null);
    const start = clock.monotonic();
    const common = { store, clock, log: silentLogger };
    const info = await importSnapshot({ ...common, source: new LargeShop(products), sourceId: 'bench', budget: 1e12 });
    const took = (clock.monotonic() - start) / 1000;
    delay.disable();
    const { catalogue } = await openSnapshot(common);
    const some = (index: number): number => 1 + ((index * 7919) % products);
    const one = JSON.stringify(article(1));
    const bare = timed(lookups, (index) => {
      const value = store.get(blockKey(info.generation, 'product', index % 100));
      return value && JSON.parse(one);
    });
    const bySku = timed(lookups, (index) => catalogue.bySku(article(some(index)).sku));
    const byBarcode = timed(lookups, (index) => catalogue.byBarcode(article(some(index + 3)).barcodes[0] ?? ''));
    const byName = timed(searches, (index) => catalogue.search(article(some(index)).name, 10)[0]);
    const byBeginning = timed(searches, (index) =>
      catalogue.search(`${word(nouns, index).slice(0, 3)} ${word(kinds, index).slice(0, 2)}`, 10),
    );
    const disk = await bytesIn(folder);
    console.log(
      `${products} products: imported in ${took.toFixed(1)} s (${Math.round(products / took)}/s), ` +
        `${(disk / 1e6).toFixed(1)} MB on disk (estimated ${(estimate / 1e6).toFixed(1)}, said ${(info.size / 1e6).toFixed(1)}, ${Math.round(disk / products)} bytes a product), ` +
        `event loop held up at most ${(delay.max / 1e6).toFixed(0)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(0)} ms, ` +
        `RSS ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB\n` +
        `  median lookup by SKU takes ${(median(bySku) / median(bare)).toFixed(2)} times a bare get and parse\n` +
        `  p99: SKU ${percentile(bySku, 0.99)}, barcode ${percentile(byBarcode, 0.99)}, ` +
        `whole name ${percentile(byName, 0.99)}, two beginnings ${percentile(byBeginning, 0.99)}`,
    );
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
}

const sizes = process.argv.slice(2).map(Number);
for (const products of sizes.length > 0 ? sizes : [20_000, 100_000]) await measure(products);
