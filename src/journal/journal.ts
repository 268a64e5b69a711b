import type { Money } from '../money/money.ts';
import type { JsonValue } from '../platform/brand.ts';
import type { Instant, Stamp } from '../platform/clock.ts';
import type { ReceiptNumber, SaleId, ShiftId } from '../platform/ids.ts';
import type { CompletedSale } from '../register/sale.ts';

/** Everything that must survive: one record per fact, appended, never changed. */
export type JournalEntry =
  | { readonly kind: 'sale'; readonly sale: CompletedSale }
  | { readonly kind: 'shift-opened'; readonly shiftId: ShiftId; readonly cashier: string; readonly float: Money }
  | {
      readonly kind: 'shift-closed';
      readonly shiftId: ShiftId;
      readonly cashier: string;
      readonly counted: Money | null;
      readonly expected: Money;
      /** What the sum was counted from, where it was counted piece by piece. */
      readonly denominations?: readonly { readonly value: Money; readonly count: number }[];
    }
  | {
      readonly kind: 'cash-moved';
      readonly shiftId: ShiftId;
      readonly direction: 'in' | 'out';
      readonly amount: Money;
      readonly reason: string;
    }
  | { readonly kind: 'drawer-opened'; readonly shiftId: ShiftId | null; readonly reason: 'sale' | 'no-sale' }
  /** A card payment's life; `requested` is durable before the terminal is asked (issue "Cards when there is no network"). */
  | { readonly kind: 'payment'; readonly paymentId: string; readonly amount: Money; readonly state: JsonValue }
  | { readonly kind: 'delivery'; readonly delivery: DeliveryRecord }
  | ClockCorrection
  | GapRecord
  | PrunedRecord;

/**
 * Written by the journal itself before the first record after the clock was set, or was trusted for the first time in a
 * boot. Earlier records of the boot are off by `to` − `from`.
 */
export interface ClockCorrection {
  readonly kind: 'clock-corrected';
  /** What the clock would show now if nothing had set it. */
  readonly from: Instant;
  /** What it shows now. */
  readonly to: Instant;
}

/**
 * Written by the journal itself on starting: what damage took from both copies, by number, and the numbers passed over so
 * that none can be given twice. A reader of {@link Journal.records} finds these sequences absent.
 */
export interface GapRecord {
  readonly kind: 'gap';
  readonly sequences: readonly NumberRange[];
  /** Receipt counters. */
  readonly receipts: readonly NumberRange[];
  /** `lost`: these were given and can't be recovered. `skipped`: these may have been given. */
  readonly reason: 'lost' | 'skipped';
}

/**
 * Written by the journal itself before it removes the oldest records, all confirmed and past their retention. It carries
 * what followed from them, so that either copy can be rebuilt without them, and receipt numbers go on where they were.
 */
export interface PrunedRecord {
  readonly kind: 'pruned';
  /** Records 1 through this one are removed. */
  readonly through: number;
  readonly standing: Standing;
}

/** How the journal stands at a record, whatever came before it. */
export interface Standing {
  readonly nextReceiptCounter: number;
  readonly openShift: OpenShift | null;
  readonly sales: number;
  readonly waiting: number;
  readonly parked: number;
  readonly confirmed: number;
  /** Sequences and receipt counters that are absent and known to be, the removed ones included. */
  readonly gaps: readonly NumberRange[];
  readonly receiptGaps: readonly NumberRange[];
}

/** Both ends inclusive. */
export interface NumberRange {
  readonly from: number;
  readonly through: number;
}

export interface JournalRecord {
  /** Gapless from 1 over the terminal's life, but for what a {@link GapRecord} names. */
  readonly sequence: number;
  readonly stamp: Stamp;
  readonly entry: JournalEntry;
}

/** How far one sale's delivery is. `progress` belongs to the lane and is opaque here. */
export interface DeliveryRecord {
  readonly saleId: SaleId;
  readonly state: 'waiting' | 'confirmed' | 'parked';
  readonly attempts: number;
  /** The lane's own plan of steps, as last persisted. */
  readonly progress: JsonValue;
  /** Last answer in plain words, e.g. "no connection to shop.example". */
  readonly lastAnswer: string | null;
  /** Stable code of that answer. */
  readonly code: string | null;
  readonly order: ConfirmedOrder | null;
}

export interface ConfirmedOrder {
  readonly orderId: number;
  /** Magento's increment id. */
  readonly orderNumber: string;
  /** What was verified, in words (e.g. "shipped from store-berlin, source deducted"). */
  readonly stock: string;
}

/** A sale with where it stands. */
export interface QueuedSale {
  readonly sequence: number;
  readonly sale: CompletedSale;
  readonly delivery: DeliveryRecord;
}

/**
 * The terminal's memory of what it sold. `append` resolves only when the record is durable on every configured copy
 * (LevelDB with `sync: true` and the tape with `fdatasync`, in parallel); rejecting means: treat it as not happened, the
 * restart decides. Records are appended one after the other; callers need no lock.
 *
 * Errors: `journal.disk-full`, `journal.read-only`, `journal.failed`, `journal.one-copy` (policy `stop`), all with remedy
 * `operator`; `journal.wrong-receipt-number`, `journal.sale-exists`, `journal.unknown-sale`, `journal.sale-confirmed` (a
 * confirmed sale's delivery is closed), `journal.too-large` with remedy `never`; `journal.closed`.
 */
export interface Journal {
  append(entry: JournalEntry): Promise<JournalRecord>;
  /** Counter of the next receipt number. The sale that is appended must carry it. */
  readonly nextReceiptCounter: number;
  /** The shift that is open, rebuilt from the records. */
  readonly openShift: OpenShift | null;
  sale(id: SaleId): QueuedSale | undefined;
  saleByReceipt(receipt: ReceiptNumber): QueuedSale | undefined;
  /** Waiting and parked sales in receipt order. */
  unconfirmed(): readonly QueuedSale[];
  readonly counts: {
    readonly sales: number;
    readonly waiting: number;
    readonly parked: number;
    readonly confirmed: number;
  };
  /** All records from `from` on, in order. */
  records(from?: number): AsyncIterable<JournalRecord>;
  close(): Promise<void>;
}

/** The open shift and its running sums, for X and Z reports. */
export interface OpenShift {
  readonly shiftId: ShiftId;
  readonly cashier: string;
  readonly openedAt: Stamp;
  readonly float: Money;
  readonly sales: number;
  readonly cashSales: Money;
  readonly cardSales: Money;
  /** By the shop's own tenders, foreign cash (by currency), `rounding` and `exchange`; absent: none. */
  readonly otherSales?: Readonly<Record<string, Money>>;
  readonly cashIn: Money;
  readonly cashOut: Money;
  /** float + cashSales + cashIn − cashOut. */
  readonly expectedCash: Money;
}
