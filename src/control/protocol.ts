import { z } from 'zod';
import type { PaymentsStatus } from './payments-protocol.ts';

/**
 * What may be asked of a running terminal, over HTTP on the Unix socket `<dataDir>/control.sock` (mode 0600). Amounts are
 * decimal texts ("12.50"), moments ISO 8601. Errors: status 4xx/5xx with {@link ControlError}.
 *
 * | request | answer |
 * |---|---|
 * | `GET /status` | {@link TerminalStatus} |
 * | `GET /queue` (`?state=waiting,parked,confirmed,withdrawn&limit=100`) | {@link QueueEntry}[] |
 * | `GET /queue/{document id or receipt number}` | {@link QueueDetail} |
 * | `POST /queue/{document id or receipt number}/retry` (what is parked) | {@link QueueDetail} |
 * | `GET /metrics` | Prometheus' text format (docs/metrics.md) |
 * | `POST /sync/now`, `/sync/pause`, `/sync/resume` | {@link TerminalStatus} |
 * | `GET /snapshot` | {@link SnapshotStatus} |
 * | `POST /snapshot/pull` | JSON Lines of {@link PullProgress} |
 * | `GET /journal/verify` | {@link JournalReport} |
 * | `GET /journal/export` | JSON Lines (`exportLines` in the journal) |
 * | `GET /shift` | {@link ShiftStatus} |
 * | `POST /price/explain` {@link priceQuestion} | {@link PriceExplanation} |
 * | `GET /price/sale/{sale id or receipt number}` | {@link PriceExplanation} |
 * | `POST /shift/open` {@link shiftOpenRequest}, `/shift/close` {@link shiftCloseRequest} | {@link ShiftStatus} |
 * | `POST /receipt/print` {@link receiptPrintRequest} | `{}` |
 * | `GET /receipt/preview/{sale id or receipt number}?what=receipt\|gift` | {@link ReceiptPreview} |
 * | `POST /keypad/sheet` | `{}`, once it is printed |
 * | `/payments…` | cards, see `payments-protocol.ts` |
 * | `/parked…` | decisions about what Magento refuses, see `parked-protocol.ts` |
 * | `/checklist…` | see `checklist-protocol.ts` |
 * | `GET /outage/report?from=…&to=…` | `OutageSummary` (outage-report/summary.ts) |
 * | `POST /reconcile/orders` | Magento’s orders beside the journal, see `orders-protocol.ts` |
 * | `/cases…` | cases, see `cases-protocol.ts` |
 * | `/updates…` | another release, see `updates-protocol.ts` |
 * | `GET /devices` | {@link DeviceStatus}[] |
 * | `POST /devices/test` {@link deviceTestRequest} | JSON Lines of {@link DeviceTestProgress} |
 * | `GET /devices/monitor` (`?device=printer`) | JSON Lines of {@link DeviceFrame}, until the caller hangs up |
 */
export interface TerminalStatus {
  readonly terminalId: string;
  readonly version: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly connection: ConnectionStatus;
  /** Sales and returns in the journal; documents of all kinds by the state of their delivery. */
  readonly sales: {
    readonly total: number;
    readonly returns: number;
    readonly waiting: number;
    readonly parked: number;
    readonly confirmed: number;
    readonly withdrawn: number;
  };
  /** What it is called: a receipt number, or e.g. "customer ada@example.com". */
  readonly oldestUnconfirmed: { readonly name: string; readonly soldAt: string } | null;
  readonly snapshot: SnapshotStatus | null;
  readonly shift: ShiftStatus;
  readonly devices: readonly {
    readonly name: string;
    readonly kind: string;
    readonly driver: string;
    readonly state: string;
    readonly condition: string;
  }[];
  readonly journal: { readonly state: string; readonly words: string };
  readonly storage: StorageReport;
  readonly upkeep: UpkeepReport;
  readonly stockRepair: StockRepairReport;
  readonly payments: PaymentsStatus;
  /** Cases that are not closed. */
  readonly cases: number;
  readonly clockTrusted: boolean;
  /** What a person should look at, worst first; empty when all is well. */
  readonly attention: readonly {
    readonly severity: 'warning' | 'alarm';
    readonly words: string;
    readonly nextStep: string;
  }[];
}

/** Bytes. */
export interface StorageReport {
  readonly level: 'ok' | 'tight' | 'critical' | 'full';
  readonly words: string;
  /** What may still be written before the reserve or the limit is touched. */
  readonly room: number;
  readonly free: number;
  readonly limit: number;
  readonly reserve: { readonly held: number; readonly size: number };
  readonly parts: readonly { readonly part: string; readonly used: number; readonly budget: number }[];
}

/** What is done while nobody sells. Null: not yet. */
export interface UpkeepReport {
  /** When everything stored was last read through, and what was found: empty when it is whole. */
  readonly scrubbedAt: string | null;
  readonly damage: readonly string[];
  /** When sales past their retention were last removed, and how many then. */
  readonly prunedAt: string | null;
  readonly prunedSales: number;
}

/** Sales made past Magento's cart, until the shop's reservation repair is seen to have run (docs/delivery.md). */
export interface StockRepairReport {
  readonly waiting: number;
  readonly oldestAt: string | null;
  /** What Magento would still sell too much of. */
  readonly overstated: readonly { readonly sku: string; readonly by: number }[];
  readonly checkedAt: string | null;
}

export interface ConnectionStatus {
  readonly state: 'online' | 'offline' | 'paused' | 'starting';
  /** The last answer in plain words. */
  readonly words: string;
  readonly lane: string;
  /** Which way a sale is brought into Magento, e.g. "stock REST, recipe C". */
  readonly recipe: string;
  /** Since the start of the process. */
  readonly attempts: number;
  readonly confirmations: number;
  readonly lastConfirmationAt: string | null;
  readonly nextAttemptAt: string | null;
  /** Milliseconds since the retry loop last turned. */
  readonly heartbeatAge: number;
}

/** Something that is delivered to Magento. */
export type QueueEntry = SaleEntry | ReturnEntry | OtherEntry;

/** The total of a return is negative. */
export type SaleEntry = DeliveryStanding & WithReceipt & { readonly kind: 'sale' };
export type ReturnEntry = DeliveryStanding & WithReceipt & { readonly kind: 'return' };
export type OtherEntry = DeliveryStanding & {
  readonly kind: 'customer' | 'payment-outcome' | 'receipt-mail';
  readonly receiptNumber: null;
  readonly total: null;
  readonly currency: null;
};

interface WithReceipt {
  readonly receiptNumber: string;
  readonly total: string;
  readonly currency: string;
}

export interface DeliveryStanding {
  readonly documentId: string;
  /** What people call it, e.g. "receipt K1-00000012". */
  readonly name: string;
  /** When it was completed. */
  readonly soldAt: string;
  readonly state: 'waiting' | 'parked' | 'confirmed' | 'withdrawn';
  /** The step it stands at, in words. */
  readonly step: string;
  readonly attempts: number;
  readonly lastAnswer: string | null;
  readonly nextAttemptAt: string | null;
  readonly orderNumber: string | null;
}

export type QueueDetail = QueueEntry & {
  readonly lines: readonly {
    readonly sku: string;
    readonly name: string;
    readonly quantity: number;
    readonly total: string;
  }[];
  /** Of a return: what was given back, negative. */
  readonly tenders: readonly { readonly kind: string; readonly amount: string }[];
  readonly progress: unknown;
  /** What a person decided about it at the parking desk, in words. */
  readonly instructions: readonly string[];
};

export interface SnapshotStatus {
  readonly generation: number;
  readonly takenAt: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly rejected: number;
  readonly firstRejected: readonly { readonly kind: string; readonly key: string; readonly reason: string }[];
  readonly size: number;
  /** When the shop's changes were last followed, whether there were any or not; null: not since the start. */
  readonly followedAt: string | null;
  /** In which way, in words. */
  readonly followedBy: string | null;
}

export type PullProgress =
  | { readonly kind: 'progress'; readonly what: string; readonly done: number; readonly total: number | null }
  | { readonly kind: 'done'; readonly snapshot: SnapshotStatus }
  | { readonly kind: 'failed'; readonly error: ControlError };

export interface ShiftStatus {
  readonly open: boolean;
  readonly shiftId: string | null;
  readonly cashier: string | null;
  readonly openedAt: string | null;
  readonly sales: number;
  readonly cashSales: string;
  readonly cardSales: string;
  readonly returns: number;
  readonly cashRefunds: string;
  readonly cardRefunds: string;
  readonly expectedCash: string;
}

export interface DeviceStatus {
  readonly name: string;
  readonly kind: string;
  readonly driver: string;
  readonly state: string;
  readonly condition: string;
  /** Milliseconds in this state; null before the first start. */
  readonly since: number | null;
}

export interface DeviceTestResult {
  readonly passed: boolean;
  readonly words: string;
}

export type DeviceTestProgress =
  | { readonly kind: 'step'; readonly words: string }
  | ({ readonly kind: 'done' } & DeviceTestResult)
  | { readonly kind: 'failed'; readonly error: ControlError };

/** Bytes that travelled together. Never card data: `hex` and `text` are null for a card terminal, masked where one is like it. */
export interface DeviceFrame {
  readonly device: string;
  readonly direction: 'sent' | 'received';
  readonly at: string;
  readonly length: number;
  readonly hex: string | null;
  readonly text: string | null;
}

export interface ControlError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** Why something costs what it costs, a line of plain words for every step. */
export interface PriceExplanation {
  readonly lines: readonly string[];
}

export const priceQuestion = z.strictObject({
  /** SKU, GTIN or PLU. */
  code: z.string().min(1).max(64),
  quantity: z.number(),
  customerGroupId: z.int().min(0),
  coupon: z.string().min(1).max(255).nullable(),
  /** ISO 8601; null: now. */
  at: z.iso.datetime({ offset: true, local: true }).or(z.iso.date()).nullable(),
});

const amount = z.string().regex(/^\d{1,9}(\.\d{1,2})?$/, 'an amount such as 100.00');

export const shiftOpenRequest = z.strictObject({ cashier: z.string().min(1).max(40), float: amount });
export const shiftCloseRequest = z.strictObject({ counted: amount.nullable() });
/** `null`: the last one. */
export const receiptPrintRequest = z.strictObject({
  receiptNumber: z.string().min(1).max(40).nullable(),
  what: z.enum(['receipt', 'gift']).default('receipt'),
});

/** How a receipt would look on paper. */
export interface ReceiptPreview {
  readonly text: string;
  /** A picture of the paper: PNG in base64. */
  readonly png: string;
}
export const deviceTestRequest = z.strictObject({ device: z.string().min(1).max(40) });
