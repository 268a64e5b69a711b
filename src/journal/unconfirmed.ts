import { unreachable } from '../platform/brand.ts';
import type { Instant } from '../platform/clock.ts';
import type { DocumentId, ReceiptNumber } from '../platform/ids.ts';
import type { NewCustomer } from '../register/new-customer.ts';
import type { SaleLine } from '../register/sale.ts';
import { type Document, type DocumentKind, nameOf, neededBy, type QueuedDocument, receiptOf } from './document.ts';
import type { DeliveryRecord } from './journal.ts';

/**
 * What is kept in memory of a document that Magento does not have yet: all that is asked of every one of them. The document
 * itself is read where it is worked on (`Journal.document`), so that ten thousand of them take a few megabytes.
 */
export type Unconfirmed = {
  /** Of its record. */
  readonly sequence: number;
  readonly delivery: DeliveryRecord;
  /** What people call it, e.g. "receipt K1-00000012". */
  readonly name: string;
  /** null: it has no receipt of its own. */
  readonly receiptNumber: ReceiptNumber | null;
  /** When it was made at the till. */
  readonly madeAt: Instant;
  /** What Magento must have before. */
  readonly needs: readonly DocumentId[];
  /** What it takes from the shelf. */
  readonly goods: readonly MovedGoods[];
} & (
  | { readonly kind: Exclude<DocumentKind, 'customer'> }
  /** Kept whole: customers are looked for at the counter. */
  | { readonly kind: 'customer'; readonly customer: NewCustomer }
);

/** So much of an article, as it was sold; negative: it was taken back, to be sold again. */
export type MovedGoods = Pick<SaleLine, 'sku' | 'variant' | 'bundleSelections'> & { readonly quantity: number };

export function unconfirmedOf(document: QueuedDocument): Unconfirmed {
  const { sequence, delivery } = document;
  const common = {
    sequence,
    delivery,
    name: nameOf(document),
    receiptNumber: receiptOf(document)?.receiptNumber ?? null,
    madeAt: stampOf(document).at,
    needs: orNothing(neededBy(document)),
    goods: orNothing(goodsOf(document)),
  };
  return document.kind === 'customer'
    ? { ...common, kind: document.kind, customer: document.customer }
    : { ...common, kind: document.kind };
}

/** Most have none; one empty list does for all of them. */
const nothing: readonly never[] = [];
const orNothing = <Item>(list: readonly Item[]): readonly Item[] => (list.length === 0 ? nothing : list);

function stampOf(document: Document): { readonly at: Instant } {
  switch (document.kind) {
    case 'sale':
      return document.sale.stamp;
    case 'return':
      return document.return.stamp;
    case 'customer':
      return document.customer.stamp;
    case 'payment-outcome':
      return document.outcome.stamp;
    case 'receipt-mail':
      return document.mail.stamp;
    default:
      return unreachable(document);
  }
}

function goodsOf(document: Document): readonly MovedGoods[] {
  switch (document.kind) {
    case 'sale':
      return document.sale.lines.map((line) => moved(line, 1));
    case 'return':
      return document.return.lines.filter(({ restock }) => restock).map((line) => moved(line, -1));
    case 'customer':
    case 'payment-outcome':
    case 'receipt-mail':
      return nothing;
    default:
      return unreachable(document);
  }
}

const moved = ({ sku, variant, bundleSelections, quantity }: SaleLine, sign: 1 | -1): MovedGoods => ({
  sku,
  variant,
  bundleSelections: orNothing(bundleSelections),
  quantity: sign * quantity,
});
