/**
 * How fast a catalogue is imported into LevelDB, what it takes on disk and in memory, how long a key press waits meanwhile, and
 * how fast articles are found afterwards. Beside it, what is measured against: the same products and stock as JSON into the same
 * database, each under its key, with no index and no check.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openLevelStore } from '../src/platform/level-store.ts';
import { silentLogger } from '../src/platform/log.ts';
import { SystemClock } from '../src/platform/system-clock.ts';
import { estimateSize } from '../src/snapshot/estimate.ts';
import { importSnapshot } from '../src/snapshot/import.ts';
import { blockKey } from '../src/snapshot/layout.ts';
import { openSnapshot } from '../src/snapshot/snapshot.ts';
import { openSnapshotStore } from '../src/snapshot/snapshot-store.ts';
import { type BenchContext, bench, bytesIn, timed } from './kit/bench.ts';
import { atLeast, atMost, row, type Table, times, value } from './kit/result.ts';
import { noChromium, openBrowserTill } from './rivals/browser-till.ts';
import { noSqlite, openSqliteTill } from './rivals/sqlite-till.ts';
import { article, LargeShop, twoBeginnings } from './tools/large-shop.ts';

const lookups = 20_000;
const searches = 500;
/** More take the browser minutes. */
const mostInBrowser = 100_000;
const clock = new SystemClock();

function each(count: number, task: (index: number) => unknown): number[] {
  return Array.from({ length: count }, (_, index) => {
    const start = clock.monotonic();
    if (task(index) === undefined) throw new Error(`lookup ${index} found nothing`);
    return clock.monotonic() - start;
  });
}

/** Milliseconds that the bare database takes for a share of the products; times its reciprocal: for all. */
async function bareImport(products: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'snapshot-bare-'));
  const store = await openLevelStore(folder, { createIfMissing: true });
  const source = new LargeShop(products);
  const encoder = new TextEncoder();
  const start = clock.monotonic();
  try {
    for (const kind of ['product', 'source-stock'] as const) {
      for (let cursor: string | null = '0'; cursor !== null; ) {
        const page: Awaited<ReturnType<typeof source.page>> = await source.page(kind, cursor);
        const changes = page.records.flatMap((entry) =>
          entry.ok
            ? [
                {
                  type: 'put',
                  key: `${kind}/${entry.key}`,
                  value: encoder.encode(JSON.stringify(entry.record)),
                } as const,
              ]
            : [],
        );
        await store.write(changes, { durable: false });
        cursor = page.next;
      }
    }
    return clock.monotonic() - start;
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
}

interface Rival {
  /** Articles a second. */
  readonly rate: number;
  /** Milliseconds each look-up by barcode took. */
  readonly found: readonly number[];
}

/** The same articles, a thousand a transaction. */
async function sqliteCatalogue(products: number, some: (index: number) => number): Promise<Rival | null> {
  const folder = await mkdtemp(join(tmpdir(), 'snapshot-sqlite-'));
  const till = openSqliteTill(folder);
  try {
    if (till === null) return null;
    let took = 0;
    for (let from = 1; from <= products; from += 1000) {
      const rows = Array.from({ length: Math.min(1000, products - from + 1) }, (_, index) => article(from + index));
      took += await timed(clock, () =>
        till.importArticles(
          rows.map((row) => ({ sku: row.sku, barcode: row.barcodes[0] ?? '', json: JSON.stringify(row) })),
        ),
      );
    }
    // The index is made at the first look-up: later is quicker, and it counts as importing.
    took += await timed(clock, () => till.byBarcode(article(1).barcodes[0] ?? ''));
    const found = each(lookups, (index) => till.byBarcode(article(some(index + 3)).barcodes[0] ?? ''));
    return { rate: (products / took) * 1000, found };
  } finally {
    till?.close();
    await rm(folder, { recursive: true });
  }
}

async function browserCatalogue(products: number, some: (index: number) => number): Promise<Rival | null> {
  const till = await openBrowserTill();
  if (till === null) return null;
  try {
    const took = await till.importArticles(products);
    const codes = Array.from({ length: 2000 }, (_, index) => article(some(index + 3)).barcodes[0] ?? '');
    return { rate: (products / took) * 1000, found: await till.lookUp(codes) };
  } finally {
    await till.close();
  }
}

async function measure(products: number, progress: BenchContext['progress']): Promise<readonly Table[]> {
  const folder = await mkdtemp(join(tmpdir(), 'snapshot-bench-'));
  const store = await openSnapshotStore(folder, silentLogger);
  try {
    progress(`importing ${products} products`);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const estimate = await estimateSize((kind) => new LargeShop(products).page(kind, null), null);
    const cpu = process.cpuUsage();
    const common = { store, clock, log: silentLogger };
    const start = clock.monotonic();
    const info = await importSnapshot({ ...common, source: new LargeShop(products), sourceId: 'bench', budget: 1e12 });
    const took = clock.monotonic() - start;
    const busy = process.cpuUsage(cpu);
    delay.disable();
    progress('importing without index and check');
    const bareTook = await bareImport(products);
    const { catalogue } = await openSnapshot(common);
    const some = (index: number): number => 1 + ((index * 7919) % products);
    const one = JSON.stringify(article(1));
    progress('looking up');
    const bare = each(lookups, (index) => {
      const value = store.get(blockKey(info.generation, 'product', index % 100));
      return value && JSON.parse(one);
    });
    const bySku = each(lookups, (index) => catalogue.bySku(article(some(index)).sku));
    const byBarcode = each(lookups, (index) => catalogue.byBarcode(article(some(index + 3)).barcodes[0] ?? ''));
    const byName = each(searches, (index) => catalogue.search(article(some(index)).name, 10)[0]);
    const byBeginning = each(searches, (index) => catalogue.search(twoBeginnings(index), 10));
    const disk = await bytesIn(folder);
    const sqlite = await sqliteCatalogue(products, some);
    const browser = products > mostInBrowser ? null : await browserCatalogue(products, some);
    const missing = [
      ...(sqlite === null ? [noSqlite] : []),
      ...(browser !== null ? [] : [products > mostInBrowser ? 'So many were not put into the browser.' : noChromium]),
    ];
    const bareRate = row('bare puts of the same JSON', value((products / bareTook) * 1000, '/s'));
    const bareGet = row('bare get and parse', times(bare, 'µs'));
    return [
      {
        id: `import-${products}`,
        title: `Import of ${products} products`,
        rows: [
          bareRate,
          row('with indexes and checks', value((products / took) * 1000, '/s'), bareRate, atLeast('value', 50_000)),
          ...(sqlite === null ? [] : [row('SQLite, one row and two indexes', value(sqlite.rate, '/s'), bareRate)]),
          ...(browser === null ? [] : [row('IndexedDB in Chromium', value(browser.rate, '/s'), bareRate)]),
        ],
        notes: [
          `On disk ${(disk / 1e6).toFixed(1)} MB (${Math.round(disk / products)} bytes a product; estimated ${(estimate / 1e6).toFixed(1)} MB before), ` +
            `${((busy.user + busy.system) / products).toFixed(0)} µs of processor a product.`,
          `The event loop was held up ${(delay.percentile(99) / 1e6).toFixed(0)} ms at p99, ${(delay.max / 1e6).toFixed(0)} ms at most.`,
          ...missing,
        ],
      },
      {
        id: `lookup-${products}`,
        title: `Looking up among ${products} products`,
        rows: [
          bareGet,
          row('by SKU', times(bySku, 'µs'), bareGet),
          row('by barcode', times(byBarcode, 'µs'), bareGet, atMost('p99', 1000)),
          ...(sqlite === null ? [] : [row('by barcode, SQLite', times(sqlite.found, 'µs'), bareGet)]),
          ...(browser === null ? [] : [row('by barcode, IndexedDB', times(browser.found, 'µs'), bareGet)]),
          row('by a whole name', times(byName, 'µs'), bareGet),
          row('by two beginnings of words', times(byBeginning, 'µs'), bareGet),
        ],
        notes: [],
      },
    ];
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
}

await bench(
  { name: 'catalogue', title: 'The shop’s catalogue on the terminal' },
  async ({ quick, numbers, progress }) => {
    const tables: Table[] = [];
    const usual = quick ? [20_000] : [20_000, 100_000];
    for (const products of numbers.length > 0 ? numbers : usual) tables.push(...(await measure(products, progress)));
    return tables;
  },
);
