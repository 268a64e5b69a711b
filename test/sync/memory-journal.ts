import type { DeliveryRecord, Journal, JournalEntry, JournalRecord, QueuedSale } from '../../src/journal/journal.ts';
import { type Clock, stamp } from '../../src/platform/clock.ts';
import type { SaleId } from '../../src/platform/ids.ts';

/** A journal in memory: what was appended survives every "process" that holds it. */
export class MemoryJournal implements Journal {
  readonly entries: JournalRecord[] = [];
  readonly openShift = null;
  /** Throws from the next appends, as a full disk does. */
  failWith: Error | null = null;
  readonly #clock: Clock;
  readonly #sales = new Map<SaleId, QueuedSale>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async append(entry: JournalEntry): Promise<JournalRecord> {
    if (this.failWith !== null) throw this.failWith;
    // As on a disk: nothing of the record is shared with who wrote it.
    const copy: JournalEntry = structuredClone(entry);
    const record = { sequence: this.entries.length + 1, stamp: stamp(this.#clock), entry: copy };
    this.entries.push(record);
    if (copy.kind === 'sale') {
      const delivery: DeliveryRecord = {
        saleId: copy.sale.saleId,
        state: 'waiting',
        attempts: 0,
        progress: null,
        lastAnswer: null,
        code: null,
        order: null,
      };
      this.#sales.set(copy.sale.saleId, { sequence: record.sequence, sale: copy.sale, delivery });
    }
    if (copy.kind === 'delivery') {
      const known = this.#sales.get(copy.delivery.saleId);
      if (known !== undefined) this.#sales.set(copy.delivery.saleId, { ...known, delivery: copy.delivery });
    }
    return record;
  }

  get nextReceiptCounter(): number {
    return this.#sales.size + 1;
  }

  sale(id: SaleId): QueuedSale | undefined {
    return this.#sales.get(id);
  }

  saleByReceipt(receipt: string): QueuedSale | undefined {
    return [...this.#sales.values()].find(({ sale }) => sale.receiptNumber === receipt);
  }

  unconfirmed(): readonly QueuedSale[] {
    return [...this.#sales.values()].filter(({ delivery }) => delivery.state !== 'confirmed');
  }

  get counts() {
    const states = [...this.#sales.values()].map(({ delivery }) => delivery.state);
    const count = (state: DeliveryRecord['state']): number => states.filter((each) => each === state).length;
    return {
      sales: states.length,
      waiting: count('waiting'),
      parked: count('parked'),
      confirmed: count('confirmed'),
    };
  }

  async *records(from = 1): AsyncIterable<JournalRecord> {
    yield* this.entries.slice(from - 1);
  }

  async close(): Promise<void> {}
}
