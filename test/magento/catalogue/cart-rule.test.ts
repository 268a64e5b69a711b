import { describe, expect, it } from 'vitest';
import { attachCoupons, mapCartRule, mapCoupon } from '../../../src/magento/catalogue/cart-rule.ts';
import type { CartRule } from '../../../src/pricing/price-book.ts';

const namespace = 'Magento\\SalesRule\\Model\\Rule\\Condition\\';

const condition = (type: string, over: object = {}): object => ({ condition_type: `${namespace}${type}`, ...over });

/** As `GET /V1/salesRules/search` gives it: empty-valued keys left out, ids now as numbers, now as texts. */
const body = (over: object = {}): object => ({
  rule_id: '7',
  name: 'Ten percent',
  website_ids: [1, '2'],
  customer_group_ids: [0, 1],
  is_active: true,
  condition: condition('Combine', { aggregator_type: 'all', operator: null, value: '1' }),
  action_condition: condition('Product\\Combine', { aggregator_type: 'all', operator: null, value: '1' }),
  stop_rules_processing: false,
  is_advanced: true,
  product_ids: 'Array',
  sort_order: 3,
  simple_action: 'by_percent',
  discount_amount: 10,
  discount_step: 0,
  apply_to_shipping: false,
  coupon_type: 'NO_COUPON',
  use_auto_generation: false,
  ...over,
});

function mappedRule(over: object = {}): CartRule {
  const result = mapCartRule(body(over));
  if (!result.ok) throw new Error(result.reason);
  return result.record;
}

const reasonFor = (over: object): string => {
  const result = mapCartRule(body(over));
  return result.ok ? 'accepted' : result.reason;
};

describe('cart rules', () => {
  it('reads a rule, what is absent being empty', () => {
    expect(mappedRule()).toMatchObject({
      id: 7,
      websiteIds: [1, 2],
      active: true,
      from: null,
      to: null,
      coupon: 'none',
      discountQuantity: 0,
      conditions: { kind: 'combine', aggregator: 'all', value: true, conditions: [] },
      actionConditions: { kind: 'combine', ofLine: true },
    });
  });

  it('reads every kind of condition, nested', () => {
    const leaf = condition('Product', { attribute_name: 'category_ids', operator: '==', value: '3' });
    const rule = mappedRule({
      condition: condition('Combine', {
        aggregator_type: 'any',
        value: '0',
        conditions: [
          condition('Address', { attribute_name: 'base_subtotal', operator: '>=', value: 100 }),
          condition('Product\\Found', { aggregator_type: 'all', value: '', conditions: [leaf] }),
          condition('Product\\Subselect', {
            attribute_name: 'qty',
            operator: '>',
            value: '2',
            aggregator_type: 'all',
            conditions: [leaf],
          }),
        ],
      }),
    });
    const product = { kind: 'product', attribute: 'category_ids', operator: '==', value: '3' };
    expect(rule.conditions).toEqual({
      kind: 'combine',
      aggregator: 'any',
      value: false,
      conditions: [
        { kind: 'address', attribute: 'base_subtotal', operator: '>=', value: '100' },
        { kind: 'found', found: false, aggregator: 'all', conditions: [product] },
        { kind: 'subselect', attribute: 'qty', operator: '>', value: '2', aggregator: 'all', conditions: [product] },
      ],
    });
  });

  it('drops the scope prefix that Magento drops, and keeps a scope given by itself', () => {
    const action = (over: object): object =>
      condition('Product\\Combine', {
        value: '1',
        conditions: [condition('Product', { operator: '()', value: ['4', 5], ...over })],
      });
    expect(mappedRule({ action_condition: action({ attribute_name: 'parent::sku' }) }).actionConditions).toMatchObject({
      conditions: [{ attribute: 'sku', value: ['4', '5'] }],
    });
    const scoped = mappedRule({ action_condition: action({ attribute_name: 'sku', attribute_scope: 'children' }) });
    expect(scoped.actionConditions).toMatchObject({ conditions: [{ scope: 'children' }] });
  });

  it.each<[string, object, RegExp]>([
    [
      "another vendor's condition",
      { condition: condition('Combine', { conditions: [{ condition_type: 'Acme\\Loyalty\\Points', value: '1' }] }) },
      /rule "Ten percent": condition_type: Acme\\Loyalty\\Points is not one of Magento's own/,
    ],
    [
      'an unknown cart attribute',
      { condition: condition('Address', { attribute_name: 'moon_phase', operator: '==', value: '1' }) },
      /"moon_phase" is not a cart attribute/,
    ],
    [
      'an unknown operator',
      { condition: condition('Address', { attribute_name: 'weight', operator: '~', value: '1' }) },
      /operator: "~"/,
    ],
    [
      'an unknown sum',
      { condition: condition('Product\\Subselect', { attribute_name: 'weight', value: '1' }) },
      /"weight"/,
    ],
    ['an unknown action', { simple_action: 'ampromo_cart' }, /simple_action: "ampromo_cart"/],
    ['an unknown coupon type', { coupon_type: 'LOYALTY' }, /coupon_type/],
    ['no id', { rule_id: null }, /rule_id/],
  ])('refuses %s, saying which', (_, over, reason) => {
    expect(reasonFor(over)).toMatch(reason);
  });

  it.each([
    ['SPECIFIC_COUPON', false, 'specific'],
    ['SPECIFIC_COUPON', true, 'auto'],
    ['AUTO', false, 'auto'],
    [2, false, 'specific'],
  ])('coupon type %s with generation %s is %s', (type, generated, kind) => {
    expect(mappedRule({ coupon_type: type, use_auto_generation: generated }).coupon).toBe(kind);
  });
});

describe('coupons', () => {
  const coupon = (over: object) => {
    const result = mapCoupon({ coupon_id: 1, rule_id: 7, code: 'TEN', times_used: '2', type: 0, ...over });
    if (!result.ok) throw new Error(result.reason);
    return result.record;
  };

  it('reads limits, uses and expiry', () => {
    expect(coupon({ usage_limit: 5, expiration_date: '2026-12-24 22:59:59' })).toEqual({
      ruleId: 7,
      generated: false,
      coupon: {
        code: 'TEN',
        usageLimit: 5,
        usagePerCustomer: 0,
        timesUsed: 2,
        expires: Date.UTC(2026, 11, 24, 22, 59, 59),
      },
    });
  });

  it('open only rules of their kind', () => {
    const coupons = [coupon({}), coupon({ code: 'GEN-1', type: 1 }), coupon({ rule_id: 99, code: 'OTHER' })];
    const codes = (over: object): string[] =>
      attachCoupons([mappedRule(over)], coupons).flatMap((rule) => rule.coupons.map(({ code }) => code));
    expect(codes({ coupon_type: 'SPECIFIC_COUPON' })).toEqual(['TEN']);
    expect(codes({ coupon_type: 'SPECIFIC_COUPON', use_auto_generation: true })).toEqual(['GEN-1']);
    expect(codes({})).toEqual([]);
  });
});
