import { describe, expect, it } from 'vitest';
import { sku } from '../../src/platform/ids.ts';
import { type Comparison, conditionHolds, prepareOperand, typedNumber } from '../../src/pricing/compare-condition.ts';
import type { PhpValue } from '../../src/pricing/php-arithmetic.ts';
import type { CatalogueAttribute, RuleCondition } from '../../src/pricing/price-book.ts';
import { priceCart } from '../../src/pricing/price-cart.ts';
import type { CartInput } from '../../src/pricing/totals.ts';
import { all, bookOf, cartOf, exclusive, lineWith, ofCart, ofProduct, product, rule, type Shop } from './shop.ts';

describe('operators (Rule\\Model\\Condition\\AbstractCondition::validateAttribute)', () => {
  it.each<[PhpValue, string, string | readonly string[], boolean, Comparison?]>([
    ['10.0000', '==', '10', true],
    ['Red', '==', 'red', true],
    ['Redder', '==', 'red', false],
    [null, '==', '', true],
    [null, '!=', 'x', true],
    [5, '!=', '5.0', false],
    [10, '>=', '10', true],
    [9, '>=', '10', false],
    ['9', '<', '10', true],
    ['b', '>', 'a', true],
    ['10', '>', '9a', false],
    [null, '>=', '0', false],
    [null, '<', '0', false],
    ['Espresso beans', '{}', 'PRESSO', true],
    ['Espresso beans', '!{}', 'presso', false],
    [null, '!{}', 'presso', true],
    ['COF-01', '()', 'COF-01, COF-02', true],
    ['COF-01', '()', 'COF-02;COF-01', true],
    ['COF-01', '!()', 'COF-02', true],
    ['cof-01', '()', 'COF-01', true],
    [null, '!()', 'a', true],
    ['a', '()', '', false],
    ['a', '!()', '', false],
    ['a', '==', ['a', 'b'], false],
    [['1', '2'], '()', '2,3', true],
    [['1', '2'], '!()', '2,3', false],
    [['1', '2'], '{}', ['2'], true, 'list'],
    [['1', '2'], '!{}', ['3'], true, 'list'],
    [[], '!{}', ['3'], false, 'list'],
    [[], '!()', ['3'], true, 'list'],
    [['1'], '==', ['1'], true, 'list'],
    ['1', '==', ['1'], false, 'list'],
    [[3, 9], '==', '3', true, 'category'],
    [[3, 9], '!=', '3', false, 'category'],
    [[3, 9], '!=', '4', true, 'category'],
    [[], '!=', '4', false, 'category'],
    [[3, 9], '()', '4, 9', true, 'category'],
    [[3], '==', '', false, 'category'],
    [[3], '>=', '1', false, 'category'],
    ['anything', '<=>', '', false],
    [null, '<=>', '', false],
  ])('%j %s %j is %j', (actual, operator, value, holds, comparison = 'plain') => {
    expect(conditionHolds(actual, prepareOperand(operator, value, comparison))).toBe(holds);
  });

  it.each([
    ['1,234.50', 1234.5],
    ['1.234,50', 1234.5],
    ['12,5', 12.5],
    ['€ 12.5', 12.5],
    ['', 0],
  ])('reads the amount %j as %d (Locale\\Format::getNumber)', (typed, number) => {
    expect(typedNumber(typed)).toBe(number);
  });
});

const shop: Shop = {
  settings: exclusive,
  products: [
    product('COFFEE', 10, {
      categoryIds: [3],
      weight: 0.5,
      attributeSetId: 4,
      attributes: { name: 'Espresso', origin: 'br,et', launched: '2026-03-01 00:00:00', colour: '5' },
    }),
    product('TEA', 5, { id: 2, categoryIds: [4], attributeSetId: 9, attributes: { name: 'Darjeeling', origin: '' } }),
    product('SHIRT', 0, {
      id: 3,
      type: 'configurable',
      categoryIds: [6],
      configurable: { attributes: [], variants: [] },
    }),
    product('SHIRT-S', 20, { id: 4, categoryIds: [7], weight: 2, attributes: { colour: '8' } }),
    product('BOX', 0, {
      id: 5,
      type: 'bundle',
      bundle: {
        dynamicPrice: true,
        options: [
          {
            optionId: 1,
            title: 'Coffee',
            required: true,
            selections: [
              { selectionId: '1', sku: sku('COFFEE'), quantity: 2, isDefault: true, price: null, priceType: null },
            ],
          },
        ],
      },
    }),
  ],
};

const attributes = new Map<string, CatalogueAttribute>(
  [
    { id: 1, code: 'origin', input: 'multiselect', backendType: 'text' },
    { id: 2, code: 'launched', input: 'date', backendType: 'datetime' },
    { id: 3, code: 'colour', input: 'select', backendType: 'int' },
  ].map((attribute) => [attribute.code, attribute]),
);

/** Whether a cart rule with this condition applies to the cart. */
const applies = (cart: CartInput, conditions: RuleCondition): boolean =>
  priceCart(cart, bookOf({ ...shop, attributes, rules: [rule(1, { conditions: all(conditions) })] })).appliedRuleIds
    .length === 1;

/** Which lines a rule with this action condition applies to. */
const linesOf = (cart: CartInput, ...conditions: RuleCondition[]): number[] =>
  priceCart(cart, bookOf({ ...shop, attributes, rules: [rule(1, { actionConditions: lineWith(...conditions) })] }))
    .lines.filter((line) => line.appliedRuleIds.length > 0)
    .map((line) => line.lineId);

describe('cart conditions (Condition\\Address)', () => {
  // 2 × 10.00 + 1 × 5.00 = 25.00, with 19 % 29.75; 2 × 0.5 + 1 = 2 kg
  const cart = cartOf(
    [
      ['COFFEE', 2],
      ['TEA', 1],
    ],
    { paymentMethod: 'checkmo', shippingMethod: 'freeshipping_freeshipping' },
  );

  it.each([
    ['base_subtotal', '>=', '25', true],
    ['base_subtotal', '>', '25', false],
    ['base_subtotal_with_discount', '==', '25', true],
    ['base_subtotal_total_incl_tax', '==', '29.75', true],
    ['total_qty', '<=', '3', true],
    ['total_qty', '()', '2,3', true],
    ['weight', '==', '2', true],
    ['weight', '<', '2', false],
    ['payment_method', '==', 'checkmo', true],
    ['payment_method', '!=', 'checkmo', false],
    ['shipping_method', '==', 'freeshipping_freeshipping', true],
    ['country_id', '==', 'DE', true],
    ['country_id', '!=', 'AT', true],
    ['region_id', '==', '82', true],
    ['region', '{}', 'berl', true],
    ['postcode', '{}', '101', true],
    ['postcode', '()', '10115,20095', true],
  ])('%s %s %s is %j', (attribute, operator, value, holds) => {
    expect(applies(cart, ofCart(attribute, operator, value))).toBe(holds);
  });

  it('knows no shipping method for virtual goods', () => {
    const book = (conditions: RuleCondition) =>
      bookOf({
        products: [product('EBOOK', 5, { type: 'virtual' })],
        rules: [rule(1, { conditions: all(conditions) })],
      });
    const ebook = cartOf([['EBOOK', 1]], { shippingMethod: 'freeshipping_freeshipping' });
    expect(priceCart(ebook, book(ofCart('shipping_method', '==', 'freeshipping_freeshipping'))).appliedRuleIds).toEqual(
      [],
    );
    expect(priceCart(ebook, book(ofCart('weight', '==', '0'))).appliedRuleIds).toEqual([1]);
  });

  it('sees amounts before any discount', () => {
    const book = bookOf({
      ...shop,
      rules: [rule(1), rule(2, { conditions: all(ofCart('base_subtotal_with_discount', '>=', '25')) })],
    });
    expect(priceCart(cart, book).appliedRuleIds).toEqual([1, 2]);
  });

  it('knows no payment method until one was chosen', () => {
    expect(applies(cartOf([['TEA', 1]]), ofCart('payment_method', '==', 'checkmo'))).toBe(false);
    expect(applies(cartOf([['TEA', 1]]), ofCart('payment_method', '!=', 'checkmo'))).toBe(true);
  });
});

describe('nested combinations (Condition\\Combine)', () => {
  const yes = ofCart('total_qty', '>', '0');
  const no = ofCart('total_qty', '<', '0');
  it.each<['all' | 'any', boolean, RuleCondition[], boolean]>([
    ['all', true, [yes, yes], true],
    ['all', true, [yes, no], false],
    ['any', true, [yes, no], true],
    ['any', true, [no, no], false],
    ['all', false, [no, no], true],
    ['all', false, [yes, no], false],
    ['any', false, [yes, no], true],
    ['any', false, [yes, yes], false],
    ['any', true, [], true],
  ])('%s of these is %j', (aggregator, value, conditions, holds) => {
    expect(applies(cartOf([['TEA', 1]]), { kind: 'combine', aggregator, value, conditions })).toBe(holds);
  });
});

describe('product conditions (Condition\\Product)', () => {
  const cart = cartOf([
    ['COFFEE', 2],
    ['TEA', 1],
  ]);
  it.each<[string, string, string, number[]]>([
    ['sku', '()', 'tea, milk', [2]],
    ['sku', '!=', 'TEA', [1]],
    ['category_ids', '==', '3', [1]],
    ['category_ids', '!()', '3,5', [2]],
    ['attribute_set_id', '==', '9', [2]],
    ['price', '>=', '10', [1]],
    ['price', '()', '5,6', [2]],
    ['quote_item_qty', '>=', '2', [1]],
    ['quote_item_price', '<', '5,50', [2]],
    ['quote_item_row_total', '==', '20', [1]],
    ['name', '{}', 'jeel', [2]],
    ['weight', '<', '1', [1]],
    ['type_id', '==', 'simple', [1, 2]],
    ['origin', '{}', 'et', [1]],
    ['origin', '!()', 'et', [2]],
    ['launched', '>=', '2026-02-01', [1]],
    ['launched', '==', '2026-03-01 00:00:00', [1]],
    ['colour', '==', '5', [1]],
    ['colour', '!=', '5', [2]],
    ['unknown', '==', '', [1, 2]],
  ])('%s %s %s holds for lines %j', (attribute, operator, value, lines) => {
    expect(linesOf(cart, ofProduct(attribute, operator, value))).toEqual(lines);
  });

  const shirt = cartOf([['SHIRT', 1, { variant: sku('SHIRT-S') }]]);

  it('finds a configurable by itself or its variant, by category, SKU, attribute, price and weight', () => {
    for (const condition of [
      ofProduct('category_ids', '==', '6'),
      ofProduct('category_ids', '==', '7'),
      ofProduct('sku', '==', 'SHIRT'),
      ofProduct('sku', '==', 'SHIRT-S'),
      ofProduct('colour', '==', '8'),
      ofProduct('price', '>=', '20'),
      ofProduct('weight', '==', '2'),
    ]) {
      expect(linesOf(shirt, condition)).toEqual([1]);
    }
    expect(linesOf(shirt, ofProduct('colour', '==', '9'))).toEqual([]);
  });

  it('asks only the parent or only the children if the scope says so', () => {
    const scoped = (scope: 'parent' | 'children', id: string): RuleCondition => ({
      kind: 'product',
      attribute: 'category_ids',
      operator: '==',
      value: id,
      scope,
    });
    expect(linesOf(shirt, scoped('parent', '6'))).toEqual([1]);
    expect(linesOf(shirt, scoped('parent', '7'))).toEqual([]);
    expect(linesOf(shirt, scoped('children', '7'))).toEqual([1]);
    expect(linesOf(shirt, scoped('children', '6'))).toEqual([]);
  });

  it('sees the variant’s price in the cart as 0, as Magento keeps it', () => {
    expect(linesOf(shirt, ofProduct('quote_item_price', '==', '0'))).toEqual([1]);
    expect(linesOf(shirt, ofProduct('quote_item_price', '==', '20'))).toEqual([1]);
  });

  it('of conditions that must be false, is content with one part that fails them', () => {
    const isNot = (...conditions: RuleCondition[]): RuleCondition => ({
      kind: 'combine',
      ofLine: true,
      aggregator: 'all',
      value: false,
      conditions,
    });
    // The shirt is in 6, its variant in 7: neither is in both.
    expect(linesOf(shirt, isNot(ofProduct('category_ids', '==', '6')))).toEqual([1]);
    expect(linesOf(shirt, isNot(ofProduct('category_ids', '()', '6,7')))).toEqual([]);
  });

  it('may be met by different parts of one line', () => {
    expect(linesOf(shirt, ofProduct('category_ids', '==', '6'), ofProduct('category_ids', '==', '7'))).toEqual([1]);
  });
});

describe('found and not found (Condition\\Product\\Found)', () => {
  const found = (isFound: boolean, aggregator: 'all' | 'any', ...conditions: RuleCondition[]): RuleCondition => ({
    kind: 'found',
    found: isFound,
    aggregator,
    conditions,
  });
  const coffee = ofProduct('category_ids', '==', '3');
  const two = ofProduct('quote_item_qty', '==', '2');
  it.each<[string, CartInput, RuleCondition, boolean]>([
    [
      'found',
      cartOf([
        ['COFFEE', 1],
        ['TEA', 1],
      ]),
      found(true, 'all', coffee),
      true,
    ],
    ['found nowhere', cartOf([['TEA', 1]]), found(true, 'all', coffee), false],
    [
      'all of one line',
      cartOf([
        ['COFFEE', 1],
        ['TEA', 2],
      ]),
      found(true, 'all', coffee, two),
      false,
    ],
    ['any of one line', cartOf([['TEA', 2]]), found(true, 'any', coffee, two), true],
    ['not found, and it is not there', cartOf([['TEA', 1]]), found(false, 'all', coffee), true],
    [
      'not found, and it is there',
      cartOf([
        ['COFFEE', 1],
        ['TEA', 1],
      ]),
      found(false, 'all', coffee),
      false,
    ],
    ['not found, in a part of a bundle', cartOf([['BOX', 1]]), found(false, 'all', coffee), false],
    // 2.4.7: the first line that meets it decides.
    [
      'not any: the first line meets it',
      cartOf([
        ['TEA', 1],
        ['COFFEE', 1],
      ]),
      found(false, 'any', coffee),
      true,
    ],
    [
      'not any: the first line does not',
      cartOf([
        ['COFFEE', 1],
        ['TEA', 1],
      ]),
      found(false, 'any', coffee),
      false,
    ],
  ])('%s', (_, cart, condition, holds) => {
    expect(applies(cart, condition)).toBe(holds);
  });
});

describe('subselection (Condition\\Product\\Subselect)', () => {
  const subselect = (
    attribute: 'qty' | 'base_row_total' | 'base_row_total_incl_tax',
    operator: string,
    value: string,
    ...conditions: RuleCondition[]
  ): RuleCondition => ({ kind: 'subselect', attribute, operator, value, aggregator: 'all', conditions });
  const coffee = ofProduct('category_ids', '==', '3');
  it.each<[string, CartInput, RuleCondition, boolean]>([
    [
      'quantity of what matches',
      cartOf([
        ['COFFEE', 2],
        ['TEA', 9],
      ]),
      subselect('qty', '==', '2', coffee),
      true,
    ],
    [
      'amount of what matches',
      cartOf([
        ['COFFEE', 2],
        ['TEA', 9],
      ]),
      subselect('base_row_total', '==', '20', coffee),
      true,
    ],
    ['amount including tax', cartOf([['COFFEE', 2]]), subselect('base_row_total_incl_tax', '==', '23.8', coffee), true],
    ['parts of a bundle, times the bundle', cartOf([['BOX', 3]]), subselect('qty', '==', '6', coffee), true],
    ['rows of parts as they are', cartOf([['BOX', 3]]), subselect('base_row_total', '==', '60', coffee), true],
    [
      'rows of parts including tax, times the bundle again',
      cartOf([['BOX', 3]]),
      subselect('base_row_total_incl_tax', '>', '214', coffee),
      true,
    ],
    ['no conditions: never', cartOf([['TEA', 1]]), subselect('qty', '>=', '1'), false],
    [
      'a number of 0 turns the conditions around',
      cartOf([
        ['COFFEE', 2],
        ['TEA', 1],
      ]),
      subselect('qty', '>', '0', coffee),
      true,
    ],
    ['nothing matches', cartOf([['TEA', 1]]), subselect('qty', '>=', '1', coffee), false],
  ])('%s', (_, cart, condition, holds) => {
    expect(applies(cart, condition)).toBe(holds);
  });
});
