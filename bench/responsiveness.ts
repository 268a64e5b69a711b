/**
 * How long a key press waits while the till is busy with its copy of the shop: a press every ten milliseconds, each with a
 * scanned article to look up, while a snapshot is taken, read through, and brought up to date. Beside it a thread with nothing
 * else to do presses as often: what that one waits is the machine's doing, not ours.
 *
 *     node dist/bench/responsiveness.js [products]        default: 100000
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
import { article, LargeShop } from './tools/large-shop.ts';

const clock = new SystemClock();
const pause = milliseconds(10);
/** Milliseconds of our own; ten times that is a failure, whatever else the machine does. */
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

function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function tell(what: string, { ours, idle }: { readonly ours: number[]; readonly idle: number[] }): boolean {
  const [late, machine] = [percentile(ours, 0.99), percentile(idle, 0.99)];
  const own = late - machine;
  const columns = [ours.length, percentile(ours, 0.5), percentile(ours, 0.95), late, Math.max(...ours), machine, own];
  console.log(`${what.padEnd(24)}${columns.map((each) => each.toFixed(1).padStart(9)).join('')}`);
  return own <= goal * 10;
}

async function measure(products: number): Promise<boolean> {
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
    console.log('milliseconds late           presses   median      p95      p99      max  machine      own');
    const results = [
      tell('while it is taken', await beside(take, scan(snapshot))),
      tell('while it is read through', await beside(() => snapshot.scrub({ pause: milliseconds(0) }), scan(snapshot))),
      tell('while much changes', await beside(() => change(snapshot, products), scan(snapshot))),
    ];
    return results.every(Boolean);
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
  const [products = '100000'] = process.argv.slice(2).filter((argument) => /^\d+$/.test(argument));
  if (!(await measure(Number(products)))) {
    console.error(`A key press waited ten times longer for us than the ${goal} ms that are the goal.`);
    process.exit(1);
  }
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
