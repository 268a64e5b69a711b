import type { Money } from '../money/money.ts';
import type { JsonValue } from '../platform/brand.ts';
import type { Instant, Stamp } from '../platform/clock.ts';
import type { CaseId, DocumentId, ReceiptNumber, SaleId, ShiftId } from '../platform/ids.ts';
import type { ShiftFigures } from '../register/shift-report.ts';
import type { Document, QueuedDocument, QueuedMail, QueuedOutcome, QueuedReturn, QueuedSale } from './document.ts';
import type { Unconfirmed } from './unconfirmed.ts';

export type {
  Document,
  DocumentKind,
  QueuedCustomer,
  QueuedDocument,
  QueuedMail,
  QueuedOutcome,
  QueuedReturn,
  QueuedSale,
} from './document.ts';
export type { MovedGoods, Unconfirmed } from './unconfirmed.ts';

/** Everything that must survive: one record per fact, appended, never changed. */
export type JournalEntry =
  | Document
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
      /** Who did it, and by whose leave; absent: whose shift it is, and it needed none. */
      readonly by?: string;
      readonly approvedBy?: string;
    }
  | {
      readonly kind: 'drawer-opened';
      readonly shiftId: ShiftId | null;
      readonly reason: 'sale' | 'no-sale';
      readonly by?: string;
      readonly approvedBy?: string;
    }
  /** A card payment's life, a record a step; `requested` is durable before the terminal is asked. See {@link Subject}. */
  | {
      readonly kind: 'payment';
      readonly paymentId: string;
      readonly amount: Money;
      readonly state: JsonValue;
      /** Whether somebody has yet to look after it. The document that it pays ends it too, if it is approved for good. */
      readonly open: boolean;
    }
  /** Something a person must look into, and what was done about it. See {@link Subject}. */
  | { readonly kind: 'case'; readonly caseId: CaseId; readonly open: boolean; readonly change: JsonValue }
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
  readonly returns: number;
  /** Documents of all kinds, by the state of their delivery. */
  readonly waiting: number;
  readonly parked: number;
  readonly confirmed: number;
  readonly withdrawn: number;
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

/** How far one document's delivery is. `progress` belongs to the lane and is opaque here. */
export interface DeliveryRecord {
  readonly documentId: DocumentId;
  /** `parked`: Magento refuses it, a person decides; `withdrawn`: a person decided that it is never delivered. */
  readonly state: 'waiting' | 'confirmed' | 'parked' | 'withdrawn';
  readonly attempts: number;
  /** The lane's own plan of steps, as last persisted. */
  readonly progress: JsonValue;
  /** Last answer in plain words, e.g. "no connection to shop.example". */
  readonly lastAnswer: string | null;
  /** Stable code of that answer. */
  readonly code: string | null;
  /** The order it is in; null: not confirmed, or nothing that has an order. */
  readonly order: ConfirmedOrder | null;
  /** What else Magento has made of it. */
  readonly made: MadeInMagento | null;
  /** What a person decided at the parking desk; the lane obeys it. */
  readonly instructions: readonly DeliveryInstruction[];
  /** Who decided that it is never delivered, and why; null: nobody did. */
  readonly withdrawn: Withdrawal | null;
  /** Set on the record that puts into the queue again what was confirmed or withdrawn. */
  readonly reinstated?: Reinstatement;
}

/** Who put a document into the queue again, and why, e.g. "Magento was restored from a backup". */
export interface Reinstatement {
  readonly by: string;
  readonly why: string;
}

export interface Withdrawal {
  readonly by: string;
  /** E.g. "entered by hand as order 000000123". */
  readonly why: string;
}

export type DeliveryInstruction =
  /** The goods go by another article's number than they were sold under. */
  | { readonly kind: 'map-sku'; readonly from: string; readonly to: string }
  /** The coupon is not told to Magento; the price stays as sold. */
  | { readonly kind: 'drop-coupon' }
  | { readonly kind: 'recipe'; readonly recipe: 'module' | 'direct' };

export type MadeInMagento =
  | { readonly kind: 'customer'; readonly customerId: number }
  | { readonly kind: 'credit-memo'; readonly creditMemoId: number; readonly number: string }
  | { readonly kind: 'comment'; readonly commentId: number | null };

export interface ConfirmedOrder {
  readonly orderId: number;
  /** Magento's increment id. */
  readonly orderNumber: string;
  /** What was verified, in words (e.g. "shipped from store-berlin, source deducted"). */
  readonly stock: string;
}

/** What has a life of its own, told by several records: a card payment or a case. */
export type SubjectKind = 'payment' | 'case';

export interface Subject {
  readonly kind: SubjectKind;
  /** A payment id or a {@link CaseId}. */
  readonly id: string;
  /** Whether somebody has yet to look after it. Nothing that an open one needs is ever pruned. */
  readonly open: boolean;
  /** All its records, oldest first. */
  readonly records: readonly JournalRecord[];
}

/**
 * The terminal's memory of what it sold. `append` resolves only when the record is durable on every configured copy
 * (LevelDB with `sync: true` and the tape with `O_DSYNC`, in parallel); rejecting means: treat it as not happened, the
 * restart decides. Records are appended one after the other; callers need no lock.
 *
 * Errors: `journal.disk-full`, `journal.read-only`, `journal.failed`, `journal.one-copy` (policy `stop`), all with remedy
 * `operator`; `journal.wrong-receipt-number`, `journal.document-exists`, `journal.unknown-document`, `journal.document-closed`
 * (it was confirmed or withdrawn, and is not reinstated), `journal.too-large` with remedy `never`; `journal.closed`. Looking up documents throws
 * `journal.failed` (remedy `retry`) while the database is being restored.
 */
export interface Journal {
  append(entry: JournalEntry): Promise<JournalRecord>;
  /** Counter of the next receipt number. The sale or return that is appended must carry it. */
  readonly nextReceiptCounter: number;
  /** The shift that is open, rebuilt from the records. */
  readonly openShift: OpenShift | null;
  document(id: DocumentId): QueuedDocument | undefined;
  documentByReceipt(receipt: ReceiptNumber): QueuedDocument | undefined;
  sale(id: SaleId): QueuedSale | undefined;
  saleByReceipt(receipt: ReceiptNumber): QueuedSale | undefined;
  /** What was taken back of a sale, oldest first. */
  returnsOf(sale: SaleId): readonly QueuedReturn[];
  /** What became of its card payments, oldest first. */
  outcomesOf(sale: SaleId): readonly QueuedOutcome[];
  /** Its receipts that were asked for by e-mail, oldest first. */
  mailsOf(sale: SaleId): readonly QueuedMail[];
  /**
   * What is kept in memory of waiting and parked documents, in the order of their records; the same list until something
   * changes. {@link document} gives the whole of one.
   */
  unconfirmed(): readonly Unconfirmed[];
  /** Those that somebody has yet to look after, oldest first; from memory. */
  openSubjects(kind: SubjectKind): readonly Subject[];
  /** All records of one, oldest first; none: not known (any more). */
  history(kind: SubjectKind, id: string): readonly JournalRecord[];
  /** The newest by their first record, newest first. */
  subjects(kind: SubjectKind, wish: { readonly open?: boolean; readonly newest: number }): Promise<readonly Subject[]>;
  readonly counts: DocumentCounts;
  /** All records from `from` on, in order. */
  records(from?: number): AsyncIterable<JournalRecord>;
  close(): Promise<void>;
}

/** Sales and returns in the journal, and documents of all kinds by the state of their delivery. */
export type DocumentCounts = Pick<Standing, 'sales' | 'returns' | 'waiting' | 'parked' | 'confirmed' | 'withdrawn'>;

/** The open shift and its running sums, for X and Z reports. */
export type OpenShift = ShiftFigures;
