import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { storageFacts } from '../../src/assembly/storage.ts';
import type { QuotaSettings } from '../../src/health/quota.ts';
import { createStorageGuard, type StorageGuard } from '../../src/health/storage-guard.ts';
import { systemStorage } from '../../src/health/system-storage.ts';
import type { LiveJournal } from '../../src/journal/journal-log.ts';
import type { PaymentJournal } from '../../src/payments/payment-journal.ts';
import { seconds } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import type { TillParts } from '../../src/till/ports.ts';
import { openIn } from '../journal/workbench.ts';
import { Counter } from '../till/fakes/counter.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { describeWithSmallDisk } from '../tools/needs.ts';
import { mountSmallDisk, type SmallDisk } from '../tools/small-disk.ts';

const mb = 1_000_000;
const settings: QuotaSettings = {
  limit: 30 * mb,
  budgets: { snapshot: 10 * mb, journal: 5 * mb, tape: 3 * mb, logs: 0 },
  reserve: 8 * mb,
  tightBelow: 6 * mb,
  criticalBelow: 3 * mb,
  fullBelow: 1.5 * mb,
};

describeWithSmallDisk('a till on a file system of 32 MB', () => {
  let disk: SmallDisk;
  let clock: ManualClock;
  let guard: StorageGuard;
  let journal: LiveJournal;
  let counter: Counter;
  let end: AbortController;
  /** What happens right before each append, e.g. that somebody else takes all the space. */
  let beforeAppend: () => void;

  beforeEach(async () => {
    disk = mountSmallDisk(32 * 1024 * 1024);
    clock = new ManualClock();
    const medium = systemStorage({
      dataDir: disk.folder,
      tapeDir: `${disk.folder}/tape`,
      logDir: null,
      reserve: settings.reserve,
    });
    guard = createStorageGuard({ medium, settings, clock, log: silentLogger });
    const opened = await openIn(disk.folder, {
      clock,
      provision: true,
      makeRoom: async () => {
        await guard.refused();
      },
    });
    ({ journal } = opened);
    end = new AbortController();
    guard.start(end.signal);
    await until(() => medium.reserve.bytes === settings.reserve);
    beforeAppend = () => {};
    counter = new Counter({ clock, realJournal: watched(journal) });
    Object.defineProperty(counter, 'storage', { get: () => storageFacts(guard.look()) });
    await counter.press('100 enter');
    await counter.press('clear');
  });

  afterEach(async () => {
    end.abort();
    await guard.ended();
    await counter.till.stop();
    await journal.close();
    disk.unmount();
  });

  function watched(real: LiveJournal): TillParts['journal'] & PaymentJournal {
    return {
      append: (entry) => {
        beforeAppend();
        return real.append(entry);
      },
      get nextReceiptCounter() {
        return real.nextReceiptCounter;
      },
      get openShift() {
        return real.openShift;
      },
      document: (id) => real.document(id),
      documentByReceipt: (receipt) => real.documentByReceipt(receipt),
      sale: (id) => real.sale(id),
      saleByReceipt: (receipt) => real.saleByReceipt(receipt),
      returnsOf: (sale) => real.returnsOf(sale),
      outcomesOf: (sale) => real.outcomesOf(sale),
      mailsOf: (sale) => real.mailsOf(sale),
      unconfirmed: () => real.unconfirmed(),
      openSubjects: (kind) => real.openSubjects(kind),
      history: (kind, id) => real.history(kind, id),
      subjects: (kind, wish) => real.subjects(kind, wish),
    };
  }

  /** The real disk takes real time, whatever the clock says. */
  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await clock.advance(seconds(1));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const mode = () => counter.till.state.mode;
  const notice = () => counter.till.state.notice?.key ?? null;

  /** After the disk is freed all goes on, in the same process. */
  async function goesOn(): Promise<void> {
    beforeAppend = () => {};
    disk.clear();
    await until(() => guard.plan.newSales && journal.health.state === 'whole' && guard.plan.reserve === 'keep');
    expect(guard.status().measured.reserve).toBe(settings.reserve);
    const before = journal.counts.sales;
    if (mode().kind === 'paying') await counter.press('clear');
    await counter.press('1 enter total enter');
    expect(journal.counts.sales).toBe(before + 1);
    expect(await journal.verify()).toMatchObject({ outcome: 'whole', lostRecords: 0 });
  }

  describe('filled to the last byte', () => {
    test('before a sale: it is refused before anything is put in', async () => {
      disk.fill();
      expect(disk.free()).toBe(0);
      await counter.press('1 enter');
      expect(notice()).toBe('no-new-sale');
      expect(mode()).toMatchObject({ kind: 'selling', sale: null });
      await goesOn();
    });

    test.each(['1 enter', '1 enter total', '7 enter total 1 enter'])(
      'after "%s": the sale in hand is finished',
      async (keys) => {
        await counter.press(keys);
        disk.fill();
        await counter.press(mode().kind === 'paying' ? 'enter' : 'total enter');
        expect(mode()).toMatchObject({ kind: 'selling', completed: { receiptNumber: 'K1-00000001' } });
        expect(counter.printed).toHaveLength(1);
        expect(journal.counts.sales).toBe(1);
        await counter.press('1 enter');
        expect(notice()).toBe('no-new-sale');
        await goesOn();
      },
    );

    test('between the payment and the record: the record is kept all the same', async () => {
      await counter.press('1 enter total');
      beforeAppend = () => disk.fill();
      await counter.press('enter');
      expect(mode()).toMatchObject({ kind: 'selling', completed: { receiptNumber: 'K1-00000001' } });
      await goesOn();
    });

    test('while a card is being charged: the outcome and the sale are kept', async () => {
      await counter.press('1 enter total');
      beforeAppend = () => disk.fill();
      await counter.press('times');
      await counter.till.settled();
      expect(mode()).toMatchObject({ kind: 'selling', completed: { receiptNumber: 'K1-00000001' } });
      expect(guard.status().measured.reserve).toBe(0);
      await goesOn();
    });

    test('with the reserve gone as well: refused before payment, and nothing is taken', async () => {
      await counter.press('1 enter');
      disk.fill();
      await guard.refused();
      disk.fill();
      await counter.press('total');
      expect(notice()).toBe('no-payment');
      expect(mode()).toMatchObject({ kind: 'selling', sale: { lines: [{}] } });
      expect(journal.counts.sales).toBe(0);
      disk.clear();
      await until(() => guard.plan.payments);
      await counter.press('total enter');
      expect(journal.counts.sales).toBe(1);
      await goesOn();
    });

    test('sale after sale until it is full: all that were paid are kept', async () => {
      disk.fill();
      await guard.refused();
      disk.clear();
      await until(() => guard.plan.newSales && guard.plan.reserve === 'keep');
      let sold = 0;
      for (let round = 0; round < 12; round++) {
        await counter.press('1 enter');
        if (mode().kind === 'selling' && counter.till.status().sale === null) break;
        if (round % 3 === 2) disk.fill();
        await counter.press('total enter');
        sold += 1;
        expect(journal.counts.sales).toBe(sold);
      }
      expect(sold).toBe(3);
      await goesOn();
    });
  });
});
