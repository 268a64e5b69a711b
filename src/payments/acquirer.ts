import type { ForwardStatus, TerminalReferences } from '../../drivers/payment-terminal/payment-terminal.ts';
import type { Money } from '../money/money.ts';
import type { Instant } from '../platform/clock.ts';
import type { PaymentReferences } from './payment.ts';
import type { LaterEvent } from './payment-event.ts';

/**
 * Whoever turns a payment that was taken without network into money: an acquirer's API, or the terminal that keeps it and
 * uploads it itself. What became of a payment comes back as an answer, or later through {@link outcomesSince}, a webhook or a
 * settlement report, all as the same events. Nothing here throws; what can't be reached says so.
 */
export interface Acquirer {
  /** As in the configuration, e.g. `adyen`. */
  readonly name: string;
  /**
   * Hands over one payment. Its key is the idempotency key: however often it is called, it is one payment, and the answer tells
   * how it stands. `blob` is what the reader gave out, sealed to the acquirer's key; null when the terminal keeps it itself.
   */
  forward(payment: ForwardedPayment, blob: SealedBlob | null, signal: AbortSignal): Promise<ForwardStatus>;
  /** How an earlier one stands; changes nothing. */
  lookUp(payment: ForwardedPayment, signal: AbortSignal): Promise<ForwardStatus>;
  /** What happened since `cursor` (null: from the beginning), for acquirers that can be polled. */
  outcomesSince?(cursor: string | null, signal: AbortSignal): Promise<OutcomesPage>;
}

export interface ForwardedPayment {
  readonly paymentId: string;
  readonly amount: Money;
  readonly currency: string;
  readonly references: PaymentReferences;
  readonly takenAt: Instant;
}

/** Bytes that only the acquirer can open (`src/payments/blobs`). */
export type SealedBlob = Uint8Array;

/** The next page begins at `cursor`; `unreachable`: ask the same again later. */
export type OutcomesPage =
  | {
      readonly kind: 'page';
      readonly reports: readonly AcquirerReport[];
      readonly cursor: string;
      readonly more: boolean;
    }
  | { readonly kind: 'unreachable'; readonly reason: string };

/**
 * What an acquirer says became of a payment, from wherever it says it. `event.eventId` is never null: the same event sent
 * again carries the same id, so that it counts once (webhooks are delivered at least once, files are read twice).
 */
export interface AcquirerReport {
  readonly acquirer: string;
  /** By what it names the payment; whichever it has. */
  readonly about: Partial<TerminalReferences> & { readonly paymentId?: string };
  readonly event: LaterEvent & { readonly eventId: string };
}
