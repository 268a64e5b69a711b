import type { Money } from '../money/money.ts';
import type { Stamp } from '../platform/clock.ts';
import type { OutcomeId, SaleId } from '../platform/ids.ts';

/** What became of a card payment after its sale was completed; told to the sale's order in Magento. Never changed once written. */
export interface PaymentOutcomeNote {
  readonly version: 1;
  readonly outcomeId: OutcomeId;
  /** The sale that was paid so. */
  readonly saleId: SaleId;
  readonly paymentId: string;
  readonly kind: 'approved' | 'settled' | 'declined' | 'expired' | 'reversed' | 'charged-back';
  readonly amount: Money;
  /** For whoever reads the order's history. */
  readonly words: string;
  /** Whether the order is to be put on hold. */
  readonly hold: boolean;
  readonly stamp: Stamp;
}
