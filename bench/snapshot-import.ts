/**
 * How fast a catalogue is imported into LevelDB, what it takes on disk and in memory, how long a key press waits meanwhile, and
 * how fast articles are found afterwards. Beside it, what is measured against: the same products and stock as JSON into the same
 * database, each under its key, with no index and no check.
 *
 *     node dist/bench/snapshot-import.js [products …]        default: 20000 100000
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
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
import { article, LargeShop, twoBeginnings } from './tools/large-shop.ts';

const lookups = 20_000;
const searches = 500;
const clock = new SystemClock();

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

async function measure(products: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'snapshot-bench-'));
  const store = await openLevelStore(folder, { createIfMissing: true });
  try {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const estimate = await estimateSize((kind) => new LargeShop(products).page(kind, null), null);
    const start = clock.monotonic();
    const cpu = process.cpuUsage();
    const common = { store, clock, log: silentLogger };
    const info = await importSnapshot({ ...common, source: new LargeShop(products), sourceId: 'bench', budget: 1e12 });
    const took = (clock.monotonic() - start) / 1000;
    const busy = process.cpuUsage(cpu);
    delay.disable();
    const bareTook = (await bareImport(products)) / 1000;
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
    const byBeginning = timed(searches, (index) => catalogue.search(twoBeginnings(index), 10));
    const disk = await bytesIn(folder);
    console.log(
      `${products} products: imported in ${took.toFixed(1)} s (${Math.round(products / took)}/s), ` +
        `${(disk / 1e6).toFixed(1)} MB on disk (estimated ${(estimate / 1e6).toFixed(1)}, said ${(info.size / 1e6).toFixed(1)}, ${Math.round(disk / products)} bytes a product), ` +
        `event loop held up at most ${(delay.max / 1e6).toFixed(0)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(0)} ms, ` +
        `RSS ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB\n` +
        `  ${(took / bareTook).toFixed(2)} times what bare puts take, ${((busy.user + busy.system) / products).toFixed(0)} µs of processor for each product\n` +
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
