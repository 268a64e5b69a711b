import { describe, expect, it } from 'vitest';
import { type Duration, milliseconds, minutes, seconds } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { type ReceiptNumber, receiptNumber } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import type { Random } from '../../src/platform/random.ts';
import type { CompletedSale } from '../../src/register/sale.ts';
import type { Checkpoint, DeliveryOutcome, DeliveryTask, Document, Lane, Reachability } from '../../src/sync/lane.ts';
import { createOutbox, type Outbox } from '../../src/sync/outbox.ts';
import { sampleSale, sampleSaleId, sampleTerminal } from '../journal/sample-sale.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryJournal } from '../tools/memory-journal.ts';

const noJitter: Random = { bytes: (length) => new Uint8Array(length), fraction: () => 0 };

type Answer = (sale: CompletedSale, checkpoint: Checkpoint, signal: AbortSignal) => Promise<DeliveryOutcome>;

const later = (scope: 'document' | 'lane' | 'overload', retryAfter: Duration | null = null): Answer => {
  return async () => ({
    kind: 'later',
    scope,
    progress: null,
    code: `test.${scope}`,
    answer: `no: ${scope}`,
    retryAfter,
  });
};
const confirmed: Answer = async (sale) => ({
  kind: 'confirmed',
  order: { orderId: 7, orderNumber: `00000000${sale.receiptNumber.at(-1)}`, stock: 'shipped' },
  progress: { done: true },
  answer: 'done',
});
const parked: Answer = async () => ({
  kind: 'parked',
  progress: { at: 'items' },
  code: 'test.refused',
  answer: 'sold out',
});

class ScriptedLane implements Lane {
  readonly name = 'http';
  readonly recipe = 'scripted';
  readonly tried: string[] = [];
  probes = 0;
  reachable: Reachability = { kind: 'reachable' };
  answer: (sale: CompletedSale) => Answer = () => confirmed;

  deliver(document: Document, { checkpoint, signal }: DeliveryTask): Promise<DeliveryOutcome> {
    if (document.kind !== 'sale') throw new Error('Only sales are on this lane');
    const { sale } = document;
    this.tried.push(sale.receiptNumber);
    return this.answer(sale)(sale, checkpoint, signal);
  }
  describe = (progress: unknown): string => JSON.stringify(progress);
  async probe(): Promise<Reachability> {
    this.probes += 1;
    return this.reachable;
  }
}

interface Rig {
  clock: ManualClock;
  journal: MemoryJournal;
  lane: ScriptedLane;
  outbox: Outbox;
}

async function rig(sales: number, random: Random = noJitter, overlap = 1): Promise<Rig> {
  const clock = new ManualClock();
  const journal = new MemoryJournal(clock);
  for (let counter = 1; counter <= sales; counter += 1) {
    await journal.append({ kind: 'sale', sale: sampleSale({ counter }) });
  }
  const lane = new ScriptedLane();
  const outbox = createOutbox({ journal, lane, clock, random, overlap, log: silentLogger });
  return { clock, journal, lane, outbox };
}

const K = (counter: number): ReceiptNumber => receiptNumber(sampleTerminal, counter);

describe('the outbox', () => {
  it('delivers in receipt order, then rests', async () => {
    const { clock, journal, lane, outbox } = await rig(3);
    outbox.start();
    await clock.advance(seconds(1));
    expect(lane.tried).toEqual([K(1), K(2), K(3)]);
    expect(journal.counts).toMatchObject({ waiting: 0, confirmed: 3 });
    expect(outbox.status()).toMatchObject({ state: 'idle', online: true, code: null });
    await outbox.stop();
    expect(outbox.status().state).toBe('stopped');
  });

  it('lets the sales behind go on when one must wait for its own reason, and comes back to it first', async () => {
    const { clock, lane, outbox } = await rig(3);
    const waits = new Set([K(1)]);
    lane.answer = (sale) => (waits.has(sale.receiptNumber) ? later('document', seconds(5)) : confirmed);
    outbox.start();
    await clock.advance(seconds(4));
    expect(lane.tried).toEqual([K(1), K(2), K(3)]);
    waits.clear();
    await clock.advance(seconds(1));
    expect(lane.tried).toEqual([K(1), K(2), K(3), K(1)]);
    await outbox.stop();
  });

  it('parks what is refused and goes on; a person sends it again', async () => {
    const { clock, journal, lane, outbox } = await rig(2);
    lane.answer = (sale) => (sale.receiptNumber === K(1) ? parked : confirmed);
    outbox.start();
    await clock.advance(seconds(1));
    expect(journal.counts).toMatchObject({ parked: 1, confirmed: 1 });
    expect(journal.saleByReceipt(K(1))?.delivery).toMatchObject({
      state: 'parked',
      attempts: 1,
      code: 'test.refused',
      lastAnswer: 'sold out',
    });
    lane.answer = () => confirmed;
    await clock.advance(minutes(30));
    expect(lane.tried).toEqual([K(1), K(2)]);
    await expect(outbox.retryParked(sampleSaleId(2))).rejects.toMatchObject({ code: 'queue.not-parked' });
    await expect(outbox.retryParked(sampleSaleId(9))).rejects.toMatchObject({ code: 'queue.unknown-document' });
    await outbox.retryParked(sampleSaleId(1));
    await clock.advance(seconds(1));
    expect(journal.saleByReceipt(K(1))?.delivery).toMatchObject({ state: 'confirmed', attempts: 2 });
    await outbox.stop();
  });

  it('stops the round when nothing gets through, tries every 60 s for ever, and writes the same failure down once', async () => {
    const { clock, journal, lane, outbox } = await rig(3);
    lane.answer = () => later('lane');
    outbox.start();
    await clock.advance(seconds(1));
    expect(lane.tried).toEqual([K(1)]);
    await clock.advance(minutes(60));
    expect(lane.tried).toEqual(Array.from({ length: 61 }, () => K(1)));
    expect(journal.counts.waiting).toBe(3);
    expect(journal.kept.filter(({ entry }) => entry.kind === 'delivery')).toHaveLength(1);
    const first = journal.saleByReceipt(K(1));
    expect(first && outbox.statusOf(first)).toMatchObject({ attempts: 61, lastAnswer: 'no: lane', code: 'test.lane' });
    expect(outbox.status()).toMatchObject({ online: false, words: 'no: lane' });
    await outbox.stop();
  });

  it.each([1, -1])('keeps trying every 60 s when the clock jumps by %s year', async (direction) => {
    const { clock, lane, outbox } = await rig(2);
    lane.answer = () => later('lane');
    outbox.start();
    await clock.advance(minutes(10));
    const tried = lane.tried.length;
    clock.jump(milliseconds(direction * 365 * 24 * 3_600_000));
    await clock.advance(minutes(10));
    expect(lane.tried.length).toBe(tried + 10);
    expect(new Set(lane.tried)).toEqual(new Set([K(1)]));
    await outbox.stop();
  });

  it('goes on at once when a shop that was away can be reached again, spread by the terminal', async () => {
    const { clock, lane, outbox } = await rig(1, { ...noJitter, fraction: () => 0.5 });
    lane.answer = () => later('lane');
    lane.reachable = { kind: 'unreachable', code: 'test.down', answer: 'no connection' };
    outbox.start();
    await clock.advance(seconds(25));
    expect(lane.tried).toHaveLength(1);
    lane.reachable = { kind: 'reachable' };
    lane.answer = () => confirmed;
    // The next look comes within ten seconds; half of the five seconds of jitter later the sale goes.
    await clock.advance(seconds(8));
    expect(lane.tried).toHaveLength(2);
    expect(outbox.status().online).toBe(true);
    await outbox.stop();
  });

  it('does not ask more often when the shop answers but nothing gets through', async () => {
    const { clock, lane, outbox } = await rig(1);
    lane.answer = () => later('lane');
    outbox.start();
    await clock.advance(seconds(59));
    expect(lane.tried).toHaveLength(1);
    expect(lane.probes).toBe(1);
    await outbox.stop();
  });

  it('backs off from an overloaded shop, never before the time it named, with a cap, and starts over once through', async () => {
    const { clock, lane, outbox } = await rig(2);
    const at: number[] = [];
    lane.answer = () => {
      at.push(clock.monotonic());
      return later('overload', at.length === 1 ? seconds(200) : null);
    };
    outbox.start();
    await clock.advance(minutes(120));
    const pauses = at.slice(1).map((time, index) => Math.round((time - (at[index] ?? 0)) / 1000));
    expect(pauses.slice(0, 6)).toEqual([200, 120, 240, 480, 900, 900]);
    // The loop looks round every ten seconds; in that time the shop was left alone.
    expect(lane.probes).toBe(0);
    await outbox.stop();
  });

  it('tries everything at once when told to, whatever it waits for', async () => {
    const { clock, lane, outbox } = await rig(2);
    lane.answer = () => later('overload', minutes(60));
    outbox.start();
    await clock.advance(seconds(1));
    lane.answer = () => confirmed;
    outbox.kick();
    await clock.advance(seconds(1));
    expect(lane.tried).toEqual([K(1), K(1), K(2)]);
    await outbox.stop();
  });

  it('tries a new sale at once, but not while the shop is away', async () => {
    const { clock, journal, lane, outbox } = await rig(0);
    outbox.start();
    await clock.advance(seconds(1));
    await journal.append({ kind: 'sale', sale: sampleSale({ counter: 1 }) });
    outbox.documentAdded();
    await clock.advance(milliseconds(1));
    expect(lane.tried).toEqual([K(1)]);
    lane.answer = () => later('lane');
    await journal.append({ kind: 'sale', sale: sampleSale({ counter: 2 }) });
    outbox.documentAdded();
    await clock.advance(seconds(1));
    await journal.append({ kind: 'sale', sale: sampleSale({ counter: 3 }) });
    outbox.documentAdded();
    await clock.advance(seconds(1));
    expect(lane.tried).toEqual([K(1), K(2)]);
    await outbox.stop();
  });

  it('begins nothing while paused, also across new sales, and says so', async () => {
    const { clock, journal, lane, outbox } = await rig(1);
    outbox.pause();
    outbox.start();
    await clock.advance(minutes(5));
    outbox.documentAdded();
    await clock.advance(minutes(5));
    expect(lane.tried).toEqual([]);
    expect(outbox.status()).toMatchObject({ state: 'paused', nextAttemptAt: null });
    outbox.resume();
    await clock.advance(seconds(1));
    expect(journal.counts.confirmed).toBe(1);
    await outbox.stop();
  });

  it.each(['stop', 'pause'] as const)(
    '%s ends what is under way at its safe point and keeps its progress',
    async (how) => {
      const { clock, journal, lane, outbox } = await rig(2);
      lane.answer = () => (_sale, checkpoint, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            void checkpoint({ at: 'half' }).then(() =>
              resolve({
                kind: 'later',
                scope: 'lane',
                progress: { at: 'half' },
                code: 'test.stopped',
                answer: 'stopped',
                retryAfter: null,
              }),
            );
          });
        });
      outbox.start();
      await clock.advance(seconds(1));
      expect(outbox.status()).toMatchObject({ state: 'delivering', current: [sampleSaleId(1)] });
      if (how === 'pause') {
        outbox.pause();
        await clock.advance(seconds(1));
        expect(outbox.status().state).toBe('paused');
      }
      await outbox.stop();
      expect(lane.tried).toEqual([K(1)]);
      expect(journal.saleByReceipt(K(1))?.delivery).toMatchObject({ state: 'waiting', progress: { at: 'half' } });
    },
  );

  it('goes on after a restart with what was written down, not from the start', async () => {
    const { clock, journal, lane, outbox } = await rig(1);
    lane.answer = () => async (_sale, checkpoint) => {
      await checkpoint({ cart: '17' });
      return new Promise(() => {});
    };
    outbox.start();
    await clock.advance(seconds(1));
    // The first process is gone without a word; another opens the same journal.
    const progressSeen: unknown[] = [];
    const second = new ScriptedLane();
    second.deliver = (document, task) => {
      progressSeen.push(task.progress);
      return ScriptedLane.prototype.deliver.call(second, document, task);
    };
    const after = createOutbox({ journal, lane: second, clock, random: noJitter, log: silentLogger });
    after.start();
    await clock.advance(seconds(1));
    expect(progressSeen).toEqual([{ cart: '17' }]);
    expect(journal.counts.confirmed).toBe(1);
    await after.stop();
  });

  it('survives a journal that can’t be written and a lane that throws, and its heart goes on beating', async () => {
    const { clock, journal, lane, outbox } = await rig(1);
    outbox.start();
    journal.fails = () => 'before';
    await clock.advance(seconds(30));
    expect(outbox.status()).toMatchObject({ online: false, code: 'journal.disk-full', words: 'The disk is full' });
    journal.fails = () => null;
    lane.answer = () => () => Promise.reject(new TypeError('a mistake in the software'));
    await clock.advance(minutes(2));
    expect(outbox.status()).toMatchObject({ code: 'sync.failed', words: 'a mistake in the software' });
    expect(clock.monotonic() - outbox.status().heartbeat).toBeLessThanOrEqual(seconds(10));
    lane.answer = () => confirmed;
    await clock.advance(minutes(2));
    expect(journal.counts.confirmed).toBe(1);
    await outbox.stop();
  });

  it('lets the sales behind go on when one can’t be read, says so, and delivers it when it can', async () => {
    const { clock, journal, lane, outbox } = await rig(3);
    const { document } = journal;
    const unreadable = sampleSaleId(1);
    journal.document = (id) => {
      if (id === unreadable) throw new HoldfastError('journal.damaged', 'It is damaged', { remedy: 'operator' });
      return document(id);
    };
    outbox.start();
    await clock.advance(minutes(1));
    expect(lane.tried).toEqual([K(2), K(3)]);
    expect(outbox.status()).toMatchObject({ state: 'waiting', online: true });
    journal.document = document;
    const queued = journal.document(unreadable);
    expect(queued && outbox.statusOf(queued)).toMatchObject({ code: 'journal.damaged', lastAnswer: 'It is damaged' });
    await clock.advance(seconds(10));
    expect(lane.tried).toEqual([K(2), K(3), K(1)]);
    expect(journal.counts).toMatchObject({ waiting: 0, confirmed: 3 });
    await outbox.stop();
  });

  it('does not begin when it was told to stop before, and can be begun again', async () => {
    const { clock, journal, lane, outbox } = await rig(1);
    outbox.start(AbortSignal.abort());
    await clock.advance(seconds(1));
    expect(lane.tried).toEqual([]);
    expect(outbox.status().state).toBe('stopped');
    outbox.start();
    await clock.advance(seconds(1));
    expect(journal.counts.confirmed).toBe(1);
    await outbox.stop();
  });

  it('does not keep the processor busy when even its look at the shop fails', async () => {
    const { clock, lane, outbox } = await rig(0);
    lane.probe = () => {
      lane.probes += 1;
      return Promise.reject(new TypeError('a mistake in the software'));
    };
    outbox.start();
    await clock.advance(seconds(30));
    expect(lane.probes).toBeGreaterThan(5);
    expect(lane.probes).toBeLessThanOrEqual(31);
    await outbox.stop();
  });

  it('tells its listeners, and one that throws harms nobody', async () => {
    const { clock, journal, outbox } = await rig(1);
    let told = 0;
    outbox.onChange(() => {
      throw new Error('listener');
    });
    const remove = outbox.onChange(() => {
      told += 1;
    });
    outbox.start();
    await clock.advance(seconds(1));
    expect(told).toBeGreaterThan(0);
    expect(journal.counts.confirmed).toBe(1);
    remove();
    const before = told;
    await outbox.stop();
    expect(told).toBe(before);
  });

  it('knows while idle whether the shop can be reached', async () => {
    const { clock, lane, outbox } = await rig(0);
    lane.reachable = { kind: 'unreachable', code: 'test.down', answer: 'no connection to shop.example' };
    outbox.start();
    await clock.advance(seconds(1));
    expect(outbox.status()).toMatchObject({ state: 'idle', online: false, words: 'no connection to shop.example' });
    lane.reachable = { kind: 'reachable' };
    await clock.advance(seconds(11));
    expect(outbox.status().online).toBe(true);
    await outbox.stop();
  });
});
