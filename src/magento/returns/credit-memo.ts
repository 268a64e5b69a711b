import { type Money, money, negate, subtract, toNumber, zero } from '../../money/money.ts';
import type { JsonValue } from '../../platform/brand.ts';
import type { CompletedReturn } from '../../register/return.ts';
import type { SaleLine } from '../../register/sale.ts';
import { directItems } from '../delivery/direct-order.ts';
import type { Order, OrderItem } from '../delivery/order.ts';
import { childLines, type ItemFigures, itemFigures, orderLines } from '../delivery/order-lines.ts';
import { withBase } from '../delivery/requests.ts';
import type { DeliveryShop } from '../delivery/shop.ts';

/** So much of one of the order's items is refunded. */
export interface RefundedItem {
  readonly item: OrderItem;
  readonly quantity: number;
  readonly figures: ItemFigures;
}

export type RefundedItems =
  | { readonly fits: true; readonly items: readonly RefundedItem[] }
  /** The order has not (any more) what came back. */
  | { readonly fits: false; readonly words: string };

/** Something that came back, in the terms of the order it was sold in. */
interface Wanted {
  readonly sku: string;
  readonly quantity: number;
  readonly figures: ItemFigures;
  /** Product ids of a bundle's parts, which tell it from the same bundle with other parts; empty: not a bundle. */
  readonly parts: ReadonlySet<number>;
}

/**
 * The order's items that a return belongs to, with the figures of what came back. `byCart`: Magento's cart made the order, so
 * that a bundle is one item with its parts below it; else it lists the goods.
 */
export function refundedItems(lines: readonly SaleLine[], order: Order, byCart: boolean): RefundedItems {
  const left = new Map(order.items.map((item) => [item.item_id, exact(item.qty_invoiced - item.qty_refunded)]));
  const items: RefundedItem[] = [];
  for (const wanted of byCart ? wantedOfCart(lines) : wantedGoods(lines)) {
    const found = allocated(wanted, order, left);
    if (found.missing > 0) {
      const words = `Order ${order.increment_id} has ${exact(wanted.quantity - found.missing)} × ${wanted.sku} left to refund, ${wanted.quantity} came back; somebody has refunded it in Magento, or it was sold in another order`;
      return { fits: false, words };
    }
    items.push(...found.items);
  }
  return { fits: true, items };
}

const wantedOfCart = (lines: readonly SaleLine[]): readonly Wanted[] =>
  orderLines({ lines }).map((line) => ({
    sku: line.sku,
    quantity: line.quantity,
    figures: itemFigures(line.sold),
    parts: new Set(line.sold[0]?.type === 'bundle' ? childLines(line).keys() : []),
  }));

const wantedGoods = (lines: readonly SaleLine[]): readonly Wanted[] =>
  directItems({ lines }).map(({ sku, quantity, figures }) => ({ sku, quantity, figures, parts: new Set() }));

/** Spread over the items that have any left: an article may have been sold on several lines. */
function allocated(
  wanted: Wanted,
  order: Order,
  left: Map<number, number>,
): { readonly items: readonly RefundedItem[]; readonly missing: number } {
  const found: { readonly item: OrderItem; readonly quantity: number }[] = [];
  let open = wanted.quantity;
  for (const item of order.items) {
    const there = isWanted(wanted, item, order) ? (left.get(item.item_id) ?? 0) : 0;
    const quantity = Math.min(there, open);
    if (quantity <= 0) continue;
    found.push({ item, quantity });
    left.set(item.item_id, exact(there - quantity));
    open = exact(open - quantity);
  }
  if (open > 0) return { items: [], missing: open };
  const shares = shared(
    wanted.figures,
    found.map(({ quantity }) => quantity / wanted.quantity),
  );
  const items = found.map(({ item, quantity }, index) => ({
    item,
    quantity,
    figures: shares[index] ?? wanted.figures,
  }));
  return { items, missing: 0 };
}

function isWanted(wanted: Wanted, item: OrderItem, order: Order): boolean {
  if (item.parent_item_id != null || item.sku.toLowerCase() !== wanted.sku.toLowerCase()) return false;
  if (wanted.parts.size === 0) return true;
  const below = order.items.flatMap((child) => (child.parent_item_id === item.item_id ? (child.product_id ?? []) : []));
  return below.length === wanted.parts.size && below.every((id) => wanted.parts.has(id));
}

/** Amounts in proportion; the last share takes what rounding leaves. */
function shared(whole: ItemFigures, shares: readonly number[]): readonly ItemFigures[] {
  let rest = whole;
  return shares.map((share, index) => {
    const own = index === shares.length - 1 ? rest : mapped(whole, (amount) => partOf(amount, share));
    rest = mapped(rest, (amount, field) => subtract(amount, own[field]));
    return { ...own, price: whole.price, price_incl_tax: whole.price_incl_tax };
  });
}

const partOf = (amount: Money, share: number): Money => money((toNumber(amount) * share).toFixed(2));

function mapped(figures: ItemFigures, of: (amount: Money, field: keyof ItemFigures) => Money): ItemFigures {
  const one = (field: keyof ItemFigures): Money => of(figures[field], field);
  return {
    price: one('price'),
    price_incl_tax: one('price_incl_tax'),
    row_total: one('row_total'),
    row_total_incl_tax: one('row_total_incl_tax'),
    discount_amount: one('discount_amount'),
    tax_amount: one('tax_amount'),
    discount_tax_compensation_amount: one('discount_tax_compensation_amount'),
  };
}

const exact = (quantity: number): number => Math.round(quantity * 10_000) / 10_000;

/**
 * `POST /V1/creditmemo/refund`: the credit memo under the return's own number, which is unique in the shop: made once, however
 * often it is asked for (g30b, g31). Magento calculates nothing, so that every total is named; it does not put goods back (g30).
 * Of configurables and bundles it names these, not what is below them, so that Magento moves no stock of its own accord.
 */
export function creditMemo(
  given: CompletedReturn,
  order: Order,
  items: readonly RefundedItem[],
  shop: Pick<DeliveryShop, 'storeId'>,
): JsonValue {
  const { totals } = given;
  return {
    creditmemo: {
      order_id: order.entity_id,
      increment_id: given.receiptNumber,
      store_id: shop.storeId,
      base_currency_code: given.currency,
      order_currency_code: given.currency,
      store_currency_code: given.currency,
      global_currency_code: given.currency,
      base_to_global_rate: 1,
      base_to_order_rate: 1,
      store_to_base_rate: 1,
      store_to_order_rate: 1,
      ...withBase({
        subtotal: totals.subtotal,
        subtotal_incl_tax: totals.subtotalInclTax,
        discount_amount: totals.discount === zero ? zero : negate(totals.discount),
        discount_tax_compensation_amount: totals.taxCompensation,
        tax_amount: totals.tax,
        shipping_amount: zero,
        adjustment: zero,
        adjustment_positive: zero,
        adjustment_negative: zero,
        grand_total: totals.grandTotal,
      }),
      items: items.map(({ item, quantity, figures }) => ({
        order_item_id: item.item_id,
        sku: item.sku,
        name: item.name,
        ...(item.product_id == null ? {} : { product_id: item.product_id }),
        qty: quantity,
        ...withBase(figures),
      })),
    },
    offlineRequested: true,
  };
}
