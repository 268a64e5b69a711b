import { CarriedRounding, phpRound } from './php-arithmetic.ts';
import type { CartRule } from './price-book.ts';
import type { QuoteItem } from './quote.ts';

/** A fixed discount for the whole cart while it is being shared out. */
export interface CartFixedState {
  /** What the matching lines cost together. */
  readonly itemsPrice: number;
  itemsLeft: number;
  /** What is left of the amount. */
  available: number;
  readonly rounding: CarriedRounding;
}

/** `Magento\SalesRule\Model\Validator::initTotals` for one rule and the lines that share its amount. */
export function startCartFixed(rule: CartRule, sharers: readonly QuoteItem[]): CartFixedState {
  let itemsPrice = 0;
  for (const item of sharers) itemsPrice += item.discountPrice * cappedQuantity(rule, item);
  return {
    itemsPrice,
    itemsLeft: sharers.length,
    available: rule.discountAmount,
    rounding: new CarriedRounding(),
  };
}

export interface DiscountContext {
  readonly cartFixed: CartFixedState | undefined;
  /** See `collectDiscounts`: Magento's running sum, not the cart's discount. */
  readonly runningDiscount: number;
}

/** At most `discount_qty` units; percentages and fixed amounts only in whole steps (`Utility::getItemQty`, `fixQuantity`). */
export function discountedQuantity(rule: CartRule, item: QuoteItem): number {
  const quantity = cappedQuantity(rule, item);
  const stepped = rule.action === 'by_percent' || rule.action === 'by_fixed' || rule.action === 'to_percent';
  return stepped && rule.discountStep !== 0 ? Math.floor(quantity / rule.discountStep) * rule.discountStep : quantity;
}

const cappedQuantity = (rule: CartRule, item: QuoteItem): number =>
  rule.discountQuantity === 0 ? item.totalQuantity : Math.min(item.totalQuantity, rule.discountQuantity);

/** `Magento\SalesRule\Model\Rule\Action\Discount\*::calculate`: what the rule takes off the line, before rounding. */
export function calculateDiscount(
  rule: CartRule,
  item: QuoteItem,
  quantity: number,
  { cartFixed, runningDiscount }: DiscountContext,
): number {
  switch (rule.action) {
    case 'by_percent':
      return percentOff(rule, item, quantity, Math.min(100, rule.discountAmount));
    case 'to_percent':
      return percentOff(rule, item, quantity, Math.max(0, 100 - rule.discountAmount));
    case 'by_fixed':
      return Math.min(item.discountPrice * quantity - item.discount, rule.discountAmount * quantity);
    case 'to_fixed':
      return quantity * (item.discountPrice - rule.discountAmount);
    case 'buy_x_get_y':
      return freeQuantity(rule, quantity) * item.discountPrice;
    case 'cart_fixed':
      return cartFixed === undefined ? 0 : shareOfCartFixed(rule, item, quantity, cartFixed, runningDiscount);
  }
}

/** `ByPercent::_calculate`: off what earlier rules left. */
function percentOff(rule: CartRule, item: QuoteItem, quantity: number, percent: number): number {
  const amount = (quantity * item.discountPrice - item.discount) * (percent / 100);
  // The accumulated percentage groups rounding remainders, and is shown on the item.
  if (rule.discountQuantity === 0 || rule.discountQuantity >= quantity) {
    item.discountPercent = Math.min(100, item.discountPercent + percent);
  }
  return amount;
}

/** `BuyXGetY::calculate`: X is the step, Y the amount; nothing if more would be free than bought. */
function freeQuantity(rule: CartRule, quantity: number): number {
  const bought = rule.discountStep;
  const free = rule.discountAmount;
  if (bought === 0 || free > bought) return 0;
  const period = bought + free;
  const fullPeriods = Math.floor(quantity / period);
  const rest = quantity - fullPeriods * period;
  return fullPeriods * free + (rest > bought ? rest - bought : 0);
}

/**
 * `CartFixed::calculate` with `Helper\CartFixedDiscount`: the line's share by what it still costs, unless the rule also goes to
 * shipping; then by its price. (A till ships nothing, so nothing of it goes to shipping.) The shares need not add up to the
 * amount: what earlier rules took off is counted as {@link DiscountContext.runningDiscount} says. Once that exceeds the price of
 * the goods the shares turn negative and make lines dearer; so they are in Magento.
 */
function shareOfCartFixed(
  rule: CartRule,
  item: QuoteItem,
  quantity: number,
  state: CartFixedState,
  runningDiscount: number,
): number {
  if (state.available <= 0) return 0;
  const whole = rule.applyToShipping ? state.itemsPrice : state.itemsPrice - runningDiscount;
  const part = item.discountPrice * quantity - (rule.applyToShipping ? 0 : item.discount);
  const exact = rule.discountAmount * (whole === 0 ? 0 : part / whole);
  // Where the two cancel out but for binary noise, Magento fails or asks for billions.
  const share = state.rounding.round(exact < -leastAbsurd ? 0 : exact, remainder);
  if (state.itemsLeft <= 1) state.rounding.forget(remainder);
  else state.itemsLeft -= 1;
  const amount = phpRound(Math.min(item.discountPrice * quantity, share));
  state.available -= amount;
  if (state.available <= 0) state.rounding.forget(remainder);
  return amount;
}

const remainder = 'CartFixed';
const leastAbsurd = 1e9;
