import { isNumeric, type PhpScalar, type PhpValue, phpCompare, phpText } from './php-arithmetic.ts';

/**
 * How an attribute is compared (`AbstractCondition::getInputType`, `Condition\Product\AbstractProduct::getInputType`):
 * `list` always against a list (`multiselect`, `category`), anything else against one value unless the operator is "is one of".
 */
export type Comparison = 'plain' | 'list' | 'category';

/** What a condition compares with, prepared once for all carts. */
export interface ConditionOperand {
  readonly operator: string;
  readonly value: PhpScalar | readonly string[];
  /** Magento wants a list here and has none, or the other way round: the condition is never true. */
  readonly mismatched: boolean;
}

/** `AbstractCondition::getValueParsed`, `isArrayOperatorType`, `getOperatorForValidate`. */
export function prepareOperand(
  operator: string,
  value: string | readonly string[] | number,
  comparison: Comparison,
): ConditionOperand {
  const wantsList = operator === '()' || operator === '!()' || comparison !== 'plain';
  let parsed: PhpScalar | readonly string[] =
    typeof value === 'object' && value.length === 1 ? (value[0] ?? '') : value;
  if (wantsList && typeof parsed !== 'object' && parsed !== '' && parsed !== '0' && parsed !== 0) {
    parsed = phpText(parsed)
      .split(/\s*[,;]\s*/)
      .filter((part) => part !== '');
  }
  return {
    operator: comparison === 'category' ? (categoryOperators.get(operator) ?? operator) : operator,
    value: parsed,
    mismatched: wantsList !== (typeof parsed === 'object'),
  };
}

/** "is" a category means "is in it" (`AbstractProduct::getOperatorForValidate`). */
const categoryOperators: ReadonlyMap<string, string> = new Map([
  ['==', '{}'],
  ['!=', '!{}'],
]);

const negated: ReadonlySet<string> = new Set(['!=', '>', '<', '!{}', '!()']);

/**
 * `Magento\Rule\Model\Condition\AbstractCondition::validateAttribute`, quirks included: an operator that can't be answered is
 * false, not the negation of false; "is undefined" (`<=>`) is never true for carts in 2.4.7.
 */
export function conditionHolds(actual: PhpValue, operand: ConditionOperand): boolean {
  if (operand.mismatched) return false;
  const answer = answerOf(actual, operand);
  return answer === undefined ? false : answer !== negated.has(operand.operator);
}

/** Undefined: can't be answered. The answer of a negated operator is that of its opposite. */
function answerOf(actual: PhpValue, { operator, value }: ConditionOperand): boolean | undefined {
  switch (operator) {
    case '==':
    case '!=':
      return isEqual(actual, value);
    case '<=':
    case '>':
      return compares(actual, value, (order) => order <= 0);
    case '>=':
    case '<':
      return compares(actual, value, (order) => order >= 0);
    case '{}':
    case '!{}':
      return contains(actual, value);
    case '()':
    case '!()':
      return isOneOf(actual, value);
    default:
      return false;
  }
}

function isEqual(actual: PhpValue, value: ConditionOperand['value']): boolean | undefined {
  if (typeof value === 'object') return isList(actual) ? intersects(value, actual) : undefined;
  if (isList(actual)) return actual.length === 1 && actual[0] !== undefined && phpCompare(actual[0], value) === 0;
  return sameValue(actual, value);
}

function compares(
  actual: PhpValue,
  value: ConditionOperand['value'],
  accepts: (order: number) => boolean,
): boolean | undefined {
  if (actual === null || isList(actual)) return undefined;
  // PHP: a list is greater than any scalar.
  return accepts(typeof value === 'object' ? -1 : phpCompare(actual, value));
}

function contains(actual: PhpValue, value: ConditionOperand['value']): boolean | undefined {
  if (typeof value === 'object') {
    if (actual === null) return undefined;
    if (isList(actual)) return actual.length === 0 ? undefined : intersects(value, actual);
    const text = phpText(actual).toLowerCase();
    return value.some((part) => text.includes(part.toLowerCase()));
  }
  if (isList(actual)) return actual.some((one) => phpCompare(one, value) === 0);
  return phpText(actual).toLowerCase().includes(phpText(value).toLowerCase());
}

function isOneOf(actual: PhpValue, value: ConditionOperand['value']): boolean {
  const values = typeof value === 'object' ? value : [value];
  return isList(actual) ? intersects(values, actual) : values.some((one) => sameValue(actual, one));
}

const isList = (value: PhpValue): value is readonly PhpScalar[] => typeof value === 'object' && value !== null;

/** `array_intersect` compares as text. */
const intersects = (a: readonly PhpScalar[], b: readonly PhpScalar[]): boolean =>
  a.some((one) => b.some((other) => phpText(one) === phpText(other)));

/** `_compareValues`: numbers by value, anything else as text whatever its case. */
function sameValue(actual: PhpScalar | null, value: PhpScalar): boolean {
  if (isNumeric(actual) && isNumeric(value)) return Number(actual) === Number(value);
  return phpText(actual).toLowerCase() === phpText(value).toLowerCase();
}

/**
 * `Magento\Framework\Locale\Format::getNumber`: what an owner typed as an amount. Of comma and dot the last is the decimal point;
 * a lone comma is one too.
 */
export function typedNumber(value: string): number {
  const kept = value.replace(/[^0-9.,^-]/g, '');
  const comma = kept.lastIndexOf(',');
  const dot = kept.lastIndexOf('.');
  const plain =
    comma >= 0 && dot >= 0
      ? comma > dot
        ? kept.replaceAll('.', '').replace(',', '.')
        : kept.replaceAll(',', '')
      : kept.replaceAll(',', '.');
  const number = Number.parseFloat(plain);
  return Number.isNaN(number) ? 0 : number;
}
