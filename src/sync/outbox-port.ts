import type { DeliveryInstruction, Journal, QueuedDocument, Reinstatement, Withdrawal } from '../journal/journal.ts';
import type { Clock, Instant, Monotonic } from '../platform/clock.ts';
import type { DocumentId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { Lane } from './lane.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** What the outbox needs of the journal. */
export type OutboxJournal = Pick<Journal, 'append' | 'document' | 'unconfirmed' | 'counts'>;

export interface OutboxOptions {
  readonly journal: OutboxJournal;
  readonly lane: Lane;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** How many documents may be on their way at once while the shop answers; default 1. They are begun in order. */
  readonly overlap?: number;
  /** What differs from `defaultRetryPolicy`. */
  /** Read at every use. */
  readonly policy?: Partial<RetryPolicy>;
}

export interface OutboxStatus {
  readonly state: 'stopped' | 'paused' | 'delivering' | 'waiting' | 'idle';
  /** Null until something was tried. */
  readonly online: boolean | null;
  readonly lane: Lane['name'];
  readonly recipe: string;
  /** The last answer that concerned everything, in plain words. */
  readonly words: string;
  readonly code: string | null;
  /** What is on its way now, in order. */
  readonly current: readonly DocumentId[];
  readonly lastConfirmationAt: Instant | null;
  /** Since the start of the process. */
  readonly attempts: number;
  readonly confirmations: number;
  /** Null: nothing is waiting for a time. */
  readonly nextAttemptAt: Instant | null;
  /** When the loop last turned. It turns at least every ten seconds unless a call takes longer: an old one is an alarm. */
  readonly heartbeat: Monotonic;
}

/** Where one document stands. */
export interface DocumentStatus {
  readonly step: string;
  readonly attempts: number;
  readonly lastAnswer: string | null;
  readonly code: string | null;
  readonly nextAttemptAt: Instant | null;
}

/**
 * Brings the journal's documents through the lane for as long as it takes: begun in the order of their records, one at a time
 * or, where {@link OutboxOptions.overlap} allows it, a few at once, of which each ends before the next few begin. What waits
 * for another document (see `readinessOf`) is passed over.
 */
export interface Outbox {
  /** Begins the loop; aborting `signal` is the same as {@link stop}. */
  start(signal?: AbortSignal): void;
  /** Ends it at the next safe point; resolves when nothing is under way any more. */
  stop(): Promise<void>;
  /** Everything that waits is tried now, whatever it waits for ("sync now"). */
  kick(): void;
  /** A document was added. Tried at once, unless the shop can't be reached. */
  documentAdded(): void;
  /** Nothing new is begun until {@link resume}; what is under way ends at its next safe point. */
  pause(): void;
  resume(): void;
  /**
   * Sends a parked document on its way again, under other instructions if there are any. Throws `queue.unknown-document`,
   * `queue.not-parked`.
   */
  retryParked(id: DocumentId, instructions?: readonly DeliveryInstruction[]): Promise<void>;
  /**
   * A person decides that a document is never delivered. Throws `queue.unknown-document`, `queue.closed` (it was delivered or
   * withdrawn before), `queue.under-way`.
   */
  withdraw(id: DocumentId, withdrawal: Withdrawal): Promise<void>;
  /**
   * Puts into the queue again what was confirmed or withdrawn, as if it had never been tried; delivery looks first whether the
   * shop has it. Throws `queue.unknown-document`, `queue.not-closed`.
   */
  reinstate(id: DocumentId, reinstatement: Reinstatement): Promise<void>;
  /** Other instructions for what waits or is parked. Throws `queue.unknown-document`, `queue.closed`, `queue.under-way`. */
  instruct(id: DocumentId, instructions: readonly DeliveryInstruction[]): Promise<void>;
  /** What displays show of the connection at every key, and so as cheap as that; the same as {@link status} says. */
  readonly connection: Pick<OutboxStatus, 'online' | 'words'>;
  status(): OutboxStatus;
  statusOf(document: QueuedDocument): DocumentStatus;
  /** Called after every change of what {@link status} or {@link statusOf} say. Returns its removal. */
  onChange(listener: () => void): () => void;
}
