import type { Money } from '../money/money.ts';
import type { CustomerKey, ReceiptNumber } from '../platform/ids.ts';
import type { CountedPieces } from './guarded-action.ts';
import type { PaidSale } from './open-sale.ts';
import type { CardPayment, CustomerDraft } from './state.ts';

/** What the register wants done. The till does it and answers with a `WorldInput`. */
export type Effect =
  | { readonly kind: 'beep' }
  /** Make the payment durable with its sale, then ask the terminal. Answer: `card-answered`, `card-not-asked` or `card-refused`. */
  | ({ readonly kind: 'ask-card'; readonly payment: CardPayment } & PaidSale)
  | { readonly kind: 'cancel-card'; readonly paymentId: string }
  /** Tell the card terminal what the bank said on the telephone; null: nothing. */
  | { readonly kind: 'answer-voice'; readonly paymentId: string; readonly code: string | null }
  /** Ask the terminal what became of an earlier payment. Answer: `card-answered`. */
  | { readonly kind: 'resolve-card'; readonly payment: CardPayment }
  /** Make the sale durable. Answer: `sale-saved` or `sale-not-saved`. */
  | ({ readonly kind: 'save-sale' } & PaidSale)
  /** Print the receipt of a saved sale for the first time. Answer: `receipt-done` or `receipt-not-printed`. */
  | { readonly kind: 'print-receipt'; readonly receiptNumber: ReceiptNumber }
  /** Print the last sale's receipt again. Answer: `reprint-begun` or `no-receipt`, then as above. */
  | { readonly kind: 'reprint' }
  /** Print a sale's receipt without prices. Answer: as to `reprint`. */
  | { readonly kind: 'print-gift'; readonly receiptNumber: ReceiptNumber }
  /** Make the wish for a receipt by e-mail durable. Answer: `mail-wished` or `not-recorded`. */
  | { readonly kind: 'mail-receipt'; readonly receiptNumber: ReceiptNumber; readonly to: string }
  | { readonly kind: 'print-shift-report' }
  /** `explained`: another record tells why; else `no-sale` is recorded first. Answer, if it fails: `drawer-not-opened` or `not-recorded`. */
  | { readonly kind: 'open-drawer'; readonly explained: boolean; readonly approvedBy?: string | null }
  /** Answer to each of these: `shift-opened`, `shift-closed`, `cash-moved`, or `not-recorded`. */
  | { readonly kind: 'open-shift'; readonly float: Money; readonly cashier: string | null }
  | { readonly kind: 'close-shift'; readonly counted: Money | null; readonly denominations: readonly CountedPieces[] }
  | {
      readonly kind: 'move-cash';
      readonly direction: 'in' | 'out';
      readonly amount: Money;
      readonly reason: string | null;
      /** Who allowed it; null: it needed no leave. */
      readonly approvedBy: string | null;
    }
  /** Ask the scale. Answer: `weighed`. */
  | { readonly kind: 'weigh'; readonly weighingId: string }
  /** Make a new customer durable. Answer: `customer-saved` or `not-recorded`. */
  | { readonly kind: 'save-customer'; readonly customerKey: CustomerKey; readonly draft: CustomerDraft }
  /** Find out whose PIN it is. Answer: `staff-checked`. */
  | { readonly kind: 'check-pin'; readonly checkId: string; readonly pin: string }
  /** Tell whoever asked for leave who gave it; null: nobody. */
  | { readonly kind: 'approval-answered'; readonly approvalId: string; readonly by: string | null }
  /** Try out a device. Answer: `service-answered`. */
  | { readonly kind: 'test-device'; readonly name: string }
  /** Put the terminal into a fleet. Answer: `service-answered`. */
  | { readonly kind: 'claim'; readonly code: string }
  | { readonly kind: 'shut-down' }
  /** Try to reach the shop now. */
  | { readonly kind: 'synchronise' };
