/**
 * How long a key press waits while the till is busy with its copy of the shop: a press every ten milliseconds, each with a
 * scanned article to look up, while a snapshot is taken, read through, and brought up to date. Beside it a thread with nothing
 * else to do presses as often: what that one waits is the machine's doing, not ours.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { milliseconds } from '../src/platform/clock.ts';
import { openLevelStore } from '../src/platform/level-store.ts';
import { silentLogger as log } from '../src/platform/log.ts';
import { createPacer } from '../src/platform/pacer.ts';
import { SystemClock } from '../src/platform/system-clock.ts';
import { importSnapshot } from '../src/snapshot/import.ts';
import { openSnapshot, type Snapshot } from '../src/snapshot/snapshot.ts';
import { type BenchContext, bench } from './kit/bench.ts';
import { atMost, percentile, type Row, row, type Table, times, value } from './kit/result.ts';
import { article, LargeShop } from './tools/large-shop.ts';

const clock = new SystemClock();
const pause = milliseconds(10);
/** Milliseconds of our own. */
const goal = 20;

/** Presses a key every ten milliseconds until `ended`; how many milliseconds late each was dealt with. */
async function press(ended: () => boolean, look: (count: number) => void): Promise<number[]> {
  const late: number[] = [];
  for (let count = 0; !ended(); count++) {
    const due = clock.monotonic() + pause;
    await clock.sleep(pause);
    look(count);
    late.push(clock.monotonic() - due);
  }
  return late;
}

/** Presses beside some work, and in a thread of its own; both go on for at least fifty presses. */
async function beside(
  work: () => Promise<unknown>,
  look: (count: number) => void,
): Promise<{ readonly ours: number[]; readonly idle: number[] }> {
  const other = new Worker(new URL(import.meta.url));
  await new Promise((resolve) => other.once('online', resolve));
  let done = false;
  const worked = work().finally(() => {
    done = true;
  });
  const ours = await press(() => done, look);
  await worked;
  const idle = new Promise<number[]>((resolve) => other.once('message', resolve));
  other.postMessage('end');
  return { ours, idle: await idle };
}

function rowsOf(what: string, { ours, idle }: { readonly ours: number[]; readonly idle: number[] }): readonly Row[] {
  const machine = row(`${what}: a thread with nothing to do`, times(idle));
  const own = percentile(ours, 0.99) - percentile(idle, 0.99);
  return [
    machine,
    row(what, times(ours), machine),
    row(`${what}: of our own, at p99`, value(Math.max(0, own), 'ms'), null, atMost('value', goal)),
  ];
}

async function measure({ quick, numbers, progress }: BenchContext): Promise<readonly Table[]> {
  const [products = quick ? 20_000 : 100_000] = numbers;
  const folder = await mkdtemp(join(tmpdir(), 'responsiveness-'));
  const store = await openLevelStore(folder, { createIfMissing: true });
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
    progress('while much changes');
    rows.push(...rowsOf('taking in changes', await beside(() => change(snapshot, products), scan(snapshot))));
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
