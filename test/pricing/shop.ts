import { type Quantity, quantity } from '../../src/money/quantity.ts';
import { instant } from '../../src/platform/clock.ts';
import { type Sku, sku } from '../../src/platform/ids.ts';
import type {
  CartRule,
  PriceBook,
  PricedProduct,
  PriceSettings,
  RuleCondition,
  TaxRate,
  TaxRule,
} from '../../src/pricing/price-book.ts';
import type { CartInput, CartLine } from '../../src/pricing/totals.ts';
import { germanPrices } from '../tools/german-prices.ts';

/** Monday noon in Berlin. */
export const noon = instant('2026-11-23T11:00:00Z');

export const berlin = { countryId: 'DE', regionId: 82, postcode: '10115', region: 'Berlin' } as const;

/** Product tax class "taxable" and customer class "retail". */
export const taxable = 2;
export const retail = 3;

export function product(code: string, price: number, over: Partial<PricedProduct> = {}): PricedProduct {
  return {
    sku: sku(code),
    id: 1,
    type: 'simple',
    attributeSetId: 4,
    taxClassId: taxable,
    weight: 1,
    categoryIds: [],
    price,
    specialPrice: null,
    tierPrices: [],
    cataloguePrices: [],
    attributes: {},
    configurable: null,
    bundle: null,
    ...over,
  };
}

export const always: Extract<RuleCondition, { kind: 'combine' }> = {
  kind: 'combine',
  aggregator: 'all',
  value: true,
  conditions: [],
};

export function rule(id: number, over: Partial<CartRule> = {}): CartRule {
  return {
    id,
    name: `Rule ${id}`,
    sortOrder: id,
    websiteIds: [1],
    customerGroupIds: [0, 1],
    active: true,
    from: null,
    to: null,
    coupon: 'none',
    coupons: [],
    usesPerCustomer: 0,
    conditions: always,
    actionConditions: { ...always, ofLine: true },
    action: 'by_percent',
    discountAmount: 10,
    discountQuantity: 0,
    discountStep: 0,
    applyToShipping: false,
    stopRulesProcessing: false,
    ...over,
  };
}

export const all = (...conditions: readonly RuleCondition[]): RuleCondition => ({
  kind: 'combine',
  aggregator: 'all',
  value: true,
  conditions,
});

/** Action conditions, asked of each line. */
export const lineWith = (...conditions: readonly RuleCondition[]): RuleCondition => ({
  kind: 'combine',
  ofLine: true,
  aggregator: 'all',
  value: true,
  conditions,
});

export const ofProduct = (attribute: string, operator: string, value: string | readonly string[]): RuleCondition => ({
  kind: 'product',
  attribute,
  operator,
  value,
});

export const ofCart = (attribute: string, operator: string, value: string): RuleCondition => ({
  kind: 'address',
  attribute,
  operator,
  value,
});

export const taxRate = (id: number, rate: number, over: Partial<TaxRate> = {}): TaxRate => ({
  id,
  code: `DE-${rate}`,
  countryId: 'DE',
  regionId: 0,
  postcode: '*',
  zipFrom: null,
  zipTo: null,
  rate,
  ...over,
});

export const taxRule = (id: number, taxRateIds: readonly number[], over: Partial<TaxRule> = {}): TaxRule => ({
  id,
  code: `tax rule ${id}`,
  priority: 0,
  position: 0,
  customerTaxClassIds: [retail],
  productTaxClassIds: [taxable],
  taxRateIds,
  calculateSubtotal: false,
  ...over,
});

/** Magento's usual German shop: prices include 19 % tax, tax after discounts, discounts off prices including tax. */
export const inclusive: PriceSettings = { ...germanPrices, origin: berlin };

/** Magento's own defaults: prices exclude tax. */
export const exclusive: PriceSettings = { ...inclusive, pricesIncludeTax: false, discountIncludesTax: false };

export interface Shop {
  readonly products: readonly PricedProduct[];
  readonly rules?: readonly CartRule[];
  readonly settings?: PriceSettings;
  readonly taxRules?: readonly TaxRule[];
  readonly taxRates?: readonly TaxRate[];
  readonly attributes?: PriceBook['attributes'];
}

export function bookOf(shop: Shop): PriceBook {
  const products = new Map<Sku, PricedProduct>(shop.products.map((one) => [one.sku, one]));
  return {
    settings: shop.settings ?? inclusive,
    product: (wanted) => products.get(wanted),
    cartRules: shop.rules ?? [],
    taxRules: shop.taxRules ?? [taxRule(1, [1])],
    taxRates: shop.taxRates ?? [taxRate(1, 19)],
    customerGroups: [
      { id: 0, code: 'NOT LOGGED IN', taxClassId: retail },
      { id: 1, code: 'General', taxClassId: retail },
      { id: 5, code: 'Embassy', taxClassId: 0 },
    ],
    ...(shop.attributes === undefined ? {} : { attributes: shop.attributes }),
  };
}

/** Lines as `['SKU', quantity]`. */
export function cartOf(
  lines: readonly (readonly [code: string, count: number, over?: Partial<CartLine>])[],
  over: Partial<CartInput> = {},
): CartInput {
  return {
    lines: lines.map(([code, count, more], index) => ({
      lineId: index + 1,
      sku: sku(code),
      quantity: quantity(count) as Quantity,
      ...more,
    })),
    customerGroupId: 0,
    customerId: null,
    coupon: null,
    at: noon,
    destination: berlin,
    ...over,
  };
}
