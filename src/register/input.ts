import type { Money } from '../money/money.ts';
import type { Quantity } from '../money/quantity.ts';
import type { ReceiptNumber, SaleId } from '../platform/ids.ts';
import type { OfflineRefusal } from './offline-refusal.ts';
import type { PaidSale } from './open-sale.ts';
import type { CardReceipt, SaleCustomer } from './sale.ts';
import type { GuardedTopic, StaffAnswer } from './staff.ts';
import type { CardPayment, ClosedShift, HeldSale, WeighingProblem } from './state.ts';
import type { Digit } from './typing.ts';

/** Everything that can happen to a register: what a person does, and what became of what the register asked for. */
export type RegisterInput = PersonInput | WorldInput;

/** What a person means by a key, a scan or a command; `src/screens/key-meaning.ts` gives the keys their meaning. */
export type PersonInput =
  | { readonly kind: 'type'; readonly character: Digit | '.' }
  | { readonly kind: 'erase' }
  | { readonly kind: 'scan'; readonly code: string }
  | { readonly kind: 'scan-misread' }
  // Selling
  /** What was typed is how many of the next article. */
  | { readonly kind: 'multiply' }
  /** Looks up what was typed and puts it in. */
  | { readonly kind: 'add-typed' }
  /** The article that was added last, once more. */
  | { readonly kind: 'repeat-last' }
  /** The multiplier becomes the quantity of the last line. */
  | { readonly kind: 'change-last' }
  | { readonly kind: 'take-back' }
  | { readonly kind: 'show-lines' }
  | { readonly kind: 'pay' }
  | { readonly kind: 'open-menu' }
  // Lists, menus and questions
  | { readonly kind: 'scroll'; readonly by: 1 | -1 }
  /** The entry with this number, from 1. */
  | { readonly kind: 'choose'; readonly number: number }
  | { readonly kind: 'choose-shown' }
  | { readonly kind: 'tap'; readonly digit: Digit }
  | { readonly kind: 'next-letter' }
  | { readonly kind: 'switch-letters' }
  /** The answer to the question on the display. */
  | { readonly kind: 'confirm' }
  | { readonly kind: 'back' }
  // Paying
  /** What was typed in cash; nothing typed: exactly what is due. */
  | { readonly kind: 'pay-cash' }
  /** What was typed by card; nothing typed: all that is due. */
  | { readonly kind: 'pay-card' }
  | { readonly kind: 'next-quick-amount' }
  | { readonly kind: 'cancel-card' }
  | { readonly kind: 'ask-again' }
  | { readonly kind: 'set-aside' }
  | { readonly kind: 'try-again' }
  | { readonly kind: 'give-back' }
  // Discounts and prices
  /** A discount on the line on the display. */
  | { readonly kind: 'discount' }
  /** Another price for the line on the display. */
  | { readonly kind: 'new-price' }
  /** Percent or amount. */
  | { readonly kind: 'toggle-unit' }
  /** Something outside the register needs leave. Answer: the effect `approval-answered`. */
  | {
      readonly kind: 'ask-approval';
      readonly approvalId: string;
      readonly topic: GuardedTopic;
      readonly words: string;
      /** Whoever is signed in, and whatever needs leave otherwise: somebody must come and show who they are. */
      readonly inPerson?: boolean;
    }
  // Returns
  /** Everything that is left of the receipt. */
  | { readonly kind: 'return-all' }
  /** What is brought back does not go back on the shelf. */
  | { readonly kind: 'not-restocked' }
  // Self-service
  /** Nobody is there any more: the goods stay. Refused where money has moved or may have. */
  | { readonly kind: 'abandon-sale' }
  /** Whose sale it is, by a card or an e-mail that was scanned. */
  | { readonly kind: 'identify-customer'; readonly text: string }
  // Shift
  /** The drawer is counted note by note and coin by coin; again: that was all. */
  | { readonly kind: 'count-pieces' }
  | { readonly kind: 'open-shift'; readonly float: Money; readonly cashier: string | null }
  | { readonly kind: 'close-shift'; readonly counted: Money | null }
  | {
      readonly kind: 'move-cash';
      readonly direction: 'in' | 'out';
      readonly amount: Money;
      readonly reason: string | null;
    };

/** Answers to effects, and what was found at the start. */
export type WorldInput =
  /** The bank wants to be called about a payment. Answer: the effect `answer-voice`. */
  | {
      readonly kind: 'voice-asked';
      readonly paymentId: string;
      readonly phones: readonly string[];
      readonly merchantId: string | null;
    }
  | { readonly kind: 'card-progress'; readonly paymentId: string; readonly words: string }
  | { readonly kind: 'card-answered'; readonly paymentId: string; readonly answer: CardAnswer }
  /** The terminal was never asked: `code` says why. */
  | { readonly kind: 'card-not-asked'; readonly paymentId: string; readonly code: string }
  /** The terminal was never asked: its bank can't be, and the policy forbids it without. */
  | { readonly kind: 'card-refused'; readonly paymentId: string; readonly because: OfflineRefusal }
  /** From time to time: card payments whose outcome is open, or whose sale is not durable, are pursued. */
  | { readonly kind: 'look-after-card' }
  /** Held when the terminal stopped. */
  | { readonly kind: 'held-found'; readonly held: readonly HeldSale[] }
  /** A payment from before the last stop whose sale is not in the journal; `approved` if at least that is known. */
  | ({
      readonly kind: 'payment-found';
      readonly payment: CardPayment;
      readonly approved: CardReceipt | null;
    } & PaidSale)
  /** In the unit that goods are priced by. */
  | { readonly kind: 'weighed'; readonly weighingId: string; readonly weight: Quantity }
  | { readonly kind: 'not-weighed'; readonly weighingId: string; readonly problem: WeighingProblem }
  /** `returned`: the receipt of goods brought back, settled together with the sale. */
  | {
      readonly kind: 'sale-saved';
      readonly saleId: SaleId;
      readonly receiptNumber: ReceiptNumber;
      readonly returned?: ReceiptNumber;
    }
  | { readonly kind: 'sale-not-saved'; readonly saleId: SaleId; readonly code: string }
  /** `printed: false`: there is no printer, and none was expected. */
  | { readonly kind: 'receipt-done'; readonly receiptNumber: ReceiptNumber; readonly printed: boolean }
  | { readonly kind: 'receipt-not-printed'; readonly receiptNumber: ReceiptNumber | null; readonly reason: string }
  | { readonly kind: 'reprint-begun'; readonly receiptNumber: ReceiptNumber }
  | { readonly kind: 'no-receipt' }
  | { readonly kind: 'drawer-not-opened' }
  /** `again`: the same was wished for before and is still to come. */
  | { readonly kind: 'mail-wished'; readonly receiptNumber: ReceiptNumber; readonly again: boolean }
  | { readonly kind: 'customer-saved'; readonly customer: SaleCustomer }
  /** A stop came between goods brought back and the sale they were settled against: the customer still has something coming. */
  | { readonly kind: 'exchange-broken'; readonly receiptNumber: ReceiptNumber; readonly amount: Money }
  | {
      readonly kind: 'service-answered';
      readonly what: 'device' | 'claim';
      readonly passed: boolean;
      readonly words: string;
    }
  | { readonly kind: 'staff-checked'; readonly checkId: string; readonly answer: StaffAnswer }
  | { readonly kind: 'shift-opened'; readonly float: Money }
  | { readonly kind: 'shift-closed'; readonly shift: ClosedShift }
  | { readonly kind: 'cash-moved'; readonly direction: 'in' | 'out'; readonly amount: Money }
  /** The journal refused the shift's or the cash's record. */
  | { readonly kind: 'not-recorded'; readonly code: string };

export type CardAnswer =
  | { readonly kind: 'approved'; readonly card: CardReceipt }
  | { readonly kind: 'declined'; readonly reason: string }
  /** Nothing was charged: the customer or the till gave up, or the terminal could not be asked. */
  | { readonly kind: 'cancelled'; readonly reason: string }
  /** The terminal knows nothing of this payment: no money moved. */
  | { readonly kind: 'not-found' }
  | { readonly kind: 'unknown' };
