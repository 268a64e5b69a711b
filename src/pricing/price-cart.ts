import { add, type Money, subtract, sum, zero } from '../money/money.ts';
import { type Quantity, quantity } from '../money/quantity.ts';
import { HoldfastError } from '../platform/errors.ts';
import { collectDiscounts } from './collect-discounts.ts';
import { collectTax } from './collect-tax.ts';
import { cutDeficit } from './cut-deficit.ts';
import { type LoadedRules, loadRules } from './loaded-rules.ts';
import { asMoney, asPercent } from './php-arithmetic.ts';
import type { PriceBook, PriceSettings } from './price-book.ts';
import { openQuote, type Quote, type QuoteItem } from './quote.ts';
import { applyReductions, reductionRuleId } from './reductions.ts';
import type { PriceMoment } from './select-price.ts';
import { storeDay } from './store-day.ts';
import { rateTable } from './tax-rates.ts';
import type { CartInput, CartTotals, LineTotals, RuleDiscount, TaxTotal } from './totals.ts';

/**
 * The totals Magento would compute for this cart, to the cent: a cart whose totals were collected until nothing changes, with
 * free shipping. Depends on nothing but its arguments.
 *
 * Errors: `pricing.unknown-product`, `pricing.not-sellable`, `pricing.incomplete-line`, `pricing.unknown-customer-group`,
 * `pricing.bad-time-zone`, `pricing.duplicate-line`, `pricing.too-large`.
 */
export function priceCart(cart: CartInput, book: PriceBook): CartTotals {
  checkLineIds(cart);
  const moment: PriceMoment = {
    customerGroupId: cart.customerGroupId,
    websiteId: book.settings.websiteId,
    day: storeDay(cart.at, book.settings.timeZone),
  };
  const quote = openQuote(cart, book, moment);
  const rates = rateTable(book, cart.customerGroupId, cart.destination);
  collectTax(quote, book.settings, rates);
  let loaded = loadRules(book, cart.customerGroupId, cart.coupon, moment.day);
  let discounts = collectDiscounts(quote, loaded);
  const couponAccepted = discounts.couponUsed ? cart.coupon : null;
  if (loaded.coupon !== null && couponAccepted === null) {
    // Magento drops a coupon that did nothing and collects again without its rules (`Quote\TotalsCollector::_validateCouponCode`).
    clearDiscounts(quote);
    loaded = loadRules(book, cart.customerGroupId, null, moment.day);
    discounts = collectDiscounts(quote, loaded);
  }
  applyReductions(quote, cart.reductions ?? []);
  collectTax(quote, book.settings, rates);
  cutDeficit(quote);
  return totalsOf(quote, book.settings, loaded, discounts.appliedRuleIds, couponAccepted);
}

function checkLineIds(cart: CartInput): void {
  const ids = new Set(cart.lines.map((line) => line.lineId));
  if (ids.size === cart.lines.length) return;
  throw new HoldfastError('pricing.duplicate-line', 'Two lines of the cart have the same number', { remedy: 'never' });
}

function clearDiscounts(quote: Quote): void {
  for (const item of quote.items) {
    item.discount = 0;
    item.discountPercent = 0;
    item.appliedRuleIds = [];
    item.ruleDiscounts = new Map();
  }
}

function totalsOf(
  quote: Quote,
  settings: PriceSettings,
  loaded: LoadedRules,
  appliedRuleIds: readonly number[],
  couponAccepted: string | null,
): CartTotals {
  const reductions = (quote.cart.reductions ?? []).map(({ name }, index) => [reductionRuleId(index), name] as const);
  const names: DiscountNames = new Map([
    ...loaded.rules.map(({ rule }) => [rule.id, rule.name] as const),
    ...reductions,
  ]);
  const lines = quote.visibleItems.map((item) => lineTotals(item, settings, names));
  // A bundle's own tax is its parts' over again.
  const figured = quote.items.filter((item) => !item.childrenCalculated);
  const sumOf = (figure: (item: QuoteItem) => number): number =>
    figured.reduce((total, item) => total + figure(item), 0);
  const exactDiscount = quote.items.reduce((total, item) => total + item.discount, 0);
  const exactTax = sumOf((item) => item.tax);
  const exactCompensation = sumOf((item) => item.taxCompensation);
  const discount = checked(exactDiscount);
  const tax = checked(exactTax);
  const taxCompensation = checked(exactCompensation);
  const grandTotal = checked(quote.subtotal - exactDiscount + exactTax + exactCompensation);
  return {
    lines,
    // Differs from rounding the subtotal itself only where unit-based tax meets fractional quantities.
    subtotal: subtract(add(grandTotal, discount), add(tax, taxCompensation)),
    subtotalInclTax: checked(quote.subtotalInclTax),
    discount,
    tax,
    taxCompensation,
    grandTotal,
    taxes: addUpTaxes(figured, settings),
    discounts: addUpDiscounts(quote.items, names, [...appliedRuleIds, ...reductions.map(([id]) => id)]),
    appliedRuleIds,
    couponAccepted,
    uncertainties: uncertaintiesOf(quote, loaded, appliedRuleIds, couponAccepted),
  };
}

/** An amount a till can hold; twelve digits before the point, as Magento's columns. */
function checked(amount: number): Money {
  if (Math.abs(amount) < 1e12) return asMoney(amount);
  throw new HoldfastError('pricing.too-large', 'The cart is worth more than the till can count', {
    remedy: 'operator',
    hint: 'Check the quantities and prices of the lines.',
  });
}

type DiscountNames = ReadonlyMap<number, string>;

function lineTotals(item: QuoteItem, settings: PriceSettings, names: DiscountNames): LineTotals {
  const children = item.children.map((child) => lineTotals(child, settings, names));
  const taxed = item.childrenCalculated ? item.children : [item];
  return {
    lineId: item.line.lineId,
    sku: item.product.sku,
    productId: item.product.id,
    type: item.product.type,
    quantity: item.parent === null ? item.line.quantity : partQuantity(item),
    price: checked(item.price),
    priceInclTax: checked(item.priceInclTax),
    rowTotal: checked(item.rowTotal),
    rowTotalInclTax: checked(item.rowTotalInclTax),
    discount: checked(item.discount),
    discountPercent: asPercent(item.discountPercent),
    tax: checked(item.tax),
    taxPercent: asPercent(item.taxPercent),
    taxes: addUpTaxes(taxed, settings),
    taxCompensation: checked(item.taxCompensation),
    appliedRuleIds: item.appliedRuleIds,
    discounts: [...item.ruleDiscounts].map(([ruleId, amount]) => ruleDiscount(ruleId, checked(amount), names)),
    basis:
      item.childrenCalculated && item.parent === null
        ? { ...item.basis, unitPrice: sumOfParts(item.children) }
        : item.basis,
    children,
  };
}

/** Of one parent, as Magento keeps a part's quantity. */
const partQuantity = (item: QuoteItem): Quantity => quantity(item.quantity);

const sumOfParts = (parts: readonly QuoteItem[]): number =>
  parts.reduce((price, part) => price + part.basis.unitPrice * part.quantity, 0);

const ruleDiscount = (ruleId: number, amount: Money, names: DiscountNames): RuleDiscount => ({
  ruleId,
  name: names.get(ruleId) ?? `Rule ${ruleId}`,
  amount,
});

/** Tax by rate, in the order the rates first meet (`CommonTaxCollector::_saveAppliedTaxes`). */
function addUpTaxes(items: readonly QuoteItem[], settings: PriceSettings): readonly TaxTotal[] {
  interface Sum {
    readonly percent: number;
    readonly rates: readonly { readonly code: string; readonly percent: number }[];
    base: number;
    amount: number;
  }
  const sums = new Map<string, Sum>();
  for (const item of items) {
    for (const { id, percent, rates, amount } of item.appliedTaxes) {
      if (percent === 0) continue;
      const known = sums.get(id) ?? { percent, rates, base: 0, amount: 0 };
      known.base += taxedAmount(item, settings);
      known.amount += amount;
      sums.set(id, known);
    }
  }
  return [...sums]
    .filter(([, { amount }]) => amount !== 0)
    .map(([code, { percent, rates, base, amount }]) => ({
      code,
      percent: asPercent(percent),
      ...(rates.length > 1 ? { rates } : {}),
      base: checked(base),
      amount: checked(amount),
    }));
}

/** What a line's tax was computed on, excluding tax. */
function taxedAmount(item: QuoteItem, settings: PriceSettings): number {
  if (!settings.taxAfterDiscount) return item.rowTotal;
  return settings.pricesIncludeTax
    ? Math.max(item.rowTotalInclTax - item.discount, 0) - item.tax
    : Math.max(item.rowTotal - item.discount, 0);
}

/** By rule, in order of application; rules that took nothing off are left out. */
function addUpDiscounts(
  items: readonly QuoteItem[],
  names: DiscountNames,
  appliedRuleIds: readonly number[],
): readonly RuleDiscount[] {
  return appliedRuleIds
    .map((ruleId) => {
      const amounts = items.map((item) => asMoney(item.ruleDiscounts.get(ruleId) ?? 0));
      return ruleDiscount(ruleId, sum(amounts), names);
    })
    .filter((discount) => discount.amount !== zero);
}

/**
 * What only Magento can know, how often a code or rule was used elsewhere since the snapshot; and what nobody would expect,
 * rules that make goods dearer.
 */
function uncertaintiesOf(
  quote: Quote,
  loaded: LoadedRules,
  appliedRuleIds: readonly number[],
  couponAccepted: string | null,
): readonly string[] {
  const found: string[] = [];
  const { customerId } = quote.cart;
  const coupon = couponAccepted === null ? null : loaded.coupon;
  if (coupon !== null && coupon.usageLimit > 0) {
    found.push(
      `Coupon ${coupon.code} may be used ${coupon.usageLimit} times; ${coupon.timesUsed} uses were known when prices were ` +
        'last read, later ones elsewhere are not.',
    );
  }
  if (coupon !== null && coupon.usagePerCustomer > 0 && customerId !== null) {
    found.push(
      `A customer may use coupon ${coupon.code} ${coupon.usagePerCustomer} times; the till does not know how often this one has.`,
    );
  }
  for (const { rule } of loaded.rules) {
    if (rule.usesPerCustomer > 0 && customerId !== null && appliedRuleIds.includes(rule.id)) {
      found.push(
        `A customer may have "${rule.name}" ${rule.usesPerCustomer} times; the till does not know how often this one had it.`,
      );
    }
  }
  for (const item of quote.items) {
    if (asMoney(item.discount) < zero) {
      found.push(
        `The rules make ${item.product.sku} dearer, as Magento computes them; check rules with a fixed amount.`,
      );
    }
  }
  return found;
}
