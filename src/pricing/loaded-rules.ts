import type { CartRule, Coupon, PriceBook } from './price-book.ts';
import { type Condition, prepareCondition } from './rule-conditions.ts';
import { type Day, dayInWindow } from './store-day.ts';

/** A cart rule with its condition trees made ready. */
export interface PreparedRule {
  readonly rule: CartRule;
  readonly conditions: Condition;
  readonly actionConditions: Condition;
}

/** The rules Magento would load for a cart, in its order, and the coupon that opened some of them. */
export interface LoadedRules {
  readonly rules: readonly PreparedRule[];
  readonly coupon: Coupon | null;
}

interface PreparedBook {
  readonly attributes: PriceBook['attributes'];
  readonly rules: readonly PreparedRule[];
  /** By code in lower case: the database compares codes so. */
  readonly coupons: ReadonlyMap<string, { readonly rule: CartRule; readonly coupon: Coupon }>;
}

const preparedBooks = new WeakMap<readonly CartRule[], PreparedBook>();

/**
 * `Magento\SalesRule\Model\ResourceModel\Rule\Collection::setValidationFilter`: active, of this website and customer group, in
 * its dates, and either without a coupon or opened by the cart's. By priority; at equal priority those without a coupon come
 * first (they are the first half of a union), then by id.
 */
export function loadRules(book: PriceBook, customerGroupId: number, couponCode: string | null, day: Day): LoadedRules {
  const prepared = prepare(book);
  const opened = couponCode === null ? undefined : prepared.coupons.get(couponCode.toLowerCase());
  const coupon = opened !== undefined && !isUsedUp(opened.coupon) ? opened : undefined;
  const rules = prepared.rules.filter(
    ({ rule }) =>
      (rule.coupon === 'none' || rule.id === coupon?.rule.id) &&
      rule.active &&
      rule.websiteIds.includes(book.settings.websiteId) &&
      rule.customerGroupIds.includes(customerGroupId) &&
      dayInWindow(day, rule.from, rule.to),
  );
  return { rules, coupon: coupon?.coupon ?? null };
}

/** `Magento\SalesRule\Model\ValidateCouponCode`, as of the snapshot. */
const isUsedUp = (coupon: Coupon): boolean => coupon.usageLimit > 0 && coupon.timesUsed >= coupon.usageLimit;

function prepare(book: PriceBook): PreparedBook {
  const { cartRules, attributes } = book;
  const known = preparedBooks.get(cartRules);
  if (known !== undefined && known.attributes === attributes) return known;
  const rules = [...cartRules].sort(
    (a, b) => a.sortOrder - b.sortOrder || Number(a.coupon !== 'none') - Number(b.coupon !== 'none') || a.id - b.id,
  );
  const coupons = new Map<string, { rule: CartRule; coupon: Coupon }>();
  for (const rule of rules) {
    for (const coupon of rule.coupons) coupons.set(coupon.code.toLowerCase(), { rule, coupon });
  }
  const prepared: PreparedBook = {
    attributes,
    rules: rules.map((rule) => ({
      rule,
      conditions: prepareCondition(rule.conditions, attributes),
      actionConditions: prepareCondition(rule.actionConditions, attributes),
    })),
    coupons,
  };
  preparedBooks.set(cartRules, prepared);
  return prepared;
}
