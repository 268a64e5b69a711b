import type { Money } from '../money/money.ts';
import type { Quantity } from '../money/quantity.ts';
import type { ReceiptNumber, ShiftId } from '../platform/ids.ts';
import type { Notice } from './notice.ts';
import type { OpenSale, PaidSale, SaleItem } from './open-sale.ts';
import type { CardReceipt, SaleCustomer, Tender } from './sale.ts';
import type { TypedText } from './typing.ts';

/** Everything the register knows. Plain data; `step` makes the next one. */
export interface RegisterState {
  readonly shiftOpen: boolean;
  readonly mode: Mode;
  readonly held: readonly HeldSale[];
  /** Told until the next key. */
  readonly notice: Notice | null;
  /** A card payment of which nobody knows yet whether money moved; no other card is asked for before that is known. */
  readonly unresolved: UnresolvedPayment | null;
}

export interface HeldSale extends PaidSale {
  /** What the trader calls it by. */
  readonly number: number;
}

export interface CardPayment {
  readonly paymentId: string;
  readonly amount: Money;
}

/** A card payment with the sale it is for, as it was when the terminal was asked. */
export interface UnresolvedPayment extends PaidSale {
  readonly payment: CardPayment;
  /** Set once the terminal has said "approved" while the sale could not be saved. */
  readonly approved: CardReceipt | null;
}

export type Mode =
  /** No shift is open: nothing can be sold. `last` is shown after a shift was closed. */
  | { readonly kind: 'closed'; readonly typed: string; readonly last: ClosedShift | null }
  | SellingMode
  | { readonly kind: 'menu'; readonly menu: MenuName; readonly sale: OpenSale | null; readonly cursor: number }
  | { readonly kind: 'choosing'; readonly choice: Choice; readonly sale: OpenSale | null; readonly cursor: number }
  | WeighingMode
  /** One line of the sale: a new quantity is typed, 0 voids it. */
  | { readonly kind: 'line'; readonly sale: OpenSale; readonly lineId: number; readonly typed: string }
  | {
      readonly kind: 'asking-text';
      readonly what: TextQuestion;
      readonly sale: OpenSale | null;
      readonly text: TypedText;
    }
  | {
      readonly kind: 'asking-amount';
      readonly what: AmountQuestion;
      readonly sale: OpenSale | null;
      readonly typed: string;
    }
  | { readonly kind: 'confirming-void'; readonly sale: OpenSale }
  | { readonly kind: 'service-info'; readonly sale: OpenSale | null }
  | PayingMode
  | CardMode
  /** The card terminal gave no answer: money may have moved. */
  | (PaidSale & { readonly kind: 'card-unknown'; readonly payment: CardPayment; readonly asking: boolean })
  | SavingMode
  /** The sale is paid but could not be made durable: no goods may leave yet. */
  | (PaidSale & { readonly kind: 'unsaved'; readonly code: string })
  /** Waits for the journal before the shift is open, closed, or cash has moved. */
  | { readonly kind: 'recording'; readonly afterwards: Mode };

/** Goods are being put in; with no sale the register is idle. */
export interface SellingMode {
  readonly kind: 'selling';
  readonly sale: OpenSale | null;
  readonly typed: string;
  /** Typed before ×: how many of the next article. */
  readonly multiplier: Quantity | null;
  /** The sale just completed, shown until the next key. */
  readonly completed: CompletedSummary | null;
}

/** An article is on the scale; its weight may also be typed. */
export interface WeighingMode {
  readonly kind: 'weighing';
  /** Tells the answer to this weighing from the answer to one that was given up. */
  readonly weighingId: string;
  readonly item: SaleItem;
  readonly sale: OpenSale | null;
  readonly typed: string;
  /** Why there is no weight; null while the scale is being asked. */
  readonly problem: WeighingProblem | null;
}

export type WeighingProblem = 'nothing' | 'moving' | 'overload' | 'under-zero' | 'no-answer';

export interface PayingMode extends PaidSale {
  readonly kind: 'paying';
  readonly typed: string;
}

export interface CardMode extends PaidSale {
  readonly kind: 'card';
  readonly payment: CardPayment;
  /** What the terminal says at the moment. */
  readonly words: string | null;
  readonly cancelling: boolean;
}

export interface SavingMode extends PaidSale {
  readonly kind: 'saving';
}

export type MenuName = 'main' | 'shift';
export type TextQuestion = 'name' | 'customer' | 'coupon';
export type AmountQuestion = 'cash-in' | 'cash-out' | 'count';

/** A list of which one is chosen. */
export type Choice =
  | {
      readonly kind: 'product';
      readonly entries: readonly { readonly name: string; readonly items: readonly SaleItem[] }[];
    }
  | {
      readonly kind: 'variant';
      readonly name: string;
      readonly items: readonly SaleItem[];
      readonly quantity: Quantity;
    }
  | { readonly kind: 'customer'; readonly customers: readonly SaleCustomer[] }
  | { readonly kind: 'held' }
  | { readonly kind: 'line' };

export interface CompletedSummary {
  readonly receiptNumber: ReceiptNumber;
  readonly total: Money;
  readonly change: Money;
  readonly receipt:
    | { readonly kind: 'printing' | 'printed' | 'none' }
    | { readonly kind: 'not-printed'; readonly reason: string };
}

export interface ClosedShift {
  readonly shiftId: ShiftId;
  readonly expected: Money;
  /** null: not counted. */
  readonly counted: Money | null;
}

export const idle: SellingMode = { kind: 'selling', sale: null, typed: '', multiplier: null, completed: null };

export const selling = (sale: OpenSale | null): SellingMode => ({ ...idle, sale });

export const paying = (sale: OpenSale, tenders: readonly Tender[]): PayingMode => ({
  kind: 'paying',
  sale,
  tenders,
  typed: '',
});

/** The state of a terminal that has just started. */
export function initialState(shiftIsOpen: boolean): RegisterState {
  return {
    shiftOpen: shiftIsOpen,
    mode: shiftIsOpen ? idle : { kind: 'closed', typed: '', last: null },
    held: [],
    notice: null,
    unresolved: null,
  };
}

/** The sale that is being put together or paid, whatever is on the screen. */
export function saleInHand(mode: Mode): OpenSale | null {
  switch (mode.kind) {
    case 'closed':
      return null;
    case 'recording':
      return saleInHand(mode.afterwards);
    default:
      return mode.sale;
  }
}
