import type { JsonValue } from '../platform/brand.ts';

/** What a person must look into: money and goods do not match, or may not. `src/reconciliation` says what becomes of it. */
export interface PaymentFinding {
  readonly kind:
    | 'payment-declined'
    | 'payment-expired'
    | 'payment-charged-back'
    /** What the acquirer says can't follow from what is known. */
    | 'payment-contradiction'
    /** Kept although the policy forbids it, because it could not be taken back. */
    | 'payment-against-policy'
    /** The acquirer speaks of a payment that no sale here knows. */
    | 'settlement-missing-in-journal';
  /** The payment, by a reference that does not change: found again, it is the same case. */
  readonly subject: string;
  readonly words: string;
  /** Nothing of the card but first six and last four digits. */
  readonly evidence: JsonValue;
  readonly receiptNumber: string | null;
}

/** Opens a case durably, or finds that it is known; either way it is there once. */
export type OpenCase = (found: PaymentFinding) => Promise<void>;
