import { hundredths } from '../../src/money/money.ts';
import {
  type CaseId,
  type CustomerKey,
  type MailId,
  type OutcomeId,
  type ReturnId,
  receiptNumber,
} from '../../src/platform/ids.ts';
import type { NewCustomer } from '../../src/register/new-customer.ts';
import type { PaymentOutcomeNote } from '../../src/register/payment-outcome.ts';
import type { ReceiptMail } from '../../src/register/receipt-mail.ts';
import type { CompletedReturn } from '../../src/register/return.ts';
import type { CompletedSale, SaleCustomer } from '../../src/register/sale.ts';
import { sampleSale, sampleSaleId, sampleStamp, sampleTerminal } from './sample-sale.ts';

const uuid = (kind: number, counter: number): string =>
  `01900000-000${kind}-7000-8000-${counter.toString(16).padStart(12, '0')}`;

export const sampleReturnId = (counter: number): ReturnId => uuid(2, counter) as ReturnId;
export const sampleCustomerKey = (counter: number): CustomerKey => uuid(3, counter) as CustomerKey;
export const sampleOutcomeId = (counter: number): OutcomeId => uuid(4, counter) as OutcomeId;
export const sampleMailId = (counter: number): MailId => uuid(6, counter) as MailId;
export const sampleCaseId = (counter: number): CaseId => uuid(5, counter) as CaseId;

export interface SampleReturn {
  /** Of the receipt number; also makes the return's id. */
  readonly counter: number;
  /** Counter of the sale; null: without the receipt. */
  readonly of: number | null;
  readonly pay?: 'cash' | 'card';
  readonly restock?: boolean;
  readonly change?: Partial<CompletedReturn>;
}

/** Everything of a {@link sampleSale} back. */
export function sampleReturn({ counter, of, pay = 'cash', restock = true, change }: SampleReturn): CompletedReturn {
  const sale = sampleSale({ counter: of ?? counter, pay });
  const [tender] = sale.tenders;
  const amount = sale.totals.grandTotal;
  return {
    version: 1,
    returnId: sampleReturnId(counter),
    receiptNumber: receiptNumber(sampleTerminal, counter),
    terminalId: sampleTerminal,
    shiftId: sale.shiftId,
    cashier: sale.cashier,
    stamp: sampleStamp(counter),
    currency: sale.currency,
    of: of === null ? null : { saleId: sale.saleId, receiptNumber: sale.receiptNumber },
    customer: null,
    lines: sale.lines.map((line, index) => ({ ...line, saleLine: of === null ? null : index, restock })),
    totals: sale.totals,
    refunds: [
      tender?.kind === 'card'
        ? {
            kind: 'card',
            amount,
            card: { ...tender.card, paymentId: uuid(6, counter) },
            refundOf: tender.card.paymentId,
          }
        : { kind: 'cash', amount },
    ],
    reason: 'does not fit',
    approvedBy: null,
    ...change,
  };
}

export function sampleCustomer(counter: number): NewCustomer {
  return {
    version: 1,
    customerKey: sampleCustomerKey(counter),
    email: `ada${counter}@example.com`,
    firstname: 'Ada',
    lastname: 'Lovelace',
    phone: null,
    groupId: 1,
    stamp: sampleStamp(counter),
    terminalId: sampleTerminal,
  };
}

/** Who buys as {@link sampleCustomer}, before Magento knows. */
export const sampleOfflineCustomer = (counter: number): SaleCustomer => ({
  id: null,
  customerKey: sampleCustomerKey(counter),
  groupId: 1,
  email: `ada${counter}@example.com`,
  name: 'Ada Lovelace',
});

/** The wish for the receipt of a {@link sampleSale} by e-mail. */
export function sampleMail(counter: number, { saleId, receiptNumber: number }: CompletedSale): ReceiptMail {
  const to = 'ada1@example.com';
  return { version: 1, mailId: sampleMailId(counter), saleId, receiptNumber: number, to, stamp: sampleStamp(counter) };
}

/** What became of the card payment of a {@link sampleSale}. */
export function sampleOutcome(counter: number, sale: CompletedSale): PaymentOutcomeNote {
  const [tender] = sale.tenders;
  return {
    version: 1,
    outcomeId: sampleOutcomeId(counter),
    saleId: sale.saleId,
    paymentId: tender?.kind === 'card' ? tender.card.paymentId : sampleSaleId(counter),
    kind: 'declined',
    amount: tender?.amount ?? hundredths(0),
    words: 'The bank declined the card payment later',
    hold: true,
    stamp: sampleStamp(counter),
  };
}
