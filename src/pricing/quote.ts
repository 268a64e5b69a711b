import { toNumber } from '../money/money.ts';
import type { Quantity } from '../money/quantity.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { Sku } from '../platform/ids.ts';
import type { PriceBook, PricedProduct } from './price-book.ts';
import {
  type ChosenSelection,
  type PriceMoment,
  selectBundledPrice,
  selectFixedBundlePrice,
  selectPrice,
} from './select-price.ts';
import type { CartInput, CartLine, PriceBasis } from './totals.ts';

/**
 * A cart line, or a part of one, while its totals are being collected: Magento's quote item
 * (`Magento\Quote\Model\Quote\Item\AbstractItem`). Amounts are PHP doubles here; they become money at the end.
 */
export interface QuoteItem {
  readonly line: CartLine;
  readonly product: PricedProduct;
  readonly parent: QuoteItem | null;
  readonly children: QuoteItem[];
  /** A bundle whose price is the sum of its parts: the parts are taxed and discounted, not the bundle. */
  readonly childrenCalculated: boolean;
  /** Of a part: how many go into one parent. */
  readonly quantity: number;
  /** Of a part: times the parent's quantity. */
  readonly totalQuantity: number;
  readonly weight: number;
  readonly taxClassId: number;
  readonly basis: PriceBasis;
  /** Before any reduction; for shops that tax the original price. */
  readonly originalPrice: number;

  /** Set by the tax collector. */
  price: number;
  priceInclTax: number;
  rowTotal: number;
  rowTotalInclTax: number;
  tax: number;
  taxPercent: number;
  taxCompensation: number;
  appliedTaxes: readonly AppliedTax[];
  /** What discounts are taken off: with or without tax, as the shop's settings say. */
  discountPrice: number;

  /** Set by the discount collector. */
  discount: number;
  discountPercent: number;
  appliedRuleIds: number[];
  ruleDiscounts: Map<number, number>;
}

/** What one line pays under one rate, or under several rates of one priority together. */
export interface AppliedTax {
  /** The codes of the rates, written together as Magento does. */
  readonly id: string;
  readonly percent: number;
  readonly rates: readonly { readonly code: string; readonly percent: number }[];
  readonly amount: number;
}

/** The cart as Magento's collectors see it. */
export interface Quote {
  readonly cart: CartInput;
  /** In the cart's order, each followed by its parts. */
  readonly items: readonly QuoteItem[];
  readonly visibleItems: readonly QuoteItem[];
  readonly totalQuantity: number;
  readonly weight: number;
  /** Sum of the rows excluding tax, before discounts. */
  subtotal: number;
  subtotalInclTax: number;
}

/**
 * The cart's lines with their prices of the day. Errors: `pricing.unknown-product` (not in the price book),
 * `pricing.not-sellable` (a kind of product that has no price), `pricing.incomplete-line` (no variant or selection chosen).
 */
export function openQuote(cart: CartInput, book: PriceBook, moment: PriceMoment): Quote {
  const visibleItems = cart.lines.map((line) => openLine(line, book, moment));
  const items = visibleItems.flatMap((item) => [item, ...item.children]);
  let totalQuantity = 0;
  let weight = 0;
  for (const item of visibleItems) {
    totalQuantity += item.quantity;
    if (!isVirtual(item.product)) weight += item.weight * item.quantity;
  }
  return { cart, items, visibleItems, totalQuantity, weight, subtotal: 0, subtotalInclTax: 0 };
}

/** Nothing to ship: Magento counts no weight for it. */
export const isVirtual = ({ type }: PricedProduct): boolean => type === 'virtual' || type === 'downloadable';

function openLine(line: CartLine, book: PriceBook, moment: PriceMoment): QuoteItem {
  const product = known(line.sku, book);
  switch (product.type) {
    case 'simple':
    case 'virtual':
    case 'downloadable':
      return item(line, product, { basis: openOr(line, () => selectPrice(product, line.quantity, moment)) });
    case 'configurable':
      return openConfigurable(line, product, book, moment);
    case 'bundle':
      return openBundle(line, product, book, moment);
    case 'grouped':
      throw new HoldfastError('pricing.not-sellable', `${product.sku} is a group of products and has no price`, {
        remedy: 'never',
        hint: 'Sell one of the products in the group.',
      });
  }
}

/** Priced as its variant, by the quantity of the line (`ConfigurableProduct\Model\Product\Type\Configurable\Price`). */
function openConfigurable(line: CartLine, product: PricedProduct, book: PriceBook, moment: PriceMoment): QuoteItem {
  if (line.variant === undefined) throw incomplete(product, 'no variant was chosen');
  const variant = known(line.variant, book);
  const configurable = item(line, product, {
    basis: openOr(line, () => selectPrice(variant, line.quantity, moment)),
    originalPrice: variant.price,
    // Since 2.4.4 the variant's tax class counts (`ConfigurableProduct\Plugin\Tax\…\CommonTaxCollector`).
    taxClassId: variant.taxClassId,
    weight: variant.weight,
  });
  configurable.children.push(item(line, variant, { parent: configurable, quantity: 1, basis: unpriced }));
  return configurable;
}

/** The price that was typed, where one was (`Quote\Model\Quote\Item\AbstractItem::getCalculationPrice`: a custom price). */
function openOr({ openPrice }: CartLine, listed: () => PriceBasis): PriceBasis {
  if (openPrice === undefined) return listed();
  const price = toNumber(openPrice);
  return { chosen: 'open', candidates: [{ kind: 'open', price, note: 'typed at the till' }], unitPrice: price };
}

function openBundle(line: CartLine, product: PricedProduct, book: PriceBook, moment: PriceMoment): QuoteItem {
  if (line.openPrice !== undefined) {
    throw new HoldfastError('pricing.not-sellable', `${product.sku} is a bundle; its price is made of its parts`, {
      remedy: 'never',
      hint: 'Give a discount on the line instead.',
    });
  }
  const parts = chosenSelections(line, product, book);
  const dynamic = product.bundle?.dynamicPrice ?? true;
  const dynamicWeight = (product.attributes['weight_type'] ?? '0') === '0';
  const bundle = item(line, product, {
    basis: dynamic
      ? { chosen: 'bundle', candidates: [], unitPrice: 0 }
      : selectFixedBundlePrice(product, line.quantity, parts, moment),
    childrenCalculated: dynamic,
    weight: dynamicWeight ? parts.reduce((sum, part) => sum + part.product.weight * part.quantity, 0) : product.weight,
  });
  for (const part of parts) {
    bundle.children.push(
      item(line, part.product, {
        parent: bundle,
        quantity: part.quantity,
        basis: dynamic ? selectBundledPrice(product, line.quantity, part, moment) : unpriced,
      }),
    );
  }
  return bundle;
}

/** The selections of the line, or each option's defaults, or a required option's first. */
function chosenSelections(line: CartLine, product: PricedProduct, book: PriceBook): readonly ChosenSelection[] {
  const options = product.bundle?.options ?? [];
  const chosen: ChosenSelection[] = [];
  for (const option of options) {
    const named = line.selections?.filter((choice) => choice.optionId === option.optionId);
    if (named === undefined) {
      const defaults = option.selections.filter((selection) => selection.isDefault);
      const taken = defaults.length === 0 && option.required ? option.selections.slice(0, 1) : defaults;
      if (taken.length === 0 && option.required) throw incomplete(product, `nothing to choose for "${option.title}"`);
      for (const selection of taken) {
        chosen.push({ selection, product: known(selection.sku, book), quantity: selection.quantity });
      }
      continue;
    }
    if (named.length === 0 && option.required) throw incomplete(product, `nothing was chosen for "${option.title}"`);
    for (const { selectionId, quantity } of named) {
      const selection = option.selections.find((candidate) => candidate.selectionId === selectionId);
      if (selection === undefined) throw incomplete(product, `"${option.title}" has no selection ${selectionId}`);
      chosen.push({ selection, product: known(selection.sku, book), quantity });
    }
  }
  return chosen;
}

interface ItemParts {
  readonly basis: PriceBasis;
  readonly parent?: QuoteItem;
  readonly quantity?: Quantity | number;
  readonly childrenCalculated?: boolean;
  readonly originalPrice?: number;
  readonly taxClassId?: number;
  readonly weight?: number;
}

function item(line: CartLine, product: PricedProduct, parts: ItemParts): QuoteItem {
  const quantity = parts.quantity ?? line.quantity;
  const originalPrice = parts.originalPrice ?? product.price;
  return {
    line,
    product,
    parent: parts.parent ?? null,
    children: [],
    childrenCalculated: parts.childrenCalculated ?? false,
    quantity,
    totalQuantity: parts.parent === undefined ? quantity : quantity * parts.parent.quantity,
    weight: parts.weight ?? product.weight,
    taxClassId: parts.taxClassId ?? product.taxClassId,
    basis: parts.basis,
    // Magento falls back to the final price where there is no price of its own (`Address\Total\Subtotal::_calculateRowTotal`).
    originalPrice: originalPrice === 0 ? parts.basis.unitPrice : originalPrice,
    price: 0,
    priceInclTax: 0,
    rowTotal: 0,
    rowTotalInclTax: 0,
    tax: 0,
    taxPercent: 0,
    taxCompensation: 0,
    appliedTaxes: [],
    discountPrice: 0,
    discount: 0,
    discountPercent: 0,
    appliedRuleIds: [],
    ruleDiscounts: new Map(),
  };
}

/** A part whose price is in its parent's. */
const unpriced: PriceBasis = { chosen: 'regular', candidates: [], unitPrice: 0 };

function known(sku: Sku, book: PriceBook): PricedProduct {
  const product = book.product(sku);
  if (product !== undefined) return product;
  throw new HoldfastError('pricing.unknown-product', `The till does not know the product ${sku}`, {
    remedy: 'operator',
    hint: 'Refresh the snapshot, or remove the line.',
  });
}

const incomplete = (product: PricedProduct, what: string): HoldfastError =>
  new HoldfastError('pricing.incomplete-line', `${product.sku}: ${what}`, {
    remedy: 'operator',
    hint: 'Remove the line and sell the product again, choosing its options.',
  });
