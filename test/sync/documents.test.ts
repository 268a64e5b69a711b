import { describe, expect, it } from 'vitest';
import { nameOf } from '../../src/journal/document.ts';
import type { JournalEntry } from '../../src/journal/journal.ts';
import { seconds } from '../../src/platform/clock.ts';
import { receiptNumber } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import type { DeliveryOutcome, DeliveryTask, Document, Lane } from '../../src/sync/lane.ts';
import { createOutbox } from '../../src/sync/outbox.ts';
import {
  sampleCustomer,
  sampleCustomerKey,
  sampleOfflineCustomer,
  sampleOutcome,
  sampleReturn,
  sampleReturnId,
} from '../journal/sample-documents.ts';
import { sampleSale, sampleSaleId, sampleTerminal } from '../journal/sample-sale.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryJournal } from '../tools/memory-journal.ts';

const cardSale = sampleSale({ counter: 2, pay: 'card' });
const entries: readonly JournalEntry[] = [
  { kind: 'customer', customer: sampleCustomer(1) },
  { kind: 'sale', sale: sampleSale({ counter: 1, change: { customer: sampleOfflineCustomer(1) } }) },
  { kind: 'sale', sale: cardSale },
  { kind: 'return', return: sampleReturn({ counter: 3, of: 1 }) },
  { kind: 'payment-outcome', outcome: sampleOutcome(1, cardSale) },
  { kind: 'sale', sale: sampleSale({ counter: 4 }) },
];

const receipt = (counter: number): string => `receipt ${receiptNumber(sampleTerminal, counter)}`;
const customer = 'customer ada1@example.com';
const outcome = `outcome of card payment ${sampleOutcome(1, cardSale).paymentId}`;

/** Refuses what is in `refused`, confirms the rest. */
class Desk implements Lane {
  readonly name = 'http';
  readonly recipe = 'scripted';
  readonly brought: string[] = [];
  readonly tasks = new Map<string, DeliveryTask>();
  refused = new Set<string>();

  async deliver(document: Document, task: DeliveryTask): Promise<DeliveryOutcome> {
    const name = nameOf(document);
    this.brought.push(name);
    this.tasks.set(name, task);
    await Promise.resolve();
    if (this.refused.has(name)) return { kind: 'parked', progress: 'tried', code: 'test.refused', answer: 'no' };
    if (document.kind === 'customer') {
      return {
        kind: 'confirmed',
        order: null,
        made: { kind: 'customer', customerId: 7 },
        progress: null,
        answer: 'done',
      };
    }
    return { kind: 'confirmed', order: { orderId: 1, orderNumber: '1', stock: '' }, progress: null, answer: 'done' };
  }
  describe = (): string => 'not begun';
  probe = async () => ({ kind: 'reachable' as const });
}

async function rig(overlap = 1) {
  const clock = new ManualClock();
  const journal = new MemoryJournal(clock);
  for (const entry of entries) await journal.append(entry);
  const lane = new Desk();
  const random = { fraction: () => 0, bytes: (count: number) => new Uint8Array(count) };
  const outbox = createOutbox({ journal, lane, clock, random, log: silentLogger, overlap });
  const stepOf = (id: Parameters<MemoryJournal['document']>[0]): string => {
    const queued = journal.document(id);
    if (queued === undefined) throw new Error('unknown');
    return outbox.statusOf(queued).step;
  };
  return { clock, journal, lane, outbox, stepOf };
}

describe('the outbox with documents of all kinds', () => {
  it('brings them in order, each with what it refers to', async () => {
    const { clock, journal, lane, outbox } = await rig();
    outbox.start();
    await clock.advance(seconds(1));
    expect(lane.brought).toEqual([customer, receipt(1), receipt(2), receipt(3), outcome, receipt(4)]);
    expect(journal.counts).toMatchObject({ waiting: 0, confirmed: 6 });
    expect(lane.tasks.get(receipt(1))?.needed).toMatchObject([{ delivery: { made: { customerId: 7 } } }]);
    expect(lane.tasks.get(receipt(3))?.needed).toMatchObject([{ delivery: { order: { orderId: 1 } } }]);
    await outbox.stop();
  });

  it('never has one on its way beside what it waits for, however many may be', async () => {
    const { clock, lane, outbox } = await rig(9);
    outbox.start();
    await clock.advance(seconds(1));
    const at = (name: string): number => lane.brought.indexOf(name);
    expect(lane.brought).toHaveLength(6);
    expect(at(customer)).toBeLessThan(at(receipt(1)));
    expect(at(receipt(1))).toBeLessThan(at(receipt(3)));
    expect(at(receipt(2))).toBeLessThan(at(outcome));
    await outbox.stop();
  });

  it('lets all go on but what waits for something parked, says so, and rests', async () => {
    const { clock, journal, lane, outbox, stepOf } = await rig();
    lane.refused = new Set([customer]);
    outbox.start();
    await clock.advance(seconds(1));
    expect(lane.brought).toEqual([customer, receipt(2), outcome, receipt(4)]);
    expect(stepOf(sampleSaleId(1))).toBe('waits for customer ada1@example.com, which is parked');
    expect(stepOf(sampleReturnId(3))).toBe(`waits for ${receipt(1)}`);
    expect(outbox.status()).toMatchObject({ state: 'waiting', nextAttemptAt: null });
    const before = clock.monotonic();
    await clock.advance(seconds(60));
    expect(outbox.status().attempts).toBe(4);
    expect(outbox.status().heartbeat).toBeGreaterThan(before);

    lane.refused.clear();
    await outbox.retryParked(sampleCustomerKey(1), [{ kind: 'recipe', recipe: 'direct' }]);
    await clock.advance(seconds(1));
    expect(lane.tasks.get(customer)).toMatchObject({
      progress: 'tried',
      instructions: [{ kind: 'recipe', recipe: 'direct' }],
    });
    expect(lane.brought.slice(4)).toEqual([customer, receipt(1), receipt(3)]);
    expect(journal.counts).toMatchObject({ waiting: 0, parked: 0, confirmed: 6 });
    await outbox.stop();
  });

  it('never brings what a person has withdrawn; what waited for it is left to the lane', async () => {
    const { clock, journal, lane, outbox, stepOf } = await rig();
    lane.refused = new Set([receipt(1)]);
    outbox.start();
    await clock.advance(seconds(1));
    await outbox.withdraw(sampleSaleId(1), { by: 'Ada', why: 'entered by hand as 000000123' });
    await clock.advance(seconds(1));
    expect(lane.brought.filter((name) => name === receipt(1))).toHaveLength(1);
    expect(stepOf(sampleSaleId(1))).toBe('withdrawn by Ada: entered by hand as 000000123');
    expect(lane.tasks.get(receipt(3))?.needed).toMatchObject([{ delivery: { state: 'withdrawn' } }]);
    expect(journal.counts).toMatchObject({ waiting: 0, parked: 0, confirmed: 5, withdrawn: 1 });
    const again = outbox.withdraw(sampleSaleId(1), { by: 'Ada', why: 'again' });
    await expect(again).rejects.toMatchObject({ code: 'queue.closed' });
    await expect(outbox.retryParked(sampleSaleId(1))).rejects.toMatchObject({ code: 'queue.not-parked' });
    await outbox.stop();
  });

  it('withdraws nothing that is on its way', async () => {
    const { clock, outbox, lane } = await rig();
    let end = (): void => {};
    lane.deliver = () =>
      new Promise((resolve) => {
        end = () => resolve({ kind: 'parked', progress: null, code: 'test.refused', answer: 'no' });
      });
    outbox.start();
    await clock.advance(seconds(1));
    const withdrawal = { by: 'Ada', why: 'no' };
    await expect(outbox.withdraw(sampleCustomerKey(1), withdrawal)).rejects.toMatchObject({ code: 'queue.under-way' });
    end();
    await outbox.stop();
    await outbox.withdraw(sampleCustomerKey(1), withdrawal);
  });

  it('brings again, from the beginning, what a person puts back, with what was decided about it', async () => {
    const { clock, journal, outbox, lane } = await rig();
    outbox.start();
    await clock.advance(seconds(1));
    await expect(outbox.instruct(sampleSaleId(1), [])).rejects.toMatchObject({ code: 'queue.closed' });
    const before = lane.brought.length;
    await outbox.reinstate(sampleSaleId(1), { by: 'Ada', why: 'Magento was restored from a backup' });
    await expect(outbox.reinstate(sampleSaleId(1), { by: 'Ada', why: 'twice' })).rejects.toMatchObject({
      code: 'queue.not-closed',
    });
    await clock.advance(seconds(1));
    expect(lane.brought.slice(before)).toEqual([receipt(1)]);
    expect(lane.tasks.get(receipt(1))).toMatchObject({ progress: null });
    // Told once: nothing that was written after it could open again what is confirmed since.
    const told = journal.kept.filter(
      ({ entry }) => entry.kind === 'delivery' && entry.delivery.reinstated !== undefined,
    );
    expect(told).toHaveLength(1);
    expect(journal.counts).toMatchObject({ waiting: 0, confirmed: 6 });
    await outbox.stop();
  });
});
