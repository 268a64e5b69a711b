import type { Money } from '../money/money.ts';
import type { Stamp } from '../platform/clock.ts';
import type { ReceiptNumber, ReturnId, SaleId, ShiftId, TerminalId } from '../platform/ids.ts';
import type { CardReceipt, SaleCustomer, SaleLine, SaleTotals } from './sale.ts';

/**
 * Goods taken back for money: what the journal keeps, the receipt shows and Magento must end up with as a credit memo. Never
 * changed once written. All figures are positive: what goes back to the customer.
 */
export interface CompletedReturn {
  readonly version: 1;
  readonly returnId: ReturnId;
  /** Of the same gapless counter as the sales'. */
  readonly receiptNumber: ReceiptNumber;
  readonly terminalId: TerminalId;
  readonly shiftId: ShiftId;
  readonly cashier: string;
  /** When it was completed. */
  readonly stamp: Stamp;
  /** ISO 4217. */
  readonly currency: string;
  /** The sale that it takes goods back from; null: without the receipt. */
  readonly of: { readonly saleId: SaleId; readonly receiptNumber: ReceiptNumber } | null;
  readonly customer: SaleCustomer | null;
  readonly lines: readonly ReturnLine[];
  readonly totals: SaleTotals;
  readonly refunds: readonly Refund[];
  /** In the words of who took the goods back. */
  readonly reason: string;
  /** Who allowed it, where it needed leave; null: it did not. */
  readonly approvedBy: string | null;
}

/** One visible line, with the figures of what is taken back. */
export interface ReturnLine extends SaleLine {
  /** Index among the sale's lines; null: without the receipt. */
  readonly saleLine: number | null;
  /** Whether the goods go back on the shelf. */
  readonly restock: boolean;
}

export type Refund =
  | { readonly kind: 'cash'; readonly amount: Money }
  /** What no coin could give back; below zero where more was given. */
  | { readonly kind: 'rounding'; readonly amount: Money }
  /** Settled against a sale made with it. */
  | { readonly kind: 'exchange'; readonly amount: Money; readonly saleId: SaleId }
  | {
      readonly kind: 'card';
      readonly amount: Money;
      /** Of the refund itself: its own payment id. */
      readonly card: CardReceipt;
      /** The payment that it refunds; null: not known. */
      readonly refundOf: string | null;
    };
