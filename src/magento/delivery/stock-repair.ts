import { z } from 'zod';
import { type Clock, hours, type Instant, instant, type Monotonic } from '../../platform/clock.ts';
import { isHoldfastError } from '../../platform/errors.ts';
import type { JsonNote } from '../../platform/json-note.ts';
import type { Logger } from '../../platform/log.ts';
import type { CompletedSale } from '../../register/sale.ts';
import { directItems } from './direct-order.ts';
import { type Overstated, overstatedQuantities, type StockCalls } from './salable-check.ts';

/** Sales that were made directly and whose stock figures the shop's repair has not been seen to have evened out yet. */
export const directSalesSchema = z.array(
  z.strictObject({
    receiptNumber: z.string(),
    /** When Magento confirmed it, epoch milliseconds. */
    at: z.number(),
    skus: z.array(z.string()),
  }),
);
export type DirectSales = z.infer<typeof directSalesSchema>;

export interface StockRepairStatus {
  /** Sales made directly that wait for the repair. */
  readonly waiting: number;
  readonly oldest: Instant | null;
  /** What Magento would still sell too much of, at the last look. */
  readonly overstated: readonly Overstated[];
  /** Null: not looked since the start. */
  readonly checkedAt: Instant | null;
}

export interface StockRepairOptions {
  readonly calls: StockCalls;
  readonly note: JsonNote<DirectSales>;
  readonly clock: Clock;
  readonly log: Logger;
}

const checkEvery = hours(1);
/** Of the newest; what is older than the last thousand is no help to anybody. */
const mostSales = 1000;

/**
 * Keeps in mind that recipe B reserves nothing: its shipment gives back a reservation that nobody made, so that Magento would
 * sell too much until the shop's cron has run `inventory:reservation:list-inconsistencies -r |
 * inventory:reservation:create-compensations` (recorded: d42, e20…e22). REST can't start that, but it shows whether it ran.
 */
export class StockRepairWatch {
  readonly #options: StockRepairOptions;
  #overstated: readonly Overstated[] = [];
  #checkedAt: Instant | null = null;
  #nextCheck: Monotonic | number = 0;

  constructor(options: StockRepairOptions) {
    this.#options = options;
  }

  status(): StockRepairStatus {
    const sales = this.#options.note.value;
    const oldest = sales[0];
    return {
      waiting: sales.length,
      oldest: oldest === undefined ? null : instant(oldest.at),
      overstated: this.#overstated,
      checkedAt: this.#checkedAt,
    };
  }

  /** Durable when it resolves; the same sale again changes nothing. */
  async madeDirectly(sale: CompletedSale): Promise<void> {
    const { note, clock } = this.#options;
    if (note.value.some(({ receiptNumber }) => receiptNumber === sale.receiptNumber)) return;
    const skus = [...new Set(directItems(sale).flatMap((item) => (item.productId === null ? [] : [item.sku])))];
    const added = { receiptNumber: sale.receiptNumber, at: clock.now(), skus };
    await note.save([...note.value, added].slice(-mostSales));
  }

  /** Once an hour while something waits. Never throws for what the shop or the network does. */
  async checkIfDue(signal: AbortSignal): Promise<void> {
    const { clock, note, log } = this.#options;
    if (note.value.length === 0 || clock.monotonic() < this.#nextCheck) return;
    this.#nextCheck = clock.monotonic() + checkEvery;
    try {
      await this.#check(signal);
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      log.info({ code: error.code, error: error.message }, 'could not see whether the shop’s reservation repair ran');
    }
  }

  async #check(signal: AbortSignal): Promise<void> {
    const { calls, clock, note, log } = this.#options;
    const before = note.value;
    const seen = await overstatedQuantities(calls, [...new Set(before.flatMap(({ skus }) => skus))], signal);
    this.#checkedAt = clock.now();
    this.#overstated = seen.overstated;
    const open = new Set([...seen.overstated.map(({ sku }) => sku), ...seen.unsure]);
    const evenedOut = new Set(before.filter(({ skus }) => !skus.some((sku) => open.has(sku))));
    if (evenedOut.size === 0) return;
    log.info({ sales: evenedOut.size }, 'the shop’s reservation repair has run');
    await note.save(note.value.filter((sale) => !evenedOut.has(sale)));
  }
}
