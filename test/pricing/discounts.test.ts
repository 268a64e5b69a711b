import { describe, expect, it } from 'vitest';
import { instant } from '../../src/platform/clock.ts';
import { sku } from '../../src/platform/ids.ts';
import type { CartRule, Coupon } from '../../src/pricing/price-book.ts';
import { priceCart } from '../../src/pricing/price-cart.ts';
import type { CartInput, CartTotals } from '../../src/pricing/totals.ts';
import {
  all,
  always,
  bookOf,
  cartOf,
  exclusive,
  inclusive,
  lineWith,
  ofCart,
  ofProduct,
  product,
  rule,
  type Shop,
} from './shop.ts';

const row = { ...inclusive, taxAlgorithm: 'ROW_BASE_CALCULATION' } as const;
const goods = [product('A', 10, { categoryIds: [3] }), product('B', 4, { id: 2, categoryIds: [4] })];

const priced = (cart: CartInput, rules: readonly CartRule[], shop: Partial<Shop> = {}): CartTotals =>
  priceCart(cart, bookOf({ products: goods, settings: row, ...shop, rules }));

const discountsOf = (totals: CartTotals): number[] => totals.lines.map((line) => line.discount);

const inCategory = (id: number) => lineWith(ofProduct('category_ids', '==', String(id)));

describe('actions (SalesRule\\Model\\Rule\\Action\\Discount)', () => {
  it.each<[string, Partial<CartRule>, number, number]>([
    ['by_percent: of what earlier rules left', { discountAmount: 25 }, 4, 1000],
    ['by_percent: at most discount_qty units', { discountAmount: 25, discountQuantity: 3 }, 4, 750],
    ['by_percent: in whole steps', { discountAmount: 25, discountStep: 3 }, 5, 750],
    ['by_percent: never more than all', { discountAmount: 250 }, 4, 4000],
    ['to_percent: to 25 %', { action: 'to_percent', discountAmount: 25 }, 4, 3000],
    ['by_fixed: per unit', { action: 'by_fixed', discountAmount: 0.5 }, 4, 200],
    [
      'by_fixed: step and maximum together',
      { action: 'by_fixed', discountAmount: 0.5, discountStep: 2, discountQuantity: 3 },
      4,
      100,
    ],
    ['by_fixed: never more than the price', { action: 'by_fixed', discountAmount: 50 }, 2, 2000],
    ['to_fixed: to 7.00', { action: 'to_fixed', discountAmount: 7 }, 2, 600],
    ['buy 2 get 1: two', { action: 'buy_x_get_y', discountStep: 2, discountAmount: 1 }, 2, 0],
    ['buy 2 get 1: three', { action: 'buy_x_get_y', discountStep: 2, discountAmount: 1 }, 3, 1000],
    ['buy 2 get 1: eight', { action: 'buy_x_get_y', discountStep: 2, discountAmount: 1 }, 8, 2000],
    ['buy 3 get 2: the rest beyond X is free', { action: 'buy_x_get_y', discountStep: 3, discountAmount: 2 }, 9, 3000],
    [
      'buy 2 get 1, at most 3 units',
      { action: 'buy_x_get_y', discountStep: 2, discountAmount: 1, discountQuantity: 3 },
      9,
      1000,
    ],
    ['buy 1 get 2: nothing, Y is more than X', { action: 'buy_x_get_y', discountStep: 1, discountAmount: 2 }, 9, 0],
    ['buy X without a step: nothing', { action: 'buy_x_get_y', discountStep: 0, discountAmount: 1 }, 9, 0],
    ['cart_fixed: never more than the goods', { action: 'cart_fixed', discountAmount: 50 }, 2, 2000],
  ])('%s', (_, over, count, discount) => {
    const totals = priced(cartOf([['A', count]]), [rule(1, over)]);
    expect(totals.discount).toBe(discount);
    expect(totals.appliedRuleIds).toEqual([1]);
  });

  it('shares cart_fixed out by price, carrying the remainder', () => {
    // 10/14 and 4/14 of 1.00: 0.714… and 0.285…
    const totals = priced(
      cartOf([
        ['A', 1],
        ['B', 1],
      ]),
      [rule(1, { action: 'cart_fixed', discountAmount: 1 })],
    );
    expect(discountsOf(totals)).toEqual([71, 29]);
  });

  it('shares cart_fixed out by what is left, counting earlier discounts once for every line and rule before', () => {
    const rules = [rule(1), rule(2, { action: 'cart_fixed', discountAmount: 5 })];
    // After 10 %: 9.00 and 3.60 of 14.00 − 1.40 = 12.60 → 3.571…, 1.428…
    expect(
      discountsOf(
        priced(
          cartOf([
            ['A', 1],
            ['B', 1],
          ]),
          rules,
        ),
      ),
    ).toEqual([457, 183]);
    // A rule in between that takes nothing off, its condition failing, still has the 1.40 counted again: of 14.00 − 2.80.
    const between = rule(1, { id: 3, sortOrder: 1.5, conditions: all(ofCart('total_qty', '>', '99')) });
    // 9/11.2 × 5 = 4.017…, then 3.6/11.2 × 5 = 1.607… but only what is left matters at the next line.
    expect(
      discountsOf(
        priced(
          cartOf([
            ['A', 1],
            ['B', 1],
          ]),
          [...rules, between],
        ),
      ),
    ).toEqual([502, 201]);
  });

  it('shares cart_fixed out by price if it also goes to shipping', () => {
    const rules = [rule(1), rule(2, { action: 'cart_fixed', discountAmount: 5, applyToShipping: true })];
    expect(
      discountsOf(
        priced(
          cartOf([
            ['A', 1],
            ['B', 1],
          ]),
          rules,
        ),
      ),
    ).toEqual([457, 183]);
    const capped = [rule(1, { actionConditions: inCategory(3) }), rules[1] as CartRule];
    // By price: 10/14 and 4/14 of 5.00, whatever the first rule took.
    expect(
      discountsOf(
        priced(
          cartOf([
            ['A', 1],
            ['B', 1],
          ]),
          capped,
        ),
      ),
    ).toEqual([457, 143]);
  });

  it('carries remainders between lines of one accumulated percentage (Utility::deltaRoundingFix)', () => {
    const odd = [product('A', 0.33), product('B', 0.33), product('C', 0.33)];
    const totals = priced(
      cartOf([
        ['A', 1],
        ['B', 1],
        ['C', 1],
      ]),
      [rule(1, { discountAmount: 5 })],
      { products: odd },
    );
    // 0.0165 → 0.02, 0.0130 → 0.01, 0.0195 → 0.02
    expect(discountsOf(totals)).toEqual([2, 1, 2]);
    expect(totals.lines[0]?.discountPercent).toBe(5);
  });

  it('gives back what a later rule on fewer units can not hold (Utility::minFix)', () => {
    const rules = [rule(1, { discountAmount: 50 }), rule(2, { discountAmount: 10, discountQuantity: 1 })];
    const totals = priced(cartOf([['A', 4]]), rules);
    // 20.00 off four; then capped at the price of the one unit the second rule is for.
    expect(totals.discount).toBe(1000);
    expect(totals.discounts.map(({ ruleId, amount }) => [ruleId, amount])).toEqual([
      [1, 2000],
      [2, -1000],
    ]);
  });

  it('never takes more than the row including tax at 100 %', () => {
    const totals = priced(cartOf([['A', 1]]), [rule(1, { discountAmount: 100 })], { settings: exclusive });
    expect(totals).toMatchObject({ discount: 1000, tax: 0, grandTotal: 0 });
  });

  it('never owes money where discounts include a tax that is then not charged', () => {
    const settings = { ...exclusive, discountIncludesTax: true };
    const totals = priced(cartOf([['A', 1]]), [rule(1, { discountAmount: 100 })], { settings });
    expect(totals).toMatchObject({ subtotal: 1000, discount: 1000, tax: 0, grandTotal: 0 });
    expect(totals.lines[0]?.discounts.map((one) => one.amount)).toEqual([1000]);
  });
});

describe('the order of rules (Quote\\Discount::collect)', () => {
  it('goes by priority; at equal priority rules without a coupon first, then by id', () => {
    const coupon: Coupon = { code: 'X', usageLimit: 0, usagePerCustomer: 0, timesUsed: 0, expires: null };
    const rules = [
      rule(4, { sortOrder: 1 }),
      rule(2, { sortOrder: 1, coupon: 'specific', coupons: [coupon] }),
      rule(3, { sortOrder: 1 }),
      rule(1, { sortOrder: 2 }),
    ];
    expect(priced(cartOf([['A', 1]], { coupon: 'X' }), rules).appliedRuleIds).toEqual([3, 4, 2, 1]);
  });

  it('stops further rules only for the lines it applied to', () => {
    const rules = [rule(1, { actionConditions: inCategory(3), stopRulesProcessing: true }), rule(2)];
    const totals = priced(
      cartOf([
        ['A', 1],
        ['B', 1],
      ]),
      rules,
    );
    expect(totals.lines.map((line) => line.appliedRuleIds)).toEqual([[1], [2]]);
  });

  it('counts a rule that matched but gave nothing as applied, and lets it stop others', () => {
    const nothing = rule(1, { action: 'buy_x_get_y', discountStep: 2, discountAmount: 1, stopRulesProcessing: true });
    const totals = priced(cartOf([['A', 1]]), [nothing, rule(2)]);
    expect(totals).toMatchObject({ discount: 0, appliedRuleIds: [1], discounts: [] });
  });

  it('takes lines the first rule acts on first (Validator::sortItemsByPriority)', () => {
    const odd = [product('A', 0.33), product('B', 0.33, { categoryIds: [4] })];
    const rules = [
      rule(1, { discountAmount: 5 }),
      rule(2, {
        sortOrder: 0,
        discountAmount: 0,
        actionConditions: inCategory(4),
        conditions: all(ofCart('total_qty', '>', '99')),
      }),
    ];
    // B comes first although the rule that puts it there fails: it rounds up, A gets what is left.
    expect(
      discountsOf(
        priced(
          cartOf([
            ['A', 1],
            ['B', 1],
          ]),
          rules,
          { products: odd },
        ),
      ),
    ).toEqual([1, 2]);
  });

  it('discounts the matching parts of a bundle, not the bundle', () => {
    const box = product('BOX', 0, {
      type: 'bundle',
      bundle: {
        dynamicPrice: true,
        options: ['A', 'B'].map((code, index) => ({
          optionId: index,
          title: code,
          required: true,
          selections: [
            { selectionId: code, sku: sku(code), quantity: 1, isDefault: true, price: null, priceType: null },
          ],
        })),
      },
    });
    const [line] = priced(cartOf([['BOX', 2]]), [rule(1, { actionConditions: inCategory(4) })], {
      products: [...goods, box],
    }).lines;
    expect(line).toMatchObject({ discount: 0, appliedRuleIds: [1] });
    expect(line?.children.map((child) => [child.discount, child.appliedRuleIds])).toEqual([
      [0, []],
      [80, []],
    ]);
  });

  it.each<[string, Partial<CartRule>]>([
    ['inactive', { active: false }],
    ['of another website', { websiteIds: [2] }],
    ['of another group', { customerGroupIds: [1] }],
    ['not yet begun', { from: '2026-11-24' }],
    ['over', { to: '2026-11-22' }],
  ])('leaves out a rule that is %s', (_, over) => {
    expect(priced(cartOf([['A', 1]]), [rule(1, over)]).appliedRuleIds).toEqual([]);
  });

  it('follows the windows of rules while the till is offline', () => {
    const sale = rule(1, { from: '2026-11-23', to: '2026-11-23' });
    const at = (moment: string): number => priced(cartOf([['A', 1]], { at: instant(moment) }), [sale]).discount;
    expect([
      at('2026-11-22T22:59:59Z'),
      at('2026-11-22T23:00:00Z'),
      at('2026-11-23T22:59:59Z'),
      at('2026-11-23T23:00:00Z'),
    ]).toEqual([0, 100, 100, 0]);
  });
});

describe('coupons', () => {
  const coupon = (over: Partial<Coupon> = {}): Coupon => ({
    code: 'TENOFF',
    usageLimit: 0,
    usagePerCustomer: 0,
    timesUsed: 0,
    expires: null,
    ...over,
  });
  const opened = (over: Partial<Coupon> = {}, ruleOver: Partial<CartRule> = {}): CartRule =>
    rule(7, { coupon: 'specific', coupons: [coupon(over)], ...ruleOver });

  it('opens a rule, whatever the case it is typed in', () => {
    const totals = priced(cartOf([['A', 1]], { coupon: 'tenoff' }), [opened()]);
    expect(totals).toMatchObject({ couponAccepted: 'tenoff', discount: 100, uncertainties: [] });
  });

  it('does nothing without it, or with another', () => {
    expect(priced(cartOf([['A', 1]]), [opened()]).appliedRuleIds).toEqual([]);
    expect(priced(cartOf([['A', 1]], { coupon: 'OTHER' }), [opened()])).toMatchObject({
      couponAccepted: null,
      discount: 0,
    });
  });

  it('is dropped if its rule applied to nothing, and then its rule does not sort the lines either', () => {
    const odd = [product('A', 0.33), product('B', 0.33, { categoryIds: [4] })];
    const failing = opened(
      {},
      { sortOrder: 0, actionConditions: inCategory(4), conditions: all(ofCart('total_qty', '>', '99')) },
    );
    const totals = priced(
      cartOf(
        [
          ['A', 1],
          ['B', 1],
        ],
        { coupon: 'TENOFF' },
      ),
      [failing, rule(1, { discountAmount: 5 })],
      { products: odd },
    );
    expect(totals.couponAccepted).toBeNull();
    expect(discountsOf(totals)).toEqual([2, 1]);
  });

  it('is refused when the snapshot knows it used up', () => {
    expect(
      priced(cartOf([['A', 1]], { coupon: 'TENOFF' }), [opened({ usageLimit: 3, timesUsed: 3 })]).couponAccepted,
    ).toBeNull();
  });

  it('says what only Magento can know', () => {
    const rules = [opened({ usageLimit: 3, timesUsed: 1, usagePerCustomer: 1 }), rule(1, { usesPerCustomer: 2 })];
    const guest = priced(cartOf([['A', 1]], { coupon: 'TENOFF' }), rules);
    expect(guest.uncertainties).toHaveLength(1);
    expect(guest.uncertainties[0]).toContain('3 times');
    const customer = priced(cartOf([['A', 1]], { coupon: 'TENOFF', customerId: 9 }), rules);
    expect(customer.uncertainties).toHaveLength(3);
  });

  it('still accepts a code whose own expiry Magento ignores', () => {
    const rules = [opened({ expires: instant('2020-01-01T00:00:00Z') })];
    expect(priced(cartOf([['A', 1]], { coupon: 'TENOFF' }), rules).couponAccepted).toBe('TENOFF');
  });
});

describe('empty carts', () => {
  it('cost nothing', () => {
    expect(priced(cartOf([]), [rule(1, { conditions: always, action: 'cart_fixed' })])).toMatchObject({
      lines: [],
      grandTotal: 0,
      taxes: [],
    });
  });
});
