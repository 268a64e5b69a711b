import { beforeEach, describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../src/journal/journal.ts';
import type { PaymentFinding } from '../../src/payments/cases.ts';
import { PaymentLedger } from '../../src/payments/ledger.ts';
import type { PaymentEvent } from '../../src/payments/payment-event.ts';
import type { SaleId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import type { CardReceipt } from '../../src/register/sale.ts';
import { sampleSale } from '../journal/sample-sale.ts';
import { countingRandom } from '../till/fakes/counter.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryJournal } from '../tools/memory-journal.ts';
import { cardReceipt, happened, paymentId, requestedPayment, saleId } from './sample-payments.ts';

let clock: ManualClock;
let journal: MemoryJournal;
let cases: PaymentFinding[];
let ledger: PaymentLedger;

beforeEach(async () => {
  clock = new ManualClock();
  journal = new MemoryJournal(clock);
  cases = [];
  ledger = await opened();
});

/** A ledger over what is durable, as after a start. */
async function opened(): Promise<PaymentLedger> {
  const next = new PaymentLedger({
    journal,
    clock,
    random: countingRandom(),
    log: silentLogger,
    openCase: async (found) => {
      cases.push(found);
    },
    holdOrder: true,
  });
  await next.load();
  return next;
}

async function restarted(): Promise<PaymentLedger> {
  journal = new MemoryJournal(clock, journal.kept);
  return opened();
}

const { taken: _, state: __, is: ___, ...facts } = requestedPayment();

async function paid(event: PaymentEvent, outcome: CardReceipt['outcome']): Promise<void> {
  await ledger.request(facts, null);
  await ledger.take(paymentId, event);
  await save(outcome);
}

async function save(outcome: CardReceipt['outcome'], id: SaleId = saleId): Promise<void> {
  const tenders = [{ kind: 'card', amount: facts.amount, card: cardReceipt(paymentId, outcome) }] as const;
  await journal.append({ kind: 'sale', sale: sampleSale({ counter: 1, saleId: id, change: { tenders } }) });
  await ledger.saleSaved({ tenders });
}

const told = (): readonly JournalEntry[] =>
  journal.kept.map(({ entry }) => entry).filter(({ kind }) => kind === 'payment-outcome');
const openNow = (): readonly string[] => journal.openSubjects('payment').map(({ id }) => id);

describe('a payment that was approved at once', () => {
  test('is over with its sale, without a record more', async () => {
    await paid(happened('approved'), 'approved');
    expect(journal.kept.map(({ entry }) => entry.kind)).toEqual(['payment', 'payment', 'sale']);
    expect([ledger.open(), openNow(), told()]).toEqual([[], [], []]);
    expect(ledger.find(paymentId)?.payment.state).toBe('approved-online');
  });

  test('tells Magento of trouble only: settled is as it should be, charged back is not', async () => {
    await paid(happened('approved'), 'approved');
    await ledger.take(paymentId, happened('settled'));
    expect(told()).toEqual([]);
    await ledger.take(paymentId, happened('charged-back'));
    expect(told()).toMatchObject([{ outcome: { kind: 'charged-back', hold: true, saleId, paymentId } }]);
    expect(cases).toMatchObject([{ kind: 'payment-charged-back', receiptNumber: 'K1-00000001' }]);
    expect(openNow()).toEqual([]);
  });

  test('stays open until its sale is in the journal, over a stop too', async () => {
    await ledger.request(facts, null);
    await ledger.take(paymentId, happened('approved'));
    ledger = await restarted();
    expect(ledger.open().map(({ payment }) => payment.state)).toEqual(['approved-online']);
    await save('approved');
    expect([ledger.open(), openNow()]).toEqual([[], []]);
  });

  test('whose answer could not be recorded is known by its sale', async () => {
    await ledger.request(facts, null);
    await save('stored');
    expect(ledger.open().map(({ payment }) => payment.state)).toEqual(['stored']);
  });
});

describe('a stored payment', () => {
  beforeEach(() => paid(happened('stored'), 'stored'));

  test('stays open until the bank has decided, and tells it once', async () => {
    expect(openNow()).toEqual([paymentId]);
    await ledger.take(paymentId, happened('forwarded'));
    expect([openNow(), told()]).toEqual([[paymentId], []]);
    await ledger.take(paymentId, happened('issuer-approved'));
    await ledger.take(paymentId, happened('issuer-approved'));
    await ledger.take(paymentId, { ...happened('issuer-approved'), eventId: 'again' });
    await ledger.take(paymentId, happened('settled'));
    expect(told()).toMatchObject([{ outcome: { kind: 'approved', hold: false } }]);
    expect([openNow(), cases]).toEqual([[], []]);
  });

  test('declined later: the order is told and held, and a case is opened', async () => {
    await ledger.take(paymentId, happened('issuer-declined'));
    expect(told()).toMatchObject([
      { outcome: { kind: 'declined', hold: true, words: expect.stringContaining('Visa') } },
    ]);
    expect(cases).toMatchObject([{ kind: 'payment-declined', subject: paymentId, receiptNumber: 'K1-00000001' }]);
    expect(openNow()).toEqual([]);
    // The acquirer tried again by itself, and got it.
    await ledger.take(paymentId, { ...happened('issuer-approved'), eventId: 'rescue' });
    expect(told()).toHaveLength(2);
  });

  test('a stop anywhere between the decision and the last word: told all the same, and once', async () => {
    const before = journal.kept.length;
    await ledger.take(paymentId, happened('issuer-declined'));
    const all = [...journal.kept];
    for (let records = before + 1; records <= all.length; records++) {
      journal = new MemoryJournal(clock, all.slice(0, records));
      cases = [];
      ledger = await opened();
      expect(told()).toMatchObject([{ outcome: { kind: 'declined' } }]);
      expect([openNow(), ledger.open()]).toEqual([[], []]);
    }
  });

  test('a full disk: nothing is half told, and it is caught up', async () => {
    journal.fails = ({ kind }) => (kind === 'payment-outcome' ? 'before' : null);
    await ledger.take(paymentId, happened('issuer-declined'));
    expect([told(), openNow()]).toEqual([[], [paymentId]]);
    journal.fails = () => null;
    await ledger.catchUp();
    expect(told()).toHaveLength(1);
    expect(openNow()).toEqual([]);
  });

  test('an event that could not be recorded counts as not taken', async () => {
    journal.fails = () => 'before';
    await expect(ledger.take(paymentId, happened('forwarded'))).rejects.toThrow('The disk is full');
    expect(ledger.open()[0]?.payment.state).toBe('stored');
    journal.fails = () => null;
    expect(await ledger.take(paymentId, happened('forwarded'))).toMatchObject({ kind: 'advanced' });
  });

  test('an attempt to forward it is remembered over a stop', async () => {
    await ledger.attempted(paymentId, { count: 3, at: clock.now(), answer: 'not reachable' });
    ledger = await restarted();
    expect(ledger.open()[0]?.attempt).toEqual({ count: 3, at: clock.now(), answer: 'not reachable' });
  });
});

describe('before the sale is made', () => {
  test('what was given back is over, and Magento hears nothing of it', async () => {
    await ledger.request(facts, null);
    await ledger.take(paymentId, happened('stored'));
    await ledger.take(paymentId, happened('reversed'));
    expect([openNow(), told(), cases]).toEqual([[], [], []]);
  });

  test('a decline waits for the sale, over a stop too, and is told after it', async () => {
    await ledger.request(facts, null);
    await ledger.take(paymentId, happened('stored'));
    await ledger.take(paymentId, happened('issuer-declined'));
    expect([openNow(), told()]).toEqual([[paymentId], []]);
    ledger = await restarted();
    await ledger.catchUp();
    expect([openNow(), told()]).toEqual([[paymentId], []]);
    await save('stored');
    expect(told()).toMatchObject([{ outcome: { kind: 'declined' } }]);
    expect(openNow()).toEqual([]);
  });
});

describe('what can’t be', () => {
  test('opens a case and changes nothing', async () => {
    await ledger.request(facts, null);
    await ledger.take(paymentId, happened('cancelled'));
    expect(await ledger.take(paymentId, happened('settled'))).toMatchObject({ kind: 'impossible' });
    expect(cases).toMatchObject([{ kind: 'payment-contradiction', subject: paymentId }]);
    expect(ledger.find(paymentId)?.payment.state).toBe('cancelled');
  });

  test('news of a payment that was never asked for is not known', async () => {
    expect(await ledger.take('0190b0c0-0000-7000-8000-00000000ffff', happened('settled'))).toEqual({
      kind: 'not-known',
    });
  });

  test('two at once are taken one after the other', async () => {
    await paid(happened('stored'), 'stored');
    const both = await Promise.all([
      ledger.take(paymentId, happened('issuer-declined')),
      ledger.take(paymentId, happened('issuer-approved')),
      ledger.take(paymentId, happened('issuer-declined')),
    ]);
    expect(both.map(({ kind }) => kind)).toEqual(['advanced', 'advanced', 'repeated']);
    expect(told()).toHaveLength(2);
  });
});
