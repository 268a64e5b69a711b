import { describe, expect, it } from 'vitest';
import { type Category, mapCategory, withAnchorCategories } from '../../../src/magento/catalogue/category.ts';
import { linkVariants, mapPricedProduct } from '../../../src/magento/catalogue/product.ts';
import type { PricedProduct } from '../../../src/pricing/price-book.ts';

const body = (over: object = {}): object => ({
  id: 6,
  sku: 'COF-06',
  name: 'Coffee',
  attribute_set_id: 4,
  price: 1234.565,
  status: 1,
  visibility: 4,
  type_id: 'simple',
  weight: 1.015,
  extension_attributes: { website_ids: [1], category_links: [{ position: 0, category_id: '3' }] },
  tier_prices: [],
  custom_attributes: [],
  ...over,
});

const mapped = (over: object = {}) => {
  const result = mapPricedProduct(body(over));
  if (!result.ok) throw new Error(result.reason);
  return result.record;
};

const attribute = (code: string, value: unknown): object => ({ attribute_code: code, value });

describe('the pricing part of a product', () => {
  it('reads price, class, categories and attributes', () => {
    const { product } = mapped({
      custom_attributes: [
        attribute('tax_class_id', '4'),
        attribute('category_ids', ['3', '9']),
        attribute('ean', '4063'),
      ],
    });
    expect(product).toMatchObject({
      sku: 'COF-06',
      id: 6,
      price: 1234.565,
      taxClassId: 4,
      categoryIds: [3, 9],
      weight: 1.015,
      attributes: { name: 'Coffee', ean: '4063', visibility: '4' },
    });
  });

  it('takes a product without price, class, weight or attributes', () => {
    const result = mapPricedProduct({ id: 1, sku: 4711, type_id: 'virtual' });
    expect(result).toMatchObject({
      ok: true,
      record: { product: { sku: '4711', price: 0, taxClassId: 0, weight: 0 } },
    });
  });

  it.each([
    [
      [attribute('special_price', '9.700000'), attribute('special_to_date', '2030-12-31 00:00:00')],
      { price: 9.7, from: null, to: '2030-12-31' },
    ],
    // Measured: an empty price is stored as 0, and the product sells for nothing.
    [[attribute('special_price', '')], { price: 0, from: null, to: null }],
    [[attribute('special_from_date', '2026-01-01 00:00:00')], null],
    [[attribute('special_price', null)], null],
  ])('reads the special price of %j', (custom_attributes, special) => {
    expect(mapped({ custom_attributes }).product.specialPrice).toEqual(special);
  });

  it('reads tier prices by quantity: percentages, groups, websites', () => {
    const tier_prices = [
      { customer_group_id: 32000, qty: 10, value: 6.98, extension_attributes: { website_id: 0 } },
      {
        customer_group_id: 2,
        qty: 3,
        value: 1024.68895,
        extension_attributes: { percentage_value: 17, website_id: 1 },
      },
    ];
    expect(mapped({ tier_prices }).product.tierPrices).toEqual([
      { customerGroupId: 2, quantity: 3, value: { type: 'percent', percent: 17 }, websiteId: 1 },
      { customerGroupId: null, quantity: 10, value: { type: 'fixed', price: 6.98 }, websiteId: 0 },
    ]);
  });

  it('reads the options of a bundle in order', () => {
    const link = { id: '3', sku: 'TEA-01', qty: 2, is_default: true, price: 5, price_type: '1' };
    const extension_attributes = {
      bundle_product_options: [
        { option_id: 2, title: 'Tea', required: false, position: 2, product_links: [link] },
        { option_id: 1, title: 'Coffee', required: true, position: 1, product_links: null },
      ],
    };
    const { bundle } = mapped({
      type_id: 'bundle',
      extension_attributes,
      custom_attributes: [attribute('price_type', '0')],
    }).product;
    expect(bundle?.dynamicPrice).toBe(true);
    expect(bundle?.options.map((option) => option.title)).toEqual(['Coffee', 'Tea']);
    expect(bundle?.options[1]?.selections).toEqual([
      { selectionId: '3', sku: 'TEA-01', quantity: 2, isDefault: true, price: 5, priceType: 'percent' },
    ]);
  });

  it('links a configurable to its variants and their option values', () => {
    const configurable = mapped({
      type_id: 'configurable',
      extension_attributes: {
        configurable_product_options: [{ attribute_id: '138', label: 'Size' }],
        configurable_product_links: [62, 63],
      },
    });
    const small = mapped({ id: 62, sku: 'S', custom_attributes: [attribute('pos_size', '4')] }).product;
    const size = { id: 138, code: 'pos_size', input: 'select', backendType: 'int' };
    const linked: PricedProduct = linkVariants(
      configurable,
      (id) => (id === 62 ? small : undefined),
      (id) => (id === 138 ? size : undefined),
    );
    expect(linked.configurable).toEqual({
      attributes: [{ attributeId: 138, code: 'pos_size', label: 'Size' }],
      variants: [{ sku: 'S', values: { '138': 4 } }],
    });
  });

  it('refuses a kind of product that can not be sold at a till, and a body without id', () => {
    expect(mapPricedProduct(body({ type_id: 'giftcard' }))).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/giftcard/),
    });
    expect(mapPricedProduct(body({ id: undefined }))).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^id: /),
    });
  });
});

describe('categories', () => {
  const tree = (...categories: [id: number, path: string, anchor: string, active: boolean][]): Map<number, Category> =>
    new Map(
      categories.map(([id, path, anchor, is_active]) => {
        const result = mapCategory({ id, path, is_active, custom_attributes: [attribute('is_anchor', anchor)] });
        if (!result.ok) throw new Error(result.reason);
        return [id, result.record];
      }),
    );
  const categories = tree(
    [2, '1/2', '1', true],
    [3, '1/2/3', '1', true],
    [4, '1/2/3/4', '0', true],
    [9, '1/2/3/4/9', '1', true],
    [8, '1/2/3/8', '1', false],
  );

  it('adds the anchors above an active category and the root of the store', () => {
    expect(withAnchorCategories([9], true, categories, 2)).toEqual([9, 2, 3]);
  });

  it('adds nothing above an inactive category, nor for a product nobody sees', () => {
    expect(withAnchorCategories([8], true, categories, 2)).toEqual([8, 2]);
    expect(withAnchorCategories([9], false, categories, 2)).toEqual([9]);
  });
});
