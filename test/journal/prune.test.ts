import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { JournalRecord } from '../../src/journal/journal.ts';
import type { LiveJournal } from '../../src/journal/journal-log.ts';
import { openJournalAt } from '../../src/journal/open-journal.ts';
import type { PruneWish } from '../../src/journal/prune.ts';
import type { JournalPlaces } from '../../src/journal/start.ts';
import { hundredths } from '../../src/money/money.ts';
import { type BootId, type Clock, hours, instant } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { receiptNumber } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { sampleCaseId, sampleReturn, sampleReturnId } from './sample-documents.ts';
import { sampleSaleId, sampleTerminal } from './sample-sale.ts';
import { seededRandom } from './seeded-random.ts';
import {
  all,
  copyOf,
  deliver,
  deliverDocument,
  freshFolder,
  openIn,
  removeFolders,
  sell,
  unconfirmedSales,
} from './workbench.ts';

afterAll(removeFolders);

const day = hours(24);
const retention = 10 * day;
const segmentBytes = 4000;

/** Sells over many days on a disk in memory, and knows what must still be there. */
class Shop {
  readonly disk = new MemoryDisk();
  readonly clock: ManualClock = new ManualClock();
  readonly soldAt = new Map<number, number>();
  readonly unconfirmed = new Set<number>();
  journal!: LiveJournal;

  get places(): JournalPlaces {
    return {
      store: this.disk.store('data/journal'),
      tape: this.disk.files('tape'),
      anchors: [this.disk.files('data'), this.disk.files('tape')],
    };
  }

  async open(places: JournalPlaces = this.places, provision = false, clock: Clock = this.clock) {
    const opened = await openJournalAt(places, {
      terminalId: sampleTerminal,
      clock,
      log: silentLogger,
      provision,
      segmentBytes,
    });
    this.journal = opened.journal;
    return opened;
  }

  async sell(): Promise<void> {
    const counter = this.journal.nextReceiptCounter;
    await sell(this.journal, 1);
    this.soldAt.set(counter, this.clock.now());
    this.unconfirmed.add(counter);
  }

  async sellAndDeliver(sales: number): Promise<void> {
    for (let counter = 1; counter <= sales; counter++) {
      await this.sell();
      await this.deliver(counter, 'confirmed');
    }
  }

  async deliver(counter: number, state: 'waiting' | 'confirmed' | 'parked'): Promise<void> {
    if (!this.unconfirmed.has(counter)) return;
    await deliver(this.journal, counter, state);
    if (state === 'confirmed') this.unconfirmed.delete(counter);
  }

  wish(): PruneWish {
    return { olderThan: instant(this.clock.now() - retention) };
  }

  prune(): Promise<number> {
    return this.journal.prune(this.wish());
  }

  /** `after` the last prune, as its clock was. */
  check(prunedAt: number = this.clock.now()): void {
    const { journal } = this;
    expect(unconfirmedSales(journal).map((sale) => sale.saleId)).toEqual(
      [...this.unconfirmed].sort((a, b) => a - b).map(sampleSaleId),
    );
    for (const [counter, soldAt] of this.soldAt) {
      const found = journal.saleByReceipt(receiptNumber(sampleTerminal, counter));
      if (this.unconfirmed.has(counter) || soldAt >= prunedAt - retention) {
        expect(found?.sale.saleId).toBe(sampleSaleId(counter));
      }
    }
    const { sales, waiting, parked, confirmed } = journal.counts;
    expect({ sales, open: waiting + parked, confirmed }).toEqual({
      sales: this.soldAt.size,
      open: this.unconfirmed.size,
      confirmed: this.soldAt.size - this.unconfirmed.size,
    });
    expect(journal.nextReceiptCounter).toBe(this.soldAt.size + 1);
  }

  get segments(): Promise<readonly string[]> {
    return this.disk
      .files('tape')
      .list()
      .then((files) => files.map(({ name }) => name).filter((name) => name.endsWith('.frames')));
  }
}

async function shopWith(sales: number): Promise<Shop> {
  const shop = new Shop();
  await shop.open(shop.places, true);
  await shop.sellAndDeliver(sales);
  return shop;
}

const openPayment = (open: boolean) =>
  ({ kind: 'payment', paymentId: 'p-1', amount: hundredths(1190), state: null, open }) as const;
const openCase = (open: boolean) => ({ kind: 'case', caseId: sampleCaseId(1), open, change: null }) as const;

const present = async (journal: LiveJournal): Promise<readonly JournalRecord[]> => all(journal.records());

describe('pruning', () => {
  it('removes confirmed sales past their retention from both copies, and nothing younger', async () => {
    const shop = await shopWith(20);
    await shop.clock.advance(hours(24 * 11));
    for (let n = 0; n < 5; n++) await shop.sell();
    const before = (await shop.segments).length;
    const sales = await shop.prune();
    expect(sales).toBeGreaterThanOrEqual(15);
    expect((await shop.segments).length).toBeLessThan(before - 5);
    const records = await present(shop.journal);
    expect(records.filter(({ entry }) => entry.kind === 'sale')).toHaveLength(25 - sales);
    expect(shop.journal.saleByReceipt(receiptNumber(sampleTerminal, 1))).toBeUndefined();
    shop.check();
    expect(await shop.prune()).toBe(0);
  });

  it('goes on with receipt numbers and counts, also when everything was removed that had one', async () => {
    const shop = await shopWith(20);
    await shop.clock.advance(hours(24 * 11));
    for (let n = 0; n < 30; n++) await shop.journal.append({ kind: 'drawer-opened', shiftId: null, reason: 'no-sale' });
    expect(await shop.prune()).toBe(20);
    await shop.journal.close();
    for (const places of [
      shop.places,
      { ...shop.places, store: shop.disk.store('lost') },
      { ...shop.places, tape: shop.disk.files('lost') },
    ]) {
      const { report } = await shop.open(places);
      expect(report.lostRecords).toBe(0);
      shop.check();
      await shop.journal.close();
    }
  });

  it.each(['waiting', 'parked'] as const)('stops at a sale that is %s, however old it is', async (state) => {
    const shop = await shopWith(4);
    await shop.sell();
    await shop.deliver(5, state);
    for (let counter = 6; counter <= 20; counter++) {
      await shop.sell();
      await shop.deliver(counter, 'confirmed');
    }
    await shop.clock.advance(hours(24 * 365));
    await shop.prune();
    expect(shop.journal.saleByReceipt(receiptNumber(sampleTerminal, 6))).toBeDefined();
    shop.check();
    await shop.deliver(5, 'confirmed');
    expect(await shop.prune()).toBeGreaterThan(10);
    shop.check();
  });

  it('stops at a card payment that is open, and at a case', async () => {
    for (const open of [openPayment, openCase]) {
      const shop = new Shop();
      await shop.open(shop.places, true);
      await shop.journal.append(open(true));
      await shop.sellAndDeliver(20);
      await shop.clock.advance(hours(24 * 365));
      expect(await shop.prune()).toBe(0);
      await shop.journal.append(open(false));
      expect(await shop.prune()).toBeGreaterThan(10);
      const { kind } = open(true);
      expect(shop.journal.openSubjects(kind)).toEqual([]);
      // What was told of it lately is still there.
      expect(await shop.journal.subjects(kind, { newest: 5 })).toMatchObject([{ kind, open: false, records: [{}] }]);
    }
  });

  it('keeps the sale that a return waits for, and what a sale needs', async () => {
    const shop = await shopWith(20);
    await shop.clock.advance(hours(24 * 365));
    await shop.journal.append({ kind: 'return', return: sampleReturn({ counter: 21, of: 1 }) });
    expect(await shop.prune()).toBe(0);
    expect(shop.journal.returnsOf(sampleSaleId(1))).toHaveLength(1);
    await deliverDocument(shop.journal, sampleReturnId(21));
    expect(await shop.prune()).toBeGreaterThan(10);
  });

  it('does not believe an age that no trusted clock has told', async () => {
    const shop = new Shop();
    const untrusted = Object.assign(new ManualClock('2001-01-01T00:00:00Z'), { trusted: () => false });
    await shop.open(shop.places, true, untrusted);
    for (let counter = 1; counter <= 20; counter++) {
      await shop.sell();
      await shop.deliver(counter, 'confirmed');
    }
    expect(await shop.prune()).toBe(0);
    await shop.journal.close();
    // The next boot knows the time; after its first records are old, so are those before them.
    const trusted = Object.assign(new ManualClock(), { bootId: 'boot-2' as BootId });
    await shop.open(shop.places, false, trusted);
    for (let n = 0; n < 20; n++) await shop.sell();
    const cutoff = (days: number): PruneWish => ({
      olderThan: instant(trusted.now() + days * day - retention),
    });
    expect(await shop.journal.prune(cutoff(9))).toBe(0);
    expect(await shop.journal.prune(cutoff(11))).toBeGreaterThan(10);
  });

  it('leaves a whole and verified journal, that an export brings back', async () => {
    const shop = await shopWith(20);
    await shop.clock.advance(hours(24 * 11));
    await shop.sell();
    await shop.prune();
    const report = await shop.journal.verify();
    expect(report).toMatchObject({ outcome: 'whole', findings: [], lostRecords: 0, lostReceipts: [] });
    const lines = await all(shop.journal.export());
    expect(lines.length).toBe((await present(shop.journal)).length + 2);
  });

  it('does nothing while a copy fails', async () => {
    const shop = await shopWith(20);
    await shop.clock.advance(hours(24 * 11));
    shop.disk.onOperation = ({ what, where }) =>
      what === 'append' && where.startsWith('tape/tape-')
        ? new HoldfastError('store.failed', 'the medium is gone', { remedy: 'retry' })
        : null;
    await shop.sell();
    expect(shop.journal.health.state).toBe('one-copy');
    expect(await shop.prune()).toBe(0);
    shop.check(0);
  });

  it('gives what is left of a journal from before the prune no second life', async () => {
    const folder = await freshFolder();
    const clock = new ManualClock();
    const options = { clock, segmentBytes };
    const first = await openIn(folder, { ...options, provision: true });
    await sell(first.journal, 20);
    await first.journal.close();
    const yesterday = await copyOf(folder);
    const second = await openIn(folder, options);
    for (let counter = 1; counter <= 20; counter++) await deliver(second.journal, counter);
    await clock.advance(hours(24 * 11));
    await sell(second.journal, 3);
    expect(await second.journal.prune({ olderThan: instant(clock.now() - retention) })).toBe(20);
    await second.journal.close();
    await rm(join(folder, 'journal'), { recursive: true });
    await cp(join(yesterday, 'journal'), join(folder, 'journal'), { recursive: true });

    const { journal, report } = await openIn(folder, options);
    expect(report.lostRecords).toBe(0);
    expect(journal.counts).toMatchObject({ sales: 23, waiting: 3, parked: 0, confirmed: 20 });
    expect(unconfirmedSales(journal).map((sale) => sale.saleId)).toEqual([21, 22, 23].map(sampleSaleId));
    expect(journal.nextReceiptCounter).toBe(24);
    await journal.close();
  });

  it('makes room on the disk', async () => {
    const folder = await freshFolder();
    const clock = new ManualClock();
    const { journal } = await openIn(folder, { clock, segmentBytes: 50_000, provision: true });
    for (let counter = 1; counter <= 300; counter++) {
      await sell(journal, 1);
      await deliver(journal, counter);
    }
    await clock.advance(hours(24 * 11));
    await sell(journal, 1);
    const files = async (): Promise<number> => (await readdir(join(folder, 'tape'))).length;
    const before = await files();
    expect(before).toBeGreaterThan(8);
    await journal.prune({ olderThan: instant(clock.now() - retention) });
    expect(await files()).toBeLessThan(5);
    await journal.close();
  });
});

type Event =
  | { readonly kind: 'sell' | 'prune' | 'reopen' }
  | { readonly kind: 'deliver'; readonly nth: number; readonly state: 'waiting' | 'parked' | 'confirmed' }
  | { readonly kind: 'wait'; readonly days: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ kind: 'sell' } as const) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('deliver' as const),
      nth: fc.nat(3),
      state: fc.constantFrom('waiting' as const, 'parked' as const, 'confirmed' as const, 'confirmed' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'prune' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' } as const) },
);

describe('whatever happens', () => {
  it('nothing unconfirmed and nothing younger than its retention is ever removed, and both copies can be rebuilt', async () => {
    let removed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 30, maxLength: 120 }), async (events) => {
        const shop = new Shop();
        await shop.open(shop.places, true);
        for (const each of events) {
          switch (each.kind) {
            case 'sell':
              await shop.sell();
              break;
            case 'deliver': {
              const counter = [...shop.unconfirmed][each.nth];
              if (counter !== undefined) await shop.deliver(counter, each.state);
              break;
            }
            case 'wait':
              await shop.clock.advance(hours(24 * each.days));
              break;
            case 'prune':
              removed += await shop.prune();
              shop.check();
              break;
            case 'reopen':
              await shop.journal.close();
              expect((await shop.open()).report.outcome).toBe('whole');
              shop.check();
          }
        }
        const whole = await present(shop.journal);
        expect(await shop.journal.verify()).toMatchObject({ outcome: 'whole', lostRecords: 0 });
        await shop.journal.close();
        for (const places of [
          { ...shop.places, store: shop.disk.store('lost') },
          { ...shop.places, tape: shop.disk.files('lost') },
        ]) {
          const { report } = await shop.open(places);
          expect(report.lostRecords + report.lostReceipts.length).toBe(0);
          shop.check();
          expect(await present(shop.journal)).toEqual(whole);
          await shop.journal.close();
        }
      }),
      { numRuns: 60 },
    );
    expect(removed).toBeGreaterThan(50);
  });

  it('a power cut at any operation of a prune loses nothing, and the next prune completes it', async () => {
    let cuts = 0;
    for (let at = 1; ; at++) {
      const shop = await shopWith(14);
      await shop.clock.advance(hours(24 * 11));
      for (let n = 0; n < 4; n++) await shop.sell();
      const random = seededRandom(at);
      let operations = 0;
      const dark = new Promise<'dark'>((resolve) => {
        shop.disk.onOperation = () => {
          if (++operations !== at) return null;
          shop.disk.cutPower(random);
          resolve('dark');
          return null;
        };
      });
      const ended = await Promise.race([dark, shop.prune()]);
      shop.disk.onOperation = () => null;
      if (ended !== 'dark') break;
      cuts++;
      const { report } = await shop.open(
        shop.places,
        false,
        Object.assign(shop.clock, { bootId: `boot-${at + 1}` as BootId }),
      );
      expect(report.lostRecords + report.lostReceipts.length + report.skippedReceipts.length).toBe(0);
      shop.check();
      await shop.prune();
      shop.check();
      expect(await shop.journal.verify()).toMatchObject({ outcome: 'whole' });
      expect(shop.journal.saleByReceipt(receiptNumber(sampleTerminal, 1))).toBeUndefined();
      expect((await shop.segments)[0]).not.toContain('0000000000000001.');
      await shop.journal.close();
    }
    expect(cuts).toBeGreaterThan(10);
  });
});
