/**
 * How long a key press waits while the till is busy: a press every ten milliseconds, each with a
 * scanned article to look up, while a snapshot is taken, read through, compacted and brought up to date, and while ten thousand
 * sales are delivered and the journal is read through. Beside it a thread with nothing else to do presses as often: what that one
 * waits is the machine's doing, not ours.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { openJournal } from '../src/journal/open-journal.ts';
import { milliseconds } from '../src/platform/clock.ts';
import { silentLogger as log } from '../src/platform/log.ts';
import { createPacer } from '../src/platform/pacer.ts';
import { seededRandom } from '../src/platform/seeded-random.ts';
import { SystemClock } from '../src/platform/system-clock.ts';
import { importSnapshot } from '../src/snapshot/import.ts';
import { openSnapshot, type Snapshot } from '../src/snapshot/snapshot.ts';
import { openSnapshotStore } from '../src/snapshot/snapshot-store.ts';
import { createOutbox } from '../src/sync/outbox.ts';
import { sampleSale, sampleTerminal } from '../test/journal/sample-sale.ts';
import { type BenchContext, bench } from './kit/bench.ts';
import { atMost, type Figure, percentile, type Row, row, type Table, times, value } from './kit/result.ts';
import { article, LargeShop } from './tools/large-shop.ts';
import { willing } from './tools/willing-lane.ts';

const clock = new SystemClock();
const pause = milliseconds(10);
/** Milliseconds; it takes a tenth of a core, so the whole of it takes minutes. */
const longestScrub = 8000;
const fewestPresses = 50;
/** Milliseconds of our own. */
const goal = 20;

/** Presses a key every ten milliseconds until `ended`; how many milliseconds late each was dealt with. */
async function press(ended: (count: number) => boolean, look: (count: number) => void): Promise<number[]> {
  const late: number[] = [];
  for (let count = 0; !ended(count); count++) {
    const due = clock.monotonic() + pause;
    await clock.sleep(pause);
    look(count);
    late.push(clock.monotonic() - due);
  }
  return late;
}

interface Pressed {
  /** Milliseconds that each press was late. */
  readonly ours: number[];
  readonly idle: number[];
  /** How long the event loop was held up, by Node's own measurement. */
  readonly loop: IntervalHistogram;
}

/** Presses beside some work, and in a thread of its own; both go on for at least fifty presses. */
async function beside(work: () => Promise<unknown>, look: (count: number) => void): Promise<Pressed> {
  const other = new Worker(new URL(import.meta.url));
  await new Promise((resolve) => other.once('online', resolve));
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  let done = false;
  const worked = work().finally(() => {
    done = true;
  });
  const ours = await press((count) => done && count >= fewestPresses, look);
  await worked;
  loop.disable();
  const idle = new Promise<number[]>((resolve) => other.once('message', resolve));
  other.postMessage('end');
  return { ours, idle: await idle, loop };
}

function rowsOf(what: string, { ours, idle, loop }: Pressed): readonly Row[] {
  const machine = row(`${what}: a thread with nothing to do`, times(idle));
  const own = percentile(ours, 0.99) - percentile(idle, 0.99);
  return [
    machine,
    row(what, times(ours), machine),
    row(`${what}: of our own, at p99`, value(Math.max(0, own), 'ms'), null, atMost('value', goal)),
    row(`${what}: event loop held up`, held(loop)),
  ];
}

/** Node counts its timer's own millisecond as well. */
const held = (loop: IntervalHistogram): Figure => ({
  kind: 'times',
  samples: loop.count,
  median: loop.percentile(50) / 1e6,
  p95: loop.percentile(95) / 1e6,
  p99: loop.percentile(99) / 1e6,
  unit: 'ms',
});

async function measure({ quick, numbers, progress }: BenchContext): Promise<readonly Table[]> {
  const [products = quick ? 20_000 : 100_000] = numbers;
  const folder = await mkdtemp(join(tmpdir(), 'responsiveness-'));
  const store = await openSnapshotStore(folder, log);
  const common = { store, clock, log };
  const take = () => importSnapshot({ ...common, source: new LargeShop(products), sourceId: 'bench', budget: 1e12 });
  const scan = (snapshot: Snapshot) => (count: number) => {
    const code = article(1 + ((count * 7919) % products)).barcodes[0] ?? '';
    if (snapshot.catalogue.byBarcode(code) === undefined) throw new Error(`nothing has the code ${code}`);
  };
  try {
    await take();
    const snapshot = await openSnapshot(common);
    const rows: Row[] = [];
    progress('while the shop is copied');
    rows.push(...rowsOf('copying the shop', await beside(take, scan(snapshot))));
    progress('while the copy is read through');
    rows.push(
      ...rowsOf('reading it through', await beside(() => snapshot.scrub({ pause: milliseconds(0) }), scan(snapshot))),
    );
    progress('while it is compacted');
    rows.push(...rowsOf('compacting it', await beside(() => store.compact('', '\uffff'), scan(snapshot))));
    progress('while much changes');
    rows.push(...rowsOf('taking in changes', await beside(() => change(snapshot, products), scan(snapshot))));
    rows.push(...(await besideJournal(quick ? 1000 : 10_000, scan(snapshot), progress)));
    return [
      {
        id: 'key-press',
        title: `How late a key press with a scan is dealt with, ${products} products`,
        rows,
        notes: ['A press every ten milliseconds; what a thread with nothing to do waits is the machine’s doing.'],
      },
    ];
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
}

/** Delivering so many sales, and reading both copies of them through and comparing them. */
async function besideJournal(
  sales: number,
  look: (count: number) => void,
  progress: BenchContext['progress'],
): Promise<readonly Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'responsiveness-journal-'));
  const { journal } = await openJournal({ dataDir, terminalId: sampleTerminal, clock, log, provision: true });
  try {
    progress(`selling ${sales} times`);
    for (let n = 1; n <= sales; n += 64) {
      const group = Array.from({ length: Math.min(64, sales - n + 1) }, (_, k) => sampleSale({ counter: n + k }));
      await Promise.all(group.map((sale) => journal.append({ kind: 'sale', sale })));
    }
    const outbox = createOutbox({ journal, lane: willing, clock, random: seededRandom(1), log });
    progress(`while ${sales} sales are delivered`);
    const drain = (): Promise<void> =>
      new Promise((resolve) => {
        outbox.onChange(() => {
          if (journal.counts.waiting === 0) resolve();
        });
        outbox.start();
      });
    const draining = rowsOf(`delivering ${sales} sales`, await beside(drain, look));
    await outbox.stop();
    progress('while the journal is read through');
    const scrub = (): Promise<unknown> => journal.scrub(AbortSignal.timeout(longestScrub));
    return [...draining, ...rowsOf('reading the journal through', await beside(scrub, look))];
  } finally {
    await journal.close();
    await rm(dataDir, { recursive: true });
  }
}

/** A hundred deltas of two hundred new prices. */
async function change(snapshot: Snapshot, products: number): Promise<void> {
  const delta = snapshot.inUse?.delta;
  for (let round = 0; round < 100 && delta !== undefined; round++) {
    const changes = Array.from({ length: 200 }, (_, index) => {
      const record = { ...article(1 + ((round * 200 + index) % products)), price: round + 1 };
      return { kind: 'product', key: record.sku, record } as const;
    });
    await delta.apply(changes, delta.marks, createPacer(clock));
  }
}

if (isMainThread) {
  await bench({ name: 'responsiveness', title: 'A key press beside everything else' }, measure);
} else {
  let ended = false;
  parentPort?.once('message', () => {
    ended = true;
  });
  const late = await press(
    () => ended,
    () => {},
  );
  parentPort?.postMessage(late);
}
