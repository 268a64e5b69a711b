import type { CompletedSale } from '../../register/sale.ts';
import type { Order } from './order.ts';
import type { ChangingStep, Progress } from './progress.ts';

/** What is to be done next for a sale. */
export type Step =
  /** Look for an order that carries the receipt number. */
  | { readonly do: 'search' }
  | { readonly do: 'open-cart' }
  | { readonly do: 'add-items'; readonly cartId: string }
  | { readonly do: 'apply-coupon'; readonly cartId: string; readonly coupon: string }
  | { readonly do: 'set-address'; readonly cartId: string }
  | { readonly do: 'place'; readonly cartId: string; readonly paymentMethod: string }
  /** Recipe B: the whole order at once, under the receipt number. */
  | { readonly do: 'create' }
  /** After a lost reply: is there an order under the receipt number? Asking for it twice would do no harm either. */
  | { readonly do: 'find-created' }
  /** A cart that may lack something or hold something twice is never repaired: it was not ordered, so it is left behind. */
  | { readonly do: 'discard-cart' }
  /** After a lost reply: did the cart become an order? */
  | { readonly do: 'find-order'; readonly cartId: string }
  | { readonly do: 'read-order'; readonly orderId: number }
  | { readonly do: 'amend'; readonly order: Order }
  /** An amendment may still be running; a second one must not overtake it. */
  | { readonly do: 'wait' }
  | { readonly do: 'invoice'; readonly orderId: number }
  | { readonly do: 'ship'; readonly orderId: number }
  | { readonly do: 'cancel'; readonly orderId: number }
  /** One order, complete, totals as sold, shipped from the right source: then it is confirmed. */
  | { readonly do: 'verify'; readonly orderId: number }
  | { readonly do: 'park'; readonly code: string; readonly words: string };

/** What this run knows beside what was written down. */
export interface Seen {
  /** The order as read in this run. */
  readonly order: Order | null;
  /** Milliseconds until Magento can't still be working on the step that was begun (see `settlesIn`). */
  readonly settlesIn: number;
}

const cartSteps: ReadonlySet<ChangingStep> = new Set(['open-cart', 'add-items', 'apply-coupon', 'set-address']);

/** The plan of recipes B and C: the one next step that what is known allows. Pure; every process comes to the same answer. */
export function nextStep(sale: CompletedSale, progress: Progress, seen: Seen): Step {
  const { begun, cart, order } = progress;
  const [toCancel] = progress.toCancel;
  if (toCancel !== undefined) return { do: 'cancel', orderId: toCancel };
  if (progress.parkWith !== null) return { do: 'park', ...progress.parkWith };
  if (begun !== null && cartSteps.has(begun.step)) return { do: 'discard-cart' };
  if (begun?.step === 'place' && cart !== null) return { do: 'find-order', cartId: cart.id };
  if (begun?.step === 'create') return { do: 'find-created' };
  if (order !== null) return orderStep(progress, order, seen);
  if (!progress.searched) return { do: 'search' };
  if (progress.recipe === 'B') return { do: 'create' };
  return cartStep(sale, progress);
}

function cartStep(sale: CompletedSale, progress: Progress): Step {
  const { cart } = progress;
  if (cart === null) return { do: 'open-cart' };
  if (cart.itemIds === null) return { do: 'add-items', cartId: cart.id };
  const coupon = couponToApply(sale, progress);
  if (coupon !== null && !cart.couponTried) return { do: 'apply-coupon', cartId: cart.id, coupon };
  if (cart.paymentMethod === null) return { do: 'set-address', cartId: cart.id };
  return { do: 'place', cartId: cart.id, paymentMethod: cart.paymentMethod };
}

/** The coupon is sent so that Magento counts its use; the figures come from the sale. */
const couponToApply = (sale: CompletedSale, progress: Progress): string | null =>
  progress.couponRefused === null ? sale.totals.couponAccepted : null;

function orderStep(progress: Progress, order: NonNullable<Progress['order']>, seen: Seen): Step {
  const { begun } = progress;
  // Whatever was begun on the order, the order itself tells whether it was done.
  if (!order.compared || (begun !== null && seen.order === null)) return { do: 'read-order', orderId: order.id };
  if (!order.amended) {
    if (seen.order === null) return { do: 'read-order', orderId: order.id };
    if (begun?.step === 'amend' && seen.settlesIn > 0) return { do: 'wait' };
    return { do: 'amend', order: seen.order };
  }
  if (!order.invoiced) return { do: 'invoice', orderId: order.id };
  if (!order.shipped && !order.virtual) return { do: 'ship', orderId: order.id };
  return { do: 'verify', orderId: order.id };
}

/** Where a sale stands, for people. */
export function describeProgress(progress: Progress): string {
  const { begun, cart, order } = progress;
  if (begun !== null) return `${beginning[begun.step]}, answer unknown`;
  if (order !== null) {
    const number = order.number ?? String(order.id);
    if (!order.compared) return `order ${number} placed, to be compared`;
    if (!order.amended) return `order ${number} placed, to be amended`;
    if (!order.invoiced) return `order ${number} as sold, to be invoiced`;
    if (!order.shipped && !order.virtual) return `order ${number} invoiced, to be shipped`;
    return `order ${number} complete, to be verified`;
  }
  if (cart === null) return progress.cartRefused === null ? 'not begun' : 'refused by the cart, to be made directly';
  if (cart.itemIds === null) return `cart ${cart.id} open, to be filled`;
  if (cart.paymentMethod === null) return `cart ${cart.id} filled, address to be set`;
  return `cart ${cart.id} ready, to be placed`;
}

const beginning: Readonly<Record<ChangingStep, string>> = {
  'open-cart': 'opening a cart',
  'add-items': 'filling the cart',
  'apply-coupon': 'applying the coupon',
  'set-address': 'setting the address',
  place: 'placing the order',
  create: 'making the order directly',
  amend: 'amending the order to the figures sold',
  invoice: 'invoicing',
  ship: 'shipping',
  cancel: 'cancelling a superfluous order',
};
