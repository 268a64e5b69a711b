import { unreachable } from '../../platform/brand.ts';
import type { CompletedSale } from '../../register/sale.ts';
import { pathSegment } from '../client/client.ts';
import type { SearchFilter } from '../client/search-criteria.ts';
import type { CallResult, Calls } from './calls.ts';
import { compareLines } from './compare.ts';
import { directOrder, sqlTime } from './direct-order.ts';
import { learnFromCartOrders, learnFromCreated, learnFromOrder, learnFromSearch, verify } from './learn.ts';
import {
  type Order,
  readCartActive,
  readCartItemId,
  readCreated,
  readId,
  readOrder,
  readOrderSummaries,
  readPaymentMethods,
  readShipments,
  shipmentFields,
  summaryFields,
} from './order.ts';
import { cartItem, orderLines } from './order-lines.ts';
import type { Step } from './plan.ts';
import { type Progress, withOrder, withoutCart, withoutOrder } from './progress.ts';
import { amendment, choosePaymentMethod, invoice, placement, shipment, shippingInformation } from './requests.ts';
import type { DeliveryShop } from './shop.ts';
import type { Verdict } from './verdict.ts';

export interface StepContext {
  readonly calls: Calls;
  readonly sale: CompletedSale;
  readonly shop: DeliveryShop;
  readonly progress: Progress;
  /** Magento can't still be working on what was begun. */
  readonly settled: boolean;
}

export type StepResult =
  | { readonly kind: 'progress'; readonly progress: Progress; readonly order?: Order }
  | { readonly kind: 'confirmed'; readonly orderNumber: string; readonly stock: string }
  | {
      readonly kind: 'later';
      readonly scope: 'document' | 'lane';
      readonly code: string;
      readonly words: string;
      readonly progress: Progress;
    }
  /** Nothing there yet of what was begun, and Magento may still be working on it. */
  | { readonly kind: 'unsettled' }
  | { readonly kind: 'failed'; readonly verdict: Verdict; readonly words: string };

type PerformedStep = Exclude<Step, { do: 'park' | 'wait' }>;
type Cart = NonNullable<Progress['cart']>;

/** Carries out one step of recipe B or C. Throws `magento.bad-answer` for a body that is not what the call gives. */
export function performStep(step: PerformedStep, context: StepContext): Promise<StepResult> | StepResult {
  switch (step.do) {
    case 'search':
      return search(context);
    case 'open-cart':
      return openCart(context);
    case 'add-items':
      return addItems(context, step.cartId);
    case 'apply-coupon':
      return applyCoupon(context, step.cartId, step.coupon);
    case 'set-address':
      return setAddress(context, step.cartId);
    case 'place':
      return place(context, step.cartId, step.paymentMethod);
    case 'create':
      return create(context);
    case 'find-created':
      return findCreated(context);
    case 'discard-cart':
      return progressed(withoutCart(context.progress));
    case 'find-order':
      return findOrder(context, step.cartId);
    case 'read-order':
      return readBack(context, step.orderId);
    case 'amend':
      return amend(context, step.order);
    case 'invoice':
      return makeInvoice(context, step.orderId);
    case 'ship':
      return makeShipment(context, step.orderId);
    case 'cancel':
      return cancel(context, step.orderId);
    case 'verify':
      return verifyOrder(context, step.orderId);
    default:
      return unreachable(step);
  }
}

const progressed = (progress: Progress, order?: Order): StepResult =>
  order === undefined ? { kind: 'progress', progress } : { kind: 'progress', progress, order };

const failed = (result: Extract<CallResult, { ok: false }>, about = ''): StepResult => ({
  kind: 'failed',
  verdict: result.verdict,
  words: about === '' ? result.verdict.words : `${about}: ${result.verdict.words}`,
});

/** The shop's clock and the till's may differ. */
const day = 24 * 3_600_000;

async function search({ calls, sale, progress }: StepContext): Promise<StepResult> {
  const { at, trusted } = sale.stamp;
  const marked = { field: 'ext_order_id', condition: 'eq', value: sale.receiptNumber } as const;
  // What a cart made and nobody has amended yet is searched without an index: only among the orders since the sale.
  const filters: readonly SearchFilter[] = trusted
    ? [
        { ...marked, or: ['customer_lastname'] },
        { field: 'created_at', condition: 'gteq', value: sqlTime(at - day) },
      ]
    : [marked];
  const found = await calls.search('search-orders', '/V1/orders', filters, summaryFields);
  if (!found.ok) return failed(found);
  return progressed(learnFromSearch(progress, sale, readOrderSummaries(found.body)));
}

async function openCart({ calls, progress }: StepContext): Promise<StepResult> {
  const opened = await calls.post('open-cart', '/V1/carts');
  if (!opened.ok) return failed(opened);
  const cart: Cart = { id: String(readId(opened.body)), itemIds: null, couponTried: false, paymentMethod: null };
  return progressed({ ...progress, begun: null, cart });
}

async function addItems({ calls, sale, progress }: StepContext, cartId: string): Promise<StepResult> {
  const itemIds: number[] = [];
  for (const line of orderLines(sale)) {
    const added = await calls.post('add-item', `/V1/carts/${cartId}/items`, cartItem(cartId, line));
    if (!added.ok) return failed(added, `${line.quantity} × ${line.sku} "${line.name}"`);
    itemIds.push(readCartItemId(added.body));
  }
  return withCart(progress, { itemIds });
}

async function applyCoupon({ calls, progress }: StepContext, cartId: string, coupon: string): Promise<StepResult> {
  const applied = await calls.put('apply-coupon', `/V1/carts/${cartId}/coupons/${pathSegment(coupon)}`);
  return applied.ok ? withCart(progress, { couponTried: true }) : failed(applied);
}

async function setAddress({ calls, sale, shop, progress }: StepContext, cartId: string): Promise<StepResult> {
  const set = await calls.post(
    'set-address',
    `/V1/carts/${cartId}/shipping-information`,
    shippingInformation(shop, sale.receiptNumber),
  );
  if (!set.ok) return failed(set);
  const offered = readPaymentMethods(set.body);
  const paymentMethod = choosePaymentMethod(sale, shop, offered);
  if (paymentMethod !== null) return withCart(progress, { paymentMethod });
  const { cash, card } = shop.paymentMethods;
  const words = `Magento offers neither "${cash}" nor "${card}" as payment method, only: ${offered.join(', ') || 'none'}; enable one or correct the terminal's settings`;
  return {
    kind: 'later',
    scope: 'lane',
    code: 'magento.no-payment-method',
    words,
    progress: { ...progress, begun: null },
  };
}

const withCart = (progress: Progress, change: Partial<Cart>): StepResult =>
  progressed({
    ...progress,
    begun: null,
    cart: progress.cart === null ? null : { ...progress.cart, ...change },
  });

async function place(context: StepContext, cartId: string, method: string): Promise<StepResult> {
  const { calls, sale, progress } = context;
  const placed = await calls.put('place', `/V1/carts/${cartId}/order`, placement(method, sale));
  if (!placed.ok) return failed(placed);
  return progressed(withOrder(progress, readId(placed.body), false));
}

/** Looks for what a lost placement left behind; allows another only when none can be running and the cart is still open. */
async function findOrder({ calls, progress, settled }: StepContext, cartId: string): Promise<StepResult> {
  const found = await calls.list('find-order', '/V1/orders', 'quote_id', cartId, summaryFields);
  if (!found.ok) return failed(found);
  const learned = learnFromCartOrders(progress, readOrderSummaries(found.body));
  if (learned.order !== null) return progressed(learned);
  if (!settled) return { kind: 'unsettled' };
  const cart = await calls.get('read-cart', `/V1/carts/${cartId}`);
  if (!cart.ok) {
    // Gone without an order: Magento clears old carts away.
    return cart.verdict.next === 'new-cart' ? progressed(withoutCart(progress)) : failed(cart);
  }
  if (readCartActive(cart.body)) return progressed({ ...progress, begun: null });
  const words = `Magento has closed cart ${cartId} but shows no order of it; look for one in Magento, then retry this sale`;
  return progressed({ ...progress, begun: null, cart: null, parkWith: { code: 'magento.cart-without-order', words } });
}

async function readBack(context: StepContext, orderId: number): Promise<StepResult> {
  const { calls, sale, progress, settled } = context;
  const read = await calls.get('read-order', `/V1/orders/${orderId}`);
  // The id came as a bare number, which a cut-off answer leaves a number: an order counts only if it is of this cart.
  const idIsDoubtful = progress.cart !== null && progress.order?.compared === false && !progress.order.adopted;
  if (!read.ok) {
    const unknownId = idIsDoubtful && read.verdict.code === 'magento.order-gone';
    return unknownId ? progressed(withoutOrder(progress)) : failed(read);
  }
  const order = readOrder(read.body);
  if (idIsDoubtful && String(order.quote_id) !== progress.cart?.id) return progressed(withoutOrder(progress));
  return progressed(learnFromOrder(progress, sale, order, settled), order);
}

async function amend(context: StepContext, order: Order): Promise<StepResult> {
  const { calls, sale, progress } = context;
  const { items } = compareLines(sale, order, progress.cart?.itemIds ?? null);
  const amended = await calls.post('amend', '/V1/orders', amendment(sale, order, items, progress));
  if (amended.ok) return withOrderState(progress, { amended: true });
  const guest = await withoutGoneCustomer(context, amended.verdict);
  return guest === null ? failed(amended) : progressed({ ...guest, begun: null });
}

/** Magento answers an exception, and nothing more, when the customer no longer exists (g50); null: that is not it. */
async function withoutGoneCustomer(
  { calls, sale, progress }: StepContext,
  { done, finished }: Verdict,
): Promise<Progress | null> {
  if (sale.customer === null || sale.customer.id === null) return null;
  if (progress.customerGone || !finished || done !== 'unknown') return null;
  const customer = await calls.get('read-customer', `/V1/customers/${sale.customer.id}`);
  if (customer.ok || customer.verdict.code !== 'magento.customer-gone') return null;
  const note = `Customer ${sale.customer.id} no longer exists in Magento; the order stays under ${sale.customer.email} as a guest's`;
  return { ...progress, customerGone: true, notes: [...progress.notes, note] };
}

async function create(context: StepContext): Promise<StepResult> {
  const { calls, sale, shop, progress } = context;
  const made = await calls.post('create', '/V1/orders', directOrder(sale, shop, progress));
  if (made.ok) return progressed(learnFromCreated(progress, readCreated(made.body)));
  const guest = await withoutGoneCustomer(context, made.verdict);
  // Still begun: whether there is an order is looked at before another is asked for.
  return guest === null ? failed(made) : progressed(guest);
}

async function findCreated({ calls, sale, progress }: StepContext): Promise<StepResult> {
  const found = await calls.list('find-order', '/V1/orders', 'increment_id', sale.receiptNumber, summaryFields);
  if (!found.ok) return failed(found);
  return progressed(learnFromSearch(progress, sale, readOrderSummaries(found.body)));
}

async function makeInvoice({ calls, progress }: StepContext, orderId: number): Promise<StepResult> {
  const made = await calls.post('invoice', `/V1/order/${orderId}/invoice`, invoice);
  return made.ok ? withOrderState(progress, { invoiced: true }) : failed(made);
}

async function makeShipment({ calls, shop, progress }: StepContext, orderId: number): Promise<StepResult> {
  const made = await calls.post('ship', `/V1/order/${orderId}/ship`, shipment(shop));
  if (made.ok) return withOrderState(progress, { shipped: true });
  return failed(made, `Shipping order ${progress.order?.number ?? orderId} from ${shop.sourceCode}`);
}

function withOrderState(progress: Progress, change: Partial<NonNullable<Progress['order']>>): StepResult {
  const order = progress.order === null ? null : { ...progress.order, ...change };
  return progressed({ ...progress, begun: null, order });
}

async function cancel({ calls, progress }: StepContext, orderId: number): Promise<StepResult> {
  const cancelled = await calls.post('cancel', `/V1/orders/${orderId}/cancel`);
  if (!cancelled.ok) return failed(cancelled);
  const rest: Progress = { ...progress, begun: null, toCancel: progress.toCancel.filter((id) => id !== orderId) };
  if (cancelled.body === true) return progressed(rest);
  // `false`: cancelled before, or not to be cancelled any more.
  const read = await calls.get('read-order', `/V1/orders/${orderId}`);
  if (!read.ok) return failed(read);
  const order = readOrder(read.body);
  if (order.state === 'canceled') return progressed(rest);
  const words = `Order ${order.increment_id} is superfluous but could not be cancelled (it is ${order.status}); cancel or refund it in Magento`;
  return progressed({ ...rest, parkWith: { code: 'magento.order-doubled', words } });
}

async function verifyOrder({ calls, sale, shop, progress }: StepContext, orderId: number): Promise<StepResult> {
  const { cart } = progress;
  const orders =
    cart === null
      ? await calls.list('find-order', '/V1/orders', 'ext_order_id', sale.receiptNumber, summaryFields)
      : await calls.list('find-order', '/V1/orders', 'quote_id', cart.id, summaryFields);
  if (!orders.ok) return failed(orders);
  const shipments = await calls.list('read-shipments', '/V1/shipments', 'order_id', orderId, shipmentFields);
  if (!shipments.ok) return failed(shipments);
  const seen = verify(progress, sale, readOrderSummaries(orders.body), readShipments(shipments.body), shop.sourceCode);
  if (seen.right) return { kind: 'confirmed', orderNumber: seen.number, stock: seen.stock };
  if (seen.progress.toCancel.length > progress.toCancel.length) return progressed(seen.progress);
  return {
    kind: 'later',
    scope: 'document',
    code: 'magento.not-as-expected',
    words: seen.words,
    progress: seen.progress,
  };
}
