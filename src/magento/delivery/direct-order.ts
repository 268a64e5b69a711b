import { add, toNumber, zero } from '../../money/money.ts';
import type { JsonValue } from '../../platform/brand.ts';
import type { LineTotals, TaxTotal } from '../../pricing/totals.ts';
import type { CompletedSale, SaleLine } from '../../register/sale.ts';
import { orderComment } from './comment.ts';
import {
  discountPercent,
  type ItemFigures,
  itemFigures,
  type OrderLine,
  orderFigures,
  orderLines,
} from './order-lines.ts';
import type { Progress } from './progress.ts';
import { choosePaymentMethod, customer, historyEntry, restAddress, withBase } from './requests.ts';
import type { DeliveryShop } from './shop.ts';

/** One item of an order that is made directly: goods that left the shelf, or words with a price. */
interface DirectItem {
  readonly sku: string;
  readonly name: string;
  /** Null: a line of text, which Magento moves no stock for. */
  readonly productId: number | null;
  readonly virtual: boolean;
  readonly quantity: number;
  readonly figures: ItemFigures;
  readonly discountPercent: number;
  readonly taxPercent: number;
}

/**
 * `POST /V1/orders` without an `entity_id`: the order as sold, under the receipt number as its own (`increment_id`, a unique
 * key of the database, hence made once however often it is asked for; c03, c10). Magento calculates and checks nothing and
 * reserves nothing (c02, c14, c21). Tax rows are written because the order says that it comes from a quote (e40).
 */
export function directOrder(
  sale: CompletedSale,
  shop: DeliveryShop,
  progress: Pick<Progress, 'couponRefused' | 'cartRefused' | 'customerGone' | 'renames'>,
): JsonValue {
  const total = toNumber(sale.totals.grandTotal);
  const items = directItems(sale);
  const virtual = items.every((item) => item.virtual);
  const address = restAddress(shop.address);
  const { cash, card } = shop.paymentMethods;
  return {
    entity: {
      increment_id: sale.receiptNumber,
      ext_order_id: sale.receiptNumber,
      store_id: shop.storeId,
      state: 'new',
      status: 'pending',
      // Where the till was sure of the time, the order bears the day of the sale (c18).
      ...(sale.stamp.trusted ? { created_at: sqlTime(sale.stamp.at) } : {}),
      customer_is_guest: 1,
      customer_group_id: 0,
      customer_email: shop.address.email,
      customer_firstname: shop.address.firstname,
      customer_lastname: shop.address.lastname,
      ...customer(sale, progress.customerGone),
      base_currency_code: sale.currency,
      global_currency_code: sale.currency,
      order_currency_code: sale.currency,
      store_currency_code: sale.currency,
      base_to_global_rate: 1,
      base_to_order_rate: 1,
      store_to_base_rate: 1,
      store_to_order_rate: 1,
      is_virtual: virtual ? 1 : 0,
      // Or Magento's cron would send the customer an order confirmation.
      email_sent: 1,
      ...withBase(orderFigures(sale)),
      ...noShipping,
      total_due: total,
      base_total_due: total,
      total_item_count: items.length,
      total_qty_ordered: items.reduce((count, item) => count + item.quantity, 0),
      weight: 0,
      ...(sale.totals.couponAccepted === null || progress.couponRefused !== null
        ? {}
        : { coupon_code: sale.totals.couponAccepted }),
      ...(sale.totals.appliedRuleIds.length === 0 ? {} : { applied_rule_ids: sale.totals.appliedRuleIds.join(',') }),
      ...(virtual ? {} : { shipping_description: 'Sold at the till' }),
      billing_address: { address_type: 'billing', ...address },
      payment: {
        method: choosePaymentMethod(sale, shop, [cash, card]) ?? cash,
        amount_ordered: total,
        base_amount_ordered: total,
        additional_information: sale.tenders.map((tender) => tender.kind),
      },
      items: items.map((item) => orderItem(item, sale, shop)),
      status_histories: [historyEntry(orderComment(sale, progress, 'direct'), 'pending')],
      extension_attributes: {
        ...(virtual ? {} : { shipping_assignments: [shippingAssignment(address, shop)] }),
        converting_from_quote: true,
        applied_taxes: sale.totals.taxes.map(appliedTax),
        item_applied_taxes: [],
      },
    },
  };
}

/** As Magento's columns have it: `2026-11-23 05:49:36`. */
export const sqlTime = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

const noShipping = withBase({
  shipping_amount: zero,
  shipping_incl_tax: zero,
  shipping_tax_amount: zero,
  shipping_discount_amount: zero,
});

const shippingAssignment = (address: Readonly<Record<string, JsonValue>>, shop: DeliveryShop): JsonValue => ({
  shipping: {
    address: { address_type: 'shipping', ...address },
    method: `${shop.shippingMethod.carrier}_${shop.shippingMethod.method}`,
    total: { base_shipping_amount: 0, shipping_amount: 0 },
  },
  items: [],
});

function appliedTax({ code, percent, amount, rates }: TaxTotal): JsonValue {
  const single = rates ?? [{ code, percent }];
  return {
    code,
    title: code,
    percent,
    amount: toNumber(amount),
    base_amount: toNumber(amount),
    extension_attributes: {
      rates: single.map((rate) => ({ code: rate.code, title: rate.code, percent: rate.percent })),
    },
  };
}

function orderItem(item: DirectItem, sale: CompletedSale, { storeId }: DeliveryShop): JsonValue {
  const { figures } = item;
  const asListed = sale.basis.settings.pricesIncludeTax ? figures.price_incl_tax : figures.price;
  return {
    sku: item.sku,
    name: item.name,
    ...(item.productId === null ? {} : { product_id: item.productId }),
    product_type: item.virtual ? 'virtual' : 'simple',
    is_virtual: item.virtual ? 1 : 0,
    qty_ordered: item.quantity,
    ...withBase({ ...figures, original_price: asListed }),
    tax_percent: item.taxPercent,
    discount_percent: item.discountPercent,
    row_weight: 0,
    weight: 0,
    store_id: storeId,
    free_shipping: 0,
    no_discount: 0,
  };
}

/**
 * The goods as they left the shelf. An item that is itself a configurable or a bundle can't be shipped when it was not made
 * by Magento's cart (recorded with its own interfaces: m27, m30), hence the variant stands for the configurable, the parts
 * for the bundle, and a bundle with a price of its own is a line of text beside them (m44).
 */
export function directItems(sale: Pick<CompletedSale, 'lines'>): readonly DirectItem[] {
  return orderLines(sale).flatMap(itemsOf);
}

function itemsOf(line: OrderLine): readonly DirectItem[] {
  const [first] = line.sold;
  if (first === undefined) return [];
  const figures = itemFigures(line.sold);
  const whole: DirectItem = {
    sku: line.sku,
    name: line.name,
    productId: first.type === 'configurable' ? (first.children[0]?.productId ?? null) : line.productId,
    virtual: first.type === 'virtual' || first.type === 'downloadable',
    quantity: line.quantity,
    figures,
    discountPercent: discountPercent(line.sold),
    taxPercent: first.taxPercent,
  };
  if (first.type !== 'bundle') return [whole];
  const parts = partsOf(line.sold);
  const priced = parts.some((part) => part.figures.row_total !== zero);
  if (!priced) return [{ ...whole, productId: null, virtual: true }, ...parts];
  return withRest(parts, figures);
}

/** A bundle's parts, each product once. */
function partsOf(bundles: readonly SaleLine[]): readonly DirectItem[] {
  const parts = new Map<number, { readonly totals: LineTotals; readonly quantity: number; readonly name: string }[]>();
  for (const bundle of bundles) {
    for (const totals of bundle.children) {
      // A part's quantity is that of one bundle.
      const quantity = Math.round(totals.quantity * bundle.quantity * 10_000) / 10_000;
      const name = `${bundle.name}: ${totals.sku}`;
      parts.set(totals.productId, [...(parts.get(totals.productId) ?? []), { totals, quantity, name }]);
    }
  }
  return [...parts].flatMap(([productId, same]) => {
    const [first] = same;
    if (first === undefined) return [];
    const totals = same.map((part) => part.totals);
    return {
      sku: first.totals.sku,
      name: first.name,
      productId,
      virtual: first.totals.type === 'virtual' || first.totals.type === 'downloadable',
      quantity: same.reduce((count, part) => count + part.quantity, 0),
      figures: itemFigures(totals),
      discountPercent: discountPercent(totals),
      taxPercent: first.totals.taxPercent,
    };
  });
}

/** A bundle's discount is its parts' as a rule; what it bears itself goes to its dearest part, so that nothing is missing. */
function withRest(parts: readonly DirectItem[], bundle: ItemFigures): readonly DirectItem[] {
  const rest = bundle.discount_amount;
  if (rest === zero) return parts;
  const dearest = parts.reduce((best, part) => (part.figures.row_total > best.figures.row_total ? part : best));
  return parts.map((part) =>
    part === dearest
      ? { ...part, figures: { ...part.figures, discount_amount: add(part.figures.discount_amount, rest) } }
      : part,
  );
}
