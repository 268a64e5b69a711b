import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { documentId, documentIn, receiptOf } from '../../src/journal/document.ts';
import type { Journal, JournalEntry } from '../../src/journal/journal.ts';
import type { LiveJournal } from '../../src/journal/journal-log.ts';
import { openJournalAt } from '../../src/journal/open-journal.ts';
import type { JournalPlaces } from '../../src/journal/start.ts';
import { hundredths } from '../../src/money/money.ts';
import type { BootId, Clock } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import type { SaleId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { type DiskOperation, MemoryDisk } from '../../src/platform/memory-disk.ts';
import type { CompletedReturn } from '../../src/register/return.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { sampleReturn, sampleReturnId } from './sample-documents.ts';
import { sampleSale, sampleSaleId, sampleTerminal } from './sample-sale.ts';
import { seededRandom } from './seeded-random.ts';
import { all } from './workbench.ts';

// No limit that a slow or busy machine could meet.
vi.setConfig({ testTimeout: 1_800_000 });

/** A terminal's disk and what its trader saw, over many lives of the machine. */
class World {
  readonly disk = new MemoryDisk();
  readonly random;
  /** What was acknowledged: receipt → the sale's id, and the sales whose confirmation was. */
  readonly sold = new Map<string, string>();
  readonly confirmed = new Set<string>();
  gaps = 0;
  #boots = 0;
  #sales = 0;
  /** The power fails at this operation, counted from now. */
  #cutAt = Number.POSITIVE_INFINITY;
  #cut: () => void = () => {};

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  get places(): JournalPlaces {
    return {
      store: this.disk.store('data/journal'),
      tape: this.disk.files('tape'),
      anchors: [this.disk.files('data'), this.disk.files('tape')],
    };
  }

  /** Switches the machine on, lets it work, and cuts the power at a random operation, be it in the middle of starting. */
  async life(provision: boolean, faults: (operation: DiskOperation) => HoldfastError | null): Promise<void> {
    const clock: Clock = Object.assign(new ManualClock(), { bootId: `boot-${++this.#boots}` as BootId });
    let operations = 0;
    this.#cutAt = 1 + Math.floor(this.random.fraction() * 60);
    const dark = new Promise<void>((resolve) => {
      this.#cut = resolve;
    });
    this.disk.onOperation = (operation) => {
      if (++operations === this.#cutAt) {
        this.disk.cutPower(this.random);
        this.#cut();
        return null;
      }
      return faults(operation);
    };
    await Promise.race([dark, this.#work(clock, provision)]);
    if (operations < this.#cutAt) this.disk.cutPower(this.random);
    this.disk.onOperation = () => null;
  }

  async #work(clock: Clock, provision: boolean): Promise<void> {
    let journal: LiveJournal;
    try {
      ({ journal } = await this.open(clock, provision));
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^journal\.(disk-full|failed|read-only)$/) });
      return;
    }
    for (let step = 0; step < 20; step++) {
      const side = this.random.fraction();
      if (side < 0.7) await Promise.all([this.#sell(journal, 0), side < 0.3 ? this.#sell(journal, 1) : null]);
      else if (side < 0.85) await this.#confirm(journal);
      else await this.#pay(journal);
    }
    if (this.random.fraction() < 0.3) await journal.close();
  }

  open(clock: Clock, provision: boolean) {
    return openJournalAt(this.places, {
      terminalId: sampleTerminal,
      clock,
      log: silentLogger,
      provision,
      segmentBytes: 6000,
    });
  }

  async #sell(journal: Journal, ahead: number): Promise<void> {
    const saleId = sampleSaleId(1_000_000 + ++this.#sales);
    const counter = journal.nextReceiptCounter + ahead;
    const returned = this.random.fraction() < 0.2 ? this.#returnOf(journal, counter) : null;
    const sale = sampleSale({ counter, saleId });
    if (!(await accepted(journal, returned ?? { kind: 'sale', sale }))) return;
    expect(this.sold.get(sale.receiptNumber)).toBeUndefined();
    this.sold.set(sale.receiptNumber, returned?.return.returnId ?? saleId);
  }

  #returnOf(journal: Journal, counter: number): Extract<JournalEntry, { kind: 'return' }> | null {
    const sale = journal.unconfirmed().find(({ kind }) => kind === 'sale');
    if (sale === undefined || sale.receiptNumber === null) return null;
    const of = { saleId: sale.delivery.documentId as SaleId, receiptNumber: sale.receiptNumber };
    const returnId = sampleReturnId(1_000_000 + this.#sales);
    return { kind: 'return', return: sampleReturn({ counter, of: 1, change: { of, returnId } }) };
  }

  /** A card payment that ends, or is left open; and one that nobody knows of any more. */
  async #pay(journal: Journal): Promise<void> {
    const [last] = journal.openSubjects('payment');
    const open = last === undefined || this.random.fraction() < 0.5;
    const paymentId = last?.id ?? `p-${++this.#sales}`;
    await accepted(journal, { kind: 'payment', paymentId, amount: hundredths(1190), state: null, open });
  }

  async #confirm(journal: Journal): Promise<void> {
    const next = journal.unconfirmed()[0];
    if (next === undefined) return;
    const order = { orderId: 1, orderNumber: '1', stock: 'ok' };
    const delivery = { ...next.delivery, state: 'confirmed' as const, order };
    if (await accepted(journal, { kind: 'delivery', delivery })) this.confirmed.add(delivery.documentId);
  }

  /** After the power is back for good: everything acknowledged is there, once, and the books agree. */
  async judge(): Promise<void> {
    const { journal, report } = await this.open(new ManualClock(), false);
    expect(report.outcome).not.toBe('one-copy');
    expect(report.lostReceipts).toEqual([]);
    const receipts = new Map<string, string>();
    const confirmed = new Set<string>();
    const returns: CompletedReturn[] = [];
    const payments = new Map<string, boolean>();
    let sequence = 0;
    for (const record of await all(journal.records())) {
      if (record.entry.kind === 'gap') {
        this.gaps++;
        expect(record.entry.reason).toBe('skipped');
      } else expect(record.sequence).toBe(sequence + 1);
      sequence = record.sequence;
      const document = documentIn(record.entry);
      const receipt = document === null ? null : receiptOf(document);
      if (document !== null && receipt !== null) {
        expect(receipts.has(receipt.receiptNumber)).toBe(false);
        receipts.set(receipt.receiptNumber, documentId(document));
        if (document.kind === 'return') returns.push(document.return);
      }
      if (record.entry.kind === 'payment') payments.set(record.entry.paymentId, record.entry.open);
      if (record.entry.kind === 'delivery') confirmed.add(record.entry.delivery.documentId);
    }
    for (const [receipt, saleId] of this.sold) expect([receipt, receipts.get(receipt)]).toEqual([receipt, saleId]);
    for (const saleId of this.confirmed) expect(confirmed).toContain(saleId);
    expect(journal.counts).toEqual({
      sales: receipts.size - returns.length,
      returns: returns.length,
      waiting: receipts.size - confirmed.size,
      parked: 0,
      confirmed: confirmed.size,
      withdrawn: 0,
    });
    expect((await journal.verify()).outcome).toBe('whole');
    for (const { of, returnId } of returns) {
      const found = of === null ? [] : journal.returnsOf(of.saleId);
      expect(found.map(({ delivery }) => delivery.documentId)).toContain(returnId);
    }
    expect(journal.openSubjects('payment').map(({ id }) => id)).toEqual(
      [...payments].filter(([, open]) => open).map(([id]) => id),
    );
    expect(journal.unconfirmed().map(({ delivery }) => delivery.documentId)).toEqual(
      [...receipts.values()].filter((id) => !confirmed.has(id)),
    );
    await journal.close();
  }
}

async function accepted(journal: Journal, entry: JournalEntry): Promise<boolean> {
  try {
    await journal.append(entry);
    return true;
  } catch (error) {
    // Two sales at once: when the first was refused the second has a wrong number.
    const expected = /^journal\.(disk-full|failed|read-only|wrong-receipt-number|document-closed)$/;
    expect(error).toMatchObject({ code: expect.stringMatching(expected) });
    return false;
  }
}

const broken = new HoldfastError('store.failed', 'EIO', { remedy: 'retry' });
const full = new HoldfastError('store.disk-full', 'ENOSPC', { remedy: 'retry' });

describe('the journal on a disk that keeps only what was synced', () => {
  const runs = Number(process.env['HOLDFAST_POWER_RUNS'] ?? 60);

  it('has everything acknowledged after any number of power cuts, at any operation', async () => {
    let sold = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const world = new World(seed);
        await world.life(true, () => null);
        for (let life = 0; life < 12; life++) await world.life(world.sold.size === 0, () => null);
        await world.open(new ManualClock(), world.sold.size === 0);
        world.disk.cutPower(world.random);
        await world.judge();
        sold += world.sold.size;
      }),
      { numRuns: runs, seed: 1 },
    );
    expect(sold).toBeGreaterThan(runs * 10);
  });

  it('has everything acknowledged although writes fail now and then, on one copy or on both', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.constantFrom(0.02, 0.1, 0.4), async (seed, rate) => {
        const world = new World(seed);
        const faults = (): HoldfastError | null => {
          if (world.random.fraction() > rate) return null;
          refused++;
          return world.random.fraction() < 0.5 ? broken : full;
        };
        await world.life(true, () => null);
        for (let life = 0; life < 8; life++) await world.life(world.sold.size === 0, faults);
        await world.open(new ManualClock(), world.sold.size === 0);
        world.disk.cutPower(world.random);
        await world.judge();
      }),
      { numRuns: runs, seed: 2 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});
