import { expect, test } from 'vitest';
import type { JournalEntry } from '../../src/journal/journal.ts';
import type { SaleId } from '../../src/platform/ids.ts';
import type { PaidSale } from '../../src/register/open-sale.ts';
import type { CardReceipt, Tender } from '../../src/register/sale.ts';
import { answered, type OpenPayment, paymentsLeftBehind, requested } from '../../src/till/payment-records.ts';
import { sampleSale } from '../journal/sample-sale.ts';
import { RegisterDriver } from '../register/register-driver.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryJournal } from '../tools/memory-journal.ts';
import { cents } from './fakes/counter.ts';
import { card } from './fakes/devices.ts';

/** What a till finds that starts with these records. */
async function leftBehind(...entries: readonly JournalEntry[]): Promise<readonly OpenPayment[]> {
  const journal = new MemoryJournal(new ManualClock());
  for (const entry of entries) await journal.append(entry);
  return paymentsLeftBehind(journal.openSubjects('payment'), (sale) => journal.sale(sale) !== undefined);
}

function paid(saleId: string, tenders: readonly Tender[] = []): PaidSale {
  const { mode } = new RegisterDriver().press('2 enter total').state;
  if (mode.kind !== 'paying') throw new Error('not paying');
  return { sale: { ...mode.sale, saleId: saleId as SaleId }, tenders };
}

const receipt = (paymentId: string): CardReceipt => ({ paymentId, outcome: 'approved', ...card });
const first = { paymentId: 'p-1', amount: cents(1000) };
const second = { paymentId: 'p-2', amount: cents(290) };
const approved = (payment: typeof first): JournalEntry =>
  answered(payment, { kind: 'approved', card: receipt(payment.paymentId) });
const declined = (payment: typeof first): JournalEntry => answered(payment, { kind: 'declined', reason: 'no' });
const afterFirst: readonly Tender[] = [{ kind: 'card', amount: first.amount, card: receipt('p-1') }];
const saved: JournalEntry = {
  kind: 'sale',
  sale: sampleSale({ counter: 1, saleId: 'A' as SaleId, change: { tenders: afterFirst } }),
};

test('a request without an answer is open, with its sale as it was', async () => {
  expect(await leftBehind(requested(first, paid('A')))).toEqual([{ payment: first, ...paid('A'), approved: null }]);
});

test('an answer without money, or the sale itself, closes it', async () => {
  expect(await leftBehind(requested(first, paid('A')), declined(first))).toEqual([]);
  expect(await leftBehind(requested(first, paid('A')), approved(first), saved)).toEqual([]);
  // The answer could not be recorded, the sale could.
  expect(await leftBehind(requested(first, paid('A')), saved)).toEqual([]);
});

test('approved without a sale stays open', async () => {
  expect(await leftBehind(requested(first, paid('A')), approved(first))).toMatchObject([
    { payment: first, approved: receipt('p-1') },
  ]);
});

test('of a split sale the last payment that may have taken money counts; it carries the ones before', async () => {
  const split = [requested(first, paid('A')), approved(first), requested(second, paid('A', afterFirst))];
  expect(await leftBehind(...split)).toMatchObject([{ payment: second, tenders: afterFirst, approved: null }]);
  expect(await leftBehind(...split, declined(second))).toMatchObject([
    { payment: first, tenders: [], approved: receipt('p-1') },
  ]);
});

test('several sales are each found', async () => {
  const found = await leftBehind(requested(first, paid('A')), requested(second, paid('B')));
  expect(found.map(({ sale }) => sale.saleId)).toEqual(['A', 'B']);
});

test('a record of an unknown version is left alone', async () => {
  const strange: JournalEntry = {
    kind: 'payment',
    paymentId: 'p-9',
    amount: cents(1),
    state: { version: 99 },
    open: true,
  };
  expect(await leftBehind(strange, requested(first, paid('A')))).toHaveLength(1);
});
