import { type Money, toNumber } from '../../money/money.ts';
import type { CompletedSale } from '../../register/sale.ts';
import type { Order, OrderItem } from './order.ts';
import {
  childLines,
  discountPercent,
  type ItemFigures,
  itemFigures,
  type OrderLine,
  orderFigures,
  orderLines,
} from './order-lines.ts';

/** What an item of Magento's order must become. */
export interface ItemTarget {
  readonly item: OrderItem;
  readonly figures: ItemFigures;
  readonly discountPercent: number;
}

/** Magento's order beside the sale. */
export interface Comparison {
  /** Lines that are not as sold, in words; empty when every line is there once with its quantity and nothing else is. */
  readonly differences: readonly string[];
  readonly items: readonly ItemTarget[];
}

/**
 * Matches the order's items with the sale's lines. Magento places carts without telling that it dropped a line (product
 * disabled or deleted since) or that another cart was merged in, hence every line and quantity is looked at.
 *
 * `itemIds`: the quote's item ids in the order of {@link orderLines}, where they are known.
 */
export function compareLines(sale: CompletedSale, order: Order, itemIds: readonly number[] | null): Comparison {
  const differences: string[] = [];
  const items: ItemTarget[] = [];
  const visible = order.items.filter((item) => item.parent_item_id == null);
  const unmatched = new Set(visible);
  orderLines(sale).forEach((line, index) => {
    const item = findItem([...unmatched], line, itemIds?.[index]);
    if (item === undefined) {
      differences.push(`${line.quantity} × ${line.sku} "${line.name}" is missing`);
      return;
    }
    unmatched.delete(item);
    if (item.qty_ordered !== line.quantity) {
      differences.push(`${item.qty_ordered} × ${line.sku} "${line.name}" instead of ${line.quantity}`);
    }
    items.push({ item, figures: itemFigures(line.sold), discountPercent: discountPercent(line.sold) });
    items.push(...childTargets(order, item, line));
  });
  for (const item of unmatched) differences.push(`${item.qty_ordered} × ${item.sku} "${item.name}" was not sold`);
  return { differences, items };
}

function findItem(
  items: readonly OrderItem[],
  line: OrderLine,
  quoteItemId: number | undefined,
): OrderItem | undefined {
  const same = items.filter((item) => item.sku === line.sku || item.product_id === line.productId);
  return (
    same.find((item) => quoteItemId !== undefined && item.quote_item_id === quoteItemId) ??
    same.find((item) => item.sku === line.sku && item.qty_ordered === line.quantity) ??
    same.find((item) => item.qty_ordered === line.quantity) ??
    same[0]
  );
}

/** A bundle's parts; a configurable's child holds no figures in Magento and is left alone. */
function childTargets(order: Order, parent: OrderItem, line: OrderLine): readonly ItemTarget[] {
  if (line.sold[0]?.type !== 'bundle') return [];
  const parts = childLines(line);
  return order.items
    .filter((item) => item.parent_item_id === parent.item_id)
    .flatMap((item) => {
      const sold = item.product_id == null ? undefined : parts.get(item.product_id);
      return sold === undefined ? [] : [{ item, figures: itemFigures(sold), discountPercent: discountPercent(sold) }];
    });
}

/** Whether the order says exactly what was sold: figures of the order and of every item. */
export function figuresAreAsSold(sale: CompletedSale, order: Order, items: readonly ItemTarget[]): boolean {
  const shown: Readonly<Record<string, unknown>> = order;
  const orderIsRight = Object.entries(orderFigures(sale)).every(([field, sold]) => equals(shown[field], sold));
  return orderIsRight && order.shipping_amount === 0 && items.every(itemIsAsSold);
}

function itemIsAsSold({ item, figures }: ItemTarget): boolean {
  return (
    equals(item.price, figures.price) &&
    equals(item.price_incl_tax, figures.price_incl_tax) &&
    equals(item.discount_amount, figures.discount_amount) &&
    equals(item.tax_amount, figures.tax_amount) &&
    equals(item.discount_tax_compensation_amount, figures.discount_tax_compensation_amount)
  );
}

const equals = (shown: unknown, sold: Money): boolean =>
  typeof shown === 'number' && Math.abs(shown - toNumber(sold)) < 0.005;

/** Magento's own mark that an order is this sale and no other: the sale's id in the order's history. */
export const belongsTo = (order: Order, sale: CompletedSale): boolean =>
  order.status_histories.some((history) => history.comment.includes(sale.saleId));
