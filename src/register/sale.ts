import type { Money } from '../money/money.ts';
import type { Quantity } from '../money/quantity.ts';
import type { Stamp } from '../platform/clock.ts';
import type { CustomerKey, ReceiptNumber, ReturnId, SaleId, ShiftId, Sku, TerminalId } from '../platform/ids.ts';
import type { PriceSettings } from '../pricing/price-book.ts';
import type { CartTotals, LineTotals, Reduction } from '../pricing/totals.ts';

/** A completed sale: what the journal keeps, the receipt shows and Magento must end up with. Never changed once written. */
export interface CompletedSale {
  readonly version: 1;
  readonly saleId: SaleId;
  readonly receiptNumber: ReceiptNumber;
  readonly terminalId: TerminalId;
  readonly shiftId: ShiftId;
  readonly cashier: string;
  /** When it was completed. */
  readonly stamp: Stamp;
  /** ISO 4217. */
  readonly currency: string;
  readonly customer: SaleCustomer | null;
  readonly coupon: string | null;
  readonly lines: readonly SaleLine[];
  readonly totals: SaleTotals;
  /** What the cashier took off; found among the totals' discounts under rule numbers below zero, in this order. Absent: nothing. */
  readonly reductions?: readonly SaleReduction[];
  readonly tenders: readonly Tender[];
  /** Cash handed back; contained in the cash tender's `tendered − amount`. */
  readonly change: Money;
  readonly basis: SaleBasis;
}

/** Who buys: a customer that Magento knows, or one made at a terminal that Magento has yet to get. */
export type SaleCustomer =
  | {
      /** Magento's customer id. */
      readonly id: number;
      readonly groupId: number;
      readonly email: string;
      readonly name: string;
    }
  | {
      readonly id: null;
      /** Of the `customer` document that is delivered before the sale. */
      readonly customerKey: CustomerKey;
      readonly groupId: number;
      readonly email: string;
      readonly name: string;
    };

/** One visible line, with the figures Magento must show for it. */
export interface SaleLine extends LineTotals {
  readonly name: string;
  /** The child's SKU when `type` is configurable: what was handed over and what stock falls by. */
  readonly variant: Sku | null;
  /** Magento's option ids for the replay of a configurable. */
  readonly configurableOptions: readonly { readonly optionId: string; readonly optionValue: number }[];
  readonly bundleSelections: readonly {
    readonly optionId: number;
    readonly selectionId: string;
    readonly quantity: number;
  }[];
  readonly unit: string | null;
  readonly barcode: string | null;
  readonly quantity: Quantity;
  /** What the cashier or a label said that a unit costs, where that is not the shop's price. */
  readonly openPrice?: LinePrice;
  readonly serialNumber?: string;
  /** Of a deposit: the {@link LineTotals.lineId} of the line it belongs to. */
  readonly depositOf?: number;
}

/** A price that the shop's catalogue does not know. With or without tax, as the shop lists its prices. */
export interface LinePrice {
  /** Of one unit. */
  readonly amount: Money;
  /** `open`: typed for a department; `override`: instead of the shop's price; `label`: printed in the barcode. */
  readonly kind: 'open' | 'override' | 'label';
  /** Why, in words; only overrides have a reason. */
  readonly reason: string | null;
  /** Who allowed what the cashier alone may not do. */
  readonly approvedBy: string | null;
}

/** A discount that a cashier gives, in the words of the receipt. */
export interface SaleReduction extends Reduction {
  /** Who allowed what the cashier alone may not give. */
  readonly approvedBy: string | null;
}

export type SaleTotals = Omit<CartTotals, 'lines'>;

/** What a sale was settled with; the amounts add up to its total. */
export type Tender =
  /** `amount` is below zero where change was given for more than cash. */
  | { readonly kind: 'cash'; readonly amount: Money; readonly tendered: Money }
  | { readonly kind: 'card'; readonly amount: Money; readonly card: CardReceipt }
  | OtherTender
  /** What cash could not pay because no coin is so small; below zero where more was taken. The sale's total and tax stay exact. */
  | { readonly kind: 'rounding'; readonly amount: Money }
  /** Goods brought back, settled against the new ones. */
  | { readonly kind: 'exchange'; readonly amount: Money; readonly returnId: ReturnId };

/** A tender of the shop's own, e.g. a voucher, or cash of another currency. */
export interface OtherTender {
  readonly kind: 'other';
  /** The configuration's name for it, e.g. `voucher`; for foreign cash the currency's code. */
  readonly code: string;
  /** As people read it. */
  readonly name: string;
  /** In the sale's own currency. */
  readonly amount: Money;
  /** E.g. the voucher's number. */
  readonly reference: string | null;
  /** Foreign cash: what was handed over, and what one unit of it was worth. */
  readonly foreign: { readonly amount: Money; readonly rate: string } | null;
}

/** What may be kept of a card payment: nothing that identifies its holder. */
export interface CardReceipt {
  /** Our key of the payment (UUIDv7), sent to the terminal before anything else. */
  readonly paymentId: string;
  /** `stored`: the terminal keeps it, and the bank decides later; `approved-offline`: the chip said yes in the bank's name. */
  readonly outcome: 'approved' | 'approved-offline' | 'stored';
  /** Scheme as the terminal names it, e.g. `girocard`, `Visa`. */
  readonly brand: string;
  /** First six and last four at most, e.g. `541333******4444`. */
  readonly maskedPan: string;
  readonly authorizationCode: string | null;
  readonly terminalReference: string | null;
  readonly entryMode: 'contactless' | 'chip' | 'magnetic-stripe' | 'keyed' | 'unknown';
  /** What a card terminal without a printer gave the till to print, a text a line; left out: it prints itself. */
  readonly slip?: { readonly customer: readonly string[]; readonly merchant: readonly string[] };
}

/** What the prices rest on, for disputes and reconciliation. */
export interface SaleBasis {
  readonly snapshotGeneration: number;
  /** When that generation was read from Magento (ISO 8601). */
  readonly snapshotTakenAt: string;
  readonly pricedAt: string;
  readonly notes: readonly string[];
  /** The shop's settings that the totals were computed under. */
  readonly settings: Pick<
    PriceSettings,
    'pricesIncludeTax' | 'taxAfterDiscount' | 'taxAlgorithm' | 'discountIncludesTax'
  >;
}
