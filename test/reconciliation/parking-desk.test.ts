import { beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryInstruction, QueuedDocument } from '../../src/journal/journal.ts';
import { undelivered } from '../../src/journal/ledger.ts';
import { money } from '../../src/money/money.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { CaseDesk } from '../../src/reconciliation/case-desk.ts';
import { type OrderSeen, type ParkingDecision, ParkingDesk } from '../../src/reconciliation/parking-desk.ts';
import { createParkedWatch } from '../../src/reconciliation/watch-parked.ts';
import { sampleReturn } from '../journal/sample-documents.ts';
import { sampleSale, sampleSaleId } from '../journal/sample-sale.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryJournal } from '../tools/memory-journal.ts';

let journal: MemoryJournal;
let cases: CaseDesk;
let desk: ParkingDesk;
let asked: string[];
let order: OrderSeen | null;
let made: OrderSeen[];

const id = sampleSaleId(1);
const sale = sampleSale({ counter: 1 });

async function deliver(change: Partial<ReturnType<typeof undelivered>>): Promise<void> {
  const before = journal.document(id)?.delivery ?? undelivered(id);
  await journal.append({ kind: 'delivery', delivery: { ...before, ...change } });
}

beforeEach(async () => {
  journal = new MemoryJournal(new ManualClock());
  cases = new CaseDesk(journal);
  asked = [];
  made = [];
  order = { orderNumber: '000000123', total: sale.totals.grandTotal, receiptNumber: null };
  await journal.append({ kind: 'sale', sale });
  await deliver({ state: 'parked', lastAnswer: 'The product is disabled', code: 'delivery.refused' });
  const words = (instructions: readonly DeliveryInstruction[] | undefined): string =>
    (instructions ?? []).map((each) => Object.values(each).join('/')).join(' ');
  desk = new ParkingDesk({
    journal,
    cases,
    deliveries: {
      retryParked: async (_, instructions) => {
        asked.push(`retry ${words(instructions)}`.trim());
        await deliver({ state: 'waiting', instructions: instructions ?? [] });
      },
      instruct: async (_, instructions) => {
        asked.push(`instruct ${words(instructions)}`.trim());
        await deliver({ instructions });
      },
      withdraw: async (document, { why }) => {
        asked.push(`withdraw ${document === id ? 'sale' : 'return'}: ${why}`);
        const before = journal.document(document)?.delivery ?? undelivered(document);
        const withdrawn = { by: 'Mara', why };
        await journal.append({ kind: 'delivery', delivery: { ...before, state: 'withdrawn', withdrawn } });
      },
      reinstate: async (_, reinstated) => {
        asked.push(`reinstate: ${reinstated.why}`);
        await journal.append({ kind: 'delivery', delivery: { ...undelivered(id), reinstated } });
      },
    },
    order: async () => order,
    ordersOf: async () => made,
    knowsArticle: (code) => code === 'NEW-1',
    may: (by) => by !== 'Nobody',
  });
});

const parked = (): QueuedDocument => journal.document(id) as QueuedDocument;
const decide = (decision: ParkingDecision): Promise<void> => desk.decide(parked(), decision);
const history = (): readonly string[] =>
  cases.find(`document-parked:${id}`)?.history.map(({ change }) => change.step) ?? [];
const by = 'Mara';

describe('the parking desk', () => {
  it('lists what is parked, and keeps each decision with the name of who took it, before it takes effect', async () => {
    expect(desk.list().map(({ delivery }) => delivery.lastAnswer)).toEqual(['The product is disabled']);
    await decide({ kind: 'retry', by });
    expect(asked).toEqual(['retry']);
    expect(desk.list()).toEqual([]);
    expect(cases.find(`document-parked:${id}`)?.history.map(({ change }) => change)).toMatchObject([
      { step: 'opened' },
      { step: 'noted', by, words: 'tried again' },
    ]);
  });

  it('lets nobody decide who may not', async () => {
    await expect(decide({ kind: 'retry', by: 'Nobody' })).rejects.toMatchObject({ code: 'parked.not-allowed' });
    expect(history()).toEqual([]);
    // Somebody of the fleet need not be of the till's staff.
    await desk.decide(parked(), { kind: 'retry', by: 'Nobody' }, 'fleet');
    expect(history()).toEqual(['opened', 'noted']);
  });

  it('delivers goods as another article, if both are known, and forgets an earlier one for the same goods', async () => {
    const from = sale.lines[0]?.sku ?? '';
    await expect(decide({ kind: 'map-sku', by, from: 'X', to: 'NEW-1' })).rejects.toMatchObject({
      code: 'parked.no-such-line',
    });
    await expect(decide({ kind: 'map-sku', by, from, to: 'X' })).rejects.toMatchObject({
      code: 'parked.unknown-article',
    });
    await decide({ kind: 'map-sku', by, from, to: 'NEW-1' });
    await deliver({ state: 'parked' });
    await decide({ kind: 'map-sku', by, from, to: 'NEW-1' });
    expect(asked).toEqual([`retry map-sku/${from}/NEW-1`, `retry map-sku/${from}/NEW-1`]);
  });

  it('leaves a coupon out only where there is one', async () => {
    await expect(decide({ kind: 'drop-coupon', by })).rejects.toMatchObject({ code: 'parked.no-coupon' });
  });

  it('accepts an order that was entered by hand after a look at it', async () => {
    const entered = { kind: 'entered-by-hand', by, orderNumber: '000000123', anyway: false } as const;
    order = null;
    await expect(decide(entered)).rejects.toMatchObject({ code: 'parked.no-such-order' });
    order = { orderNumber: '000000123', total: money('11.00'), receiptNumber: 'K1-00000099' };
    await expect(decide(entered)).rejects.toMatchObject({ code: 'parked.order-of-another-sale' });
    order = { ...order, receiptNumber: null };
    await expect(decide(entered)).rejects.toThrow(/comes to 11.00, the receipt to 11.90/);
    await decide({ ...entered, anyway: true });
    expect(asked).toEqual(['withdraw sale: entered by hand as order 000000123']);
    expect(cases.open()).toEqual([]);
  });

  it('cancels only what was given back whole, with its returns', async () => {
    await expect(decide({ kind: 'cancel', by, why: 'wrong goods' })).rejects.toMatchObject({
      code: 'parked.not-taken-back',
    });
    await journal.append({ kind: 'return', return: sampleReturn({ counter: 2, of: 1 }) });
    await decide({ kind: 'cancel', by, why: 'wrong goods' });
    expect(asked).toEqual([
      'withdraw sale: cancelled, all of it was given back: wrong goods',
      'withdraw return: its sale K1-00000001 was cancelled',
    ]);
  });

  it('neither leaves out nor accepts twice what delivery has an order of already', async () => {
    await journal.append({ kind: 'return', return: sampleReturn({ counter: 2, of: 1 }) });
    made = [{ orderNumber: '000000120', total: sale.totals.grandTotal, receiptNumber: sale.receiptNumber }];
    const entered = { kind: 'entered-by-hand', by, orderNumber: '000000123', anyway: false } as const;
    await expect(decide(entered)).rejects.toThrow(/has order 000000120 of receipt K1-00000001 already/);
    await expect(decide({ kind: 'cancel', by, why: 'wrong' })).rejects.toMatchObject({ code: 'parked.order-exists' });
    expect([asked, history()]).toEqual([[], []]);
  });

  it('decides nothing about what waits, or is withdrawn, and says nothing of it in the case', async () => {
    await deliver({ state: 'waiting' });
    await expect(decide({ kind: 'retry', by })).rejects.toMatchObject({ code: 'parked.not-parked' });
    await deliver({ state: 'withdrawn', withdrawn: { by, why: 'no' } });
    await expect(decide({ kind: 'retry', by })).rejects.toMatchObject({ code: 'parked.withdrawn' });
    expect([asked, history()]).toEqual([[], []]);
  });

  it('takes decisions back until the document is delivered', async () => {
    await expect(decide({ kind: 'undo', by, why: 'no' })).rejects.toMatchObject({ code: 'parked.nothing-to-undo' });
    await decide({ kind: 'deliver-as-sold', by, recipe: 'direct' });
    await decide({ kind: 'undo', by, why: 'the cart is better' });
    expect(parked().delivery.instructions).toEqual([]);
    await deliver({ state: 'parked' });
    await decide({ kind: 'entered-by-hand', by, orderNumber: '000000123', anyway: false });
    await decide({ kind: 'undo', by, why: 'it was another one' });
    expect(asked.at(-1)).toBe('reinstate: it was another one');
    expect(parked().delivery.state).toBe('waiting');
    expect(cases.open()).toHaveLength(1);
    await deliver({ state: 'confirmed' });
    await expect(decide({ kind: 'undo', by, why: 'no' })).rejects.toMatchObject({ code: 'parked.delivered' });
  });
});

it('keeps a case for each parked document, and ends it once that is delivered', async () => {
  const watch = createParkedWatch({ journal, cases, log: silentLogger });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  watch();
  watch();
  await settled();
  expect(history()).toEqual(['opened']);
  const delivered = { orderId: 7, orderNumber: '000000124', stock: 'shipped' };
  await deliver({ state: 'confirmed', order: delivered });
  watch();
  await settled();
  expect(cases.find(`document-parked:${id}`)?.standing).toMatchObject({
    state: 'closed',
    words: 'delivered as order 000000124',
  });
});
