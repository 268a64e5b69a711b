import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { seconds } from '../../src/platform/clock.ts';
import type { CardRow } from '../../src/showroom/card-books.ts';
import type { Showroom } from '../../src/showroom/facade.ts';
import { cardDataIn } from '../payments/card-data-search.ts';
import { displays, openShowroom, removeFolder, showroomFolder } from './open-showroom.ts';

let dir: string;
let showroom: Showroom;

beforeEach(() => {
  dir = showroomFolder();
});
afterEach(async () => {
  await showroom.close();
  removeFolder(dir);
});

const coffee = '4063000000025';
const leaked = { number: '4761739001010119', track: '4761739001010119=29122011765443219900' };

async function payByCard(shows: string): Promise<void> {
  showroom.scan(coffee);
  await displays(showroom, 'Total');
  showroom.press('total');
  await displays(showroom, 'To pay');
  showroom.press('times');
  await showroom.until('the card terminal waits', ({ cardTerminal }) => cardTerminal.state === 'waiting');
  showroom.tap();
  await displays(showroom, shows);
}

async function cards(state: (row: CardRow) => string | undefined): Promise<readonly (string | undefined)[]> {
  return [...(await showroom.cards())].reverse().map(state);
}
const till = (row: CardRow): string | undefined => row.till?.state;
const bank = (row: CardRow): string | undefined => row.acquirer?.state;
const become = (states: readonly string[]): Promise<void> =>
  showroom.until(`the cards are ${states}`, async () => (await cards(till)).join() === states.join());

/** What Magento's orders say in their history about cards. */
const history = (): readonly string[] =>
  showroom.shop.ledger.orders.flatMap(({ histories }) =>
    histories.map((entry) => String(entry['comment'])).filter((comment) => /card payment/i.test(comment)),
  );

it('takes cards through an outage: stored, sent later, approved, declined, paid out, charged back', {
  timeout: 240_000,
}, async () => {
  showroom = await openShowroom(dir, { config: { sync: { retryEvery: 2_000, probeEvery: 500, jitter: 0 } } });
  await displays(showroom, 'Shift closed');
  showroom.press('100 enter');
  await displays(showroom, 'Shift open');
  // Whatever the terminal tells of the card, nothing of it may be found in the end.
  showroom.leakCard(leaked);
  await payByCard('Paid');
  await showroom.until('the receipt is printed', ({ printed }) => printed === 1);

  await showroom.network('off');
  await payByCard('Not final');
  showroom.cardsOffline('offline-emv');
  await payByCard('Not final');
  expect(await cards(till)).toEqual(['approved-online', 'stored', 'approved-offline']);
  expect(await cards(bank)).toEqual(['approved', undefined, undefined]);
  await showroom.until('the receipts are printed', ({ printed }) => printed === 3);
  expect(showroom.receipts()[1]?.text.replaceAll('\n', ' ')).toContain('PROVISIONAL');
  // Over a power cut nothing is forgotten.
  await showroom.power('off');
  await showroom.power('on');
  await displays(showroom, 'offline');
  expect(await showroom.control.paymentsStatus()).toMatchObject({ stored: { count: 2 }, acquirer: 'simulated' });
  expect(readdirSync(join(dir, 'data', 'sealed-cards'))).toHaveLength(1);

  showroom.acquirer.decide('wait');
  showroom.acquirer.loseReplies(1);
  await showroom.network('on');
  await become(['approved-online', 'forwarded', 'forwarded']);
  expect(readdirSync(join(dir, 'data', 'sealed-cards'))).toEqual([]);
  const [newest, older] = await showroom.cards();
  showroom.acquirer.tellTwice(2);
  expect(showroom.acquirer.approve(newest?.paymentId ?? '')).toBe(true);
  expect(showroom.acquirer.declineLate(older?.paymentId ?? '')).toBe(true);
  await become(['approved-online', 'declined-late', 'approved-online']);

  await showroom.until('Magento knows both', () => history().length === 2, seconds(90));
  await showroom.until('nothing waits', async () => (await showroom.status())?.sales.waiting === 0, seconds(90));
  const saying = (word: string): number => history().filter((words) => words.includes(word)).length;
  expect([saying('declined'), saying('approved')]).toEqual([1, 1]);
  const declined = await showroom.control.payment('K1-00000002');
  expect(declined[0]?.history.map(({ state }) => state)).toContain('forwarded');
  await showroom.control.printReceipt('K1-00000002', 'receipt');
  await showroom.until('the copy is printed', ({ printed }) => printed === 4);
  expect(showroom.receipts()[3]?.text.replaceAll('\n', ' ')).toContain('DECLINED');

  const report = await showroom.acquirer.settle();
  const lines = readFileSync(report ?? '', 'utf8')
    .trim()
    .split('\n');
  expect(lines).toHaveLength(1 + 2 + 1);
  expect(lines[1]).toContain(`K1-00000001_${(await showroom.cards()).at(-1)?.paymentId}`);
  expect(showroom.acquirer.chargeBack((await showroom.cards()).at(-1)?.paymentId ?? '')).toBe(true);
  await become(['charged-back', 'declined-late', 'approved-online']);
  const { totals, left } = await showroom.control.outageReport(lastHour());
  expect(totals.sales).toBe(3);
  const counted = Object.entries(totals.cards).map(([outcome, { count }]) => [outcome, count]);
  expect(Object.fromEntries(counted)).toEqual({
    approved: 1,
    provisional: 2,
    declined: 0,
    approvedLater: 1,
    declinedLater: 2,
  });
  expect(left.parked).toBe(0);
  expect(showroom.deviceProblems()).toEqual([]);
  expect(cardDataIn(await leftBehind(), [leaked])).toEqual([]);
});

/** And what comes while it is asked. */
function lastHour() {
  const now = Date.now();
  return { from: new Date(now - 3_600_000).toISOString(), to: new Date(now + 3_600_000).toISOString() };
}

/** Everything that the till keeps, says, prints and would tell its fleet. */
async function leftBehind(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { control } = showroom;
  const evidence = new Map<string, Uint8Array>();
  const say = (place: string, what: unknown): void =>
    void evidence.set(place, Buffer.from(typeof what === 'string' ? what : JSON.stringify(what)));
  // The fleet's telemetry and diagnostics are made of these.
  say('status', await control.status());
  say('devices', await control.devices());
  say('metrics', await control.metrics());
  say('queue', await control.queue({ states: ['waiting', 'parked', 'confirmed'], limit: 100 }));
  say('outage report', await control.outageReport(lastHour()));
  say('payments', await control.payments({ open: false, limit: 100 }));
  for (const number of [1, 2, 3]) say(`payment ${number}`, await control.payment(`K1-0000000${number}`));
  let exported = '';
  for await (const line of await control.exportJournal()) exported += line;
  say('export', exported);
  say('Magento', showroom.shop.ledger.orders);
  say(
    'receipts',
    showroom.receipts().map(({ text, svg }) => text + svg),
  );
  await showroom.power('off');
  for (const path of filesBelow(dir)) evidence.set(path.slice(dir.length + 1), readFileSync(path));
  return evidence;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}
