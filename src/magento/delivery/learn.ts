import { decimal } from '../../money/money.ts';
import type { CompletedSale } from '../../register/sale.ts';
import { belongsTo, compareLines, figuresAreAsSold } from './compare.ts';
import type { CreatedOrder, Order, OrderSummary, Shipment } from './order.ts';
import { type Progress, withOrder } from './progress.ts';

/** What Magento's orders teach about a sale's progress. All pure. */

const invoicedStates: readonly string[] = ['processing', 'complete', 'closed'];
const shippedStates: readonly string[] = ['complete', 'closed'];

const park = (progress: Progress, code: string, words: string): Progress => ({
  ...progress,
  begun: null,
  parkWith: { code, words },
});

/** From the search by receipt number, before anything was done for this sale. */
export function learnFromSearch(progress: Progress, sale: CompletedSale, found: readonly OrderSummary[]): Progress {
  const standing = found.filter((order) => order.state !== 'canceled');
  if (standing.length > 1) {
    const numbers = standing.map((order) => order.increment_id).join(' and ');
    const words = `Orders ${numbers} both carry receipt ${sale.receiptNumber}; cancel the wrong one, then retry this sale`;
    return park(progress, 'magento.order-doubled', words);
  }
  // A cancelled order was this sale's only if it was amended to it; others were wrong, and cancelled for that.
  const order = standing[0] ?? found.find((cancelled) => cancelled.ext_order_id === sale.receiptNumber);
  if (order === undefined) return { ...progress, begun: null, searched: true };
  // Whichever recipe made it has to finish it: only recipe B's orders bear the receipt number as their own.
  const recipe = order.increment_id === sale.receiptNumber ? 'B' : 'C';
  return withOrder({ ...progress, recipe }, order.entity_id, true);
}

/** From Magento's answer to an order made directly. */
export function learnFromCreated(progress: Progress, { id, number, virtual }: CreatedOrder): Progress {
  const known = { number, compared: true, amended: true, virtual, invoiced: false, shipped: false };
  return { ...progress, begun: null, order: { id, adopted: false, ...known } };
}

/** From the orders that were made of the cart: at most one should be there; a younger one is to be cancelled. */
export function learnFromCartOrders(progress: Progress, found: readonly OrderSummary[]): Progress {
  const first = found.find((order) => order.state !== 'canceled') ?? found[0];
  if (first === undefined) return progress;
  return withoutDoubles(withOrder(progress, first.entity_id, false), first.entity_id, found);
}

function withoutDoubles(progress: Progress, orderId: number, found: readonly OrderSummary[]): Progress {
  const doubles = found.filter((order) => order.entity_id !== orderId && order.state !== 'canceled');
  return {
    ...progress,
    toCancel: [...progress.toCancel, ...doubles.map((order) => order.entity_id)],
    notes: [
      ...progress.notes,
      ...doubles.map(
        (order) => `Magento had made a second order ${order.increment_id} of the same cart; it was cancelled`,
      ),
    ],
  };
}

/**
 * From the order itself. `settled`: Magento can't still be working on what was begun, so that what is not there now will not
 * come any more.
 */
export function learnFromOrder(progress: Progress, sale: CompletedSale, order: Order, settled: boolean): Progress {
  const before = progress.order;
  if (before === null) return progress;
  const number = order.increment_id;
  const known: Progress = { ...progress, order: { ...before, number } };
  const unmarked = isUnmarked(order, sale);
  if (before.adopted && !belongsTo(order, sale) && !unmarked) {
    const words = `Receipt number ${sale.receiptNumber} is already on order ${number}, which is another sale; two tills may have the same number`;
    return park({ ...known, order: null, searched: false }, 'magento.receipt-number-taken', words);
  }
  if (order.state === 'canceled') {
    return park(known, 'magento.order-cancelled', `Order ${number} was cancelled in Magento`);
  }
  // An order made directly came whole or not at all, and its lines are the goods, not the articles.
  const direct = progress.recipe === 'B';
  const { differences, items } = direct
    ? { differences: [], items: [] }
    : compareLines(sale, order, progress.cart?.itemIds ?? null);
  if (differences.length > 0 && before.adopted && unmarked) {
    const words = `Order ${number} under receipt number ${sale.receiptNumber} is of something else than was sold: ${differences.join('; ')}. It was left alone; cancel it in Magento if it is this sale’s, then retry this sale`;
    return park({ ...known, order: null, searched: false }, 'magento.receipt-number-taken', words);
  }
  if (differences.length > 0) return withWrongOrder(known, order, differences);
  if (order.order_currency_code !== sale.currency || order.base_currency_code !== sale.currency) {
    const words = `Order ${number} is in ${order.order_currency_code} (base ${order.base_currency_code}), the sale in ${sale.currency}`;
    return park(known, 'magento.other-currency', words);
  }
  const asSold = figuresAreAsSold(sale, order, items);
  const invoiced = invoicedStates.includes(order.state);
  if (!asSold && invoiced) {
    const words = `Order ${number} was invoiced at ${order.grand_total} instead of ${decimal(sale.totals.grandTotal)}; correct it in Magento by a credit memo`;
    return park(known, 'magento.invoiced-otherwise', words);
  }
  if (!asSold && direct) {
    const words = `Order ${number} is at ${order.grand_total}, sold for ${decimal(sale.totals.grandTotal)}: someone changed it in Magento; correct it there, then retry this sale`;
    return park(known, 'magento.order-changed', words);
  }
  if (!invoiced && order.state !== 'new') {
    return park(
      known,
      'magento.order-held',
      `Order ${number} is ${order.status} in Magento; release it, then retry this sale`,
    );
  }
  const marked = order.ext_order_id === sale.receiptNumber && (before.amended || belongsTo(order, sale));
  const amended = direct || (asSold && marked);
  // A second invoice or shipment is refused by the order's own state and lock; only an amendment must be waited for.
  const stillRunning = progress.begun?.step === 'amend' && !amended && !settled;
  return {
    ...known,
    begun: stillRunning ? progress.begun : null,
    order: {
      ...before,
      number,
      compared: true,
      amended,
      virtual: order.is_virtual,
      invoiced,
      shipped: shippedStates.includes(order.state),
    },
  };
}

/** A cart's order that was not amended yet: it bears the receipt number only as the name it was placed under. */
const isUnmarked = (order: Order, sale: CompletedSale): boolean =>
  order.state === 'new' && order.ext_order_id === '' && order.customer_lastname === sale.receiptNumber;

/**
 * Magento placed something else than was sold. The order is taken back, so that its reservation goes, and the sale begins anew
 * once: an article added twice by a repeating proxy is right the second time, and one that is no longer for sale is then
 * refused by name. After that a person decides.
 */
function withWrongOrder(progress: Progress, order: Order, differences: readonly string[]): Progress {
  const what = `Magento made order ${order.increment_id} of something else than was sold: ${differences.join('; ')}`;
  if (order.state !== 'new')
    return park(progress, 'magento.lines-differ', `${what}. It is ${order.status} and was left alone`);
  const anew: Progress = {
    ...progress,
    begun: null,
    order: null,
    cart: null,
    toCancel: [...progress.toCancel, order.entity_id],
    wrongOrders: progress.wrongOrders + 1,
    notes: [...progress.notes, `${what}; it was cancelled`],
  };
  if (progress.wrongOrders === 0) return anew;
  const words = `${what}. It was cancelled; correct the articles in Magento, then retry this sale`;
  return park({ ...anew, wrongOrders: 0 }, 'magento.lines-differ', words);
}

export type Verification =
  | { readonly right: true; readonly number: string; readonly stock: string }
  | { readonly right: false; readonly progress: Progress; readonly words: string };

/** The last look: exactly one order, complete, at the figures sold, its goods gone from the right source. */
export function verify(
  progress: Progress,
  sale: CompletedSale,
  orders: readonly OrderSummary[],
  shipments: readonly Shipment[],
  sourceCode: string,
): Verification {
  const own = orders.find((order) => order.entity_id === progress.order?.id);
  if (own === undefined || progress.order === null) {
    return { right: false, progress: reread(progress), words: 'The order is not in the list of orders' };
  }
  const doubled = withoutDoubles(progress, own.entity_id, orders);
  if (doubled.toCancel.length > progress.toCancel.length) {
    return { right: false, progress: doubled, words: `A second order beside ${own.increment_id} is to be cancelled` };
  }
  const total = Number(decimal(sale.totals.grandTotal));
  const paid = Math.abs(own.total_invoiced - total) < 0.005 && Math.abs(own.grand_total - total) < 0.005;
  if (!shippedStates.includes(own.state) || !paid) {
    const words = `Order ${own.increment_id} is ${own.state}, ${own.total_invoiced} of ${own.grand_total} invoiced; sold for ${decimal(sale.totals.grandTotal)}`;
    return { right: false, progress: reread(progress), words };
  }
  const { virtual } = progress.order;
  if (!virtual && shipments.length === 0) {
    return { right: false, progress: reread(progress), words: `Order ${own.increment_id} has no shipment` };
  }
  return { right: true, number: own.increment_id, stock: virtual ? 'nothing to ship' : shipped(shipments, sourceCode) };
}

const reread = (progress: Progress): Progress => ({
  ...progress,
  order: progress.order === null ? null : { ...progress.order, compared: false },
});

function shipped(shipments: readonly Shipment[], expected: string): string {
  return shipments
    .map((shipment) => {
      const source = shipment.extension_attributes?.source_code ?? '';
      const unexpected = source === expected ? '' : ` instead of ${expected}`;
      return `${shipment.total_qty} shipped from ${source || 'an unnamed source'}${unexpected} (shipment ${shipment.increment_id})`;
    })
    .join('; ');
}
