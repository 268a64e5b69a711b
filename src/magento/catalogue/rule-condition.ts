import { z } from 'zod';
import type { RuleCondition } from '../../pricing/price-book.ts';
import type { Mapped } from './mapped.ts';

/** `Magento\SalesRule\Api\Data\ConditionInterface`: a tree; empty-valued keys are left out. */
export interface ConditionBody {
  readonly condition_type: string;
  readonly attribute_name?: string | null | undefined;
  /** Not in stock REST, which loses it; kept when a module gives it. */
  readonly attribute_scope?: string | null | undefined;
  readonly operator?: string | null | undefined;
  readonly aggregator_type?: string | null | undefined;
  readonly value?: ConditionValue | null | undefined;
  readonly conditions?: readonly ConditionBody[] | null | undefined;
}

type ConditionValue = string | number | boolean | readonly (string | number)[];

export const conditionBody: z.ZodType<ConditionBody> = z.lazy(() =>
  z.object({
    condition_type: z.string(),
    attribute_name: z.string().nullish(),
    attribute_scope: z.string().nullish(),
    operator: z.string().nullish(),
    aggregator_type: z.string().nullish(),
    value: z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]).nullish(),
    conditions: z.array(conditionBody).nullish(),
  }),
);

const namespace = 'Magento\\SalesRule\\Model\\Rule\\Condition\\';

/** `Magento\SalesRule\Model\Rule\Condition\Address::loadAttributeOptions`. */
const addressAttributes: ReadonlySet<string> = new Set([
  'base_subtotal',
  'base_subtotal_with_discount',
  'base_subtotal_total_incl_tax',
  'total_qty',
  'weight',
  'payment_method',
  'shipping_method',
  'postcode',
  'region',
  'region_id',
  'country_id',
]);

/** `Magento\Rule\Model\Condition\AbstractCondition::getDefaultOperatorOptions`. */
const operators: ReadonlySet<string> = new Set(['==', '!=', '>=', '<=', '>', '<', '{}', '!{}', '()', '!()', '<=>']);

/**
 * A condition tree as the engine asks it. A type, attribute or operator that is not Magento's own is refused by name: such a
 * rule is never guessed.
 */
export function mapCondition(body: ConditionBody): Mapped<RuleCondition> {
  const type = body.condition_type.replace(/^\\+/, '');
  switch (type.startsWith(namespace) ? type.slice(namespace.length) : '') {
    case 'Combine':
      return withChildren(body, (conditions) => ({
        kind: 'combine',
        aggregator: aggregatorOf(body),
        value: truth(body.value),
        conditions,
      }));
    case 'Product\\Combine':
      return withChildren(body, (conditions) => ({
        kind: 'combine',
        ofLine: true,
        aggregator: aggregatorOf(body),
        value: truth(body.value),
        conditions,
      }));
    case 'Product\\Found':
      return withChildren(body, (conditions) => ({
        kind: 'found',
        found: truth(body.value),
        aggregator: aggregatorOf(body),
        conditions,
      }));
    case 'Product\\Subselect':
      return mapSubselect(body);
    case 'Address':
      return mapAddress(body);
    case 'Product':
      return mapProduct(body);
    default:
      return { ok: false, reason: `condition_type: ${type} is not one of Magento's own conditions` };
  }
}

function mapSubselect(body: ConditionBody): Mapped<RuleCondition> {
  const attribute = body.attribute_name;
  if (attribute !== 'qty' && attribute !== 'base_row_total' && attribute !== 'base_row_total_incl_tax') {
    return { ok: false, reason: `attribute_name: a subselection can't add up "${attribute ?? ''}"` };
  }
  const operator = operatorOf(body);
  if (!operator.ok) return operator;
  const { value } = body;
  return withChildren(body, (conditions) => ({
    kind: 'subselect',
    attribute,
    operator: operator.record,
    value: Array.isArray(value) ? value.join(',') : plain(value),
    aggregator: aggregatorOf(body),
    conditions,
  }));
}

function mapAddress(body: ConditionBody): Mapped<RuleCondition> {
  const attribute = body.attribute_name ?? '';
  if (!addressAttributes.has(attribute)) {
    return { ok: false, reason: `attribute_name: "${attribute}" is not a cart attribute of Magento's` };
  }
  const operator = operatorOf(body);
  if (!operator.ok) return operator;
  return {
    ok: true,
    record: { kind: 'address', attribute, operator: operator.record, value: comparedWith(body.value) },
  };
}

function mapProduct(body: ConditionBody): Mapped<RuleCondition> {
  // Magento strips a scope prefix while loading and then keeps only the separate key (`Condition\Product::loadArray`).
  const attribute = (body.attribute_name ?? '').replace(/^.*::/, '');
  if (attribute === '') return { ok: false, reason: 'attribute_name: a product condition names no attribute' };
  const operator = operatorOf(body);
  if (!operator.ok) return operator;
  const scope = body.attribute_scope;
  const leaf = { kind: 'product', attribute, operator: operator.record, value: comparedWith(body.value) } as const;
  return { ok: true, record: scope === 'parent' || scope === 'children' ? { ...leaf, scope } : leaf };
}

function withChildren(
  body: ConditionBody,
  make: (conditions: readonly RuleCondition[]) => RuleCondition,
): Mapped<RuleCondition> {
  const children: RuleCondition[] = [];
  for (const child of body.conditions ?? []) {
    const condition = mapCondition(child);
    if (!condition.ok) return condition;
    children.push(condition.record);
  }
  return { ok: true, record: make(children) };
}

function operatorOf(body: ConditionBody): Mapped<string> {
  // A select whose operator was never chosen is stored without one and compared as "is".
  const operator = body.operator ?? '==';
  return operators.has(operator)
    ? { ok: true, record: operator }
    : { ok: false, reason: `operator: "${operator}" is not one of Magento's` };
}

const aggregatorOf = (body: ConditionBody): 'all' | 'any' => (body.aggregator_type === 'any' ? 'any' : 'all');

/** PHP's `(bool)`; an absent value was empty, hence false. */
const truth = (value: ConditionBody['value']): boolean =>
  !(value === undefined || value === null || value === false || value === '' || value === '0' || value === 0);

const comparedWith = (value: ConditionBody['value']): string | readonly string[] =>
  Array.isArray(value) ? value.map(String) : plain(value);

const plain = (value: ConditionBody['value']): string =>
  value === undefined || value === null || value === false ? '' : value === true ? '1' : String(value);
