/**
 * Whether something has become many times slower: the paths that matter, each beside work that only this machine's speed changes, in
 * turns, medians. Bounds are generous, because other programs run beside it; a ten-fold slip breaks them. Part of `.ci/run`.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame, noPrevious, readStretches, recordOf } from '../src/journal/frame.ts';
import { openJournal } from '../src/journal/open-journal.ts';
import { openLevelStore } from '../src/platform/level-store.ts';
import { silentLogger as log } from '../src/platform/log.ts';
import { SystemClock } from '../src/platform/system-clock.ts';
import { importSnapshot } from '../src/snapshot/import.ts';
import { blockKey } from '../src/snapshot/layout.ts';
import { openSnapshot } from '../src/snapshot/snapshot.ts';
import { sampleSale, sampleStamp, sampleTerminal } from '../test/journal/sample-sale.ts';
import { type BenchContext, bench, timed } from './kit/bench.ts';
import { atMost, percentile, type Row, row, type Table, times } from './kit/result.ts';
import { article, LargeShop } from './tools/large-shop.ts';

const clock = new SystemClock();

interface Path {
  readonly what: string;
  readonly anchor: string;
  /** Where it stands when nothing is wrong, as a ratio; eight times as much fails. */
  readonly usual: number;
  /** One round of each, milliseconds. */
  readonly round: () => Promise<{ readonly ours: number; readonly theirs: number }>;
  readonly rounds: number;
}

const slack = 8;
const scans = 200;

async function judge({ what, anchor, usual, round, rounds }: Path): Promise<readonly Row[]> {
  const ours: number[] = [];
  const theirs: number[] = [];
  const ratios: number[] = [];
  for (let count = 0; count < rounds; count += 1) {
    const taken = await round();
    ours.push(taken.ours);
    theirs.push(taken.theirs);
    ratios.push(taken.ours / taken.theirs);
  }
  const beside = row(`${what}: ${anchor}`, times(theirs));
  // Of each pair, not of the medians: what disturbs both of a pair disturbs its ratio little.
  const ratio = { to: beside.what, times: percentile(ratios, 0.5) };
  return [beside, { ...row(what, times(ours)), ratio, goal: atMost('ratio', usual * slack) }];
}

async function paths(folder: string, quick: boolean): Promise<readonly Path[]> {
  const products = quick ? 3000 : 10_000;
  const journal = await openJournal({
    dataDir: join(folder, 'journal'),
    terminalId: sampleTerminal,
    clock,
    log,
    provision: true,
  });
  const frame = encodeFrame(
    { sequence: 1, stamp: sampleStamp(1), entry: { kind: 'sale', sale: sampleSale({ counter: 1 }) } },
    noPrevious,
  );
  const raw = await open(join(folder, 'raw'), 'a');
  let sold = 0;

  const shop = await openLevelStore(join(folder, 'shop'), { createIfMissing: true });
  const source = new LargeShop(products);
  await importSnapshot({ store: shop, clock, log, source, sourceId: 'guard', budget: 1e12 });
  const { catalogue } = await openSnapshot({ store: shop, clock, log });
  const one = JSON.stringify(article(1));
  let asked = 0;

  const many = await openLevelStore(join(folder, 'many'), { createIfMissing: true });
  let taken = 0;

  return [
    {
      what: 'a sale made durable in both copies',
      anchor: 'the same bytes, append and fdatasync',
      usual: 1.4,
      rounds: quick ? 50 : 300,
      async round() {
        const theirs = await timed(clock, async () => {
          await raw.appendFile(frame.bytes);
          await raw.datasync();
        });
        sold += 1;
        const sale = sampleSale({ counter: sold });
        return { theirs, ours: await timed(clock, () => journal.journal.append({ kind: 'sale', sale })) };
      },
    },
    {
      what: 'two hundred scans',
      anchor: 'four blocks read and a record parsed as often',
      usual: 1.5,
      rounds: quick ? 20 : 100,
      async round() {
        const theirs = await timed(clock, () => {
          for (let count = 0; count < scans * 4; count += 1) {
            if (shop.get(blockKey(1, 'product', count % 100)) === undefined) throw new Error('a block is missing');
            JSON.parse(one);
          }
        });
        const ours = await timed(clock, () => {
          for (let count = 0; count < scans; count += 1) {
            asked += 1;
            const code = article(1 + ((asked * 7919) % products)).barcodes[0] ?? '';
            if (catalogue.byBarcode(code) === undefined) throw new Error(`nothing has the code ${code}`);
          }
        });
        return { theirs, ours };
      },
    },
    {
      what: `${products} products taken over`,
      anchor: 'their JSON made and read',
      usual: 4,
      rounds: quick ? 2 : 5,
      async round() {
        const theirs = await timed(clock, () => {
          for (let id = 1; id <= products; id += 1) JSON.parse(JSON.stringify(article(id)));
        });
        taken += 1;
        const options = { store: many, clock, log, source, sourceId: `guard ${taken}`, budget: 1e12 };
        return { theirs, ours: await timed(clock, () => importSnapshot(options)) };
      },
    },
    {
      what: 'a journal of 500 unconfirmed sales opened',
      anchor: 'its records read from memory',
      usual: 14,
      rounds: quick ? 2 : 5,
      round: await startOf(join(folder, 'starts'), 500),
    },
  ];
}

async function startOf(dataDir: string, sales: number): Promise<Path['round']> {
  const options = { dataDir, terminalId: sampleTerminal, clock, log };
  const { journal } = await openJournal({ ...options, provision: true });
  const frames: Uint8Array[] = [];
  for (let counter = 1; counter <= sales; counter += 1) {
    const record = await journal.append({ kind: 'sale', sale: sampleSale({ counter }) });
    frames.push(encodeFrame(record, noPrevious).bytes);
  }
  await journal.close();
  const bytes = Buffer.concat(frames);
  return async () => {
    const theirs = await timed(clock, () => {
      for (const stretch of readStretches(bytes)) if (stretch.kind === 'frame') recordOf(stretch.frame);
    });
    const started = clock.monotonic();
    const opened = await openJournal({ ...options, provision: false });
    const ours = clock.monotonic() - started;
    await opened.journal.close();
    return { theirs, ours };
  };
}

async function measure({ quick, progress }: BenchContext): Promise<readonly Table[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-guard-'));
  try {
    const rows: Row[] = [];
    for (const path of await paths(folder, quick)) {
      progress(path.what);
      rows.push(...(await judge(path)));
    }
    const notes = ['A goal is eight times what is usual: whatever has become ten times slower misses it.'];
    return [{ id: 'guard', title: 'Nothing has become many times slower', rows, notes }];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await bench({ name: 'guard', title: 'A guard against slips', failsWhenMissed: true }, measure);
