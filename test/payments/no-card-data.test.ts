import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { paperWidths } from '../../drivers/printer/document.ts';
import { composeEscpos } from '../../drivers/printer/escpos-composer.ts';
import { queueDetail } from '../../src/assembly/status.ts';
import { openJournal } from '../../src/journal/open-journal.ts';
import { saleRequest } from '../../src/magento/module/sale-request.ts';
import { money } from '../../src/money/money.ts';
import { BlobStore } from '../../src/payments/blobs/blob-store.ts';
import { readPayment } from '../../src/payments/payment-record.ts';
import { offlinePolicy } from '../../src/payments/presets.ts';
import { pinoLogger } from '../../src/platform/pino-log.ts';
import { SystemDurableFiles } from '../../src/platform/system-durable-files.ts';
import { composeSaleReceipt } from '../../src/receipts/sale-receipt.ts';
import { freshFolder, removeFolders, unconfirmedDocuments } from '../journal/workbench.ts';
import { germanShop } from '../receipts/sales.ts';
import { Counter, countingRandom, settings } from '../till/fakes/counter.ts';
import { cardDataIn, type SeededCard } from './card-data-search.ts';
import { aMoment, type LeakyTerminal, leakyTerminals } from './leaky-terminals.ts';

afterAll(removeFolders);

/** Numbers that nothing else could contain by chance. */
const cards: readonly SeededCard[] = [
  { number: '4761739001010119', track: '4761739001010119=29122011765443219900' },
  { number: '5413330089604111', track: '5413330089604111=29122010093571600000' },
  { number: '4929123456781234', track: '4929123456781234=29122018375920000000' },
];

describe('a day with terminals that tell too much', () => {
  test.each(leakyTerminals)('leaves no card data anywhere: %s', { timeout: 60_000 }, async (_, make) => {
    const evidence = await sellADay(make);
    expect(cardDataIn(evidence, cards)).toEqual([]);
    // The search looked at what it was meant to look at.
    const all = Buffer.concat([...evidence.values()]).toString('latin1');
    expect([/476173\*{4,}0119/.test(all), /541333\*{4,}4111/.test(all)]).toEqual([true, true]);
  });
});

/** Sells with every outcome a card can have, then collects all that the till left behind or said. */
async function sellADay(make: (card: SeededCard) => LeakyTerminal): Promise<ReadonlyMap<string, Uint8Array>> {
  const [visa, master, third] = cards as [SeededCard, SeededCard, SeededCard];
  const folder = await freshFolder();
  const logFile = join(folder, 'till.log');
  const log = pinoLogger({ level: 'debug', terminal: 'K1', to: logFile });
  const terminal = make(visa);
  const { clock } = terminal;
  const open = () => openJournal({ dataDir: folder, terminalId: settings.terminalId, clock, log, provision: true });
  const { journal } = await open();
  const counter = new Counter({
    clock,
    random: countingRandom(),
    realJournal: journal,
    terminalLine: terminal.driver,
    policy: offlinePolicy('simulated', { allowed: true, maximumAmount: money('50') }, 'EUR'),
    log,
  });
  const acquirer = generateKeyPairSync('x25519').publicKey;
  Object.assign(counter.cards, {
    blobs: new BlobStore(new SystemDurableFiles(join(folder, 'sealed-cards')), acquirer),
  });
  const shown: string[] = [];
  for (const display of [counter.display, counter.customerDisplay]) {
    const show = display.show.bind(display);
    display.show = (rows) => {
      shown.push(rows.join('\n'));
      show(rows);
    };
  }
  const until = async (what: string, condition: () => boolean): Promise<void> => {
    for (let step = 0; step < 600; step++) {
      if (condition()) return;
      await counter.idle();
      await clock.advance(aMoment);
      // The journal is on a real disk.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new Error(`waited in vain until ${what}: ${counter.screen}`);
  };
  const shows = (words: string): Promise<void> => until(words, () => counter.screen.includes(words));
  const ask = async (): Promise<void> => {
    await counter.press('1 enter total times');
    await until('the terminal waits', () => terminal.waiting());
  };

  const started = terminal.driver.start();
  await until('the terminal is ready', () => terminal.driver.health().state === 'ready');
  await started;
  await counter.press('100 enter');
  await shows('Shift open');
  await counter.press('clear');
  await ask();
  terminal.present(visa);
  await shows('Paid');
  await ask();
  terminal.decline(third);
  await shows('declined');
  await counter.press('enter');
  await shows('K1-00000002');
  await ask();
  terminal.loseNextResult();
  terminal.present(master);
  await until('the answer is lost or was recovered', () => /No answer|Paid/.test(counter.screen));
  for (let again = 0; again < 20 && !counter.screen.includes('K1-00000003'); again++) {
    await counter.press('enter');
    await until('asked', () => !counter.screen.includes('Asking'));
    for (let moment = 0; moment < 20; moment++) await clock.advance(aMoment);
  }
  await shows('K1-00000003');
  terminal.cutBank();
  await ask();
  terminal.present(third);
  await shows('Not final');
  await counter.till.reprint(null);
  await counter.till.stop();

  const evidence = new Map<string, Uint8Array>();
  const say = (place: string, what: unknown): void =>
    void evidence.set(place, Buffer.from(typeof what === 'string' ? what : JSON.stringify(what)));
  const sales = unconfirmedDocuments(journal).flatMap((queued) => (queued.kind === 'sale' ? [queued] : []));
  expect(sales).toHaveLength(4);
  say('what the driver logged', terminal.logged.join('\n'));
  say('displays', shown.join('\n'));
  say('export', (await collected(journal.export())).join(''));
  const told = { step: '', code: null, attempts: 0, lastAnswer: null, nextAttemptAt: null };
  say(
    'queue',
    sales.map((queued) => queueDetail(queued, told)),
  );
  const subjects = await journal.subjects('payment', { newest: 100 });
  say(
    'payments',
    subjects.map(({ records }) => readPayment(records)),
  );
  say(
    'what Magento is sent',
    sales.map(({ sale }) => saleRequest(sale, { storeId: 1, sourceCode: 'default' })),
  );
  for (const { sale } of sales) {
    const receipt = composeSaleReceipt(sale, germanShop, { copy: true, offline: true });
    say(`receipt ${sale.receiptNumber}`, receipt);
    evidence.set(`paper of ${sale.receiptNumber}`, composeEscpos(receipt, paperWidths[42]));
  }
  await journal.close();
  for (const path of filesBelow(folder)) evidence.set(path.slice(folder.length + 1), readFileSync(path));
  await terminal.driver.stop();
  if (terminal.wire !== null) {
    // The terminal did tell: the same search finds it on the line.
    expect(cardDataIn(new Map([['wire', terminal.wire()]]), [visa]).length).toBeGreaterThan(0);
  }
  return evidence;
}

async function collected(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

describe('the search itself', () => {
  const [card] = cards as [SeededCard];
  const found = (bytes: Uint8Array | string): number => cardDataIn(new Map([['x', Buffer.from(bytes)]]), [card]).length;
  test.each([
    ['plain', `{"pan":"${card.number}"}`],
    ['in groups', 'card 4761 7390 0101 0119'],
    ['masked too little', 'card 4****390010101**'],
    ['packed', Buffer.from(`22${card.number}0b`, 'hex')],
    ['in a Base64 text', Buffer.from(`{"a":"${card.number}"}`).toString('base64')],
    ['in UTF-16', Buffer.from(`x${card.number}`, 'utf16le')],
    ['as a track', `;${card.track}?`],
  ])('finds a number %s', (_, bytes) => {
    expect(found(bytes)).toBeGreaterThan(0);
  });

  test('finds nothing in what may be kept', () => {
    expect(found('Visa 476173******0119, authorization 123456')).toBe(0);
  });
});
