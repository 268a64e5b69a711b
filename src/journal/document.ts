import { unreachable } from '../platform/brand.ts';
import type { CustomerKey, DocumentId, MailId, OutcomeId, ReturnId, SaleId } from '../platform/ids.ts';
import type { NewCustomer } from '../register/new-customer.ts';
import type { PaymentOutcomeNote } from '../register/payment-outcome.ts';
import type { ReceiptMail } from '../register/receipt-mail.ts';
import type { CompletedReturn } from '../register/return.ts';
import type { CompletedSale, SaleCustomer } from '../register/sale.ts';
import type { DeliveryRecord, JournalEntry } from './journal.ts';

/** What is delivered to Magento: all kinds in one queue, in the order of their records. */
export type Document =
  | { readonly kind: 'sale'; readonly sale: CompletedSale }
  | { readonly kind: 'return'; readonly return: CompletedReturn }
  /** Made at the till; delivered before the sale that uses it. */
  | { readonly kind: 'customer'; readonly customer: NewCustomer }
  /** What became of a card payment, told to the order of its sale. */
  | { readonly kind: 'payment-outcome'; readonly outcome: PaymentOutcomeNote }
  /** The receipt of a sale by e-mail, which the shop sends. */
  | { readonly kind: 'receipt-mail'; readonly mail: ReceiptMail };

export type DocumentKind = Document['kind'];

interface Standing {
  /** Of its record. */
  readonly sequence: number;
  readonly delivery: DeliveryRecord;
}

/** A document with where it stands. */
export type QueuedDocument = Document & Standing;
export type QueuedSale = Extract<Document, { kind: 'sale' }> & Standing;
export type QueuedReturn = Extract<Document, { kind: 'return' }> & Standing;
export type QueuedCustomer = Extract<Document, { kind: 'customer' }> & Standing;
export type QueuedOutcome = Extract<Document, { kind: 'payment-outcome' }> & Standing;
export type QueuedMail = Extract<Document, { kind: 'receipt-mail' }> & Standing;

/** The document in an entry; null: it is about something else. */
export function documentIn(entry: JournalEntry): Document | null {
  switch (entry.kind) {
    case 'sale':
    case 'return':
    case 'customer':
    case 'payment-outcome':
    case 'receipt-mail':
      return entry;
    case 'shift-opened':
    case 'shift-closed':
    case 'cash-moved':
    case 'drawer-opened':
    case 'payment':
    case 'case':
    case 'delivery':
    case 'clock-corrected':
    case 'gap':
    case 'pruned':
      return null;
    default:
      return unreachable(entry);
  }
}

export function documentId(document: Extract<Document, { kind: 'sale' }>): SaleId;
export function documentId(document: Extract<Document, { kind: 'return' }>): ReturnId;
export function documentId(document: Extract<Document, { kind: 'customer' }>): CustomerKey;
export function documentId(document: Extract<Document, { kind: 'payment-outcome' }>): OutcomeId;
export function documentId(document: Extract<Document, { kind: 'receipt-mail' }>): MailId;
export function documentId(document: Document): DocumentId;
export function documentId(document: Document): DocumentId {
  switch (document.kind) {
    case 'sale':
      return document.sale.saleId;
    case 'return':
      return document.return.returnId;
    case 'customer':
      return document.customer.customerKey;
    case 'payment-outcome':
      return document.outcome.outcomeId;
    case 'receipt-mail':
      return document.mail.mailId;
    default:
      return unreachable(document);
  }
}

/** What has a receipt of its own. */
export function receiptOf(document: Document): CompletedSale | CompletedReturn | null {
  switch (document.kind) {
    case 'sale':
      return document.sale;
    case 'return':
      return document.return;
    case 'customer':
    case 'payment-outcome':
    case 'receipt-mail':
      return null;
    default:
      return unreachable(document);
  }
}

/** The sale that a return, an outcome or an e-mail belongs to. */
export function saleBehind(document: Document): SaleId | null {
  switch (document.kind) {
    case 'return':
      return document.return.of?.saleId ?? null;
    case 'payment-outcome':
      return document.outcome.saleId;
    case 'receipt-mail':
      return document.mail.saleId;
    case 'sale':
    case 'customer':
      return null;
    default:
      return unreachable(document);
  }
}

/** What Magento must have before it can take `document`. */
export function neededBy(document: Document): readonly DocumentId[] {
  const sale = saleBehind(document);
  const customer = customerKeyOf(receiptOf(document)?.customer ?? null);
  return [sale, customer].filter((id) => id !== null);
}

const customerKeyOf = (customer: SaleCustomer | null): CustomerKey | null =>
  customer?.id === null ? customer.customerKey : null;

/** What people call a document, e.g. "receipt K1-00000012". */
export function nameOf(document: Document): string {
  switch (document.kind) {
    case 'sale':
      return `receipt ${document.sale.receiptNumber}`;
    case 'return':
      return `receipt ${document.return.receiptNumber}`;
    case 'customer':
      return `customer ${document.customer.email}`;
    case 'payment-outcome':
      return `outcome of card payment ${document.outcome.paymentId}`;
    case 'receipt-mail':
      return `e-mail of receipt ${document.mail.receiptNumber}`;
    default:
      return unreachable(document);
  }
}

/** The card payments that are over once `document` exists: those that were approved for good. */
export function paymentsEndedBy(document: Document): readonly string[] {
  const paid =
    document.kind === 'sale' ? document.sale.tenders : document.kind === 'return' ? document.return.refunds : [];
  return paid.flatMap((each) =>
    each.kind === 'card' && each.card.outcome === 'approved' ? [each.card.paymentId] : [],
  );
}

/** Whether nothing more will come of a delivery. */
export const isClosed = (state: DeliveryRecord['state']): boolean => state === 'confirmed' || state === 'withdrawn';
