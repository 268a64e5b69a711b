import type { Money } from '../money/money.ts';
import type { Quantity } from '../money/quantity.ts';
import type { ReceiptNumber, ReturnId, ShiftId } from '../platform/ids.ts';
import type { BundleQuestion, ForeignCash, Found, TenderKind } from './facts.ts';
import type { CountedPieces, PendingApproval, ReasonedAction } from './guarded-action.ts';
import type { Notice } from './notice.ts';
import type { ReturnableSale, TakenBack } from './open-return.ts';
import { amountDue, type OpenSale, type PaidSale, type SaleItem } from './open-sale.ts';
import type { CardReceipt, SaleCustomer, Tender } from './sale.ts';
import type { StaffMember } from './staff.ts';
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
  /** Who sells; null: nobody has signed in. */
  readonly cashier: StaffMember | null;
  /** Whether somebody must. */
  readonly signInNeeded: boolean;
  /** Leave that is being asked for, whatever else is on the display. */
  readonly approval: PendingApproval | null;
  /** Nothing counts while somebody learns; null: everything does. */
  readonly training: { readonly shiftWasOpen: boolean } | null;
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
  /** Nothing is sold before somebody has said who sells. */
  | SigningInMode
  /** What a department's article costs is asked. */
  | AskingPriceMode
  /** A discount off one line (or the whole sale) is typed. */
  | DiscountMode
  /** Another price for one line is typed. */
  | NewPriceMode
  /** Its serial number is typed or scanned before the article is put in. */
  | SerialNumberMode
  /** How many there are of each note and coin, largest first. */
  | CountingMode
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
      /** What the sum was counted from. */
      readonly counted?: readonly CountedPieces[];
    }
  | { readonly kind: 'confirming-void'; readonly sale: OpenSale }
  | ServiceInfoMode
  | { readonly kind: 'confirming-shut-down'; readonly sale: OpenSale | null }
  | PayingMode
  | RefundingMode
  | ReturningMode
  | ReturnQuantityMode
  | RestockMode
  | NewCustomerMode
  | MailingMode
  /** Which of the shop's own tenders the customer has. */
  | ChoosingTenderMode
  /** Its number is typed or scanned. */
  | TenderReferenceMode
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

/** How the terminal is, in plain words, or what waits for a person. */
export interface ServiceInfoMode {
  readonly kind: 'service-info';
  readonly page: 'status' | 'parked';
  readonly sale: OpenSale | null;
  readonly cursor: number;
}

export interface SigningInMode {
  readonly kind: 'signing-in';
  readonly sale: OpenSale | null;
  readonly typed: string;
  readonly checkId: string | null;
}

export interface AskingPriceMode {
  readonly kind: 'asking-price';
  readonly sale: OpenSale | null;
  readonly item: SaleItem;
  readonly quantity: Quantity;
  readonly typed: string;
}

export interface DiscountMode {
  readonly kind: 'discount';
  readonly sale: OpenSale;
  /** null: the whole sale. */
  readonly lineId: number | null;
  readonly unit: 'percent' | 'amount';
  readonly typed: string;
}

export interface NewPriceMode {
  readonly kind: 'new-price';
  readonly sale: OpenSale;
  readonly lineId: number;
  readonly typed: string;
}

export interface SerialNumberMode {
  readonly kind: 'serial-number';
  readonly sale: OpenSale | null;
  readonly item: SaleItem;
  readonly text: TypedText;
}

export interface CountingMode {
  readonly kind: 'counting';
  readonly sale: OpenSale | null;
  readonly typed: string;
  readonly counted: readonly CountedPieces[];
}

export interface ChoosingTenderMode extends PaidSale {
  readonly kind: 'choosing-tender';
  readonly entries: readonly TenderEntry[];
  readonly typed: string;
  readonly cursor: number;
}

export interface TenderReferenceMode extends PaidSale {
  readonly kind: 'tender-reference';
  readonly tender: TenderKind;
  readonly amount: Money;
  readonly text: TypedText;
}

/** What can be paid with beside own cash and card. */
export type TenderEntry =
  | { readonly kind: 'own'; readonly tender: TenderKind }
  | { readonly kind: 'foreign'; readonly cash: ForeignCash }
  /** The main menu. */
  | { readonly kind: 'menu' };

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

/** More was brought back than is bought: money goes to the customer. */
export interface RefundingMode extends PaidSale {
  readonly kind: 'refunding';
}

/** Lines of a receipt are chosen that are brought back. */
export interface ReturningMode {
  readonly kind: 'returning';
  /** What is sold beside. */
  readonly sale: OpenSale | null;
  readonly of: ReturnableSale;
  readonly taken: readonly TakenBack[];
  readonly cursor: number;
}

/** How many of one line. */
export interface ReturnQuantityMode extends Omit<ReturningMode, 'kind'> {
  readonly kind: 'return-quantity';
  readonly index: number;
  readonly typed: string;
}

/** What is brought back, before anybody has said why. */
export type ReturnDraft =
  | { readonly kind: 'receipt'; readonly of: ReturnableSale; readonly taken: readonly TakenBack[] }
  /** The goods of the sale in hand are not sold but brought back. */
  | { readonly kind: 'no-receipt'; readonly goods: OpenSale };

/** A customer whom nobody knows yet is asked for what Magento wants to know. */
export interface NewCustomerMode {
  readonly kind: 'new-customer';
  readonly sale: OpenSale | null;
  readonly draft: CustomerDraft;
  readonly question: keyof CustomerDraft;
  readonly text: TypedText;
}

/** Where the receipt of a sale that is over goes by e-mail. */
export interface MailingMode {
  readonly kind: 'mailing';
  /** The one in hand meanwhile. */
  readonly sale: OpenSale | null;
  readonly receiptNumber: ReceiptNumber;
  readonly text: TypedText;
}

/** What was answered so far; empty: not yet. */
export interface CustomerDraft {
  readonly email: string;
  readonly firstname: string;
  readonly lastname: string;
  readonly phone: string;
}

/** Whether what is brought back goes back on the shelf. */
export interface RestockMode {
  readonly kind: 'restock';
  readonly sale: OpenSale | null;
  readonly draft: ReturnDraft;
  readonly reason: string;
  readonly returnId: ReturnId;
}

export interface CardMode extends PaidSale {
  readonly kind: 'card';
  readonly payment: CardPayment;
  /** What the terminal says at the moment. */
  readonly words: string | null;
  readonly cancelling: boolean;
  /** The bank wants to be called before it decides; null: it does not. */
  readonly voice: VoiceQuestion | null;
}

export interface VoiceQuestion {
  readonly phones: readonly string[];
  /** What the bank knows the shop by; null: it does not say. */
  readonly merchantId: string | null;
  /** The code that it gave, as far as it is typed. */
  readonly text: TypedText;
}

export interface SavingMode extends PaidSale {
  readonly kind: 'saving';
}

export type MenuName = 'main' | 'shift' | 'service';
export type TextQuestion = 'name' | 'customer' | 'coupon' | 'claim-code' | 'return-receipt';
export type AmountQuestion = 'cash-in' | 'cash-out' | 'count';

/** A list of which one is chosen. */
export type Choice =
  | {
      readonly kind: 'product';
      readonly entries: readonly { readonly name: string; readonly found: Found }[];
    }
  | {
      readonly kind: 'variant';
      readonly name: string;
      readonly items: readonly SaleItem[];
      readonly quantity: Quantity;
    }
  /** The entry after the last is a new customer. */
  | { readonly kind: 'customer'; readonly customers: readonly SaleCustomer[]; readonly looked: string }
  | { readonly kind: 'held' }
  | { readonly kind: 'line' }
  | { readonly kind: 'return-reason'; readonly reasons: readonly string[]; readonly draft: ReturnDraft }
  /** Which device is tried out. */
  | { readonly kind: 'device'; readonly names: readonly string[] }
  /** One option of a bundle after the other; `item` has what was chosen so far. */
  | {
      readonly kind: 'bundle';
      readonly item: SaleItem;
      readonly options: readonly BundleQuestion[];
      readonly quantity: Quantity;
    }
  /** Why; then it is done, if it may be. */
  | { readonly kind: 'reason'; readonly reasons: readonly string[]; readonly action: ReasonedAction };

export interface CompletedSummary {
  readonly receiptNumber: ReceiptNumber;
  readonly total: Money;
  readonly change: Money;
  /** A card was taken that its bank has yet to decide about. */
  readonly provisional: boolean;
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

/** Where the money of a sale is settled, whichever way it goes. */
export const settling = (sale: OpenSale, tenders: readonly Tender[]): PayingMode | RefundingMode =>
  sale.returning !== undefined && amountDue({ sale, tenders }) <= 0
    ? { kind: 'refunding', sale, tenders }
    : paying(sale, tenders);

export const paying = (sale: OpenSale, tenders: readonly Tender[]): PayingMode => ({
  kind: 'paying',
  sale,
  tenders,
  typed: '',
});

export const signingIn = (sale: OpenSale | null): SigningInMode => ({
  kind: 'signing-in',
  sale,
  typed: '',
  checkId: null,
});

/** The state of a terminal that has just started. */
export function initialState(shiftIsOpen: boolean, signInNeeded = false): RegisterState {
  return {
    shiftOpen: shiftIsOpen,
    mode: signInNeeded ? signingIn(null) : shiftIsOpen ? idle : { kind: 'closed', typed: '', last: null },
    held: [],
    notice: null,
    unresolved: null,
    cashier: null,
    signInNeeded,
    approval: null,
    training: null,
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
