import { describe, expect, it } from 'vitest';
import { instant } from '../../src/platform/clock.ts';
import { sku } from '../../src/platform/ids.ts';
import type { TierPrice } from '../../src/pricing/price-book.ts';
import { priceCart } from '../../src/pricing/price-cart.ts';
import { type PriceMoment, selectPrice } from '../../src/pricing/select-price.ts';
import { bookOf, cartOf, inclusive, product, taxRate, taxRule } from './shop.ts';

const monday: PriceMoment = { customerGroupId: 0, websiteId: 1, day: '2026-11-23' };

const tier = (quantity: number, price: number, over: Partial<TierPrice> = {}): TierPrice => ({
  customerGroupId: null,
  quantity,
  value: { type: 'fixed', price },
  websiteId: 0,
  ...over,
});

const percentTier = (quantity: number, percent: number): TierPrice =>
  tier(quantity, 0, { value: { type: 'percent', percent } });

describe('price selection (Catalog\\Model\\Product\\Type\\Price::getFinalPrice)', () => {
  it('takes the least of regular, tier, special and catalogue-rule price', () => {
    const candidates = {
      specialPrice: { price: 8, from: null, to: null },
      tierPrices: [tier(3, 7)],
      cataloguePrices: [{ customerGroupId: 0, price: 7.5, day: '2026-11-23' }],
    };
    expect(selectPrice(product('A', 10, candidates), 1, monday)).toMatchObject({
      chosen: 'catalogue-rule',
      unitPrice: 7.5,
    });
    expect(selectPrice(product('A', 10, candidates), 3, monday)).toMatchObject({ chosen: 'tier', unitPrice: 7 });
    expect(selectPrice(product('A', 6, candidates), 3, monday)).toMatchObject({ chosen: 'regular', unitPrice: 6 });
  });

  it('counts both ends of a special price and nothing outside', () => {
    const weekend = product('A', 10, { specialPrice: { price: 5, from: '2026-11-21', to: '2026-11-22' } });
    const on = (day: string): number => selectPrice(weekend, 1, { ...monday, day }).unitPrice;
    expect([on('2026-11-20'), on('2026-11-21'), on('2026-11-22'), on('2026-11-23')]).toEqual([10, 5, 5, 10]);
  });

  it('sells for nothing at a special price of 0, as Magento does after an empty price was written', () => {
    expect(
      selectPrice(product('A', 10, { specialPrice: { price: 0, from: null, to: null } }), 1, monday).unitPrice,
    ).toBe(0);
  });

  it("takes a catalogue-rule price only of today and of the customer's group", () => {
    const cataloguePrices = [
      { customerGroupId: 0, price: 5, day: '2026-11-22' },
      { customerGroupId: 1, price: 4, day: '2026-11-23' },
    ];
    expect(selectPrice(product('A', 10, { cataloguePrices }), 1, monday).unitPrice).toBe(10);
    expect(selectPrice(product('A', 10, { cataloguePrices }), 1, { ...monday, customerGroupId: 1 }).unitPrice).toBe(4);
  });

  it('computes percentage tiers on the regular price, unrounded', () => {
    expect(selectPrice(product('A', 1234.565, { tierPrices: [percentTier(3, 5)] }), 3, monday).unitPrice).toBe(
      1172.83675,
    );
  });

  describe('tiers (getTierPrice)', () => {
    it('keeps the lower price of a smaller quantity if the greater one is dearer', () => {
      expect(selectPrice(product('A', 10, { tierPrices: [tier(2, 6), tier(5, 8)] }), 5, monday).unitPrice).toBe(6);
    });

    it("does not let all groups' price of the same quantity replace the group's own", () => {
      const tierPrices = [tier(2, 8, { customerGroupId: 0 }), tier(2, 7)];
      expect(selectPrice(product('A', 10, { tierPrices }), 2, monday).unitPrice).toBe(8);
      expect(selectPrice(product('A', 10, { tierPrices: [...tierPrices].reverse() }), 2, monday).unitPrice).toBe(7);
    });

    it("ignores other groups and other websites, and prefers a website's own tier", () => {
      const tierPrices = [
        tier(1, 1, { customerGroupId: 7 }),
        tier(1, 2, { websiteId: 9 }),
        tier(1, 5),
        tier(1, 6, { websiteId: 1 }),
      ];
      expect(selectPrice(product('A', 10, { tierPrices }), 1, monday).unitPrice).toBe(6);
    });
  });
});

describe('windows in the store’s time zone', () => {
  const special = product('A', 10, { specialPrice: { price: 5, from: '2026-11-24', to: null } });
  const priceAt = (at: string, timeZone: string): number =>
    priceCart(
      cartOf([['A', 1]], { at: instant(at) }),
      bookOf({ products: [special], settings: { ...inclusive, timeZone } }),
    ).grandTotal;

  it('starts at midnight where the shop is', () => {
    expect(priceAt('2026-11-23T22:59:59Z', 'Europe/Berlin')).toBe(1000);
    expect(priceAt('2026-11-23T23:00:00Z', 'Europe/Berlin')).toBe(500);
    expect(priceAt('2026-11-23T23:00:00Z', 'America/New_York')).toBe(1000);
  });

  it('refuses a zone nobody knows', () => {
    expect(() => priceAt('2026-11-23T22:59:59Z', 'Mars/Olympus')).toThrow(
      expect.objectContaining({ code: 'pricing.bad-time-zone' }),
    );
  });
});

describe('configurable and bundle', () => {
  const small = product('SHIRT-S', 20, { id: 2, taxClassId: 4, tierPrices: [tier(2, 15)] });
  const shirt = product('SHIRT', 0, { type: 'configurable', configurable: { attributes: [], variants: [] } });
  const selection = (selectionId: string, code: string, quantity: number, isDefault: boolean) => ({
    selectionId,
    sku: sku(code),
    quantity,
    isDefault,
    price: null,
    priceType: null,
  });
  const bundle = product('BOX', 0, {
    type: 'bundle',
    bundle: {
      dynamicPrice: true,
      options: [
        { optionId: 1, title: 'Shirt', required: true, selections: [selection('11', 'SHIRT-S', 1, true)] },
        { optionId: 2, title: 'Pin', required: false, selections: [selection('21', 'PIN', 2, false)] },
      ],
    },
  });
  const pin = product('PIN', 1, { id: 3 });
  const book = bookOf({
    products: [small, shirt, bundle, pin],
    taxRules: [taxRule(1, [1]), taxRule(2, [2], { productTaxClassIds: [4] })],
    taxRates: [taxRate(1, 19), taxRate(2, 7)],
  });

  it('prices and taxes a configurable as its variant, by the quantity of the line', () => {
    const [line] = priceCart(cartOf([['SHIRT', 2, { variant: small.sku }]]), book).lines;
    expect(line).toMatchObject({ rowTotalInclTax: 3000, taxPercent: 7, tax: 196, sku: 'SHIRT' });
    expect(line?.children).toMatchObject([{ sku: 'SHIRT-S', quantity: 1, rowTotal: 0, tax: 0 }]);
  });

  it('adds a bundle up from its parts, each by the quantity that leaves the shop', () => {
    const choice = {
      selections: [
        { optionId: 1, selectionId: '11', quantity: 1 },
        { optionId: 2, selectionId: '21', quantity: 3 },
      ],
    };
    const [line] = priceCart(cartOf([['BOX', 2, choice]]), book).lines;
    // 2 × (1 × 15.00 by the tier for two + 3 × 1.00)
    expect(line).toMatchObject({ rowTotalInclTax: 3600, priceInclTax: 1800, discount: 0 });
    expect(line?.children.map((child) => [child.sku, child.quantity, child.rowTotalInclTax])).toEqual([
      ['SHIRT-S', 1, 3000],
      ['PIN', 3, 600],
    ]);
  });

  it('takes the default selections when none are named, and leaves out optional ones', () => {
    const [line] = priceCart(cartOf([['BOX', 1]]), book).lines;
    expect(line?.children.map((child) => child.sku)).toEqual(['SHIRT-S']);
  });

  it('takes a bundle’s special price for a percentage of each part', () => {
    const sale = { ...bundle, specialPrice: { price: 80, from: null, to: null } };
    const withSale = bookOf({ products: [small, sale, pin] });
    expect(priceCart(cartOf([['BOX', 1]]), withSale).lines[0]).toMatchObject({ rowTotalInclTax: 1600 });
  });

  it('prices a bundle with a price of its own: base less its percentages, plus what the selections add', () => {
    const fixed = product('SET', 50, {
      type: 'bundle',
      tierPrices: [percentTier(2, 10)],
      bundle: {
        dynamicPrice: false,
        options: [
          {
            optionId: 1,
            title: 'Extra',
            required: true,
            selections: [{ ...selection('1', 'PIN', 2, true), price: 10, priceType: 'percent' as const }],
          },
        ],
      },
    });
    const shop = bookOf({ products: [fixed, pin] });
    // 50 + 2 × 10 % of 50; from two on 10 % less on each.
    expect(priceCart(cartOf([['SET', 1]]), shop).lines[0]).toMatchObject({ priceInclTax: 6000 });
    expect(priceCart(cartOf([['SET', 2]]), shop).lines[0]).toMatchObject({
      priceInclTax: 5400,
      rowTotalInclTax: 10800,
    });
  });

  it.each([
    ['SHIRT', {}, 'pricing.incomplete-line'],
    ['BOX', { selections: [] }, 'pricing.incomplete-line'],
    ['BOX', { selections: [{ optionId: 1, selectionId: '99', quantity: 1 }] }, 'pricing.incomplete-line'],
    ['NOTHING', {}, 'pricing.unknown-product'],
  ])('refuses %s %j', (code, over, error) => {
    expect(() => priceCart(cartOf([[code, 1, over]]), book)).toThrow(expect.objectContaining({ code: error }));
  });

  it('refuses a group of products, an unknown customer group and two lines with one number', () => {
    const grouped = bookOf({ products: [product('G', 0, { type: 'grouped' }), pin] });
    const refusal = (code: string): unknown => expect.objectContaining({ code });
    expect(() => priceCart(cartOf([['G', 1]]), grouped)).toThrow(refusal('pricing.not-sellable') as Error);
    expect(() => priceCart(cartOf([['PIN', 1]], { customerGroupId: 99 }), grouped)).toThrow(
      refusal('pricing.unknown-customer-group') as Error,
    );
    expect(() =>
      priceCart(
        cartOf([
          ['PIN', 1],
          ['PIN', 1, { lineId: 1 }],
        ]),
        grouped,
      ),
    ).toThrow(refusal('pricing.duplicate-line') as Error);
  });
});
