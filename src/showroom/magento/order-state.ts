import { refused } from './errors.ts';
import { reserve, stockQuantities } from './inventory.ts';
import { type Json, numberOf, type Row, textOf } from './json.ts';
import type { Order } from './ledger.ts';
import type { Shop } from './shop.ts';

export const stateOf = (order: Order): string => textOf(order.row['state']);

/** How much of a line may still be invoiced, shipped, refunded. */
export const toInvoice = (item: Row): number =>
  Math.max(numberOf(item['qty_ordered']) - numberOf(item['qty_invoiced']) - numberOf(item['qty_canceled']), 0);

export function toShip(item: Row): number {
  if (numberOf(item['is_virtual']) === 1) return 0;
  const left =
    numberOf(item['qty_ordered']) -
    Math.max(numberOf(item['qty_shipped']), numberOf(item['qty_refunded'])) -
    numberOf(item['qty_canceled']);
  return Math.max(left, 0);
}

export const toRefund = (item: Row): number =>
  Math.max(numberOf(item['qty_invoiced']) - numberOf(item['qty_refunded']), 0);

/** Lines that documents are about: not the children of configurables and bundles, which follow their parents. */
export const visibleItems = (order: Order): readonly Row[] =>
  order.items.filter((item) => item['parent_item_id'] === undefined || item['parent_item_id'] === null);

export const childrenOf = (order: Order, item: Row): readonly Row[] =>
  order.items.filter((candidate) => candidate['parent_item_id'] === item['item_id'] && item['item_id'] !== undefined);

export const canInvoice = (order: Order): boolean =>
  !['payment_review', 'holded', 'canceled', 'complete', 'closed'].includes(stateOf(order)) &&
  visibleItems(order).some((item) => toInvoice(item) > 0);

export const canShip = (order: Order): boolean =>
  !['payment_review', 'holded', 'canceled'].includes(stateOf(order)) &&
  numberOf(order.row['is_virtual']) !== 1 &&
  visibleItems(order).some((item) => toShip(item) > 0);

/** Whether there is money left to give back. */
export const canRefund = (order: Order): boolean =>
  !['payment_review', 'holded', 'canceled', 'closed'].includes(stateOf(order)) &&
  (isFreeAndNeverRefunded(order) || hasMoneyLeft(order));

/** An order of nothing can be refunded once all the same (`Order::canCreditmemoForZeroTotal`). */
const isFreeAndNeverRefunded = (order: Order): boolean =>
  numberOf(order.row['grand_total']) === 0 && (order.row['total_refunded'] ?? null) === null;

const hasMoneyLeft = (order: Order): boolean =>
  Math.abs(numberOf(order.row['total_paid']) - numberOf(order.row['total_refunded'])) >= 0.0001;

/** Moves the order on when nothing is left to do (`Sales\Model\ResourceModel\Order\Handler\State`). */
export function followState(order: Order): void {
  const state = stateOf(order);
  if (state === 'canceled' || state === 'holded' || canInvoice(order)) return;
  const open = state === 'processing' || state === 'complete';
  const virtual = numberOf(order.row['is_virtual']) === 1;
  if (open && !canRefund(order) && !canShip(order) && !virtual) setState(order, 'closed');
  else if (state === 'processing' && !canShip(order)) setState(order, 'complete');
}

/** States and their default statuses have the same names, but for a new order's. */
export function setState(order: Order, state: string): void {
  order.row['state'] = state;
  order.row['status'] = state;
}

/** False when there is nothing to cancel; never an error. */
export function cancelOrder(shop: Shop, order: Order): Json {
  const done = visibleItems(order).every((item) => toInvoice(item) === 0);
  if (['holded', 'payment_review', 'canceled', 'complete', 'closed'].includes(stateOf(order)) || done) return false;
  const left = new Map(order.items.map((item) => [item, toInvoice(item)]));
  reserve(
    shop,
    stockQuantities(order.items, (item) => left.get(item) ?? 0),
    'order_canceled',
    order,
  );
  for (const [item, quantity] of left) item['qty_canceled'] = numberOf(item['qty_canceled']) + quantity;
  for (const column of ['subtotal', 'tax', 'shipping', 'discount', 'total']) {
    for (const prefix of ['', 'base_']) {
      const of = column === 'total' ? 'grand_total' : column === 'subtotal' ? column : `${column}_amount`;
      order.row[`${prefix}${column}_canceled`] = Math.abs(numberOf(order.row[`${prefix}${of}`]));
    }
  }
  setState(order, 'canceled');
  order.row['updated_at'] = shop.now();
  return true;
}

export function holdOrder(shop: Shop, order: Order): Json {
  if (['canceled', 'payment_review', 'complete', 'closed', 'holded'].includes(stateOf(order))) {
    throw refused('A hold action is not available.');
  }
  order.row['hold_before_state'] = order.row['state'] ?? null;
  order.row['hold_before_status'] = order.row['status'] ?? null;
  setState(order, 'holded');
  order.row['updated_at'] = shop.now();
  return true;
}

export function unholdOrder(shop: Shop, order: Order): Json {
  if (stateOf(order) !== 'holded') throw refused('You cannot remove the hold.');
  order.row['state'] = order.row['hold_before_state'] ?? 'new';
  order.row['status'] = order.row['hold_before_status'] ?? 'pending';
  order.row['hold_before_state'] = null;
  order.row['hold_before_status'] = null;
  order.row['updated_at'] = shop.now();
  return true;
}
