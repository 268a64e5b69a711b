import { expect, it } from 'vitest';
import { minutes, seconds } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import type { CompletedSale } from '../../src/register/sale.ts';
import type { DeliveryOutcome, Lane } from '../../src/sync/lane.ts';
import { createOutbox } from '../../src/sync/outbox.ts';
import { sampleSale } from '../journal/sample-sale.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryJournal } from '../tools/memory-journal.ts';

const confirmed = (sale: CompletedSale): DeliveryOutcome => ({
  kind: 'confirmed',
  order: { orderId: 1, orderNumber: sale.receiptNumber, stock: 'shipped' },
  progress: null,
  answer: 'done',
});

/** A lane on which every sale takes `takes(counter)` seconds. */
async function rig(sales: number, overlap: number, takes: (counter: number) => number, outcome = confirmed) {
  const clock = new ManualClock();
  const journal = new MemoryJournal(clock);
  for (let counter = 1; counter <= sales; counter += 1) {
    await journal.append({ kind: 'sale', sale: sampleSale({ counter }) });
  }
  const begun: number[] = [];
  let underWay = 0;
  let most = 0;
  const lane: Lane = {
    name: 'http',
    recipe: 'slow',
    async deliver(document, { signal }) {
      if (document.kind !== 'sale') throw new Error('Only sales are on this lane');
      const { sale } = document;
      const counter = Number(sale.receiptNumber.slice(-8));
      begun.push(counter);
      underWay += 1;
      most = Math.max(most, underWay);
      await clock.sleep(seconds(takes(counter)), signal);
      underWay -= 1;
      return outcome(sale);
    },
    describe: () => '',
    probe: async () => ({ kind: 'reachable' }),
  };
  const random = { fraction: () => 0, bytes: (count: number) => new Uint8Array(count) };
  const outbox = createOutbox({ journal, lane, clock, random, log: silentLogger, overlap });
  return { clock, journal, outbox, begun, most: () => most };
}

it('a few sales are on their way at once, begun in receipt order; the first alone, until the shop is known to answer', async () => {
  const { clock, journal, outbox, begun, most } = await rig(9, 4, (counter) => (counter === 3 ? 5 : 1));
  outbox.start();
  await clock.advance(seconds(0.5));
  expect(begun).toEqual([1]);
  await clock.advance(seconds(2));
  expect(begun).toEqual([1, 2, 3, 4, 5]);
  expect(outbox.status().current).toHaveLength(1);
  await clock.advance(seconds(10));
  expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(most()).toBe(4);
  expect(journal.counts.confirmed).toBe(9);
  await outbox.stop();
});

it('one at a time unless it is configured otherwise', async () => {
  const { clock, outbox, most } = await rig(5, 1, () => 1);
  outbox.start();
  await clock.advance(seconds(20));
  expect(most()).toBe(1);
  await outbox.stop();
});

it('a shop that asks for less is asked for less once, not once for each sale on its way', async () => {
  let overloaded = false;
  const { clock, outbox, begun } = await rig(
    20,
    4,
    () => 1,
    (sale) =>
      overloaded
        ? { kind: 'later', scope: 'overload', progress: null, code: 'busy', answer: 'busy', retryAfter: null }
        : confirmed(sale),
  );
  outbox.start();
  await clock.advance(seconds(1.5));
  overloaded = true;
  await clock.advance(seconds(2));
  expect(outbox.status()).toMatchObject({ online: false, code: 'busy' });
  const before = begun.length;
  // One minute after the first refusal, not eight after the fourth; and then with one sale only.
  await clock.advance(seconds(61));
  expect(begun.length).toBe(before + 1);
  await outbox.stop();
});

it('a pause ends all that are on their way at their next safe point', async () => {
  const { clock, outbox } = await rig(9, 4, () => 30);
  outbox.start();
  await clock.advance(seconds(31));
  expect(outbox.status().current).toHaveLength(4);
  outbox.pause();
  await clock.advance(seconds(0.01));
  expect(outbox.status()).toMatchObject({ state: 'paused', current: [] });
  await outbox.stop();
});

it('a loop that hangs shows by its heartbeat, which no other sign of life renews', async () => {
  const { clock, outbox } = await rig(1, 1, () => 86_400);
  outbox.start();
  await clock.advance(minutes(4));
  outbox.documentAdded();
  outbox.kick();
  await clock.advance(seconds(1));
  // The status calls that dead after three minutes (test/assembly/metrics.test.ts).
  expect(clock.monotonic() - outbox.status().heartbeat).toBeGreaterThan(180_000);
});
