import type { Money } from '../money/money.ts';
import type { Quantity } from '../money/quantity.ts';
import type { Stamp } from '../platform/clock.ts';
import type { ReceiptNumber, SaleId, ShiftId, Sku, TerminalId } from '../platform/ids.ts';
import type { PriceSettings } from '../pricing/price-book.ts';
import type { CartTotals, LineTotals } from '../pricing/totals.ts';

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
  readonly tenders: readonly Tender[];
  /** Cash handed back; contained in the cash tender's `tendered − amount`. */
  readonly change: Money;
  readonly basis: SaleBasis;
}

export interface SaleCustomer {
  /** Magento's customer id. */
  readonly id: number;
  readonly groupId: number;
  readonly email: string;
  readonly name: string;
}

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
}

export type SaleTotals = Omit<CartTotals, 'lines'>;

export type Tender =
  | { readonly kind: 'cash'; readonly amount: Money; readonly tendered: Money }
  | { readonly kind: 'card'; readonly amount: Money; readonly card: CardReceipt };

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
