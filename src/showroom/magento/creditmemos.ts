import type { Call, Route } from './api.ts';
import { amount, stored } from './decimals.ts';
import {
  askedQuantities,
  doubled,
  forItemAndChildren,
  increase,
  itemShare,
  searchDocuments,
  withChildren,
} from './documents.ts';
import { documentInvalid, entityNotFound, refused, uniqueConstraint } from './errors.ts';
import { moveSource, reserve, sourceByPriority, sourceItem, stockQuantities } from './inventory.ts';
import { copyOf, type Json, listOf, numberOf, type Row, rowOf, rowsOf, textOf } from './json.ts';
import type { Order, SalesDocument } from './ledger.ts';
import { canRefund, followState, stateOf, toRefund } from './order-state.ts';
import { addHistory } from './orders.ts';
import type { Shop } from './shop.ts';

/** Money of one credit memo, positive. */
interface Refunded {
  readonly subtotal: number;
  readonly tax: number;
  readonly discount: number;
  readonly compensation: number;
  readonly grandTotal: number;
}

/** `POST /V1/order/:id/refund`. The same again makes a second credit memo as long as anything is left (d09). */
function refundOrder({ shop, id, body }: Call): Json {
  const order = shop.order(id('orderId'));
  const quantities = askedQuantities(order, body['items'], toRefund);
  checkRefund(order, quantities, rowsOf(body['items']).length > 0);
  for (const [item, quantity] of quantities) {
    if (quantity > toRefund(item))
      throw refused('We found an invalid quantity to refund item "%1".', [item['name'] ?? null]);
  }
  const options = rowOf(body['arguments']);
  const adjustment = numberOf(options['adjustment_positive']) - numberOf(options['adjustment_negative']);
  const parts = [...quantities].map(([item, quantity]) => ({
    item,
    quantity,
    ...refundShare(withChildren(order, item), quantity),
  }));
  const total = (of: (part: (typeof parts)[number]) => number): number =>
    amount(parts.reduce((sum, part) => sum + of(part), 0));
  const grandTotal = amount(total((part) => part.total) + numberOf(options['shipping_amount']) + adjustment);
  const available = amount(numberOf(order.row['total_paid']) - numberOf(order.row['total_refunded']));
  if (grandTotal > available + 0.0001) {
    throw documentInvalid('Creditmemo', [`The most money available to refund is ${available}.`]);
  }
  const returned = listOf(rowOf(options['extension_attributes'])['return_to_stock_items']).map((value) =>
    numberOf(value),
  );
  const documentId = shop.next('creditmemo');
  const document: SalesDocument = {
    id: documentId,
    orderId: order.id,
    row: {
      entity_id: documentId,
      increment_id: shop.nextNumber('creditmemo'),
      order_id: order.id,
      store_id: order.row['store_id'] ?? null,
      state: 2,
      ...doubled({
        subtotal: total((part) => part.row_total),
        tax_amount: total((part) => part.tax_amount),
        discount_amount: -total((part) => part.discount_amount),
        discount_tax_compensation_amount: total((part) => part.discount_tax_compensation_amount),
        shipping_amount: numberOf(options['shipping_amount']),
        adjustment_positive: numberOf(options['adjustment_positive']),
        adjustment_negative: numberOf(options['adjustment_negative']),
        adjustment,
        grand_total: grandTotal,
      }),
      created_at: shop.now(),
      updated_at: shop.now(),
      comments: [],
    },
    items: parts.map(
      ({ item, quantity, total: _total, ...columns }): Row => ({
        ...doubled(columns),
        entity_id: shop.next('creditmemo-item'),
        parent_id: documentId,
        order_item_id: item['item_id'] ?? null,
        product_id: item['product_id'] ?? null,
        sku: item['sku'] ?? null,
        name: item['name'] ?? null,
        qty: quantity,
      }),
    ),
  };
  const money: Refunded = {
    subtotal: total((part) => part.row_total),
    tax: total((part) => part.tax_amount),
    discount: total((part) => part.discount_amount),
    compensation: total((part) => part.discount_tax_compensation_amount),
    grandTotal,
  };
  apply(shop, order, document, quantities, money, new Set(returned));
  if (body['appendComment'] === true) {
    const { comment, is_visible_on_front: visible } = rowOf(body['comment']);
    document.row['comments'] = [{ comment: comment ?? '', is_visible_on_front: visible ?? 0, parent_id: documentId }];
  }
  return String(documentId);
}

function checkRefund(order: Order, quantities: ReadonlyMap<Row, number>, named: boolean): void {
  const reasons: string[] = [];
  if (['payment_review', 'holded', 'canceled', 'closed'].includes(stateOf(order))) {
    reasons.push(`A creditmemo can not be created when an order has a status of ${textOf(order.row['status'])}`);
  } else if (!canRefund(order)) reasons.push('The order does not allow a creditmemo to be created.');
  if (reasons.length === 0) return;
  if (named) {
    for (const [item, quantity] of quantities) {
      if (quantity <= toRefund(item)) continue;
      reasons.push('The quantity to refund must not be greater than the unrefunded quantity.');
      reasons.push(`The "${textOf(item['sku'])}" product is not part of the current creditmemo.`);
    }
  }
  throw documentInvalid('Creditmemo', reasons);
}

/** A line's part; its net total is rounded cumulatively and the row total takes what the others leave. */
function refundShare(item: Row, quantity: number) {
  const before = numberOf(item['qty_refunded']);
  const part = itemShare(item, quantity, before);
  const whole =
    numberOf(item['row_total']) +
    numberOf(item['tax_amount']) +
    numberOf(item['discount_tax_compensation_amount']) -
    numberOf(item['discount_amount']);
  const ordered = numberOf(item['qty_ordered'], 1);
  const total = amount(amount((whole * (before + quantity)) / ordered) - amount((whole * before) / ordered));
  const rowTotal = amount(total - part.tax_amount - part.discount_tax_compensation_amount + part.discount_amount);
  return { ...part, row_total: rowTotal, total };
}

/**
 * `POST /V1/creditmemo/refund`: figures as sent, nothing calculated, and a number of one's own that is unique (g30…g33).
 * Nothing goes back to stock.
 */
const refundAsSent = ({ shop, body }: Call): Json => saveCreditmemo(shop, rowOf(body['creditmemo']));

export function saveCreditmemo(shop: Shop, sent: Row): Row {
  const order = shop.ledger.orders.find((candidate) => candidate.id === numberOf(sent['order_id']));
  if (order === undefined) throw entityNotFound();
  const number = textOf(sent['increment_id']) || shop.nextNumber('creditmemo');
  const taken = shop.ledger.creditmemos.some(
    ({ row }) => row['increment_id'] === number && row['store_id'] === sent['store_id'],
  );
  if (taken) throw uniqueConstraint();
  const documentId = shop.next('creditmemo');
  const { items, ...given } = copyOf(sent);
  const row: Row = {
    ...given,
    entity_id: documentId,
    increment_id: number,
    state: 2,
    created_at: shop.now(),
    updated_at: shop.now(),
    comments: [],
  };
  const quantities = new Map<Row, number>();
  const figures = new Map<Row, Row>();
  const rows = rowsOf(items).map((item): Row => {
    const orderItem = order.items.find((candidate) => candidate['item_id'] === numberOf(item['order_item_id']));
    if (orderItem !== undefined) {
      quantities.set(orderItem, numberOf(item['qty']));
      figures.set(orderItem, item);
    }
    const { extension_attributes: _extension, ...columns } = item;
    return { base_cost: null, ...columns, entity_id: shop.next('creditmemo-item'), parent_id: documentId };
  });
  const document: SalesDocument = { id: documentId, orderId: order.id, row, items: rows };
  const money: Refunded = {
    subtotal: numberOf(row['subtotal']),
    tax: numberOf(row['tax_amount']),
    discount: Math.abs(numberOf(row['discount_amount'])),
    compensation: numberOf(row['discount_tax_compensation_amount']),
    grandTotal: numberOf(row['grand_total']),
  };
  const available = amount(numberOf(order.row['total_paid']) - numberOf(order.row['total_refunded']));
  if (money.grandTotal > available + 0.0001) {
    throw refused('The most money available to refund is %1.', [`€${available.toFixed(2)}`]);
  }
  apply(shop, order, document, quantities, money, new Set(), (item) => registerAsSent(item, figures.get(item) ?? {}));
  const { extension_attributes: _extension, ...columns } = row;
  return { ...columns, items: rows };
}

/** Books a credit memo: order and lines, history, stock, state. */
function apply(
  shop: Shop,
  order: Order,
  document: SalesDocument,
  quantities: ReadonlyMap<Row, number>,
  money: Refunded,
  returned: ReadonlySet<number>,
  register: (item: Row, quantity: number) => void = (item, quantity) => refundItem(order, item, quantity),
): void {
  moveStock(shop, order, quantities, returned);
  for (const [item, quantity] of quantities) register(item, quantity);
  increase(order.row, {
    total_refunded: money.grandTotal,
    total_offline_refunded: money.grandTotal,
    subtotal_refunded: money.subtotal,
    tax_refunded: money.tax,
    discount_refunded: money.discount,
    discount_tax_compensation_refunded: money.compensation,
    shipping_refunded: 0,
    shipping_tax_refunded: 0,
    adjustment_positive: numberOf(document.row['adjustment_positive']),
    adjustment_negative: numberOf(document.row['adjustment_negative']),
  });
  order.row['base_total_invoiced_cost'] ??= 0;
  order.row['customer_note_notify'] = 0;
  order.row['updated_at'] = shop.now();
  increase(order.payment, { amount_refunded: money.grandTotal, shipping_refunded: 0 });
  shop.ledger.creditmemos.push(document);
  followState(order);
  const comment = `We refunded €${money.grandTotal.toFixed(2)} offline.`;
  addHistory(shop, order, { comment, entity_name: 'creditmemo' });
}

function refundItem(order: Order, item: Row, quantity: number): void {
  const part = refundShare(withChildren(order, item), quantity);
  increase(item, {
    amount_refunded: part.row_total,
    tax_refunded: part.tax_amount,
    discount_refunded: part.discount_amount,
    discount_tax_compensation_refunded: part.discount_tax_compensation_amount,
  });
  item['base_cost'] ??= 0;
  item['weee_tax_applied'] ??= '[]';
  forItemAndChildren(order, item, quantity, (row, units) => {
    row['qty_refunded'] = stored(numberOf(row['qty_refunded']) + units);
  });
}

/** `Creditmemo\Item::register`: each item counts itself, at the figures sent; a parent's children are items of their own. */
function registerAsSent(item: Row, sent: Row): void {
  increase(item, {
    amount_refunded: numberOf(sent['row_total']),
    tax_refunded: numberOf(sent['tax_amount']),
    discount_refunded: numberOf(sent['discount_amount']),
    discount_tax_compensation_refunded: numberOf(sent['discount_tax_compensation_amount']),
  });
  item['base_cost'] ??= 0;
  item['weee_tax_applied'] ??= '[]';
  item['qty_refunded'] = stored(numberOf(item['qty_refunded']) + numberOf(sent['qty']));
}

/**
 * Goods shipped through Magento go back, when asked, to the source of the first shipment (d08). Goods that Magento thinks were
 * never shipped only get their reservation back, and without the wish to return them they are deducted from a source (e32, r10).
 */
function moveStock(
  shop: Shop,
  order: Order,
  quantities: ReadonlyMap<Row, number>,
  returned: ReadonlySet<number>,
): void {
  const shipments = shop.ledger.shipments.filter((shipment) => shipment.orderId === order.id);
  const compensated = new Map<string, number>();
  for (const [item, quantity] of quantities) {
    if (numberOf(item['is_virtual']) === 1) continue;
    const back = returned.has(numberOf(item['item_id']));
    const units = new Map<Row, number>();
    forItemAndChildren(order, item, quantity, (row, count) => units.set(row, count));
    const shipment = shipments.find(({ items }) => items.some((row) => row['order_item_id'] === item['item_id']));
    for (const [sku, count] of stockQuantities([...units.keys()], (row) => units.get(row) ?? 0)) {
      if (shipment !== undefined) {
        const source = sourceItem(shop, sku, shipment.sourceCode);
        if (back && source !== undefined) moveSource(shop, source, count);
        continue;
      }
      if (!back) {
        const source = sourceByPriority(shop, sku, count);
        if (source !== undefined) moveSource(shop, source, -count);
      }
      compensated.set(sku, (compensated.get(sku) ?? 0) + count);
    }
  }
  reserve(shop, compensated, 'creditmemo_created', order);
}

export const creditmemoRoutes: readonly Route[] = [
  { method: 'POST', path: '/V1/order/{orderId}/refund', resource: 'Magento_Sales::creditmemo', handle: refundOrder },
  { method: 'POST', path: '/V1/creditmemo/refund', resource: 'Magento_Sales::sales_creditmemo', handle: refundAsSent },
  {
    method: 'GET',
    path: '/V1/creditmemos',
    resource: 'Magento_Sales::sales_creditmemo',
    handle: (call) => searchDocuments(call.shop.ledger.creditmemos, call),
  },
];
