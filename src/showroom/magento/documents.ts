import type { Call, Route } from './api.ts';
import { amount, stored } from './decimals.ts';
import { documentInvalid, refused } from './errors.ts';
import { moveSource, reserve, sourceByPriority, sourceItem, stockQuantities } from './inventory.ts';
import { type Json, numberOf, type Row, rowOf, rowsOf, textOf } from './json.ts';
import type { Order, SalesDocument, Shipment } from './ledger.ts';
import {
  canInvoice,
  canShip,
  childrenOf,
  followState,
  setState,
  stateOf,
  toInvoice,
  toShip,
  visibleItems,
} from './order-state.ts';
import { type Searchable, searchCriteria, searchResult } from './search-criteria.ts';
import type { Shop } from './shop.ts';

/** Quantities asked for by order item; everything that is left when the request names none. */
export function askedQuantities(order: Order, items: Json | undefined, left: (item: Row) => number): Map<Row, number> {
  const rows = rowsOf(items);
  const asked = new Map<Row, number>();
  for (const item of visibleItems(order)) {
    const row = rows.find((candidate) => numberOf(candidate['order_item_id']) === item['item_id']);
    const quantity = rows.length === 0 ? left(item) : numberOf(row?.['qty']);
    if (quantity > 0) asked.set(item, quantity);
  }
  return asked;
}

/**
 * The part of an amount that belongs to `quantity` of `ordered` units when `before` are done already. Rounded cumulatively, so
 * that the parts of a line add up to the whole (d08…d12: 7.40, 7.39, 7.40).
 */
export function share(whole: Json | undefined, ordered: number, before: number, quantity: number): number {
  const upTo = (units: number): number => (ordered === 0 ? 0 : amount((numberOf(whole) * units) / ordered));
  return amount(upTo(before + quantity) - upTo(before));
}

/** Adds to columns of a row, with their `base_` twins. */
export function increase(row: Row, changes: Readonly<Record<string, number>>): void {
  for (const [name, by] of Object.entries(changes)) {
    row[name] = stored(numberOf(row[name]) + by);
    row[`base_${name}`] = stored(numberOf(row[`base_${name}`]) + by);
  }
}

function invoice({ shop, id, body }: Call): Json {
  const order = shop.order(id('orderId'));
  const quantities = askedQuantities(order, body['items'], toInvoice);
  const reasons: string[] = [];
  if (quantities.size === 0) reasons.push("The invoice can't be created without products. Add products and try again.");
  const state = stateOf(order);
  if (['payment_review', 'holded', 'canceled', 'complete', 'closed'].includes(state)) {
    reasons.push(`An invoice cannot be created when an order has a status of ${textOf(order.row['status'])}`);
  } else if (!canInvoice(order)) reasons.push('The order does not allow an invoice to be created.');
  if (reasons.length > 0) throw documentInvalid('Invoice', reasons);
  for (const [item, quantity] of quantities) {
    if (quantity > toInvoice(item))
      throw refused('We found an invalid quantity to invoice item "%1".', [item['name'] ?? null]);
  }
  return String(createInvoice(shop, order, quantities).id);
}

/** What leaves the stock when goods are invoiced and shipped; a module may see to that otherwise than Magento. */
export interface StockBooks {
  readonly invoiced: (shop: Shop, order: Order, quantities: ReadonlyMap<Row, number>) => void;
  /** `goods`: quantities by SKU. */
  readonly shipped: (shop: Shop, order: Order, goods: ReadonlyMap<string, number>, sourceCode: string) => void;
}

const magentoStock: StockBooks = { invoiced: deductVirtual, shipped: deductShipped };

export function createInvoice(
  shop: Shop,
  order: Order,
  quantities: ReadonlyMap<Row, number>,
  stock = magentoStock,
): SalesDocument {
  const documentId = shop.next('invoice');
  const now = shop.now();
  const totals = { subtotal: 0, tax_amount: 0, discount_amount: 0, discount_tax_compensation_amount: 0 };
  const items = [...quantities].map(([item, quantity]): Row => {
    const part = itemShare(withChildren(order, item), quantity, numberOf(item['qty_invoiced']));
    totals.subtotal = amount(totals.subtotal + part.row_total);
    totals.tax_amount = amount(totals.tax_amount + part.tax_amount);
    totals.discount_amount = amount(totals.discount_amount - part.discount_amount);
    totals.discount_tax_compensation_amount = amount(
      totals.discount_tax_compensation_amount + part.discount_tax_compensation_amount,
    );
    increase(item, {
      row_invoiced: part.row_total,
      tax_invoiced: part.tax_amount,
      discount_invoiced: part.discount_amount,
    });
    forItemAndChildren(order, item, quantity, (row, units) => {
      row['qty_invoiced'] = stored(numberOf(row['qty_invoiced']) + units);
    });
    return {
      ...part,
      order_item_id: item['item_id'] ?? null,
      qty: quantity,
      sku: item['sku'] ?? null,
      name: item['name'] ?? null,
    };
  });
  if (order.items.every((item) => toInvoice(item) === 0)) {
    // The last invoice takes what is left on the order, whatever its lines say (`Order\Invoice\Total\Tax`, `Subtotal`): an
    // amended order whose compensation was not amended too is invoiced wrong by it (e05).
    const left = (column: string, invoiced: string): number =>
      amount(numberOf(order.row[column]) - numberOf(order.row[invoiced]));
    totals.subtotal = left('subtotal', 'subtotal_invoiced');
    totals.tax_amount = left('tax_amount', 'tax_invoiced');
    totals.discount_tax_compensation_amount = left(
      'discount_tax_compensation_amount',
      'discount_tax_compensation_invoiced',
    );
  }
  const grandTotal = amount(
    totals.subtotal + totals.tax_amount + totals.discount_amount + totals.discount_tax_compensation_amount,
  );
  increase(order.row, {
    total_paid: grandTotal,
    total_invoiced: grandTotal,
    subtotal_invoiced: totals.subtotal,
    tax_invoiced: totals.tax_amount,
    discount_invoiced: totals.discount_amount,
    shipping_invoiced: 0,
    discount_tax_compensation_invoiced: totals.discount_tax_compensation_amount,
  });
  const document: SalesDocument = {
    id: documentId,
    orderId: order.id,
    row: {
      entity_id: documentId,
      increment_id: shop.nextNumber('invoice'),
      order_id: order.id,
      state: 2,
      store_id: order.row['store_id'] ?? null,
      ...doubled({ ...totals, grand_total: grandTotal, shipping_amount: 0 }),
      total_qty: [...quantities.values()].reduce((total, quantity) => total + quantity, 0),
      order_currency_code: order.row['order_currency_code'] ?? null,
      created_at: now,
      updated_at: now,
    },
    items,
  };
  shop.ledger.invoices.push(document);
  if (stateOf(order) === 'new') setState(order, 'processing');
  order.row['updated_at'] = now;
  stock.invoiced(shop, order, quantities);
  followState(order);
  return document;
}

/** Nothing is ever shipped of virtual goods: MSI takes them from the source at the invoice (h24). */
function deductVirtual(shop: Shop, order: Order, quantities: ReadonlyMap<Row, number>): void {
  const virtual = stockQuantities(
    order.items.filter((item) => numberOf(item['is_virtual']) === 1),
    (item) => quantities.get(item) ?? 0,
  );
  for (const [sku, quantity] of virtual) {
    const source = sourceByPriority(shop, sku, quantity);
    if (source !== undefined) moveSource(shop, source, -quantity);
  }
  reserve(shop, virtual, 'invoice_created', order);
}

/** The item with the discounts of a dynamic bundle, which its children carry. */
export function withChildren(order: Order, item: Row): Row {
  const children = childrenOf(order, item);
  const sum = (column: string): number =>
    children.reduce((total, child) => total + numberOf(child[column]), numberOf(item[column]));
  return {
    ...item,
    discount_amount: amount(sum('discount_amount')),
    discount_tax_compensation_amount: amount(sum('discount_tax_compensation_amount')),
  };
}

/** What a number of units of an order item comes to. */
export function itemShare(item: Row, quantity: number, before: number) {
  const ordered = numberOf(item['qty_ordered']);
  const part = (column: string): number => share(item[column], ordered, before, quantity);
  return {
    price: numberOf(item['price']),
    price_incl_tax: numberOf(item['price_incl_tax']),
    row_total: part('row_total'),
    row_total_incl_tax: part('row_total_incl_tax'),
    tax_amount: part('tax_amount'),
    discount_amount: part('discount_amount'),
    discount_tax_compensation_amount: part('discount_tax_compensation_amount'),
  };
}

/** The columns and their `base_` twins. */
export const doubled = (columns: Readonly<Record<string, number>>): Row =>
  Object.fromEntries(
    Object.entries(columns).flatMap(([name, value]) => [
      [name, value],
      [`base_${name}`, value],
    ]),
  );

/** Runs for an item and, in proportion, for its children. */
export function forItemAndChildren(
  order: Order,
  item: Row,
  quantity: number,
  change: (row: Row, units: number) => void,
): void {
  change(item, quantity);
  const ordered = numberOf(item['qty_ordered'], 1);
  for (const child of childrenOf(order, item)) change(child, (quantity * numberOf(child['qty_ordered'])) / ordered);
}

/**
 * Without `source_code` the goods leave the source called `default`, whether the website sells from it or not (d05). The
 * reservation comes back, so the salable quantity stays as it was.
 */
function ship({ shop, id, body }: Call): Json {
  const order = shop.order(id('orderId'));
  const quantities = askedQuantities(order, body['items'], toShip);
  const reasons: string[] = [];
  if (['payment_review', 'holded', 'canceled'].includes(stateOf(order))) {
    reasons.push(`A shipment cannot be created when an order has a status of ${textOf(order.row['status'])}`);
  } else if (!canShip(order)) reasons.push('The order does not allow a shipment to be created.');
  if (quantities.size === 0) reasons.push("You can't create a shipment without products.");
  if ([...quantities].some(([item, quantity]) => quantity > toShip(item))) {
    reasons.push('The quantity to ship must not be greater than the unshipped quantity.');
  }
  if (reasons.length > 0) throw documentInvalid('Shipment', reasons);
  const extension = rowOf(rowOf(body['arguments'])['extension_attributes']);
  const sourceCode = textOf(extension['source_code']) || 'default';
  return String(createShipment(shop, order, quantities, sourceCode).id);
}

export function createShipment(
  shop: Shop,
  order: Order,
  quantities: ReadonlyMap<Row, number>,
  sourceCode: string,
  stock = magentoStock,
): Shipment {
  // The number is used up even if the source turns out to have too little.
  const documentId = shop.next('shipment');
  const shipped = new Map<Row, number>();
  for (const [item, quantity] of quantities) {
    forItemAndChildren(order, item, quantity, (row, units) => shipped.set(row, units));
  }
  // What is no longer a product counts as shipped and moves no stock.
  const products = [...shipped.keys()].filter((item) => shop.productById(numberOf(item['product_id'])) !== undefined);
  const goods = stockQuantities(products, (item) => shipped.get(item) ?? 0);
  stock.shipped(shop, order, goods, sourceCode);
  for (const [item, units] of shipped) item['qty_shipped'] = stored(numberOf(item['qty_shipped']) + units);
  const now = shop.now();
  const document: Shipment = {
    id: documentId,
    orderId: order.id,
    sourceCode,
    row: {
      entity_id: documentId,
      increment_id: shop.nextNumber('shipment'),
      order_id: order.id,
      store_id: order.row['store_id'] ?? null,
      total_qty: [...quantities.values()].reduce((total, quantity) => total + quantity, 0),
      created_at: now,
      updated_at: now,
      comments: [],
      tracks: [],
      packages: [],
      extension_attributes: { source_code: sourceCode },
    },
    items: [...quantities].map(
      ([item, quantity]): Row => ({
        order_item_id: item['item_id'] ?? null,
        parent_id: documentId,
        sku: item['sku'] ?? null,
        name: item['name'] ?? null,
        product_id: item['product_id'] ?? null,
        price: item['price'] ?? null,
        weight: item['weight'] ?? null,
        qty: quantity,
      }),
    ),
  };
  shop.ledger.shipments.push(document);
  if (stateOf(order) === 'new') setState(order, 'processing');
  order.row['updated_at'] = now;
  followState(order);
  return document;
}

/** Magento refuses to let a source fall below zero. */
function deductShipped(shop: Shop, order: Order, goods: ReadonlyMap<string, number>, sourceCode: string): void {
  const sources = [...goods].map(([sku, quantity]) => ({ source: sourceItem(shop, sku, sourceCode), quantity }));
  if (sources.some(({ source, quantity }) => source === undefined || source.quantity < quantity)) {
    throw refused('Could not save a shipment, see error log for details');
  }
  for (const { source, quantity } of sources) if (source !== undefined) moveSource(shop, source, -quantity);
  reserve(shop, goods, 'shipment_created', order);
}

/** Searches documents by their own columns. */
export function searchDocuments(documents: readonly SalesDocument[], call: Call): Json {
  const how: Searchable<SalesDocument> = {
    value: ({ row }, field) => {
      const value = row[field];
      return typeof value === 'object' ? undefined : value;
    },
    checkField: () => undefined,
    view: ({ row, items }) => ({ ...row, items }),
  };
  return searchResult(documents, searchCriteria(call.query), how);
}

export const documentRoutes: readonly Route[] = [
  { method: 'POST', path: '/V1/order/{orderId}/invoice', resource: 'Magento_Sales::invoice', handle: invoice },
  { method: 'POST', path: '/V1/order/{orderId}/ship', resource: 'Magento_Sales::ship', handle: ship },
  {
    method: 'GET',
    path: '/V1/invoices',
    resource: 'Magento_Sales::sales_invoice',
    handle: (call) => searchDocuments(call.shop.ledger.invoices, call),
  },
  {
    method: 'GET',
    path: '/V1/shipments',
    resource: 'Magento_Sales::shipment',
    handle: (call) => searchDocuments(call.shop.ledger.shipments, call),
  },
];
