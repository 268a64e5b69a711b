import type { Row } from './json.ts';
import type { SentMail } from './order-mails.ts';

/**
 * What Magento's tables hold of sales: quotes, orders, their documents, and stock movements. Plain data, so that a shop can be
 * saved to a file and read by whoever compares it with a till's journal. Rows carry Magento's own column names.
 */
export interface Ledger {
  quotes: Quote[];
  orders: Order[];
  invoices: SalesDocument[];
  shipments: Shipment[];
  creditmemos: SalesDocument[];
  reservations: Reservation[];
  sourceItems: SourceItem[];
  /** E-mails about orders that have left the shop because a till asked for them. */
  mails: SentMail[];
  /** Orders whose e-mail waits for cron. */
  waitingMails: number[];
  /** `holdfast_document`, where the shop has the module. */
  tillDocuments: TillDocument[];
  /** `holdfast_change`, likewise. */
  changes: NotedChange[];
  /** The last id given, by table. */
  sequences: Record<string, number>;
}

export interface Quote {
  readonly id: number;
  readonly createdAt: string;
  updatedAt: string;
  active: boolean;
  customerId: number | null;
  items: QuoteItem[];
  coupon: string | null;
  readonly billingAddressId: number;
  billing: Row | null;
  shipping: Row | null;
  /** `carrier_method`. */
  shippingMethod: string | null;
  payment: Row | null;
  /** The order number set aside at the first attempt to place. */
  reservedOrderId: string | null;
}

export interface QuoteItem {
  readonly itemId: number;
  /** What was asked for: of a configurable the parent. */
  readonly sku: string;
  qty: number;
  /** The chosen child of a configurable. */
  readonly variant: string | null;
  readonly selections: readonly BundleSelection[] | null;
  /** Item ids of the children. */
  readonly childIds: readonly number[];
}

export interface BundleSelection {
  readonly optionId: number;
  readonly quantity: number;
  readonly selectionIds: readonly number[];
}

export interface Order {
  readonly id: number;
  /** `sales_order`. */
  row: Row;
  /** `sales_order_item`, gross row totals as the database has them. */
  items: Row[];
  billing: Row | null;
  shipping: Row | null;
  shippingMethod: string | null;
  payment: Row;
  /** `additional_information` of the payment, in order. */
  paymentInformation: [key: string, value: string | null][];
  histories: Row[];
  /** `sales_order_tax`. */
  taxes: Row[];
  /** `sales_order_tax_item`. */
  taxItems: Row[];
}

/** An invoice or a credit memo. */
export interface SalesDocument {
  readonly id: number;
  readonly orderId: number;
  row: Row;
  items: Row[];
}

export interface Shipment extends SalesDocument {
  readonly sourceCode: string;
}

/** `inventory_reservation`. */
export interface Reservation {
  readonly id: number;
  readonly stockId: number;
  readonly sku: string;
  readonly quantity: number;
  /** JSON, spelled as Magento spells it. */
  readonly metadata: string;
}

export interface SourceItem {
  readonly sku: string;
  readonly source_code: string;
  quantity: number;
  status: number;
}

/** What a till has posted to the Holdfast module. */
export interface TillDocument {
  readonly kind: 'sale' | 'return' | 'outcome';
  readonly id: string;
  /** Receipt or return number. */
  readonly number: string | null;
  readonly contents: Row;
  readonly orderId: number;
  readonly answer: Row;
}

/** What one of the module's database triggers noted: a row of `kind` was inserted, updated or deleted. */
export interface NotedChange {
  readonly id: number;
  readonly kind: string;
  readonly ref: string;
  readonly op: 'i' | 'u' | 'd';
  readonly at: string;
}

export const emptyLedger = (): Ledger => ({
  quotes: [],
  orders: [],
  invoices: [],
  shipments: [],
  creditmemos: [],
  reservations: [],
  sourceItems: [],
  mails: [],
  waitingMails: [],
  tillDocuments: [],
  changes: [],
  sequences: {},
});
