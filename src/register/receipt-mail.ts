import type { Stamp } from '../platform/clock.ts';
import type { MailId, ReceiptNumber, SaleId } from '../platform/ids.ts';

/** A customer's wish for the receipt of a sale by e-mail; the shop sends it once it has the sale. Never changes once written. */
export interface ReceiptMail {
  readonly version: 1;
  readonly mailId: MailId;
  readonly saleId: SaleId;
  readonly receiptNumber: ReceiptNumber;
  /** The address, as {@link isEmail} has it. */
  readonly to: string;
  readonly stamp: Stamp;
}

export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(text);
