import { describe, expect, it } from 'vitest';
import { clockCorrection } from '../../src/journal/clock-correction.ts';
import type { LiveJournal } from '../../src/journal/journal-log.ts';
import { openJournalAt } from '../../src/journal/open-journal.ts';
import { watchClock } from '../../src/journal/watch-clock.ts';
import { type BootId, hours, milliseconds, minutes, type Stamp, seconds, stamp } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { sampleTerminal } from './sample-sale.ts';
import { all, deliver, sell, unconfirmedSales } from './workbench.ts';

const year = hours(365 * 24);

class Terminal {
  readonly clock = new ManualClock();
  readonly #disk = new MemoryDisk();

  async open(): Promise<LiveJournal> {
    const places = {
      store: this.#disk.store('data/journal'),
      tape: this.#disk.files('tape'),
      anchors: [this.#disk.files('data'), this.#disk.files('tape')],
    };
    const options = { terminalId: sampleTerminal, clock: this.clock, log: silentLogger, provision: true };
    return (await openJournalAt(places, options)).journal;
  }
}

const kinds = async (journal: LiveJournal): Promise<string[]> =>
  (await all(journal.records())).map(({ entry }) => entry.kind);

describe('a journal whose clock is set', () => {
  it.each([1, -1])('keeps order and numbers over a jump by %s year, and says by how much', async (direction) => {
    const terminal = new Terminal();
    const journal = await terminal.open();
    await sell(journal, 2);
    const before = terminal.clock.now();
    terminal.clock.jump(milliseconds(direction * year));
    await sell(journal, 2);
    await deliver(journal, 1);
    const records = await all(journal.records());
    expect(records.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(records[2]?.entry).toEqual({ kind: 'clock-corrected', from: before, to: before + direction * year });
    expect(records[2]?.stamp.at).toBe(before + direction * year);
    expect(records.flatMap(({ entry }) => (entry.kind === 'sale' ? [entry.sale.receiptNumber] : []))).toEqual([
      'K1-00000001',
      'K1-00000002',
      'K1-00000003',
      'K1-00000004',
    ]);
    expect(unconfirmedSales(journal).map((sale) => sale.receiptNumber.slice(-1))).toEqual(['2', '3', '4']);
    await journal.close();

    const again = await terminal.open();
    expect(again.nextReceiptCounter).toBe(5);
    expect(unconfirmedSales(again).map((sale) => sale.receiptNumber.slice(-1))).toEqual(['2', '3', '4']);
    expect((await again.verify()).outcome).toBe('whole');
    await again.close();
  });

  it('notes once per boot that the clock has become one to trust, also across a restart of the process', async () => {
    const terminal = new Terminal();
    terminal.clock.isTrusted = false;
    const journal = await terminal.open();
    await sell(journal, 1);
    await journal.close();
    terminal.clock.isTrusted = true;
    await terminal.clock.advance(minutes(1));
    const again = await terminal.open();
    await sell(again, 2);
    expect(await kinds(again)).toEqual(['sale', 'clock-corrected', 'sale', 'sale']);
    await again.close();
  });

  it('has nothing to note while clock and monotonic time go together, or after another boot', async () => {
    const terminal = new Terminal();
    const journal = await terminal.open();
    await sell(journal, 1);
    await terminal.clock.advance(hours(24 * 7));
    await sell(journal, 1);
    expect(await kinds(journal)).toEqual(['sale', 'sale']);
    await journal.close();
    const last = stamp(terminal.clock);
    const later: Stamp = { ...last, at: stamp(new ManualClock('2036-01-01')).at, bootId: 'other' as BootId };
    expect(clockCorrection(last, later)).toBeNull();
    expect(clockCorrection(null, later)).toBeNull();
  });

  it('notes it soon although nothing is sold, and once', async () => {
    const terminal = new Terminal();
    const journal = await terminal.open();
    await sell(journal, 1);
    const end = new AbortController();
    const watching = watchClock(journal, terminal.clock, silentLogger, end.signal);
    terminal.clock.jump(seconds(2));
    await terminal.clock.advance(minutes(1));
    expect(await kinds(journal)).toEqual(['sale']);
    terminal.clock.jump(seconds(1));
    await terminal.clock.advance(minutes(1));
    expect(await kinds(journal)).toEqual(['sale', 'clock-corrected']);
    end.abort();
    await watching;
    await journal.close();
  });
});
