import { describe, expect, it } from 'vitest';
import type { JournalHealth } from '../../src/journal/journal-log.ts';
import { type OpenedJournal, openJournalAt } from '../../src/journal/open-journal.ts';
import { minutes, seconds } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { type DiskOperation, MemoryDisk } from '../../src/platform/memory-disk.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { sampleSaleId, sampleTerminal } from './sample-sale.ts';
import { all, deliver, sell, unconfirmedSales } from './workbench.ts';

const errors = {
  broken: new HoldfastError('store.failed', 'EIO', { remedy: 'retry' }),
  full: new HoldfastError('store.disk-full', 'ENOSPC', { remedy: 'retry' }),
  protected: new HoldfastError('store.read-only', 'EROFS', { remedy: 'operator' }),
};
const onStore = ({ where }: DiskOperation): boolean => where === 'data/journal';
const onTape = ({ where }: DiskOperation): boolean => where.startsWith('tape/tape-');

class Terminal {
  readonly disk = new MemoryDisk();
  readonly clock = new ManualClock();

  open(onCopyFailure: 'sell' | 'stop' = 'sell', provision = true): Promise<OpenedJournal> {
    const places = {
      store: this.disk.store('data/journal'),
      tape: this.disk.files('tape'),
      anchors: [this.disk.files('data'), this.disk.files('tape')],
    };
    return openJournalAt(places, {
      terminalId: sampleTerminal,
      clock: this.clock,
      log: silentLogger,
      provision,
      onCopyFailure,
      segmentBytes: 8000,
    });
  }

  fail(where: (operation: DiskOperation) => boolean, error: HoldfastError, phase: 'before' | 'after' = 'before'): void {
    this.disk.onOperation = (operation) => (operation.phase === phase && where(operation) ? error : null);
  }

  heal(): void {
    this.disk.onOperation = () => null;
  }

  /** The power goes and comes back. */
  restart(): void {
    this.disk.cutPower({ fraction: () => 0, bytes: () => new Uint8Array() });
  }
}

const both = [
  ['the database', onStore, 'storeError'],
  ['the tape', onTape, 'tapeError'],
] as const;
const phases = ['before', 'after'] as const;
const cases = both.flatMap(([name, where, side]) => phases.map((phase) => [name, phase, where, side] as const));

describe('a journal of which one copy fails', () => {
  it('gives every document that is to be delivered, while the database is written, fails, is gone, and is back', async () => {
    const terminal = new Terminal();
    const { journal } = await terminal.open();
    // More than are kept whole.
    await sell(journal, 150);
    const expectAll = (count: number): void => {
      expect(unconfirmedSales(journal).map(({ saleId }) => saleId)).toEqual(
        Array.from({ length: count }, (_, index) => sampleSaleId(index + 1)),
      );
    };
    expectAll(150);
    terminal.fail(onStore, errors.broken);
    await sell(journal, 1);
    // Closed, and not to be opened again; nobody has looked at most of them since.
    await terminal.clock.advance(minutes(2));
    expect(journal.health.storeError).not.toBeNull();
    await sell(journal, 70);
    expectAll(221);
    await deliver(journal, 1, 'waiting');
    expect(journal.sale(sampleSaleId(1))?.delivery.attempts).toBe(1);
    terminal.heal();
    await terminal.clock.advance(minutes(2));
    expect(journal.health.state).toBe('whole');
    expectAll(221);
    await journal.close();
  });

  it.each(cases)('goes on when %s fails (%s it wrote), says so, and restores the pair by itself', async (...given) => {
    const [, phase, where, side] = given;
    const terminal = new Terminal();
    const { journal } = await terminal.open();
    const told: JournalHealth[] = [];
    journal.onHealth((health) => told.push(health));
    await sell(journal, 3);
    terminal.fail(where, errors.broken, phase);
    await sell(journal, 20);
    await deliver(journal, 1);
    expect(journal.health).toMatchObject({ state: 'one-copy', [side]: { code: 'journal.failed' } });
    expect(journal.counts).toMatchObject({ sales: 23, confirmed: 1 });
    expect((await all(journal.records())).length).toBe(24);
    terminal.heal();
    await terminal.clock.advance(minutes(2));
    await sell(journal, 1);
    expect(journal.health).toEqual({ state: 'whole', storeError: null, tapeError: null });
    expect(told.map(({ state }) => state)).toEqual(['one-copy', 'whole']);
    expect(await journal.verify()).toMatchObject({ outcome: 'whole', records: 25, sales: 24 });
    expect(journal.sale(sampleSaleId(1))?.delivery.state).toBe('confirmed');
    await journal.close();
  });

  it.each(both)('has everything after a power cut while %s was behind', async (_, where) => {
    const terminal = new Terminal();
    const { journal } = await terminal.open();
    await sell(journal, 2);
    terminal.fail(where, errors.broken);
    await sell(journal, 5);
    terminal.restart();
    terminal.heal();
    const { journal: again, report } = await terminal.open('sell', false);
    expect(again.counts.sales).toBe(7);
    expect(report.restoredToStore + report.restoredToTape).toBe(5);
    expect((await again.verify()).outcome).toBe('whole');
    await again.close();
  });

  it.each(both)(
    'finishes the sale in hand and then stops, if it is set to stop, until %s works again',
    async (_, where) => {
      const terminal = new Terminal();
      const { journal } = await terminal.open('stop');
      terminal.fail(where, errors.full);
      await sell(journal, 1);
      await expect(sell(journal, 1)).rejects.toMatchObject({ code: 'journal.one-copy', remedy: 'operator' });
      terminal.heal();
      await sell(journal, 1);
      expect(journal.health.state).toBe('whole');
      expect(journal.counts.sales).toBe(2);
      await journal.close();
    },
  );

  it('does not sell with a copy that is not known to be complete', async () => {
    const terminal = new Terminal();
    const { journal } = await terminal.open();
    await sell(journal, 1);
    terminal.fail(onTape, errors.broken);
    await sell(journal, 1);
    terminal.restart();
    terminal.fail(onStore, errors.full);
    await expect(terminal.open('sell', false)).rejects.toMatchObject({ code: 'journal.disk-full', remedy: 'operator' });
    terminal.heal();
    const { journal: again } = await terminal.open('sell', false);
    expect(again.counts.sales).toBe(2);
    await again.close();
  });

  it('starts and sells with the tape alone when the database can not be opened, and restores it later', async () => {
    const terminal = new Terminal();
    const { journal } = await terminal.open();
    await sell(journal, 3);
    await deliver(journal, 1);
    await journal.close();
    terminal.fail(onStore, errors.protected);
    const { journal: again, report } = await terminal.open('sell', false);
    expect(report.outcome).toBe('one-copy');
    expect(report.words.join(' ')).toContain('Selling goes on with the other copy');
    expect(again.sale(sampleSaleId(1))?.delivery.state).toBe('confirmed');
    await sell(again, 2);
    terminal.disk.onOperation = () => null;
    expect((await again.restore()).state).toBe('whole');
    expect(await again.verify()).toMatchObject({ outcome: 'whole', sales: 5 });
    await again.close();
  });

  it('tries more and more seldom, for ever', async () => {
    const terminal = new Terminal();
    const { journal } = await terminal.open();
    let attempts = 0;
    terminal.disk.onOperation = (operation) => {
      if (!onStore(operation)) return null;
      if (operation.what === 'store-open') attempts++;
      return errors.full;
    };
    await sell(journal, 1);
    await terminal.clock.advance(seconds(8));
    expect(attempts).toBe(3);
    await terminal.clock.advance(minutes(10));
    expect(attempts).toBeGreaterThan(12);
    expect(attempts).toBeLessThan(20);
    terminal.heal();
    await terminal.clock.advance(minutes(1));
    expect(journal.health.state).toBe('whole');
    await journal.close();
  });
});

describe('a journal of which both copies fail', () => {
  const everywhere = (operation: DiskOperation): boolean => onStore(operation) || onTape(operation);

  it.each([
    ['full', 'journal.disk-full', 'before'],
    ['protected', 'journal.read-only', 'before'],
    ['broken', 'journal.failed', 'before'],
    ['full', 'journal.disk-full', 'after'],
  ] as const)(
    'refuses a sale on a disk that is %s with %s (%s writing), and it never comes back',
    async (kind, code, phase) => {
      const terminal = new Terminal();
      const { journal } = await terminal.open();
      await sell(journal, 2);
      terminal.fail(everywhere, errors[kind], phase);
      await expect(sell(journal, 1)).rejects.toMatchObject({ code, remedy: 'operator', hint: expect.any(String) });
      expect(journal.health.state).toBe('stopped');
      expect(journal.nextReceiptCounter).toBe(3);
      terminal.heal();
      await deliver(journal, 1);
      await sell(journal, 1);
      expect(journal.health.state).toBe('whole');
      expect((await all(journal.records())).map(({ entry }) => entry.kind)).toEqual([
        'sale',
        'sale',
        'delivery',
        'sale',
      ]);
      expect(await journal.verify()).toMatchObject({ outcome: 'whole', sales: 3 });
      await journal.close();
    },
  );

  it('takes back what was refused also when the tape was behind already', async () => {
    const terminal = new Terminal();
    const { journal } = await terminal.open();
    terminal.fail(onTape, errors.broken);
    await sell(journal, 2);
    let writes = 0;
    terminal.disk.onOperation = (operation) => {
      if (onTape(operation)) return errors.broken;
      const written = operation.what === 'store-write' && operation.phase === 'after';
      return (written && ++writes === 1) || (writes > 0 && onStore(operation)) ? errors.broken : null;
    };
    await expect(sell(journal, 1)).rejects.toMatchObject({ code: 'journal.failed' });
    terminal.disk.onOperation = (operation) => (onTape(operation) ? errors.broken : null);
    await deliver(journal, 1);
    await sell(journal, 1);
    expect((await all(journal.records())).map(({ entry }) => entry.kind)).toEqual(['sale', 'sale', 'delivery', 'sale']);
    terminal.heal();
    expect((await journal.restore()).state).toBe('whole');
    expect(await journal.verify()).toMatchObject({ outcome: 'whole', records: 4, sales: 3 });
    await journal.close();
  });

  it('says in words why it can not be begun', async () => {
    const terminal = new Terminal();
    terminal.fail(() => true, errors.protected);
    await expect(terminal.open()).rejects.toMatchObject({
      code: 'journal.read-only',
      message: expect.stringContaining("The disk can't be written"),
    });
  });

  it('refuses what can be kept once but not noted as such', async () => {
    const terminal = new Terminal();
    const { journal } = await terminal.open();
    await sell(journal, 1);
    terminal.fail((operation) => onTape(operation) || operation.where.endsWith('/anchor'), errors.full);
    await expect(sell(journal, 1)).rejects.toMatchObject({ code: 'journal.disk-full' });
    terminal.heal();
    await sell(journal, 1);
    expect(await journal.verify()).toMatchObject({ outcome: 'whole', sales: 2 });
    await journal.close();
  });
});
