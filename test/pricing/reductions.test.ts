import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, hundredths, type Money, money, subtract, sum } from '../../src/money/money.ts';
import { quantity } from '../../src/money/quantity.ts';
import { instant } from '../../src/platform/clock.ts';
import { sku } from '../../src/platform/ids.ts';
import type { PriceSettings } from '../../src/pricing/price-book.ts';
import { priceCart } from '../../src/pricing/price-cart.ts';
import type { CartInput, CartTotals, Reduction } from '../../src/pricing/totals.ts';
import { settings } from '../till/fakes/counter.ts';
import { sampleCatalogue } from '../till/fakes/shop.ts';

const book = sampleCatalogue().prices;

function priced(change: Partial<CartInput>, shop: Partial<PriceSettings> = {}): CartTotals {
  return priceCart(
    {
      lines: [
        { lineId: 1, sku: sku('APPLE'), quantity: quantity(3) },
        { lineId: 2, sku: sku('COFFEE'), quantity: quantity(1) },
      ],
      customerGroupId: 0,
      customerId: null,
      coupon: null,
      at: instant('2026-11-23T09:00:00Z'),
      destination: settings.destination,
      ...change,
    },
    { ...book, settings: { ...book.settings, ...shop } },
  );
}

const percent = (value: number, lineId: number | null = null): Reduction => ({
  lineId,
  value: { kind: 'percent', percent: value },
  name: 'Goodwill',
});
const amount = (value: string, lineId: number | null = null): Reduction => ({
  lineId,
  value: { kind: 'amount', amount: money(value) },
  name: 'Damaged',
});

/** Magento's own sum, which every order must satisfy. */
const balanced = ({ subtotal, discount, tax, taxCompensation }: CartTotals): Money =>
  add(add(subtract(subtotal, discount), tax), taxCompensation);

describe('what a person takes off', () => {
  test('a percentage, of the sale or of one line', () => {
    expect(priced({}).grandTotal).toBe(money('21.47'));
    expect(priced({ reductions: [percent(10)] }).grandTotal).toBe(money('19.32'));
    expect(priced({ reductions: [percent(50, 2)] }).grandTotal).toBe(money('12.22'));
    expect(priced({ reductions: [percent(100)] }).grandTotal).toBe(0);
  });

  test('an amount, exactly, and never more than there is', () => {
    expect(priced({ reductions: [amount('5.00')] }).grandTotal).toBe(money('16.47'));
    expect(priced({ reductions: [amount('1.00', 1), amount('0.33')] }).grandTotal).toBe(money('20.14'));
    expect(priced({ reductions: [amount('500')] }).grandTotal).toBe(0);
  });

  test('comes after the shop’s own rules and is told apart from them', () => {
    const totals = priced({ coupon: 'SAVE10', reductions: [amount('1.00')] });
    expect(totals.grandTotal).toBe(subtract(priced({ coupon: 'SAVE10' }).grandTotal, money(1)));
    expect(totals.discounts.map(({ ruleId, name }) => [ruleId, name])).toEqual([
      [1, 'Ten per cent'],
      [-1, 'Damaged'],
    ]);
    expect(totals.appliedRuleIds).toEqual([1]);
  });

  test('leaves deposits alone', () => {
    const lines: CartInput['lines'] = [
      { lineId: 1, sku: sku('APPLE'), quantity: quantity(1) },
      { lineId: 2, sku: sku('COFFEE'), quantity: quantity(1), noReduction: true },
    ];
    expect(priced({ lines, reductions: [percent(100)] }).grandTotal).toBe(money('18.50'));
  });

  test('a typed price takes the place of the shop’s, tax and all', () => {
    const lines: CartInput['lines'] = [
      { lineId: 1, sku: sku('APPLE'), quantity: quantity(2), openPrice: money('4.99') },
    ];
    const { lines: priceLines, grandTotal, tax } = priced({ lines });
    expect(grandTotal).toBe(money('9.98'));
    expect(tax).toBe(money('1.59'));
    expect(priceLines[0]?.basis.chosen).toBe('open');
  });

  test('in any shop the figures add up, the parts to the whole and the discount to what was asked', () => {
    const shop = fc.record({
      pricesIncludeTax: fc.boolean(),
      taxAfterDiscount: fc.boolean(),
      discountIncludesTax: fc.boolean(),
      taxAlgorithm: fc.constantFrom(
        'TOTAL_BASE_CALCULATION' as const,
        'ROW_BASE_CALCULATION' as const,
        'UNIT_BASE_CALCULATION' as const,
      ),
    });
    const reduction = fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(null, 1, 2))
        .map(([p, line]) => percent(p / 100, line)),
      fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.constantFrom(null, 1, 2)).map(
        ([cents, line]): Reduction => ({
          lineId: line,
          value: { kind: 'amount', amount: hundredths(cents) },
          name: 'x',
        }),
      ),
    );
    fc.assert(
      fc.property(shop, fc.array(reduction, { maxLength: 4 }), fc.boolean(), (settingsOfShop, reductions, coupon) => {
        const totals = priced({ reductions, coupon: coupon ? 'SAVE10' : null }, settingsOfShop);
        expect(balanced(totals)).toBe(totals.grandTotal);
        expect(totals.grandTotal).toBeGreaterThanOrEqual(0);
        expect(sum(totals.lines.map((line) => line.discount))).toBe(totals.discount);
        expect(sum(totals.discounts.map((discount) => discount.amount))).toBe(totals.discount);
        for (const line of totals.lines) {
          expect(line.discount).toBeGreaterThanOrEqual(0);
          expect(sum(line.discounts.map((discount) => discount.amount))).toBe(line.discount);
        }
      }),
      { numRuns: 300 },
    );
  });
});
