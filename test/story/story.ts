import { milliseconds, minutes } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import type { Random } from '../../src/platform/random.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import type { Ledgers, Showroom } from '../../src/showroom/facade.ts';
import { salableQuantity } from '../../src/showroom/magento/inventory.ts';
import { startShowroom } from '../../src/showroom/showroom.ts';
import { type Ending, judge } from './ending.ts';
import type { StoryOptions } from './options.ts';
import { Trader } from './trader.ts';

/** Rung up while the cable is out. */
const offlineSales = 40;
/** Times that the power goes while a sale is being made durable. */
const kills = 3;
/** The recorded shop's stock 2, "POS chain". */
const counterStock = 2;

export interface Told {
  readonly ending: Ending;
  readonly ledgers: Ledgers;
}

/**
 * A day at the stall: the real terminal as a process, its devices and a simulated Magento on loopback. Sells online, loses the
 * network, goes on selling, loses its power in the middle of commits, comes back while replies get lost, and is judged by
 * paper, journal and Magento's books together.
 */
export async function tellStory(options: StoryOptions, dir: string, say: (line: string) => void): Promise<Told> {
  const clock = new SystemClock('Europe/Berlin');
  const random = seededRandom(options.seed);
  const config = { sync: { retryEvery: 2_000, probeEvery: 500, jitter: 0 } };
  const showroom = await startShowroom({ dir, clock, random, log: silentLogger, latency: 'none', config });
  try {
    await showroom.power('on');
    await showroom.until('the shop is copied', async () => (await showroom.status())?.snapshot?.generation === 1);
    const trader = new Trader(showroom, wellStocked(showroom), random);
    say('The till is on and has copied the shop.');
    await trader.openShift();

    const online = options.sales - offlineSales;
    await sellSeveral(trader, online);
    say(`Sold ${online} with the network there.`);

    await showroom.network('off');
    for (let part = 0; part < kills; part += 1) {
      await sellSeveral(trader, shareOf(offlineSales, kills, part) - 1);
      await loseMainsDuringCommit(showroom, trader, random, clock);
    }
    const offline = await showroom.status();
    say(`The cable is out. Sold ${offlineSales} more; the power went ${kills} times in the middle of a commit.`);
    say(`In the journal now: ${offline?.sales.total} sales, ${offline?.sales.waiting} of them waiting.`);

    loseReplies(showroom);
    await showroom.network('on');
    say('The cable is back. Magento loses replies, fails after the fact, and stumbles.');
    await drain(showroom, random, clock);
    showroom.faults().clear();
    await showroom.until('the queue is drained', () => isDrained(showroom), minutes(10));

    const ledgers = await showroom.ledger();
    const problems = showroom.deviceProblems();
    const ending = judge(await showroom.queue(), ledgers, showroom.receipts());
    return { ending: { ...ending, complaints: [...ending.complaints, ...problems] }, ledgers };
  } finally {
    await showroom.close();
  }
}

async function sellSeveral(trader: Trader, count: number): Promise<void> {
  for (let sale = 0; sale < count; sale += 1) await trader.sell();
}

/** A random moment around the commit: the key has just been pressed, the sale is or is not durable. */
async function loseMainsDuringCommit(
  showroom: Showroom,
  trader: Trader,
  random: Random,
  clock: SystemClock,
): Promise<void> {
  await trader.ringUp();
  trader.confirmCash();
  await clock.sleep(milliseconds(random.fraction() * 12));
  await showroom.power('off');
  await showroom.power('on');
  await trader.ready();
}

/** Every call of a sale's way into Magento may be answered into the void, cut off, or fail after it was done. */
function loseReplies(showroom: Showroom): void {
  showroom.faults().set([
    { action: { kind: 'drop-after' }, path: '^(/default)?/V1/(carts|orders?)', probability: 0.06 },
    { action: { kind: 'drop-before' }, path: '^(/default)?/V1/', probability: 0.03 },
    { action: { kind: 'error-after' }, path: '^(/default)?/V1/(carts|orders?)', probability: 0.03 },
    { action: { kind: 'truncate' }, path: '^(/default)?/V1/', probability: 0.02 },
    { action: { kind: 'answer', status: 503 }, path: '^(/default)?/V1/', probability: 0.02 },
    { action: { kind: 'drop-after' }, method: 'PUT', path: '/order$', probability: 0.15 },
  ]);
}

/** While replies get lost, the power goes once more: delivery resumes at the step where it stood. */
async function drain(showroom: Showroom, random: Random, clock: SystemClock): Promise<void> {
  const before = (await showroom.status())?.sales.waiting ?? 0;
  await showroom.until(
    'half of the queue is delivered',
    async () => ((await showroom.status())?.sales.waiting ?? before) <= before / 2,
    minutes(10),
  );
  await clock.sleep(milliseconds(random.fraction() * 100));
  await showroom.power('off');
  await showroom.power('on');
}

async function isDrained(showroom: Showroom): Promise<boolean> {
  return (await showroom.status())?.sales.waiting === 0;
}

/** What Magento believes to be in stock in plenty, so that no sale is refused for want of goods. */
function wellStocked(showroom: Showroom): readonly string[] {
  return showroom
    .shelf()
    .filter(({ sku }) => salableQuantity(showroom.shop, sku, counterStock) >= 100)
    .map(({ barcode }) => barcode);
}

const shareOf = (total: number, parts: number, part: number): number =>
  Math.floor((total * (part + 1)) / parts) - Math.floor((total * part) / parts);
