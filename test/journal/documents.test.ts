import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { recoverJournal } from '../../src/journal/export.ts';
import type { Journal } from '../../src/journal/journal.ts';
import type { LiveJournal } from '../../src/journal/journal-log.ts';
import { undelivered } from '../../src/journal/ledger.ts';
import { journalPlaces, openJournalAt } from '../../src/journal/open-journal.ts';
import { hundredths } from '../../src/money/money.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { receiptNumber } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import {
  sampleCustomer,
  sampleCustomerKey,
  sampleMail,
  sampleMailId,
  sampleOfflineCustomer,
  sampleOutcome,
  sampleOutcomeId,
  sampleReturn,
  sampleReturnId,
} from './sample-documents.ts';
import { sampleSale, sampleSaleId, sampleTerminal } from './sample-sale.ts';
import { all, deliverDocument, freshFolder, openIn, openShift, removeFolders } from './workbench.ts';

afterAll(removeFolders);

const receipt = (counter: number) => receiptNumber(sampleTerminal, counter);
const cardSale = sampleSale({ counter: 2, pay: 'card' });

/** A morning: a customer made offline buys, somebody pays by card, both bring things back, the card is declined later. */
async function morning(journal: Pick<Journal, 'append'>): Promise<void> {
  await openShift(journal as Journal);
  await journal.append({ kind: 'customer', customer: sampleCustomer(1) });
  const change = { customer: sampleOfflineCustomer(1) };
  await journal.append({ kind: 'sale', sale: sampleSale({ counter: 1, quantity: 2, change }) });
  await journal.append({ kind: 'sale', sale: cardSale });
  await journal.append({ kind: 'return', return: sampleReturn({ counter: 3, of: 1 }) });
  await journal.append({ kind: 'return', return: sampleReturn({ counter: 4, of: 2, pay: 'card' }) });
  await journal.append({ kind: 'return', return: sampleReturn({ counter: 5, of: null }) });
  await journal.append({ kind: 'payment-outcome', outcome: sampleOutcome(1, cardSale) });
  await journal.append({ kind: 'receipt-mail', mail: sampleMail(1, cardSale) });
  await deliverDocument(journal as Journal, sampleCustomerKey(1));
  await deliverDocument(journal as Journal, sampleSaleId(1));
  const refused = { ...undelivered(sampleReturnId(3)), state: 'parked' as const, lastAnswer: 'no' };
  await journal.append({ kind: 'delivery', delivery: refused });
  const given = { by: 'Ada', why: 'entered by hand' };
  const withdrawn = { ...undelivered(sampleReturnId(5)), state: 'withdrawn' as const, withdrawn: given };
  await journal.append({ kind: 'delivery', delivery: withdrawn });
}

function expectMorning(journal: LiveJournal): void {
  expect(journal.counts).toEqual({ sales: 2, returns: 3, waiting: 4, parked: 1, confirmed: 2, withdrawn: 1 });
  expect(journal.nextReceiptCounter).toBe(6);
  expect(journal.unconfirmed().map(({ kind, delivery }) => [kind, delivery.state])).toEqual([
    ['sale', 'waiting'],
    ['return', 'parked'],
    ['return', 'waiting'],
    ['payment-outcome', 'waiting'],
    ['receipt-mail', 'waiting'],
  ]);
  expect(journal.openShift).toMatchObject({
    sales: 2,
    cashSales: 2380,
    cardSales: 1190,
    returns: 3,
    cashRefunds: 2380,
    cardRefunds: 1190,
    expectedCash: 10_000,
  });
  expect(journal.document(sampleCustomerKey(1))).toMatchObject({
    kind: 'customer',
    delivery: { state: 'confirmed' },
    customer: { email: 'ada1@example.com' },
  });
  expect(journal.documentByReceipt(receipt(3))).toMatchObject({ kind: 'return', delivery: { lastAnswer: 'no' } });
  expect(journal.documentByReceipt(receipt(5))?.delivery.withdrawn).toEqual({ by: 'Ada', why: 'entered by hand' });
  expect(journal.documentByReceipt(receipt(1))?.kind).toBe('sale');
  // A return is no sale.
  expect(journal.saleByReceipt(receipt(3))).toBeUndefined();
  expect(journal.sale(sampleSaleId(1))?.sale.customer).toEqual(sampleOfflineCustomer(1));
  expect(journal.returnsOf(sampleSaleId(1)).map(({ return: { receiptNumber: number } }) => number)).toEqual([
    receipt(3),
  ]);
  expect(journal.returnsOf(sampleSaleId(2)).map(({ delivery }) => delivery.documentId)).toEqual([sampleReturnId(4)]);
  expect(journal.outcomesOf(sampleSaleId(2)).map(({ outcome }) => outcome.outcomeId)).toEqual([sampleOutcomeId(1)]);
  expect(journal.outcomesOf(sampleSaleId(1))).toEqual([]);
  expect(journal.mailsOf(sampleSaleId(2)).map(({ mail }) => mail.mailId)).toEqual([sampleMailId(1)]);
  expect(journal.mailsOf(sampleSaleId(1))).toEqual([]);
}

describe('documents of all kinds', () => {
  let folder: string;
  let journal: LiveJournal;
  beforeEach(async () => {
    folder = await freshFolder();
    ({ journal } = await openIn(folder, { provision: true }));
    await morning(journal);
  });

  it('stand in one queue, are found by id, by receipt and by their sale, and count in the shift', async () => {
    expectMorning(journal);
    expect(await journal.verify()).toMatchObject({ outcome: 'whole', sales: 2, unconfirmed: 5 });
    expect(await journal.scrub(new AbortController().signal)).toEqual([]);
    await journal.close();
  });

  it('are refused under a wrong number, twice, and after their end', async () => {
    const refusals = [
      ['wrong-receipt-number', { kind: 'return', return: sampleReturn({ counter: 5, of: 1 }) }],
      ['document-exists', { kind: 'customer', customer: sampleCustomer(1) }],
      ['document-exists', { kind: 'payment-outcome', outcome: sampleOutcome(1, cardSale) }],
      ['document-exists', { kind: 'receipt-mail', mail: sampleMail(1, cardSale) }],
      [
        'document-exists',
        { kind: 'return', return: { ...sampleReturn({ counter: 6, of: 1 }), returnId: sampleReturnId(3) } },
      ],
      ['unknown-document', { kind: 'delivery', delivery: undelivered(sampleReturnId(99)) }],
      ['document-closed', { kind: 'delivery', delivery: undelivered(sampleReturnId(5)) }],
    ] as const;
    for (const [code, entry] of refusals) {
      await expect(journal.append(entry)).rejects.toMatchObject({ code: `journal.${code}`, remedy: 'never' });
    }
    expectMorning(journal);
    await journal.close();
  });

  it('stand in their old place again once somebody reinstates them, also after a restart and in either copy', async () => {
    const reinstated = { by: 'Ada', why: 'Magento was restored from a backup' };
    for (const id of [sampleReturnId(5), sampleSaleId(1)]) {
      const delivery = { ...undelivered(id), reinstated };
      await journal.append({ kind: 'delivery', delivery });
      expect(journal.document(id)?.delivery).toMatchObject({ state: 'waiting', reinstated });
    }
    const expectQueue = (of: Journal): void => {
      expect(of.counts).toMatchObject({ waiting: 6, parked: 1, confirmed: 1, withdrawn: 0 });
      expect(of.unconfirmed().map(({ receiptNumber }) => receiptNumber)).toEqual([
        receipt(1),
        receipt(2),
        receipt(3),
        receipt(4),
        receipt(5),
        null,
        null,
      ]);
      expect(of.documentByReceipt(receipt(1))?.delivery.state).toBe('waiting');
    };
    expectQueue(journal);
    await journal.close();
    for (const copy of ['journal', 'tape']) {
      await rm(join(folder, copy), { recursive: true });
      const { journal: again, report } = await openIn(folder);
      expect(report).toMatchObject({ lostRecords: 0, unconfirmed: 7 });
      expectQueue(again);
      await again.close();
    }
  });

  it.each([
    ['after a restart', async () => undefined],
    ['without the database', () => rm(join(folder, 'journal'), { recursive: true })],
    ['without the tape', () => rm(join(folder, 'tape'), { recursive: true })],
  ])('are all there %s', async (_, damage) => {
    await journal.close();
    await damage();
    const { journal: again, report } = await openIn(folder);
    expect(report).toMatchObject({ lostRecords: 0, lostReceipts: [], sales: 2, unconfirmed: 5 });
    expectMorning(again);
    await again.close();
  });

  it('come back from an export', async () => {
    const lines = await all(journal.export());
    await journal.close();
    const fresh = await freshFolder();
    await recoverJournal(
      (async function* () {
        yield* lines;
      })(),
      journalPlaces(fresh, join(fresh, 'tape')),
      { terminalId: sampleTerminal, clock: new ManualClock() },
    );
    const { journal: again } = await openIn(fresh);
    expectMorning(again);
    expect(await all(again.export())).toEqual(lines);
    await again.close();
  });
});

describe('documents that were refused although the database has them', () => {
  it('leave no trace in any index', async () => {
    const disk = new MemoryDisk();
    const { journal } = await openJournalAt(
      {
        store: disk.store('data/journal'),
        tape: disk.files('tape'),
        anchors: [disk.files('data'), disk.files('tape')],
      },
      { terminalId: sampleTerminal, clock: new ManualClock(), log: silentLogger, provision: true },
    );
    await morning(journal);
    const payment = { kind: 'payment', paymentId: 'p-1', amount: hundredths(1190), state: null, open: true } as const;
    await journal.append(payment);
    const broken = new HoldfastError('store.failed', 'EIO', { remedy: 'retry' });
    disk.onOperation = ({ phase, what }) => (phase === 'after' && what !== 'store-open' ? broken : null);
    const again = { ...undelivered(sampleReturnId(5)), reinstated: { by: 'Ada', why: 'a mistake' } };
    const refused = [
      { kind: 'delivery', delivery: again },
      { kind: 'return', return: sampleReturn({ counter: 6, of: 1 }) },
      { kind: 'payment-outcome', outcome: sampleOutcome(2, cardSale) },
      { ...payment, open: false },
      { ...payment, paymentId: 'p-2' },
    ] as const;
    for (const entry of refused) await expect(journal.append(entry)).rejects.toMatchObject({ code: 'journal.failed' });
    disk.onOperation = () => null;
    expect((await journal.restore()).state).toBe('whole');
    expectMorning(journal);
    expect(journal.openSubjects('payment')).toMatchObject([{ id: 'p-1', records: [{ entry: payment }] }]);
    expect(await journal.subjects('payment', { newest: 9 })).toHaveLength(1);
    expect(journal.history('payment', 'p-2')).toEqual([]);
    expect(await journal.verify()).toMatchObject({ outcome: 'whole' });
    await journal.append({ kind: 'return', return: sampleReturn({ counter: 6, of: 1 }) });
    expect(journal.returnsOf(sampleSaleId(1))).toHaveLength(2);
    await journal.close();
  });
});
