import {
  type Comparison,
  type ConditionOperand,
  conditionHolds,
  prepareOperand,
  typedNumber,
} from './compare-condition.ts';
import { type PhpValue, phpTruth } from './php-arithmetic.ts';
import type { CatalogueAttribute, PricedProduct, RuleCondition } from './price-book.ts';
import { isVirtual, type Quote, type QuoteItem } from './quote.ts';

/** A rule's condition tree, made ready: asked of the cart, or of one item of it. */
export type Condition = (quote: Quote, item: QuoteItem | null) => boolean;

export type Attributes = ReadonlyMap<string, CatalogueAttribute> | undefined;

/** Makes a condition tree ready. `Magento\SalesRule\Model\Rule\Condition\*` on top of `Magento\Rule\Model\Condition\*`. */
export function prepareCondition(node: RuleCondition, attributes: Attributes): Condition {
  switch (node.kind) {
    case 'combine':
      return node.ofLine === true ? combineOfLine(node, node.value, attributes) : combineOfCart(node, attributes);
    case 'found':
      return prepareFound(node, attributes);
    case 'subselect':
      return prepareSubselect(node, attributes);
    case 'address':
      return prepareAddress(node);
    case 'product':
      return prepareProduct(node, attributes);
  }
}

type Node<Kind extends RuleCondition['kind']> = Extract<RuleCondition, { kind: Kind }>;

/** `Magento\Rule\Model\Condition\Combine::_isValid`. */
function combineOfCart(node: Node<'combine'>, attributes: Attributes): Condition {
  const conditions = node.conditions.map((child) => prepareCondition(child, attributes));
  if (conditions.length === 0) return () => true;
  return node.aggregator === 'all'
    ? (quote, item) => conditions.every((holds) => holds(quote, item) === node.value)
    : (quote, item) => conditions.some((holds) => holds(quote, item) === node.value);
}

interface LineConditions {
  readonly aggregator: 'all' | 'any';
  readonly conditions: readonly RuleCondition[];
}

/**
 * `Condition\Product\Combine::_isValid`: each condition may be met by the item or by any of its parts, so that a rule for a
 * category also finds a configurable by its variant. Of conditions that must be false one part is enough, too.
 */
function combineOfLine(node: LineConditions, value: boolean, attributes: Attributes): Condition {
  const conditions = node.conditions.map((child) => {
    const holds = prepareCondition(child, attributes);
    const scope = child.kind === 'product' ? child.scope : undefined;
    return (quote: Quote, item: QuoteItem): boolean => {
      if (scope === 'parent') return holds(quote, item.parent ?? item) === value;
      for (const part of item.children) if (holds(quote, part) === value) return true;
      return scope === 'children' && item.children.length > 0 ? false : holds(quote, item) === value;
    };
  });
  if (conditions.length === 0) return () => true;
  return (quote, item) => {
    if (item === null) return false;
    return node.aggregator === 'all'
      ? conditions.every((isMet) => isMet(quote, item))
      : conditions.some((isMet) => isMet(quote, item));
  };
}

/** `Condition\Product\Found::validate`; "not found" with "any" is as peculiar as Magento's. */
function prepareFound(node: Node<'found'>, attributes: Attributes): Condition {
  const holds = combineOfLine(node, node.found, attributes);
  const all = node.aggregator === 'all';
  return (quote) => {
    let valid = false;
    for (const item of quote.items) {
      const met = holds(quote, item);
      if (!node.found && !met) return false;
      if (met && (!all || node.found)) return true;
      if (met) valid = true;
    }
    return valid;
  };
}

/** `Condition\Product\Subselect::validate`. Its number also serves as the truth its conditions are held against. */
function prepareSubselect(node: Node<'subselect'>, attributes: Attributes): Condition {
  if (node.conditions.length === 0) return () => false;
  const holds = combineOfLine(node, phpTruth(node.value), attributes);
  const operand = prepareOperand(node.operator, node.value, 'plain');
  const amount = amounts[node.attribute];
  return (quote) => {
    let total = 0;
    for (const item of quote.visibleItems) {
      const matching = item.children.filter((child) => holds(quote, child));
      let ofParts = item.product.type === 'bundle' ? matching.reduce((sum, child) => sum + amount(child), 0) : 0;
      // Also the row including tax, which already is for all bundles: as 2.4.7 does.
      if (node.attribute !== 'base_row_total') ofParts *= item.quantity;
      if (ofParts > 0) total += ofParts;
      else if (matching.length > 0 || holds(quote, item)) total += amount(item);
    }
    return conditionHolds(total, operand);
  };
}

const amounts: Readonly<Record<Node<'subselect'>['attribute'], (item: QuoteItem) => number>> = {
  qty: (item) => item.quantity,
  base_row_total: (item) => item.rowTotal,
  base_row_total_incl_tax: (item) => item.rowTotalInclTax,
};

/** `Condition\Address`. */
function prepareAddress(node: Node<'address'>): Condition {
  const operand = prepareOperand(node.operator, node.value, 'plain');
  return (quote) => conditionHolds(addressValue(quote, node.attribute), operand);
}

/** As Magento's address has them in a cart collected until nothing changes; conditions see amounts before any discount. */
function addressValue(quote: Quote, attribute: string): PhpValue {
  const { destination } = quote.cart;
  switch (attribute) {
    case 'base_subtotal':
    // Reset to the subtotal before rules are asked (`Model\Validator::reset`).
    case 'base_subtotal_with_discount':
      return quote.subtotal;
    case 'base_subtotal_total_incl_tax':
      return quote.subtotalInclTax;
    case 'total_qty':
      return quote.totalQuantity;
    case 'weight':
      return quote.weight;
    case 'payment_method':
      return quote.cart.paymentMethod ?? null;
    case 'shipping_method':
      // A cart of virtual goods is collected on its billing address, which has none.
      return quote.visibleItems.every((item) => isVirtual(item.product)) ? null : (quote.cart.shippingMethod ?? null);
    case 'postcode':
      return destination.postcode;
    case 'region':
      return destination.region ?? null;
    case 'region_id':
      return destination.regionId === 0 ? null : destination.regionId;
    case 'country_id':
      return destination.countryId;
    default:
      return null;
  }
}

/** `Condition\Product`, with `ConfigurableProduct\Plugin\SalesRule\Model\Rule\Condition\Product`. */
function prepareProduct(node: Node<'product'>, attributes: Attributes): Condition {
  const read = reader(node, attributes);
  const operand = operandOf(node, read.form);
  return (quote, item) => item !== null && conditionHolds(read.value(item, quote), operand);
}

interface Reader {
  readonly form: 'plain' | 'list' | 'category' | 'decimal' | 'date' | 'amount';
  readonly value: (item: QuoteItem, quote: Quote) => PhpValue;
}

function reader(node: Node<'product'>, attributes: Attributes): Reader {
  const code = node.attribute;
  switch (code) {
    case 'category_ids':
      return { form: 'category', value: (item) => item.product.categoryIds };
    case 'quote_item_qty':
      return { form: 'plain', value: (item) => item.quantity };
    case 'quote_item_price':
      return { form: 'amount', value: (item) => item.price };
    case 'quote_item_row_total':
      return { form: 'plain', value: (item) => item.rowTotal };
    default: {
      const raw = (item: QuoteItem): PhpValue => productValue(productFor(item, code, node.scope), code);
      switch (attributeForm(code, attributes)) {
        case 'list':
          return { form: 'list', value: (item) => listValue(raw(item)) };
        case 'date':
          return { form: 'date', value: (item) => dateValue(raw(item)) };
        case 'decimal':
          return { form: 'decimal', value: raw };
        case 'plain':
          return { form: 'plain', value: raw };
      }
    }
  }
}

/** A configurable has few attributes of its own; for the others its variant answers. */
function productFor(item: QuoteItem, code: string, scope: Node<'product'>['scope']): PricedProduct {
  const { product } = item;
  if (product.type !== 'configurable' || scope === 'parent' || productValue(product, code) !== null) return product;
  const variant = item.children[0]?.product;
  return variant !== undefined && productValue(variant, code) !== null ? variant : product;
}

/** A value as Magento's product model holds it; null: it has none. */
function productValue(product: PricedProduct, code: string): PhpValue {
  switch (code) {
    case 'sku':
      return product.sku;
    case 'type_id':
      return product.type;
    case 'attribute_set_id':
      return product.attributeSetId;
    case 'tax_class_id':
      return product.taxClassId;
    case 'price':
      return product.type === 'configurable' ? null : databaseDecimal(product.price);
    case 'weight':
      return product.type === 'configurable' || product.weight === 0 ? null : databaseDecimal(product.weight);
    case 'special_price':
      return product.specialPrice === null ? null : databaseDecimal(product.specialPrice.price);
    default:
      return Object.hasOwn(product.attributes, code) ? (product.attributes[code] ?? null) : null;
  }
}

/** `decimal(20,6)` as the database writes it; "contains" sees the zeros. */
const databaseDecimal = (value: number): string => value.toFixed(6);

/** Stock attributes, for shops whose attributes the price book does not describe. */
const stockForms: ReadonlyMap<string, 'date' | 'decimal'> = new Map([
  ['price', 'decimal'],
  ['special_price', 'decimal'],
  ['cost', 'decimal'],
  ['msrp', 'decimal'],
  ['weight', 'decimal'],
  ['special_from_date', 'date'],
  ['special_to_date', 'date'],
  ['news_from_date', 'date'],
  ['news_to_date', 'date'],
  ['custom_design_from', 'date'],
  ['custom_design_to', 'date'],
]);

function attributeForm(code: string, attributes: Attributes): 'plain' | 'list' | 'date' | 'decimal' {
  const attribute = attributes?.get(code);
  if (attribute === undefined) return stockForms.get(code) ?? 'plain';
  if (attribute.input === 'multiselect') return 'list';
  if (attribute.backendType === 'datetime') return 'date';
  return attribute.backendType === 'decimal' ? 'decimal' : 'plain';
}

/** `AbstractProduct::loadArray` and `Condition\Product::getFormattedPrice`: owners type amounts in their own notation. */
function operandOf(node: Node<'product'>, form: Reader['form']): ConditionOperand {
  const { operator, value } = node;
  const comparison: Comparison = form === 'list' || form === 'category' ? form : 'plain';
  const typed = typeof value === 'string' ? value : value.join(',');
  if (form === 'date') return prepareOperand(operator, seconds(typed) ?? '', comparison);
  if (form === 'amount' && !textOperators.has(operator))
    return prepareOperand(operator, typedNumber(typed), comparison);
  if (form === 'decimal' && !textOperators.has(operator)) {
    const isListOperator = operator === '()' || operator === '!()';
    if (isListOperator && typed.includes(',')) {
      return prepareOperand(
        operator,
        typed.split(',').map((one) => String(typedNumber(one))),
        comparison,
      );
    }
    return prepareOperand(operator, typedNumber(typed), comparison);
  }
  return prepareOperand(operator, value, comparison);
}

const textOperators: ReadonlySet<string> = new Set(['{}', '!{}', '<=>']);

const listValue = (value: PhpValue): PhpValue =>
  typeof value === 'string' ? (value === '' ? [] : value.split(',')) : (value ?? []);

/** `strtotime`; false where there is no date. */
const dateValue = (value: PhpValue): PhpValue => (typeof value === 'string' ? (seconds(value) ?? false) : false);

function seconds(text: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d))?/.exec(text);
  if (!match) return null;
  return Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}Z`) / 1000;
}
