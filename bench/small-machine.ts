/**
 * A till on a small machine: the whole daemon, held to one core and 256 MB, replays market days with its devices and a shop of
 * software, part of each without network; how long trader and customers wait, and whether its memory grows from day to day. Then
 * a journal and its delivery as a process of their own, over a hundred thousand sales.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { milliseconds } from '../src/platform/clock.ts';
import { silentLogger } from '../src/platform/log.ts';
import { seededRandom } from '../src/platform/seeded-random.ts';
import { startShowroom } from '../src/showroom/showroom.ts';
import { type BenchContext, bench } from './kit/bench.ts';
import { memoryOf, peakOf } from './kit/memory.ts';
import { atMost, percentile, type Row, row, type Table, times, value } from './kit/result.ts';
import { holdToSmallMachine } from './kit/small-machine.ts';
import { tillEnvironment } from './kit/till-environment.ts';
import { liveLong } from './tools/long-life.ts';
import { MarketTrader } from './tools/market-day.ts';

/** Kept out of the comparison: what is used for the first time takes memory once. */
const warmUp = 0.2;
const mostGrowth = 1.1;
const mostMemory = 256;

async function marketDays({ quick, clock, progress }: BenchContext): Promise<readonly Table[]> {
  const days = quick ? 3 : 30;
  const sales = quick ? 15 : 20;
  const dir = await mkdtemp(join(tmpdir(), 'holdfast-market-'));
  // The till inherits it, as from its service.
  Object.assign(process.env, tillEnvironment());
  const config = { sync: { retryEvery: 1000, probeEvery: 500, jitter: 0 } };
  const random = seededRandom(1);
  const showroom = await startShowroom({ dir, clock, random, log: silentLogger, latency: 'none', config });
  try {
    await showroom.power('on');
    await showroom.until('the shop is copied', async () => (await showroom.status())?.snapshot?.generation === 1);
    const pid = (await showroom.status())?.pid ?? 0;
    const small = holdToSmallMachine(pid);
    const trader = new MarketTrader(showroom, clock, random);
    const own: number[] = [];
    for (let day = 1; day <= days; day += 1) {
      await trader.day(sales);
      await clock.sleep(milliseconds(200));
      own.push(memoryOf(pid).own);
      if (day % 5 === 0 || day === 1) progress(`market day ${day} of ${days}`);
    }
    const { resident } = memoryOf(pid);
    const peak = peakOf(pid);
    const problems = showroom.deviceProblems();
    if (problems.length > 0) throw new Error(problems.join('; '));
    await showroom.power('off');
    small.release();
    const { display, receipt } = trader.waits;
    return [
      {
        id: 'market-day',
        title: `${days} market days of ${sales} sales on a small machine`,
        rows: [
          row('a scan or key, until the display shows it', times(display), null, atMost('p99', 50)),
          row('paid, until the receipt is printed', times(receipt), null, atMost('p99', 250)),
        ],
        notes: [
          small.words,
          'A third of each day is without network; every day ends with all sales in the shop and the shift closed.',
        ],
      },
      {
        id: 'market-memory',
        title: `Memory over ${days} market days`,
        rows: [
          ...curve(own, (index) => `after day ${index + 1}, its own`),
          row('at the end, resident', value(resident, 'MB')),
          row('the most that ever was resident', value(peak, 'MB'), null, atMost('value', mostMemory)),
        ],
        notes: [flatWords],
      },
    ];
  } finally {
    await showroom.close();
    await rm(dir, { recursive: true, force: true });
  }
}

const flatWords =
  'Flat: what the last third takes, in the middle, is at most a tenth more than the first third after the warm-up takes. Its own: what the system can’t take back.';

/** About six points of a curve, and whether it is flat. */
function curve(samples: readonly number[], name: (index: number) => string): readonly Row[] {
  const step = Math.max(1, Math.floor(samples.length / 6));
  const shown = samples.flatMap((sample, index) =>
    index % step === 0 || index === samples.length - 1 ? [row(name(index), value(sample, 'MB'))] : [],
  );
  const warm = samples.slice(Math.floor(samples.length * warmUp));
  const third = Math.max(1, Math.floor(warm.length / 3));
  const early = percentile(warm.slice(0, third), 0.5);
  const anchor = row('the first third, in the middle', value(early, 'MB'));
  const late = row(
    'the last third, in the middle',
    value(percentile(warm.slice(-third), 0.5), 'MB'),
    anchor,
    atMost('ratio', mostGrowth),
  );
  return [...shown, anchor, late];
}

async function manySales({ quick, progress }: BenchContext): Promise<Table> {
  const sales = quick ? 5000 : 100_000;
  const samples: number[] = [];
  const marks: number[] = [];
  const { took, resident } = await liveLong(sales, (sold, memory) => {
    samples.push(memory.own);
    marks.push(sold);
    if (sold % (sales / 5) === 0) progress(`${sold} of ${sales} sales`);
  });
  return {
    id: 'many-sales',
    title: `Memory over ${sales} sales, journal and delivery`,
    rows: [
      ...curve(samples, (index) => `after ${marks[index]} sales, its own`),
      row('at the end, resident', value(resident, 'MB')),
      row('sold and delivered', value(sales / (took / 1000), '/s')),
    ],
    notes: [
      flatWords,
      'Each sale is durable in both copies before the next few, and confirmed by a shop that answers at once.',
    ],
  };
}

await bench({ name: 'small-machine', title: 'A small machine, for a long time' }, async (context) => [
  ...(await marketDays(context)),
  await manySales(context),
]);
