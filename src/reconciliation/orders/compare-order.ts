import type { QueuedReturn, QueuedSale } from '../../journal/document.ts';
import { add, decimal, type Money, money, zero } from '../../money/money.ts';
import type { Finding } from '../case.ts';
import type { CaseKind } from '../case-kinds.ts';
import type { ShopMemo, ShopOrder } from './shop-books.ts';

/** The kinds of case that a look at orders opens about a sale, and ends when the difference is gone. */
export const orderKinds = [
  'order-missing',
  'order-partial',
  'order-doubled',
  'order-total-differs',
  'order-changed',
] as const satisfies readonly CaseKind[];

/** By what a sale's order is looked for. */
export function referencesOf({ sale, delivery }: QueuedSale): readonly string[] {
  const number = delivery.order?.orderNumber;
  return [sale.receiptNumber, sale.saleId.replaceAll('-', ''), ...(number === undefined ? [] : [number])];
}

/**
 * How a confirmed sale and its confirmed returns stand in the shop. `orders`: those that were found by its references, and those
 * made from the same carts. Nothing is found: all is as it was sold.
 */
export function compareOrder(
  queued: QueuedSale,
  returns: readonly QueuedReturn[],
  orders: readonly ShopOrder[],
  memos: readonly ShopMemo[],
): readonly Finding[] {
  const own = ordersOfSale(queued, orders);
  const standing = own.filter(({ state }) => state !== 'canceled');
  const order = standing[0] ?? own[0];
  if (order === undefined) return [missing(queued), ...returns.flatMap((each) => missingReturn(each, null, []))];
  return [
    ...doubled(queued, standing),
    ...changed(queued, order, returns),
    ...(order.state === 'canceled' ? [] : [...partial(queued, order), ...totalDiffers(queued, order)]),
    ...returns.flatMap((each) => missingReturn(each, order, memos)),
  ];
}

/** An order number alone proves nothing: a shop restored from a backup gives its numbers again. */
function ordersOfSale({ sale }: QueuedSale, orders: readonly ShopOrder[]): readonly ShopOrder[] {
  const { receiptNumber, saleId } = sale;
  const marks = new Set<string>([receiptNumber, saleId.replaceAll('-', '')]);
  const marked = orders.filter(
    (order) =>
      marks.has(order.externalId) ||
      order.orderNumber === receiptNumber ||
      order.customerLastName === receiptNumber ||
      order.comments.some((comment) => comment.includes(saleId)),
  );
  const carts = new Set(marked.flatMap(({ quoteId }) => quoteId ?? []));
  return orders.filter((order) => marked.includes(order) || (order.quoteId !== null && carts.has(order.quoteId)));
}

const finding = ({ sale }: QueuedSale, kind: CaseKind, words: string, evidence: Finding['evidence']): Finding => ({
  kind,
  subject: sale.saleId,
  words: `receipt ${sale.receiptNumber}: ${words}`,
  evidence,
  receiptNumber: sale.receiptNumber,
});

function missing(queued: QueuedSale): Finding {
  const known = queued.delivery.order?.orderNumber ?? null;
  const words = `Magento confirmed it${known === null ? '' : ` as order ${known}`} and has it no more`;
  return finding(queued, 'order-missing', words, { orderNumber: known, total: decimal(queued.sale.totals.grandTotal) });
}

function doubled(queued: QueuedSale, standing: readonly ShopOrder[]): readonly Finding[] {
  if (standing.length < 2) return [];
  const numbers = standing.map(({ orderNumber }) => orderNumber);
  return [
    finding(queued, 'order-doubled', `is in Magento as orders ${numbers.join(' and ')}`, { orderNumbers: numbers }),
  ];
}

function partial(queued: QueuedSale, order: ShopOrder): readonly Finding[] {
  const lacks = [
    ...(order.invoiced < order.ordered
      ? [`${order.ordered - order.invoiced} of ${order.ordered} are not invoiced`]
      : []),
    ...(order.shipped < order.shippable
      ? [`${order.shippable - order.shipped} of ${order.shippable} are not shipped`]
      : []),
  ];
  if (lacks.length === 0) return [];
  const { orderNumber, ordered, invoiced, shippable, shipped } = order;
  const words = `of order ${orderNumber} ${lacks.join(' and ')}`;
  return [finding(queued, 'order-partial', words, { orderNumber, ordered, invoiced, shippable, shipped })];
}

function totalDiffers(queued: QueuedSale, order: ShopOrder): readonly Finding[] {
  const sold = queued.sale.totals.grandTotal;
  const inShop = amountOf(order.total);
  if (inShop === sold) return [];
  const words = `sold for ${decimal(sold)}, order ${order.orderNumber} says ${decimal(inShop)}`;
  const evidence = { orderNumber: order.orderNumber, sold: decimal(sold), order: decimal(inShop) };
  return [finding(queued, 'order-total-differs', words, evidence)];
}

function changed(queued: QueuedSale, order: ShopOrder, returns: readonly QueuedReturn[]): readonly Finding[] {
  const { orderNumber, state } = order;
  if (state === 'canceled') {
    return [finding(queued, 'order-changed', `order ${orderNumber} was cancelled in Magento`, { orderNumber, state })];
  }
  const given = returns.reduce<Money>((all, each) => add(all, each.return.totals.grandTotal), zero);
  const refunded = amountOf(order.refunded);
  if (refunded <= given) return [];
  const words = `order ${orderNumber} was refunded ${decimal(refunded)} in Magento, ${decimal(given)} at the till`;
  const evidence = { orderNumber, refunded: decimal(refunded), returned: decimal(given) };
  return [finding(queued, 'order-changed', words, evidence)];
}

function missingReturn(queued: QueuedReturn, order: ShopOrder | null, memos: readonly ShopMemo[]): readonly Finding[] {
  const { made } = queued.delivery;
  if (made?.kind !== 'credit-memo') return [];
  if (memos.some((memo) => memo.orderId === order?.orderId && memo.number === made.number)) return [];
  const { returnId, receiptNumber, totals } = queued.return;
  return [
    {
      kind: 'order-missing',
      subject: returnId,
      words: `return ${receiptNumber}: Magento confirmed credit memo ${made.number} and has it no more`,
      evidence: { creditMemo: made.number, total: decimal(totals.grandTotal) },
      receiptNumber,
    },
  ];
}

const amountOf = (inShop: number): Money => money(inShop.toFixed(2));
