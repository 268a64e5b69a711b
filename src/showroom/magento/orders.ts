import { type Call, type Route, reported } from './api.ts';
import { scalarFields } from './contracts.ts';
import { refused, uniqueConstraint, WebapiError } from './errors.ts';
import { copyOf, type Json, listOf, numberOf, type Row, rowOf, rowsOf, textOf } from './json.ts';
import type { Order } from './ledger.ts';
import { cancelOrder, followState, holdOrder, unholdOrder } from './order-state.ts';
import { keptItemView, orderColumns, orderView, paymentView, sentItemView } from './order-view.ts';
import { type Searchable, searchCriteria, searchResult } from './search-criteria.ts';
import type { Shop } from './shop.ts';

export const storeName = 'Main Website\nMain Website Store\nDefault Store View';

/** The longest texts that the columns keep; anything longer is cut without a word. */
const longest = { increment_id: 50, ext_order_id: 32 } as const;

/** `POST /V1/orders`: creates an order as sent, or amends the one that `entity_id` names. */
function saveOrder({ shop, body }: Call): Json {
  const entity = rowOf(body['entity']);
  return entity['entity_id'] === undefined || entity['entity_id'] === null
    ? createOrder(shop, entity)
    : amendOrder(shop, shop.order(numberOf(entity['entity_id'])), entity);
}

/** Nothing is calculated or checked but the unique number, the store, the customer and that there is a payment. */
function createOrder(shop: Shop, entity: Row): Json {
  const payment = rowOf(entity['payment']);
  if (textOf(payment['method']) === '') throw refused('Please provide payment for the order.');
  const storeId = numberOf(entity['store_id'], 1);
  if (storeId !== 0 && storeId !== 1) {
    throw new WebapiError(404, {
      message: "The store that was requested wasn't found. Verify the store and try again.",
    });
  }
  const customerId = entity['customer_id'];
  if (typeof customerId === 'number' && !shop.data.customers.some((row) => row['id'] === customerId))
    throw reported(shop);
  const given = textOf(entity['increment_id']);
  const incrementId = given === '' ? shop.nextNumber('order') : given;
  if (isTaken(shop, incrementId, storeId)) throw uniqueConstraint();

  const id = shop.next('order');
  const now = shop.now();
  // A customer's order takes the customer's e-mail into its addresses (c19).
  const ownEmail: Row = typeof customerId === 'number' ? { email: entity['customer_email'] ?? null } : {};
  const billing = isGiven(entity['billing_address'])
    ? orderAddress(shop, { ...rowOf(entity['billing_address']), ...ownEmail }, id)
    : null;
  const assignment = rowOf(rowsOf(rowOf(entity['extension_attributes'])['shipping_assignments'])[0]?.['shipping']);
  const shipping = isGiven(assignment['address'])
    ? orderAddress(shop, { ...rowOf(assignment['address']), ...ownEmail }, id)
    : null;
  const sent: Row = {
    ...columnsOf(entity),
    entity_id: id,
    increment_id: incrementId,
    store_id: storeId,
    store_name: storeName,
    protect_code: shop.hexadecimal(32),
    created_at: textOf(entity['created_at']) || now,
    updated_at: now,
    ...(billing === null ? {} : { billing_address_id: billing['entity_id'] ?? null }),
  };
  const sentItems = rowsOf(entity['items']).map(
    (item): Row => ({
      ...copyOf(item),
      item_id: shop.next('order-item'),
      order_id: id,
      created_at: now,
      updated_at: now,
    }),
  );
  const order: Order = {
    id,
    row: { ...sent, increment_id: incrementId.slice(0, longest.increment_id) },
    items: sentItems.map((item) => ({ ...itemDefaults, ...item })),
    billing,
    shipping,
    shippingMethod: textOf(assignment['method']) || null,
    payment: { ...columnsOf(payment), entity_id: shop.next('order-payment'), parent_id: id },
    paymentInformation: paymentInformation(payment),
    histories: [],
    taxes: [],
    taxItems: [],
  };
  cut(order.row);
  const histories = rowsOf(entity['status_histories']).map((history) => addHistory(shop, order, history));
  addTaxes(shop, order, rowOf(entity['extension_attributes']));
  followState(order);
  shop.ledger.orders.push(order);
  return {
    ...orderColumns({ ...sent, state: order.row['state'] ?? null, status: order.row['status'] ?? null }),
    items: sentItems.map(sentItemView),
    ...(billing === null ? {} : { billing_address: billing }),
    payment: paymentView(order),
    status_histories: histories,
    extension_attributes: sentExtension(rowOf(entity['extension_attributes']), shipping),
  };
}

const isGiven = (value: Json | undefined): boolean => value !== undefined && value !== null;

function isTaken(shop: Shop, incrementId: string, storeId: number): boolean {
  const kept = incrementId.slice(0, longest.increment_id).toLowerCase();
  return shop.ledger.orders.some(
    (order) => textOf(order.row['increment_id']).toLowerCase() === kept && order.row['store_id'] === storeId,
  );
}

function cut(row: Row): void {
  for (const [column, length] of Object.entries(longest)) {
    const value = row[column];
    if (typeof value === 'string') row[column] = value.slice(0, length);
  }
}

/** What the database fills in for a new `sales_order_item`. */
export const itemDefaults: Row = {
  amount_refunded: 0,
  base_amount_refunded: 0,
  base_discount_invoiced: 0,
  base_row_invoiced: 0,
  base_tax_invoiced: 0,
  discount_invoiced: 0,
  discount_percent: 0,
  qty_backordered: 0,
  qty_canceled: 0,
  qty_invoiced: 0,
  qty_refunded: 0,
  qty_shipped: 0,
  row_invoiced: 0,
  tax_invoiced: 0,
};

/** The scalar columns of a request object. */
function columnsOf(entity: Row): Row {
  return Object.fromEntries(Object.entries(entity).filter(([, value]) => typeof value !== 'object' && value !== null));
}

/** Methods whose instructions are added to every payment saved (`OfflinePayments\Observer\BeforeOrderPaymentSaveObserver`). */
const withInstructions = new Set(['cashondelivery', 'banktransfer']);

export function paymentInformation(payment: Row, first: [string, string | null][] = []): [string, string | null][] {
  const given = listOf(payment['additional_information']).map((value, index): [string, string | null] => [
    String(index),
    value === null ? null : textOf(value),
  ]);
  const all = [...first, ...given];
  if (withInstructions.has(textOf(payment['method']))) all.push(['instructions', null]);
  return all;
}

/** A row of `sales_order_address`. */
export function orderAddress(shop: Shop, address: Row, orderId: number): Row {
  return { ...copyOf(address), entity_id: shop.next('order-address'), parent_id: orderId };
}

/** Adds to `sales_order_status_history`; the answer to the request that brought it lacks the time. */
export function addHistory(shop: Shop, order: Order, history: Row): Row {
  const { created_at: _sent, ...columns } = copyOf(history);
  const row: Row = {
    is_customer_notified: 0,
    is_visible_on_front: 0,
    ...columns,
    entity_id: shop.next('order-history'),
    parent_id: order.id,
    status: history['status'] ?? order.row['status'] ?? null,
  };
  order.histories.push({ ...row, created_at: shop.now() });
  return row;
}

/** Tax rows are written only for an order that says it comes from a quote (e40). */
function addTaxes(shop: Shop, order: Order, extension: Row): void {
  if (extension['converting_from_quote'] !== true) return;
  for (const tax of rowsOf(extension['applied_taxes'])) {
    order.taxes.push({
      tax_id: shop.next('order-tax'),
      order_id: order.id,
      code: tax['code'] ?? null,
      title: tax['title'] ?? null,
      percent: tax['percent'] ?? null,
      amount: tax['amount'] ?? null,
      base_amount: tax['base_amount'] ?? null,
      base_real_amount: tax['base_amount'] ?? null,
      priority: 0,
      position: 0,
      process: 0,
    });
  }
}

/** The extension attributes of the answer: as sent, with the addresses as saved. */
function sentExtension(extension: Row, shipping: Row | null): Row {
  const assignments = rowsOf(extension['shipping_assignments']).map((assignment): Row => {
    const given = rowOf(assignment['shipping']);
    return { ...assignment, shipping: { ...given, ...(shipping === null ? {} : { address: shipping }) } };
  });
  return { ...extension, shipping_assignments: assignments };
}

/** Changes only the fields given. The answer knows no others; the database keeps them (e01, e35). */
function amendOrder(shop: Shop, order: Order, entity: Row): Json {
  const now = shop.now();
  const columns = columnsOf(entity);
  const number = columns['increment_id'];
  if (
    typeof number === 'string' &&
    number !== order.row['increment_id'] &&
    isTaken(shop, number, numberOf(order.row['store_id']))
  ) {
    throw uniqueConstraint();
  }
  Object.assign(order.row, columns, { updated_at: now });
  cut(order.row);
  const items = rowsOf(entity['items']).map((change) => amendItem(shop, order, change, now));
  if (isGiven(entity['payment'])) {
    const payment = rowOf(entity['payment']);
    Object.assign(order.payment, columnsOf(payment), { entity_id: order.payment['entity_id'], parent_id: order.id });
    order.paymentInformation = paymentInformation(payment);
  }
  if (isGiven(entity['billing_address']) && order.billing !== null) {
    Object.assign(order.billing, copyOf(rowOf(entity['billing_address'])));
  }
  const histories = rowsOf(entity['status_histories']).map((history) => addHistory(shop, order, history));
  followState(order);
  return {
    ...orderColumns({
      ...columns,
      ...(order.billing === null ? {} : { billing_address_id: order.row['billing_address_id'] ?? null }),
      created_at: order.row['created_at'] ?? null,
      updated_at: now,
    }),
    items: entity['items'] === undefined ? order.items.map((item) => keptItemView(item, order)) : items,
    ...(order.billing === null ? {} : { billing_address: order.billing }),
    payment: paymentView(order),
    status_histories: histories,
  };
}

function amendItem(shop: Shop, order: Order, change: Row, now: string): Row {
  const item = order.items.find((candidate) => candidate['item_id'] === change['item_id']);
  const fresh: Row = { ...copyOf(change), order_id: order.id, updated_at: now };
  if (item === undefined) {
    const added: Row = { ...fresh, item_id: shop.next('order-item'), created_at: now };
    order.items.push({ ...itemDefaults, ...added });
    return sentItemView(added);
  }
  Object.assign(item, fresh);
  return sentItemView({ ...fresh, created_at: item['created_at'] ?? null });
}

const columns = new Set([
  ...scalarFields('sales-data-order-interface'),
  'customer_id',
  'shipping_address_id',
  'shipping_method',
]);

function searchOrders({ shop, query }: Call): Json {
  const how: Searchable<Order> = {
    value: (order, field) => (columns.has(field) ? (order.row[field] ?? null) : undefined),
    checkField: (field) => {
      if (!columns.has(field)) throw reported(shop);
    },
    view: orderView,
  };
  return searchResult(shop.ledger.orders, searchCriteria(query), how);
}

function addComment({ shop, id, body }: Call): Json {
  addHistory(shop, shop.order(id('id')), rowOf(body['statusHistory']));
  return true;
}

function comments({ shop, id }: Call): Json {
  const order = shop.order(id('id'));
  const filter = { field: 'parent_id', value: String(order.id), condition_type: 'eq' };
  return {
    items: order.histories,
    search_criteria: { filter_groups: [{ filters: [filter] }] },
    total_count: order.histories.length,
  };
}

const view = 'Magento_Sales::actions_view';

export const orderRoutes: readonly Route[] = [
  { method: 'GET', path: '/V1/orders', resource: view, handle: searchOrders },
  { method: 'GET', path: '/V1/orders/{id}', resource: view, handle: ({ shop, id }) => orderView(shop.order(id('id'))) },
  { method: 'POST', path: '/V1/orders', resource: 'Magento_Sales::create', handle: saveOrder },
  { method: 'PUT', path: '/V1/orders/create', resource: 'Magento_Sales::create', handle: saveOrder },
  { method: 'GET', path: '/V1/orders/{id}/comments', resource: view, handle: comments },
  { method: 'POST', path: '/V1/orders/{id}/comments', resource: 'Magento_Sales::comment', handle: addComment },
  {
    method: 'POST',
    path: '/V1/orders/{id}/cancel',
    resource: 'Magento_Sales::cancel',
    handle: ({ shop, id }) => cancelOrder(shop, shop.order(id('id'))),
  },
  {
    method: 'POST',
    path: '/V1/orders/{id}/hold',
    resource: 'Magento_Sales::hold',
    handle: ({ shop, id }) => holdOrder(shop, shop.order(id('id'))),
  },
  {
    method: 'POST',
    path: '/V1/orders/{id}/unhold',
    resource: 'Magento_Sales::unhold',
    handle: ({ shop, id }) => unholdOrder(shop, shop.order(id('id'))),
  },
  {
    method: 'GET',
    path: '/V1/orders/{id}/statuses',
    resource: view,
    handle: ({ shop, id }) => shop.order(id('id')).row['status'] ?? null,
  },
];
