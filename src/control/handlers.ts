import type { z } from 'zod';
import type { JournalReport } from '../journal/report.ts';
import type { CaseHandlers } from './cases-routes.ts';
import type { ChecklistHandlers } from './checklist-routes.ts';
import type { OrdersHandlers } from './orders-routes.ts';
import type { OutageReportHandlers } from './outage-report-routes.ts';
import type { ParkedHandlers } from './parked-routes.ts';
import type { PaymentHandlers } from './payments-routes.ts';
import type {
  DeviceFrame,
  DeviceStatus,
  DeviceTestResult,
  PriceExplanation,
  PullProgress,
  priceQuestion,
  QueueDetail,
  QueueEntry,
  ReceiptPreview,
  ShiftStatus,
  SnapshotStatus,
  shiftCloseRequest,
  shiftOpenRequest,
  TerminalStatus,
} from './protocol.ts';
import type { SettlementHandlers } from './settlement-routes.ts';
import type { UpdateHandlers } from './updates-routes.ts';

export type QueueState = QueueEntry['state'];

/** What the control socket needs of the terminal. Handlers throw HoldfastErrors; the socket turns them into answers. */
export interface ControlHandlers
  extends PaymentHandlers,
    SettlementHandlers,
    CaseHandlers,
    ParkedHandlers,
    OrdersHandlers,
    ChecklistHandlers,
    OutageReportHandlers,
    UpdateHandlers {
  status(): TerminalStatus;
  queue(filter: { readonly states: readonly QueueState[]; readonly limit: number }): Promise<readonly QueueEntry[]>;
  /** Undefined when there is no such document. */
  document(idOrReceipt: string): QueueDetail | undefined;
  /** Sends what is parked on its way again; undefined when there is no such document. Throws `queue.not-parked`. */
  retryParked(idOrReceipt: string): Promise<QueueDetail | undefined>;
  /** A pause outlives the process. */
  sync(command: 'now' | 'pause' | 'resume'): Promise<void>;
  /** In Prometheus' text format. */
  metrics(): string;
  snapshot(): SnapshotStatus | null;
  pullSnapshot(signal: AbortSignal): AsyncIterable<PullProgress>;
  /** Throws `price.unknown-article`, and what pricing throws. */
  explainPrice(question: z.infer<typeof priceQuestion>): PriceExplanation;
  /** Undefined when there is no such sale. */
  explainSale(idOrReceipt: string): PriceExplanation | undefined;
  /** null: the last one. Throws `till.no-receipt`. */
  printReceipt(receiptNumber: string | null, what: 'receipt' | 'gift'): Promise<void>;
  previewReceipt(idOrReceipt: string, what: 'receipt' | 'gift'): ReceiptPreview | undefined;
  /** Throws `till.no-printer`, `till.not-printed`. */
  printKeypadSheet(): Promise<void>;
  devices(): readonly DeviceStatus[];
  /** Throws `device.unknown`, `device.busy`. */
  testDevice(name: string, tell: (words: string) => void, signal: AbortSignal): Promise<DeviceTestResult>;
  /** Resolves when `signal` aborts. Throws `device.unknown`. */
  monitorDevices(name: string | null, tell: (frame: DeviceFrame) => void, signal: AbortSignal): Promise<void>;
  verifyJournal(): Promise<JournalReport>;
  /** Lines, each with its line feed. */
  exportJournal(): AsyncIterable<string>;
  shift(): ShiftStatus;
  openShift(request: z.infer<typeof shiftOpenRequest>): Promise<ShiftStatus>;
  closeShift(request: z.infer<typeof shiftCloseRequest>): Promise<ShiftStatus>;
}
