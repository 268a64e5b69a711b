import type { Quote, QuoteItem } from './quote.ts';

/**
 * Cuts the last discounts to what the cart costs. With prices excluding tax, discounts taken off prices including it, and tax only
 * on what is left, Magento can owe money for a cart: all of 119.00 off a price of 100.00, and no tax to add. It warns owners of
 * these settings (`Magento\Tax\Model\System\Message\Notification\ApplyDiscountOnPrices`); a till never pays for a sale.
 */
export function cutDeficit(quote: Quote): void {
  let deficit = -quote.subtotal;
  for (const item of quote.items) {
    deficit += item.discount;
    if (!item.childrenCalculated) deficit -= item.tax + item.taxCompensation;
  }
  for (const item of quote.items.toReversed()) {
    if (deficit < leastDeficit) return;
    const cut = Math.min(Math.max(item.discount, 0), deficit);
    cutDiscount(item, cut);
    deficit -= cut;
  }
}

/** Less is binary noise: amounts are whole cents. */
const leastDeficit = 0.005;

function cutDiscount(item: QuoteItem, cut: number): void {
  item.discount -= cut;
  let left = cut;
  for (const [ruleId, amount] of [...item.ruleDiscounts].reverse()) {
    const share = Math.min(Math.max(amount, 0), left);
    item.ruleDiscounts.set(ruleId, amount - share);
    left -= share;
  }
}
