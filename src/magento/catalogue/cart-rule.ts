import { z } from 'zod';
import { instant } from '../../platform/clock.ts';
import type { CartRule, CartRuleAction, Coupon, RuleCondition } from '../../pricing/price-book.ts';
import { day, flag, type Mapped, mapped, number, optionalNumber, text } from './mapped.ts';
import { type ConditionBody, conditionBody, mapCondition } from './rule-condition.ts';

const ids = z
  .array(number)
  .nullish()
  .transform((values) => values ?? []);

const ruleBody = z.object({
  rule_id: number,
  name: text.nullish(),
  sort_order: number.nullish(),
  website_ids: ids,
  customer_group_ids: ids,
  is_active: flag,
  from_date: day,
  to_date: day,
  coupon_type: z.union([z.string(), z.number()]).nullish(),
  use_auto_generation: flag,
  uses_per_customer: number.nullish(),
  condition: conditionBody.nullish(),
  action_condition: conditionBody.nullish(),
  simple_action: z.string().nullish(),
  discount_amount: number.nullish(),
  discount_qty: optionalNumber,
  discount_step: number.nullish(),
  apply_to_shipping: flag,
  stop_rules_processing: flag,
});

const actions: ReadonlySet<string> = new Set<CartRuleAction>([
  'by_percent',
  'by_fixed',
  'cart_fixed',
  'buy_x_get_y',
  'to_percent',
  'to_fixed',
]);

const isAction = (action: string): action is CartRuleAction => actions.has(action);

/**
 * One item of `GET /V1/salesRules/search`, without its coupons (see {@link attachCoupons}). A rule that asks or does anything
 * that is not Magento's own is refused with the reason, so that it is left out and named, never guessed.
 */
export function mapCartRule(item: unknown): Mapped<CartRule> {
  return mapped(ruleBody, item, (rule) => {
    const made = makeRule(rule);
    return made.ok ? made : { ok: false, reason: `rule "${rule.name ?? rule.rule_id}": ${made.reason}` };
  });
}

function makeRule(rule: z.infer<typeof ruleBody>): Mapped<CartRule> {
  const action = rule.simple_action ?? '';
  if (!isAction(action)) return { ok: false, reason: `simple_action: "${action}" is not one of Magento's actions` };
  const coupon = couponKind(rule.coupon_type, rule.use_auto_generation);
  if (coupon === undefined) return { ok: false, reason: `coupon_type: unknown value "${rule.coupon_type}"` };
  const conditions = treeOf(rule.condition, false);
  if (!conditions.ok) return conditions;
  const actionConditions = treeOf(rule.action_condition, true);
  if (!actionConditions.ok) return actionConditions;
  return {
    ok: true,
    record: {
      id: rule.rule_id,
      name: rule.name ?? `Rule ${rule.rule_id}`,
      sortOrder: rule.sort_order ?? 0,
      websiteIds: rule.website_ids,
      customerGroupIds: rule.customer_group_ids,
      active: rule.is_active,
      from: rule.from_date,
      to: rule.to_date,
      coupon,
      coupons: [],
      usesPerCustomer: rule.uses_per_customer ?? 0,
      conditions: conditions.record,
      actionConditions: actionConditions.record,
      action,
      discountAmount: rule.discount_amount ?? 0,
      discountQuantity: rule.discount_qty ?? 0,
      discountStep: rule.discount_step ?? 0,
      applyToShipping: rule.apply_to_shipping,
      stopRulesProcessing: rule.stop_rules_processing,
    },
  };
}

/** REST writes the kind in words; the database, and hence older modules, in numbers (`Magento\SalesRule\Model\Rule`). */
function couponKind(type: string | number | null | undefined, generated: boolean): CartRule['coupon'] | undefined {
  switch (String(type ?? 'NO_COUPON')) {
    case 'NO_COUPON':
    case '1':
      return 'none';
    case 'SPECIFIC_COUPON':
    case '2':
      return generated ? 'auto' : 'specific';
    case 'AUTO':
    case '3':
      return 'auto';
    default:
      return undefined;
  }
}

function treeOf(body: ConditionBody | null | undefined, ofLine: boolean): Mapped<RuleCondition> {
  if (body) return mapCondition(body);
  const always = { kind: 'combine', aggregator: 'all', value: true, conditions: [] } as const;
  return { ok: true, record: ofLine ? { ...always, ofLine } : always };
}

/** A code and the rule it belongs to. */
export interface RuleCoupon {
  readonly ruleId: number;
  /** Made by Magento's generator (`type` 1), not typed in by a person. */
  readonly generated: boolean;
  readonly coupon: Coupon;
}

const couponBody = z.object({
  rule_id: number,
  code: text,
  usage_limit: number.nullish(),
  usage_per_customer: number.nullish(),
  times_used: number.nullish(),
  expiration_date: z.string().nullish(),
  type: number.nullish(),
});

/** One item of `GET /V1/coupons/search`. */
export function mapCoupon(item: unknown): Mapped<RuleCoupon> {
  return mapped(couponBody, item, (coupon) => {
    const expires = coupon.expiration_date ? Date.parse(`${coupon.expiration_date.replace(' ', 'T')}Z`) : Number.NaN;
    return {
      ok: true,
      record: {
        ruleId: coupon.rule_id,
        generated: coupon.type === 1,
        coupon: {
          code: coupon.code,
          usageLimit: coupon.usage_limit ?? 0,
          usagePerCustomer: coupon.usage_per_customer ?? 0,
          timesUsed: coupon.times_used ?? 0,
          expires: Number.isNaN(expires) ? null : instant(expires),
        },
      },
    };
  });
}

/**
 * Rules with the codes that open them: a rule with generated codes takes no typed one and the other way round
 * (`Magento\SalesRule\Model\ResourceModel\Rule\Collection::getCouponCodeSelect`).
 */
export function attachCoupons(rules: readonly CartRule[], coupons: readonly RuleCoupon[]): readonly CartRule[] {
  const byRule = new Map<number, RuleCoupon[]>();
  for (const coupon of coupons) {
    const others = byRule.get(coupon.ruleId);
    if (others === undefined) byRule.set(coupon.ruleId, [coupon]);
    else others.push(coupon);
  }
  return rules.map((rule) => {
    if (rule.coupon === 'none') return rule;
    const generated = rule.coupon === 'auto';
    const own = (byRule.get(rule.id) ?? []).filter((coupon) => coupon.generated === generated);
    return { ...rule, coupons: own.map((coupon) => coupon.coupon) };
  });
}
