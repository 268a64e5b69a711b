import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../src/journal/journal.ts';
import { PaymentLedger } from '../../src/payments/ledger.ts';
import { asJson, readPayment } from '../../src/payments/payment-record.ts';
import type { JsonValue } from '../../src/platform/brand.ts';
import type { SaleId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import type { PaidSale } from '../../src/register/open-sale.ts';
import type { CardReceipt, Tender } from '../../src/register/sale.ts';
import { type LeftBehind, leftBehind } from '../../src/till/left-behind.ts';
import { sampleSale } from '../journal/sample-sale.ts';
import { RegisterDriver } from '../register/register-driver.ts';
import { cents, countingRandom } from '../till/fakes/counter.ts';
import { card } from '../till/fakes/devices.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryJournal } from '../tools/memory-journal.ts';
import { happened, requestedPayment } from './sample-payments.ts';

function paid(saleId: string, tenders: readonly Tender[] = []): PaidSale {
  const { mode } = new RegisterDriver().press('2 enter total').state;
  if (mode.kind !== 'paying') throw new Error('not paying');
  return { sale: { ...mode.sale, saleId: saleId as SaleId }, tenders };
}

const receipt = (paymentId: string): CardReceipt => ({ paymentId, outcome: 'approved', ...card });
const first = { paymentId: 'p-1', amount: cents(1000) };
const second = { paymentId: 'p-2', amount: cents(290) };
const afterFirst: readonly Tender[] = [{ kind: 'card', amount: first.amount, card: receipt('p-1') }];

const entry = ({ paymentId, amount }: typeof first, state: unknown, open: boolean): JournalEntry => ({
  kind: 'payment',
  paymentId,
  amount,
  state: state as JsonValue,
  open,
});

/** Records as the first release wrote them, which had no versions after this one. */
const requested = (payment: typeof first, { sale, tenders }: PaidSale): JournalEntry =>
  entry(payment, { version: 1, phase: 'requested', sale, tenders }, true);
const approved = (payment: typeof first): JournalEntry =>
  entry(payment, { version: 1, phase: 'approved', card: receipt(payment.paymentId) }, true);
const declined = (payment: typeof first): JournalEntry =>
  entry(payment, { version: 1, phase: 'declined', reason: 'no' }, false);
const saved: JournalEntry = {
  kind: 'sale',
  sale: sampleSale({ counter: 1, saleId: 'A' as SaleId, change: { tenders: afterFirst } }),
};

/** What a till finds that starts with these records. */
async function found(...entries: readonly JournalEntry[]): Promise<readonly LeftBehind[]> {
  const clock = new ManualClock();
  const journal = new MemoryJournal(clock);
  for (const each of entries) await journal.append(each);
  const ledger = new PaymentLedger({
    journal,
    clock,
    random: countingRandom(),
    log: silentLogger,
    openCase: async () => {},
    holdOrder: true,
  });
  await ledger.load();
  return leftBehind(ledger.open(), (id) => journal.document(id) !== undefined);
}

describe('what a stop left behind', () => {
  test('a request without an answer, with its sale as it was', async () => {
    expect(await found(requested(first, paid('A')))).toEqual([{ payment: first, ...paid('A'), approved: null }]);
  });

  test('an answer without money, or the sale itself, closes it', async () => {
    expect(await found(requested(first, paid('A')), declined(first))).toEqual([]);
    expect(await found(requested(first, paid('A')), approved(first), saved)).toEqual([]);
    // The answer could not be recorded, the sale could.
    expect(await found(requested(first, paid('A')), saved)).toEqual([]);
  });

  test('approved without a sale stays open', async () => {
    expect(await found(requested(first, paid('A')), approved(first))).toMatchObject([
      { payment: first, approved: receipt('p-1') },
    ]);
  });

  test('of a split sale the last payment that may have taken money counts; it carries the ones before', async () => {
    const split = [requested(first, paid('A')), approved(first), requested(second, paid('A', afterFirst))];
    expect(await found(...split)).toMatchObject([{ payment: second, tenders: afterFirst, approved: null }]);
    expect(await found(...split, declined(second))).toMatchObject([
      { payment: first, tenders: [], approved: receipt('p-1') },
    ]);
  });

  test('several sales are each found', async () => {
    const left = await found(requested(first, paid('A')), requested(second, paid('B')));
    expect(left.map(({ sale }) => sale.saleId)).toEqual(['A', 'B']);
  });

  test('a record that makes no sense is left alone, and hides no other', async () => {
    const strange = { version: 2, payment: { ...requestedPayment(), paymentId: 'p-9', state: 'stored', is: null } };
    const records = [
      entry({ ...first, paymentId: 'p-9' }, strange, true),
      entry({ ...first, paymentId: 'p-8' }, { version: 99 }, true),
    ];
    expect(await found(...records, requested(first, paid('A')))).toHaveLength(1);
  });
});

test('a record of version 2 is read as it was written', async () => {
  const journal = new MemoryJournal(new ManualClock());
  const payment = { ...requestedPayment(), paymentId: 'p-1' };
  await journal.append(entry(first, asJson({ version: 2, payment, paid: paid('A') }), true));
  const stored = { ...happened('stored') };
  const is = { how: 'stored', card: stored.card, references: stored.references, takenAt: stored.at } as const;
  const next = { ...payment, state: 'stored', is } as const;
  const attempt = { count: 1, at: stored.at, answer: null };
  await journal.append(entry(first, asJson({ version: 2, payment: next, attempt }), true));
  expect(readPayment(journal.history('payment', 'p-1'))).toEqual({
    payment: next,
    paid: paid('A'),
    attempt,
    toTell: null,
  });
});
