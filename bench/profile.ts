/**
 * Where the time goes: the processor's time of a commit, a look-up and an import by the function it is spent in, as V8's sampling
 * profiler sees the main thread. What LevelDB does on its own threads is not in it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { type Profiler, Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../src/journal/open-journal.ts';
import { silentLogger as log } from '../src/platform/log.ts';
import { SystemClock } from '../src/platform/system-clock.ts';
import { importSnapshot } from '../src/snapshot/import.ts';
import { openSnapshot } from '../src/snapshot/snapshot.ts';
import { openSnapshotStore } from '../src/snapshot/snapshot-store.ts';
import { sampleSale, sampleTerminal } from '../test/journal/sample-sale.ts';
import { type BenchContext, bench } from './kit/bench.ts';
import { row, type Table, value } from './kit/result.ts';
import { article, LargeShop } from './tools/large-shop.ts';

const clock = new SystemClock();
/** Rows of a table. */
const shown = 10;

async function profiled(id: string, title: string, task: () => Promise<unknown>): Promise<Table> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  await task();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const spent = spentIn(profile);
  // Starting the profiler is not what was asked.
  spent.delete('profiled, bench/profile');
  const waiting = spent.get(idle) ?? 0;
  spent.delete(idle);
  const busy = [...spent.values()].reduce((sum, time) => sum + time, 0);
  const most = [...spent].sort((one, other) => other[1] - one[1]).slice(0, shown);
  const rest = busy - most.reduce((sum, [, time]) => sum + time, 0);
  return {
    id,
    title,
    rows: [
      ...most.map(([where, time]) => row(where, value((time / busy) * 100, '%'))),
      row('everything else', value((rest / busy) * 100, '%')),
    ],
    notes: [`Besides, the main thread waited ${((waiting / (busy + waiting)) * 100).toFixed(0)} % of the time.`],
  };
}

const idle = 'waiting';

/** Microseconds by function and file; what V8 and Node do for a function counts as its own. */
function spentIn({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const spent = new Map<string, number>();
  for (const [index, sample] of samples.entries()) {
    let node = byId.get(sample);
    while (node !== undefined && !isNamed(node.callFrame)) node = byId.get(callers.get(node.id) ?? -1);
    const name = node === undefined ? 'Node itself' : nameOf(node.callFrame);
    spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return spent;
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
}

const isNamed = ({ functionName, url }: CallFrame): boolean =>
  url.startsWith('file:') ||
  url.includes('node_modules') ||
  /^\((idle|garbage collector|program)\)$/.test(functionName);

function nameOf({ functionName, url }: CallFrame): string {
  if (functionName === '(idle)') return idle;
  if (functionName === '(garbage collector)') return 'collecting garbage';
  if (functionName === '(program)') return 'Node itself';
  const [, file = url] = /(?:node_modules|dist)\/(.*)\.js$/.exec(url) ?? [];
  return `${functionName || 'a function'}, ${file.replace(/^src\//, '')}`;
}

async function measure({ quick, progress }: BenchContext): Promise<readonly Table[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-profile-'));
  try {
    const sales = quick ? 300 : 3000;
    const dataDir = join(folder, 'journal');
    const { journal } = await openJournal({ dataDir, terminalId: sampleTerminal, clock, log, provision: true });
    progress(`${sales} sales`);
    const commit = await profiled('commit', `${sales} sales, one after the other`, async () => {
      for (let counter = 1; counter <= sales; counter += 1) {
        await journal.append({ kind: 'sale', sale: sampleSale({ counter }) });
      }
    });
    await journal.close();
    const products = quick ? 10_000 : 100_000;
    const store = await openSnapshotStore(join(folder, 'shop'), log);
    progress(`${products} products`);
    const taken = await profiled('import', `${products} products taken over`, () =>
      importSnapshot({ store, clock, log, source: new LargeShop(products), sourceId: 'bench', budget: 1e12 }),
    );
    const { catalogue } = await openSnapshot({ store, clock, log });
    const scans = quick ? 5000 : 50_000;
    progress(`${scans} scans`);
    const scanned = await profiled('lookup', `${scans} scans among ${products} products`, async () => {
      for (let count = 0; count < scans; count += 1) {
        const code = article(1 + ((count * 7919) % products)).barcodes[0] ?? '';
        if (catalogue.byBarcode(code) === undefined) throw new Error(`nothing has the code ${code}`);
      }
    });
    await store.close();
    return [commit, scanned, taken];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await bench({ name: 'profile', title: 'Where the time goes' }, measure);
