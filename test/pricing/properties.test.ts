import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sum } from '../../src/money/money.ts';
import { isHoldfastError } from '../../src/platform/errors.ts';
import type { CartRule, PriceBook, PriceSettings, RuleCondition } from '../../src/pricing/price-book.ts';
import { priceCart } from '../../src/pricing/price-cart.ts';
import type { CartInput, CartTotals, LineTotals } from '../../src/pricing/totals.ts';
import {
  all,
  bookOf,
  cartOf,
  inclusive,
  lineWith,
  ofCart,
  ofProduct,
  product,
  rule,
  taxRate,
  taxRule,
} from './shop.ts';

const codes = ['A', 'B', 'C', 'D'] as const;

const settings: fc.Arbitrary<PriceSettings> = fc
  .record({
    pricesIncludeTax: fc.boolean(),
    taxAfterDiscount: fc.boolean(),
    discountIncludesTax: fc.boolean(),
    taxAlgorithm: fc.constantFrom('TOTAL_BASE_CALCULATION', 'ROW_BASE_CALCULATION', 'UNIT_BASE_CALCULATION'),
  })
  .map((over) => ({ ...inclusive, ...over }));

const condition: fc.Arbitrary<RuleCondition> = fc.oneof(
  fc.constantFrom(...codes).map((code) => lineWith(ofProduct('sku', '()', code))),
  fc.constant(lineWith()),
  fc.integer({ min: 1, max: 4 }).map((count) => lineWith(ofProduct('quote_item_qty', '>=', String(count)))),
);

const cartRule = (id: number): fc.Arbitrary<CartRule> =>
  fc
    .record({
      action: fc.constantFrom('by_percent', 'by_fixed', 'cart_fixed', 'buy_x_get_y'),
      discountAmount: fc.integer({ min: 0, max: 10_000 }).map((amount) => amount / 100),
      discountQuantity: fc.constantFrom(0, 0, 1, 3),
      discountStep: fc.constantFrom(0, 1, 2, 3),
      sortOrder: fc.integer({ min: 0, max: 3 }),
      stopRulesProcessing: fc.boolean(),
      actionConditions: condition,
      conditions: fc.integer({ min: 0, max: 100 }).map((amount) => all(ofCart('base_subtotal', '>=', String(amount)))),
    })
    .map((over) => rule(id, over));

const rules = fc
  .integer({ min: 0, max: 4 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, id) => cartRule(id + 1))));

const book: fc.Arbitrary<PriceBook> = fc
  .record({
    settings,
    rules,
    prices: fc.tuple(...codes.map(() => fc.integer({ min: 0, max: 20_000 }).map((price) => price / 100))),
    percent: fc.constantFrom(0, 7, 19, 8.375),
  })
  .map(({ settings, rules, prices, percent }) =>
    bookOf({
      settings,
      rules,
      products: codes.map((code, index) =>
        product(code, prices[index] ?? 0, { id: index + 1, taxClassId: index % 2 ? 2 : 4 }),
      ),
      taxRules: [taxRule(1, [1]), taxRule(2, [2], { productTaxClassIds: [4] })],
      taxRates: [taxRate(1, percent), taxRate(2, 7, { code: 'reduced' })],
    }),
  );

const lines = fc.array(fc.tuple(fc.constantFrom(...codes), fc.integer({ min: 1, max: 9 })), { maxLength: 6 });
const cart = lines.map((found) => cartOf(found));

const check = (property: (cart: CartInput, book: PriceBook) => void): void => {
  fc.assert(fc.property(cart, book, property), { numRuns: 400 });
};

const total = (totals: CartTotals, figure: (line: LineTotals) => number): number =>
  totals.lines.reduce((amount, line) => amount + figure(line), 0);

describe('whatever the shop and the cart', () => {
  it('lines add up to the totals, and the totals to what is to pay', () => {
    check((cart, book) => {
      const totals = priceCart(cart, book);
      expect(total(totals, (line) => line.rowTotal)).toBe(totals.subtotal);
      expect(total(totals, (line) => line.rowTotalInclTax)).toBe(totals.subtotalInclTax);
      expect(total(totals, (line) => line.discount)).toBe(totals.discount);
      expect(total(totals, (line) => line.tax)).toBe(totals.tax);
      expect(total(totals, (line) => line.taxCompensation)).toBe(totals.taxCompensation);
      expect(totals.subtotal - totals.discount + totals.tax + totals.taxCompensation).toBe(totals.grandTotal);
    });
  });

  it('a discount is never more than its base, and the rules account for every cent of it', () => {
    check((cart, book) => {
      const totals = priceCart(cart, book);
      for (const line of totals.lines) {
        const base = book.settings.discountIncludesTax ? line.priceInclTax : line.price;
        // A fixed amount shared out after many other rules can be negative, as in Magento; the sale then says so.
        if (line.discount < 0) expect(totals.uncertainties.join()).toContain(`make ${line.sku} dearer`);
        expect(line.discount).toBeLessThanOrEqual(Math.round(base * line.quantity));
        expect(sum(line.discounts.map((one) => one.amount))).toBe(line.discount);
      }
      expect(sum(totals.discounts.map((one) => one.amount))).toBe(totals.discount);
    });
  });

  it('nobody is paid for buying', () => {
    check((cart, book) => {
      expect(priceCart(cart, book).grandTotal).toBeGreaterThanOrEqual(0);
    });
  });

  it('adding and then voiding a line changes nothing', () => {
    fc.assert(
      fc.property(cart, book, fc.constantFrom(...codes), (cart, book, code) => {
        const before = priceCart(cart, book);
        const [added] = cartOf([[code, 3, { lineId: 99 }]]).lines;
        if (added === undefined) throw new Error('no line');
        priceCart({ ...cart, lines: [...cart.lines, added] }, book);
        expect(priceCart(cart, book)).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });

  it('totals depend on nothing but the inputs, and change none of them', () => {
    check((cart, book) => {
      const frozen = JSON.stringify([cart, book]);
      const first = priceCart(cart, book);
      const again = priceCart(structuredClone(cart), { ...book, cartRules: structuredClone(book.cartRules) });
      expect(again).toEqual(first);
      expect(JSON.stringify([cart, book])).toBe(frozen);
    });
  });

  it('everything thrown is a domain error', () => {
    const anything = fc.record({
      code: fc.constantFrom('A', 'NOTHING', 'GROUP', 'SHIRT', 'BOX'),
      group: fc.integer({ min: 0, max: 6 }),
      coupon: fc.option(fc.string()),
      country: fc.constantFrom('DE', '', 'US'),
      postcode: fc.string(),
      attribute: fc.string(),
      operator: fc.constantFrom('==', '{}', '()', '<=>', '>=', '?'),
      value: fc.string(),
    });
    fc.assert(
      fc.property(anything, ({ code, group, coupon, country, postcode, attribute, operator, value }) => {
        const shop = bookOf({
          products: [
            product('A', 1e11),
            product('GROUP', 0, { type: 'grouped' }),
            product('SHIRT', 0, { type: 'configurable' }),
            product('BOX', 0, { type: 'bundle' }),
          ],
          rules: [rule(1, { actionConditions: lineWith(ofProduct(attribute, operator, value)) })],
        });
        const destination = { countryId: country, regionId: 0, postcode };
        try {
          priceCart(cartOf([[code, 9999]], { customerGroupId: group, coupon, destination }), shop);
        } catch (error) {
          expect(isHoldfastError(error)).toBe(true);
        }
      }),
    );
  });
});
