import { describe, expect, it } from 'vitest';
import { asPercent } from '../../src/pricing/php-arithmetic.ts';
import type { PriceSettings, TaxRate } from '../../src/pricing/price-book.ts';
import { priceCart } from '../../src/pricing/price-cart.ts';
import { rateTable } from '../../src/pricing/tax-rates.ts';
import { berlin, bookOf, cartOf, exclusive, inclusive, product, rule, taxable, taxRate, taxRule } from './shop.ts';

const row = { taxAlgorithm: 'ROW_BASE_CALCULATION' } as const;
const unit = { taxAlgorithm: 'UNIT_BASE_CALCULATION' } as const;

const percentAt = (rates: readonly TaxRate[], postcode: string, countryId = 'US', regionId = 12): number => {
  const taxRules = [
    taxRule(
      1,
      rates.map((rate) => rate.id),
    ),
  ];
  const table = rateTable(bookOf({ products: [], taxRates: rates, taxRules }), 0, { countryId, regionId, postcode });
  return asPercent(table.buyer(taxable).percent);
};

describe('which rates apply (Tax\\Model\\ResourceModel\\Calculation::_getRates)', () => {
  const us = (id: number, rate: number, over: Partial<TaxRate> = {}): TaxRate =>
    taxRate(id, rate, { code: `US-${id}`, countryId: 'US', ...over });

  it('matches country and region, region 0 being all of them', () => {
    expect(percentAt([us(1, 5, { regionId: 12 })], '90034')).toBe(5);
    expect(percentAt([us(1, 5, { regionId: 43 })], '90034')).toBe(0);
    expect(percentAt([us(1, 5)], '90034')).toBe(5);
    expect(percentAt([us(1, 5)], '90034', 'CA')).toBe(0);
  });

  it.each([
    ['90034', '90034', true],
    ['90034', '90035', false],
    ['900*', '90034', true],
    ['9*', '90034', true],
    ['901*', '90034', false],
    ['90034*', '90034', true],
    ['*', '90034', true],
    [null, '90034', true],
    ['SW1A*', 'sw1a 1aa', true],
    ['90034', '90034-1234', true],
    ['90034-1234', '90034-1234', true],
  ])('postcode %s of a rate covers %s: %j', (pattern, postcode, covered) => {
    expect(percentAt([us(1, 5, { postcode: pattern })], postcode)).toBe(covered ? 5 : 0);
  });

  it('matches ranges by number, also with a US suffix', () => {
    const range = [us(1, 5, { postcode: '90000-90100', zipFrom: 90000, zipTo: 90100 })];
    expect(percentAt(range, '90034')).toBe(5);
    expect(percentAt(range, '90034-1234')).toBe(5);
    expect(percentAt(range, '90101')).toBe(0);
    expect(percentAt(range, 'SW1A')).toBe(0);
  });

  it('takes only the first rate of a rule: the region before all regions, the postcode before the star', () => {
    expect(percentAt([us(1, 5), us(2, 7, { regionId: 12 })], '90034')).toBe(7);
    expect(percentAt([us(1, 9), us(2, 7, { postcode: '90034' })], '90034')).toBe(7);
    expect(percentAt([us(1, 5), us(2, 7)], '90034')).toBe(7);
  });

  it('notices new rates under the same rules', () => {
    const before = bookOf({ products: [product('A', 119)] });
    expect(priceCart(cartOf([['A', 1]]), before).tax).toBe(1900);
    expect(priceCart(cartOf([['A', 1]]), { ...before, taxRates: [taxRate(1, 7)] }).tax).toBe(779);
  });

  it('taxes nothing without a product or customer class', () => {
    const book = bookOf({ products: [product('A', 10, { taxClassId: 0 })] });
    expect(priceCart(cartOf([['A', 1]]), book)).toMatchObject({ tax: 0, taxes: [], grandTotal: 1000 });
  });
});

describe('several rates (getCalculationProcess, _calculateRate)', () => {
  const rates = [taxRate(1, 10, { code: 'GST' }), taxRate(2, 5, { code: 'PST' })];
  const rules = (second: Parameters<typeof taxRule>[2]) => [taxRule(1, [1]), taxRule(2, [2], second)];
  const shop = (second: Parameters<typeof taxRule>[2], settings: PriceSettings) =>
    bookOf({ products: [product('A', 100)], taxRates: rates, taxRules: rules(second), settings });

  it('adds rates of one priority and names them together', () => {
    const { taxes, tax } = priceCart(cartOf([['A', 1]]), shop({}, { ...exclusive, ...row }));
    expect(tax).toBe(1500);
    expect(taxes).toEqual([
      {
        code: 'GSTPST',
        percent: 15,
        rates: [
          { code: 'GST', percent: 10 },
          { code: 'PST', percent: 5 },
        ],
        base: 10000,
        amount: 1500,
      },
    ]);
  });

  it('computes a higher priority on the price with the taxes before it', () => {
    const { taxes, tax } = priceCart(cartOf([['A', 1]]), shop({ priority: 1 }, { ...exclusive, ...row }));
    expect(tax).toBe(1550);
    expect(taxes.map(({ code, percent, amount }) => [code, percent, amount])).toEqual([
      ['GST', 10, 1000],
      ['PST', 5.5, 550],
    ]);
  });

  it('or on the subtotal only', () => {
    const subtotalOnly = shop({ priority: 1, calculateSubtotal: true }, { ...exclusive, ...row });
    expect(priceCart(cartOf([['A', 1]]), subtotalOnly).tax).toBe(1500);
  });

  it('shares a tax contained in prices out among the rates', () => {
    const { taxes, tax } = priceCart(cartOf([['A', 1]]), shop({ priority: 1 }, { ...inclusive, ...row }));
    // 100 − 100/1.155 = 13.4199…
    expect(tax).toBe(1342);
    expect(taxes.map(({ code, amount }) => [code, amount])).toEqual([
      ['GST', 866],
      ['PST', 476],
    ]);
  });

  it('counts a rate of two rules once', () => {
    const twice = bookOf({
      products: [product('A', 100)],
      taxRules: [taxRule(1, [1]), taxRule(2, [1])],
      settings: { ...exclusive, ...row },
    });
    expect(priceCart(cartOf([['A', 1]]), twice).tax).toBe(1900);
  });
});

describe('rounding (Tax\\Model\\Calculation\\*BaseCalculator)', () => {
  // 3 × 0.33 at 19 %: unit 0.0627 → 0.06; row 0.99 → 0.1881
  const lines = cartOf([['A', 3]]);
  const shop = (settings: PriceSettings) => bookOf({ products: [product('A', 0.33), product('B', 0.33)], settings });

  it('rounds the tax of a unit, of a row', () => {
    expect(priceCart(lines, shop({ ...exclusive, ...unit })).tax).toBe(18);
    expect(priceCart(lines, shop({ ...exclusive, ...row })).tax).toBe(19);
  });

  it('carries remainders from line to line of one rate when rounding the total', () => {
    // Each line 0.0627: 0.06, then 0.0654 → 0.07.
    const { lines: two, tax } = priceCart(
      cartOf([
        ['A', 1],
        ['B', 1],
      ]),
      shop(exclusive),
    );
    expect(two.map((line) => line.tax)).toEqual([6, 7]);
    expect(tax).toBe(13);
    const byRow = priceCart(
      cartOf([
        ['A', 1],
        ['B', 1],
      ]),
      shop({ ...exclusive, ...row }),
    );
    expect(byRow.lines.map((line) => line.tax)).toEqual([6, 6]);
  });

  it('takes the tax out of prices that include it, price excluding tax being the rounded rest', () => {
    const [line] = priceCart(
      cartOf([['A', 3]]),
      bookOf({ products: [product('A', 24.9)], settings: { ...inclusive, ...row } }),
    ).lines;
    expect(line).toMatchObject({ rowTotalInclTax: 7470, tax: 1193, rowTotal: 6277, price: 2092, priceInclTax: 2490 });
  });

  it('compensates the tax contained in a discount', () => {
    const book = bookOf({ products: [product('A', 119)], rules: [rule(1)], settings: { ...inclusive, ...row } });
    const totals = priceCart(cartOf([['A', 1]]), book);
    expect(totals).toMatchObject({
      subtotal: 10000,
      discount: 1190,
      tax: 1710,
      taxCompensation: 190,
      grandTotal: 10710,
    });
  });

  it('taxes before the discount if the shop does', () => {
    const settings = { ...inclusive, ...row, taxAfterDiscount: false };
    const totals = priceCart(cartOf([['A', 1]]), bookOf({ products: [product('A', 119)], rules: [rule(1)], settings }));
    expect(totals).toMatchObject({ tax: 1900, taxCompensation: 0, discount: 1190, grandTotal: 10710 });
  });

  it('takes a discount off the price including or excluding tax', () => {
    const on = (settings: PriceSettings): number =>
      priceCart(cartOf([['A', 1]]), bookOf({ products: [product('A', 100)], rules: [rule(1)], settings })).discount;
    expect(on(exclusive)).toBe(1000);
    expect(on({ ...exclusive, discountIncludesTax: true })).toBe(1190);
  });

  it('adds up unrounded rows of fractional quantities, keeping every total within a cent of its lines', () => {
    const totals = priceCart(
      cartOf([
        ['A', 0.333],
        ['B', 0.333],
      ]),
      bookOf({
        products: [product('A', 9.99), product('B', 9.99)],
        settings: { ...inclusive, ...row },
      }),
    );
    expect(totals.subtotalInclTax).toBe(665);
    expect(totals.lines.map((line) => line.rowTotalInclTax)).toEqual([333, 333]);
    expect(totals.subtotal - totals.discount + totals.tax + totals.taxCompensation).toBe(totals.grandTotal);
  });
});

describe('whose tax (AbstractCalculator::calculatePriceInclTax, isSameRateAsStore)', () => {
  const rates = [taxRate(1, 19), taxRate(2, 20, { code: 'AT-20', countryId: 'AT' })];
  const shop = (settings: PriceSettings) =>
    bookOf({ products: [product('A', 24.9)], settings, taxRates: rates, taxRules: [taxRule(1, [1, 2])] });
  const vienna = { destination: { countryId: 'AT', regionId: 0, postcode: '1010' } };

  it("exchanges the tax in the shop's price for the buyer's", () => {
    // 24.90 / 1.19 × 1.20 = 25.109…
    expect(priceCart(cartOf([['A', 1]], vienna), shop(inclusive)).grandTotal).toBe(2511);
  });

  it('takes it off for a customer without tax', () => {
    const totals = priceCart(cartOf([['A', 1]], { customerGroupId: 5 }), shop(inclusive));
    expect(totals).toMatchObject({ grandTotal: 2092, tax: 0, taxes: [] });
  });

  it('keeps the price everywhere under cross-border trade', () => {
    const totals = priceCart(cartOf([['A', 1]], vienna), shop({ ...inclusive, crossBorderTrade: true }));
    expect(totals).toMatchObject({ grandTotal: 2490, tax: 415 });
  });

  it('follows the shop’s address if tax is based on it', () => {
    const totals = priceCart(cartOf([['A', 1]], vienna), shop({ ...inclusive, taxBasedOn: 'origin', origin: berlin }));
    expect(totals.taxes.map((tax) => tax.code)).toEqual(['DE-19']);
  });

  it('taxes the original price if the shop says so', () => {
    const special = product('A', 100, { specialPrice: { price: 50, from: null, to: null } });
    const settings = { ...exclusive, ...row, taxOnOriginalPrice: true };
    expect(priceCart(cartOf([['A', 1]]), bookOf({ products: [special], settings })).tax).toBe(1900);
  });
});
