import type {
  DeliveryRecord,
  Journal,
  JournalEntry,
  JournalRecord,
  OpenShift,
  QueuedSale,
} from '../../../src/journal/journal.ts';
import { add, type Money, subtract, sum } from '../../../src/money/money.ts';
import { stamp } from '../../../src/platform/clock.ts';
import { HoldfastError } from '../../../src/platform/errors.ts';
import { receiptNumber, type TerminalId, terminalId } from '../../../src/platform/ids.ts';
import type { ManualClock } from '../../tools/manual-clock.ts';

/** How an append goes wrong: nothing is kept, or everything is and only the answer is bad. */
export type Failure = 'before' | 'after';

/** A journal in memory that can refuse. Its records outlive a "crash": hand them to the next one. */
export class MemoryJournal
  implements Pick<Journal, 'append' | 'nextReceiptCounter' | 'openShift' | 'sale' | 'saleByReceipt' | 'records'>
{
  readonly kept: JournalRecord[];
  readonly #clock: ManualClock;
  readonly #terminal: TerminalId;
  /** Decides for every entry; null: it is kept. */
  fails: (entry: JournalEntry) => Failure | null = () => null;
  /** While the database is being restored nothing can be looked up. */
  unreadable = false;

  constructor(clock: ManualClock, kept: JournalRecord[] = [], terminal: TerminalId = terminalId('K1')) {
    this.#clock = clock;
    this.kept = kept;
    this.#terminal = terminal;
  }

  get sales(): readonly QueuedSale[] {
    return this.kept.flatMap(({ sequence, entry }) =>
      entry.kind === 'sale' ? [{ sequence, sale: entry.sale, delivery: waiting(entry.sale.saleId) }] : [],
    );
  }

  get nextReceiptCounter(): number {
    return this.sales.length + 1;
  }

  get openShift(): OpenShift | null {
    const opened = this.kept.findLastIndex(({ entry }) => entry.kind === 'shift-opened');
    const start = this.kept[opened];
    if (start?.entry.kind !== 'shift-opened') return null;
    const since = this.kept.slice(opened + 1).map(({ entry }) => entry);
    if (since.some((entry) => entry.kind === 'shift-closed')) return null;
    const sales = since.flatMap((entry) => (entry.kind === 'sale' ? [entry.sale] : []));
    const paid = (kind: 'cash' | 'card'): Money =>
      sum(sales.flatMap((sale) => sale.tenders.filter((each) => each.kind === kind).map((each) => each.amount)));
    const moved = (direction: 'in' | 'out'): Money =>
      sum(
        since.flatMap((entry) => (entry.kind === 'cash-moved' && entry.direction === direction ? [entry.amount] : [])),
      );
    const { shiftId, cashier, float } = start.entry;
    return {
      shiftId,
      cashier,
      float,
      openedAt: start.stamp,
      sales: sales.length,
      cashSales: paid('cash'),
      cardSales: paid('card'),
      cashIn: moved('in'),
      cashOut: moved('out'),
      expectedCash: subtract(add(add(float, paid('cash')), moved('in')), moved('out')),
    };
  }

  async append(entry: JournalEntry): Promise<JournalRecord> {
    await Promise.resolve();
    const failure = this.fails(entry);
    const record: JournalRecord = { sequence: this.kept.length + 1, stamp: stamp(this.#clock), entry };
    if (failure !== 'before') this.#keep(record);
    if (failure !== null) {
      throw new HoldfastError('journal.disk-full', 'The disk is full', { remedy: 'operator' });
    }
    return record;
  }

  #keep(record: JournalRecord): void {
    const { entry } = record;
    const expected = receiptNumber(this.#terminal, this.nextReceiptCounter);
    if (entry.kind === 'sale' && entry.sale.receiptNumber !== expected) {
      throw new HoldfastError('journal.wrong-receipt-number', `expected ${expected}`, { remedy: 'never' });
    }
    this.kept.push(record);
  }

  sale(id: string): QueuedSale | undefined {
    this.#requireReadable();
    return this.sales.find(({ sale }) => sale.saleId === id);
  }

  saleByReceipt(receipt: string): QueuedSale | undefined {
    this.#requireReadable();
    return this.sales.find(({ sale }) => sale.receiptNumber === receipt);
  }

  #requireReadable(): void {
    if (this.unreadable) throw new HoldfastError('journal.failed', 'Not to be looked up now', { remedy: 'retry' });
  }

  async *records(): AsyncIterable<JournalRecord> {
    yield* this.kept;
  }
}

const waiting = (saleId: DeliveryRecord['saleId']): DeliveryRecord => ({
  saleId,
  state: 'waiting',
  attempts: 0,
  progress: null,
  lastAnswer: null,
  code: null,
  order: null,
});
