import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ControlClient } from '../src/control/client.ts';
import { openJournal } from '../src/journal/open-journal.ts';
import { milliseconds } from '../src/platform/clock.ts';
import { silentLogger } from '../src/platform/log.ts';
import type { SystemClock } from '../src/platform/system-clock.ts';
import { tillConfig } from '../src/showroom/till-config.ts';
import { importSnapshot } from '../src/snapshot/import.ts';
import { openSnapshotStore } from '../src/snapshot/snapshot-store.ts';
import { sampleSale, sampleTerminal } from '../test/journal/sample-sale.ts';
import { type BenchContext, bench } from './kit/bench.ts';
import { type Memory, memoryOf } from './kit/memory.ts';
import { atMost, type Row, row, type Table, times, value } from './kit/result.ts';
import { tillEnvironment } from './kit/till-environment.ts';
import { openBrowserTill } from './rivals/browser-till.ts';
import { article, LargeShop } from './tools/large-shop.ts';

/**
 * The whole daemon as a process of its own, with ten thousand sales that are not in Magento (which can't be reached) and a
 * copy of a shop: from its start to "ready to sell", and the memory it takes after many prices were asked for. Beside it what a
 * bare Node process and a browser with as many articles take.
 */
const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const unconfirmed = 10_000;
const memoryWords =
  'Resident: all that is mapped, with Node’s program (46 MB) and the pages of tables that were read, which the system takes back when it needs them. Its own: what it can’t take back.';

interface Measured extends Memory {
  /** Milliseconds from spawning to "ready to sell". */
  readonly ready: number[];
}

async function measureDaemon(products: number, { quick, clock, progress }: BenchContext): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-daemon-'));
  try {
    progress(`a terminal with ${products} products and ${unconfirmed} unconfirmed sales`);
    const configuration = join(folder, 'terminal.json');
    await fill(folder, products, clock);
    // Nothing listens on the ports: no device is there, and the shop can't be reached.
    const nowhere = { shop: 9, keypad: 9, display: 9, printer: 9, scanner: 9, cardTerminal: 9 };
    await writeFile(configuration, JSON.stringify({ ...tillConfig(nowhere, folder, 'none'), devices: {} }));
    const ready: number[] = [];
    let memory: Memory = { resident: 0, proportional: 0, own: 0 };
    for (let round = 0; round < (quick ? 2 : 4); round++) {
      const started = clock.monotonic();
      const daemon = await start(configuration);
      ready.push(clock.monotonic() - started);
      try {
        if (round === 0) memory = await use(daemon.pid, folder, products, quick ? 500 : 5000, clock);
      } finally {
        await daemon.stop();
      }
    }
    return { ready, ...memory };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function fill(dataDir: string, products: number, clock: SystemClock): Promise<void> {
  const log = silentLogger;
  const { journal } = await openJournal({ dataDir, terminalId: sampleTerminal, clock, log, provision: true });
  for (let n = 1; n <= unconfirmed; n += 64) {
    const group = Array.from({ length: Math.min(64, unconfirmed - n + 1) }, (_, k) => sampleSale({ counter: n + k }));
    await Promise.all(group.map((sale) => journal.append({ kind: 'sale', sale })));
  }
  await journal.close();
  const store = await openSnapshotStore(join(dataDir, 'snapshot'), log);
  await importSnapshot({ store, clock, log, source: new LargeShop(products), sourceId: 'bench', budget: 1e12 });
  await store.close();
}

interface Daemon {
  readonly pid: number;
  stop(): Promise<void>;
}

async function start(configuration: string): Promise<Daemon> {
  const child = spawn(process.execPath, [main, 'run', '--config', configuration], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...tillEnvironment() },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => line.includes('ready to sell') && resolve());
    child.once('exit', () => reject(new Error('the daemon ended before it was ready')));
  });
  return {
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Asks for many prices, waits until nothing moves any more, and looks at the memory. */
async function use(pid: number, dataDir: string, products: number, questions: number, clock: SystemClock) {
  const client = new ControlClient(join(dataDir, 'control.sock'));
  for (let index = 0; index < questions; index++) {
    const code = article(1 + ((index * 7919) % products)).sku;
    await client.explainPrice({ code, quantity: 1, customerGroupId: 0, coupon: null, at: null });
  }
  await clock.sleep(milliseconds(2000));
  return memoryOf(pid);
}

async function bareNode(clock: SystemClock): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await clock.sleep(milliseconds(1500));
  const size = memoryOf(child.pid ?? 0).resident;
  child.kill();
  return size;
}

await bench({ name: 'daemon', title: 'The whole terminal: start and memory' }, async (context) => {
  const { quick, numbers, clock, progress } = context;
  const sizes = numbers.length > 0 ? numbers : quick ? [20_000] : [20_000, 100_000, 1_000_000];
  const node = row('a bare Node process', value(await bareNode(clock), 'MB'));
  const starts: Row[] = [];
  const memory: Row[] = [node];
  const goals = new Map([
    [100_000, 110],
    [1_000_000, 150],
  ]);
  for (const products of sizes) {
    const { ready, resident, proportional, own } = await measureDaemon(products, context);
    starts.push(row(`${products} products`, times(ready), starts[0] ?? null, atMost('median', 1000)));
    const goal = goals.get(products);
    const words = `${products} products, resident`;
    memory.push(row(words, value(resident, 'MB'), node, goal === undefined ? null : atMost('value', goal)));
    memory.push(row(`${products} products, proportional`, value(proportional, 'MB'), node));
    memory.push(row(`${products} products, its own`, value(own, 'MB'), node));
  }
  progress('a browser with 20000 articles');
  const browser = await openBrowserTill();
  if (browser !== null) {
    await browser.importArticles(20_000);
    memory.push(row('Chromium, 20000 articles, proportional', value(await browser.memory(), 'MB'), node));
    await browser.close();
  }
  const tables: Table[] = [
    { id: 'ready', title: `From start to ready to sell, ${unconfirmed} unconfirmed sales`, rows: starts, notes: [] },
    { id: 'memory', title: 'Memory after thousands of prices', rows: memory, notes: [memoryWords] },
  ];
  return tables;
});
