import { toNumber } from '../../money/money.ts';
import type { LineTotals, TaxTotal } from '../../pricing/totals.ts';
import { amount, round } from './decimals.ts';
import { couponNotValid, refused } from './errors.ts';
import { reserve, stockQuantities } from './inventory.ts';
import { copyOf, type Json, numberOf, type Row, rowOf, textOf } from './json.ts';
import type { Order, Quote } from './ledger.ts';
import { orderAddress, paymentInformation, storeName } from './orders.ts';
import { productOption, shippingTitle } from './quote-view.ts';
import { type CollectedLine, type CollectedQuote, checkStock, collect, groupOf, isVirtual } from './quotes.ts';
import type { Shop } from './shop.ts';

/** Offline payment methods of the recorded shop, in its order. */
export const paymentMethods: Readonly<Record<string, string>> = {
  checkmo: 'Check / Money order',
  purchaseorder: 'Purchase Order',
  banktransfer: 'Bank Transfer Payment',
  cashondelivery: 'Cash On Delivery',
};

const freeMethod = { code: 'free', title: 'No Payment Information Required' };

/** What may be paid with: `free` when nothing is due, everything else when something is. */
export function availableMethods(collected: CollectedQuote): Row[] {
  if (collected.totals.grandTotal === 0) return [{ ...freeMethod }];
  return Object.entries(paymentMethods).map(([code, title]) => ({ code, title }));
}

/** Quotes being placed in this shop: the lock of `QuoteManagement`, taken without waiting. */
const locks = new WeakMap<Shop, Set<number>>();

/** Shares of the time a placement takes: until the lock, until the order is committed, until the lock is released. */
const untilLock = 0.27;
const untilCommit = 0.59;
const untilRelease = 0.06;

/**
 * `PUT /V1/carts/:id/order`. The quote is loaded first and not read again under the lock. So of two overlapping calls the
 * later is refused while the first holds the lock, but one that comes in the first's last part finds the quote still active,
 * gets the lock after its release and makes a second order (b40, b80).
 */
export async function placeQuote(
  shop: Shop,
  quote: Quote,
  payment: Row | null,
  spend: (share: number) => Promise<void>,
): Promise<number> {
  const method = payment ?? quote.payment;
  await spend(untilLock);
  const collected = collect(shop, quote);
  checkPayment(collected, method);
  checkQuote(shop, quote, collected);
  const orderNumber = reserveNumber(shop, quote);
  const held = locks.get(shop) ?? new Set();
  locks.set(shop, held);
  if (held.has(quote.id)) {
    throw refused('A server error stopped your order from being placed. Please try to place your order again.');
  }
  held.add(quote.id);
  try {
    await spend(untilCommit);
    checkStock(shop, collected.lines);
    const order = orderOf(shop, quote, collected, rowOf(method), orderNumber);
    shop.ledger.orders.push(order);
    reserve(
      shop,
      stockQuantities(order.items, (item) => -numberOf(item['qty_ordered'])),
      'order_placed',
      order,
    );
    Object.assign(quote, { active: false, payment: method, reservedOrderId: orderNumber, updatedAt: shop.now() });
    await spend(untilRelease);
    return order.id;
  } finally {
    held.delete(quote.id);
  }
}

function checkPayment(collected: CollectedQuote, payment: Row | null): void {
  const code = textOf(payment?.['method']);
  const known = availableMethods(collected).some((method) => method['code'] === code);
  if (collected.lines.length === 0 || !known) throw refused('The requested Payment Method is not available.');
  if (code === 'purchaseorder' && textOf(payment?.['po_number']) === '') {
    throw refused('Purchase order number is a required field.');
  }
}

/** Everything else that must be right to place. */
function checkQuote(shop: Shop, quote: Quote, collected: CollectedQuote): void {
  if (quote.coupon !== null && collected.totals.couponAccepted === null) throw couponNotValid();
  const virtual = isVirtual(collected.lines);
  const address = virtual ? quote.billing : quote.shipping;
  if (address === null || quote.billing === null) {
    throw refused("Some addresses can't be used due to the configurations for specific countries.", ['']);
  }
  if (!virtual && quote.shippingMethod === null) {
    throw refused('The shipping method is missing. Select the shipping method and try again.');
  }
  if (quote.customerId === null && textOf(quote.billing['email']) === '') {
    throw refused('Failed address validation:\n%1', ['Email has a wrong format']);
  }
  checkStock(shop, collected.lines);
}

/** A new number at each attempt that gets to the lock, even one that finds it taken (b40); one set aside before is used unless an order has it. */
function reserveNumber(shop: Shop, quote: Quote): string {
  const kept = quote.reservedOrderId;
  const used = kept !== null && shop.ledger.orders.some((order) => order.row['increment_id'] === kept);
  return kept === null || used ? shop.nextNumber('order') : kept;
}

function orderOf(shop: Shop, quote: Quote, collected: CollectedQuote, payment: Row, orderNumber: string): Order {
  const { totals, lines } = collected;
  const id = shop.next('order');
  const now = shop.now();
  const virtual = isVirtual(lines);
  const billingGiven = quote.billing ?? {};
  const shipping =
    virtual || quote.shipping === null ? null : orderAddress(shop, typed(quote.shipping, 'shipping'), id);
  const billing = orderAddress(shop, typed(billingGiven, 'billing'), id);
  const customer = quote.customerId === null ? null : shop.customer(quote.customerId);
  const grandTotal = toNumber(totals.grandTotal);
  const method = textOf(payment['method']);
  const order: Order = {
    id,
    row: {
      entity_id: id,
      increment_id: orderNumber,
      quote_id: quote.id,
      state: 'new',
      status: 'pending',
      store_id: 1,
      store_name: storeName,
      protect_code: shop.hexadecimal(32),
      created_at: now,
      updated_at: now,
      applied_rule_ids: totals.appliedRuleIds.join(',') || null,
      coupon_code: totals.couponAccepted,
      discount_description: totals.discount === 0 ? null : totals.couponAccepted,
      customer_email: customer?.['email'] ?? billing['email'] ?? null,
      customer_firstname: customer?.['firstname'] ?? billing['firstname'] ?? null,
      customer_lastname: customer?.['lastname'] ?? billing['lastname'] ?? null,
      customer_group_id: groupOf(shop, quote),
      customer_id: quote.customerId,
      customer_is_guest: customer === null ? 1 : 0,
      customer_note_notify: 1,
      email_sent: 1,
      is_virtual: virtual ? 1 : 0,
      remote_ip: '127.0.0.1',
      billing_address_id: billing['entity_id'] ?? null,
      base_currency_code: 'EUR',
      global_currency_code: 'EUR',
      order_currency_code: 'EUR',
      store_currency_code: 'EUR',
      base_to_global_rate: 1,
      base_to_order_rate: 1,
      store_to_base_rate: 0,
      store_to_order_rate: 0,
      ...both('subtotal', toNumber(totals.subtotal)),
      ...both('subtotal_incl_tax', toNumber(totals.subtotalInclTax)),
      ...both('discount_amount', totals.discount === 0 ? 0 : -toNumber(totals.discount)),
      ...both('discount_tax_compensation_amount', toNumber(totals.taxCompensation)),
      ...both('tax_amount', toNumber(totals.tax)),
      ...both('grand_total', grandTotal),
      ...noShipping,
      shipping_description:
        virtual || quote.shippingMethod === null ? null : (shippingTitle(quote.shippingMethod) ?? null),
      total_item_count: lines.length,
      total_qty_ordered: lines.reduce((sum, { item }) => sum + item.qty, 0),
      weight: round(
        lines.reduce((sum, line) => sum + line.item.qty * weightOf(shop, line), 0),
        4,
      ),
    },
    items: [],
    billing,
    shipping,
    shippingMethod: virtual ? null : quote.shippingMethod,
    payment: {
      ...(textOf(payment['po_number']) === '' ? {} : { po_number: payment['po_number'] ?? null }),
      ...both('amount_ordered', grandTotal),
      ...both('shipping_amount', 0),
      entity_id: shop.next('order-payment'),
      method,
      parent_id: id,
    },
    paymentInformation: paymentInformation({ method }, [['method_title', paymentMethods[method] ?? freeMethod.title]]),
    histories: [],
    taxes: [],
    taxItems: [],
  };
  order.taxes = totals.taxes.map((tax): Row => orderTax(shop, order, tax));
  for (const line of lines) addLine(shop, order, line, now);
  return order;
}

const both = (name: string, value: Json): Row => ({ [name]: value, [`base_${name}`]: value });

const noShipping: Row = {
  ...both('shipping_amount', 0),
  ...both('shipping_discount_amount', 0),
  shipping_discount_tax_compensation_amount: 0,
  base_shipping_discount_tax_compensation_amnt: 0,
  ...both('shipping_incl_tax', 0),
  ...both('shipping_tax_amount', 0),
};

/** A quote address as an order keeps it. */
function typed(address: Row, type: 'billing' | 'shipping'): Row {
  const {
    extension_attributes: _extension,
    same_as_billing: _same,
    save_in_address_book: _save,
    ...columns
  } = copyOf(address);
  return { ...columns, address_type: type };
}

function orderTax(shop: Shop, order: Order, tax: TaxTotal): Row {
  const value = toNumber(tax.amount);
  return {
    tax_id: shop.next('order-tax'),
    order_id: order.id,
    code: tax.code,
    title: tax.code,
    percent: tax.percent,
    amount: value,
    base_amount: value,
    base_real_amount: value,
    priority: 0,
    position: 0,
    process: 0,
  };
}

/** Kilograms or pounds of one unit: a configurable weighs what its variant does. */
function weightOf(shop: Shop, { item, product }: CollectedLine): number {
  if (item.variant !== null) return numberOf(shop.findProduct(item.variant)?.['weight']);
  return numberOf(product['weight']);
}

function addLine(shop: Shop, order: Order, line: CollectedLine, now: string): void {
  const { item, product, totals } = line;
  const parent = itemRow(shop, order, product, totals, now, item.qty);
  const weight = weightOf(shop, line);
  Object.assign(parent, {
    sku: item.variant ?? textOf(product['sku']),
    quote_item_id: item.itemId,
    weight,
    row_weight: round(weight * item.qty, 4),
    original_price: originalPrice(shop, line),
    base_original_price: originalPrice(shop, line),
  });
  const option = productOption(line, shop);
  if (option !== null) parent['product_option'] = option;
  order.items.push(parent);
  if (item.selections === null) addTaxItems(shop, order, parent, totals.taxes);
  for (const [index, child] of childTotals(line).entries()) {
    const childProduct = shop.product(child.sku);
    const isVariant = item.variant !== null;
    const row = isVariant
      ? variantRow(order, childProduct, item.qty, now, shop)
      : itemRow(shop, order, childProduct, child, now, child.quantity * item.qty);
    row['quote_item_id'] = item.childIds[index] ?? null;
    row['parent_item_id'] = parent['item_id'] ?? null;
    order.items.push(row);
    if (!isVariant) addTaxItems(shop, order, row, child.taxes);
  }
}

const childTotals = ({ item, totals }: CollectedLine): readonly LineTotals[] =>
  item.variant === null && item.selections === null ? [] : totals.children;

/** The regular price of one unit as the catalogue has it. */
function originalPrice(shop: Shop, { item, product, totals }: CollectedLine): number {
  if (item.selections !== null) return toNumber(totals.priceInclTax);
  const sold = item.variant === null ? product : shop.product(item.variant);
  return amount(numberOf(sold['price']));
}

/** `quantity` in all: a bundle's child has its quantity per bundle in the quote, the whole in the order. */
function itemRow(shop: Shop, order: Order, product: Row, totals: LineTotals, now: string, quantity: number): Row {
  return {
    ...nothingDone,
    ...both('price', toNumber(totals.price)),
    ...both('price_incl_tax', toNumber(totals.priceInclTax)),
    ...both('original_price', amount(numberOf(product['price']))),
    ...both('row_total', toNumber(totals.rowTotal)),
    ...both('row_total_incl_tax', toNumber(totals.rowTotalInclTax)),
    ...both('tax_amount', toNumber(totals.tax)),
    ...both('discount_amount', toNumber(totals.discount)),
    ...both('discount_tax_compensation_amount', toNumber(totals.taxCompensation)),
    applied_rule_ids: totals.appliedRuleIds.join(',') || null,
    discount_percent: totals.discountPercent,
    tax_percent: totals.taxPercent,
    ...identity(shop, order, product, now),
    qty_ordered: quantity,
    weight: numberOf(product['weight']),
    row_weight: round(numberOf(product['weight']) * quantity, 4),
  };
}

/** The chosen child of a configurable: it has the stock, its parent the money. */
function variantRow(order: Order, product: Row, quantity: number, now: string, shop: Shop): Row {
  return {
    ...nothingDone,
    ...both('price', 0),
    original_price: 0,
    ...both('row_total', 0),
    ...both('tax_amount', 0),
    ...both('discount_amount', 0),
    discount_percent: 0,
    tax_percent: 0,
    ...identity(shop, order, product, now),
    qty_ordered: quantity,
    weight: numberOf(product['weight']),
    row_weight: 0,
  };
}

function identity(shop: Shop, order: Order, product: Row, now: string): Row {
  return {
    item_id: shop.next('order-item'),
    order_id: order.id,
    store_id: 1,
    product_id: product['id'] ?? null,
    product_type: product['type_id'] ?? null,
    sku: product['sku'] ?? null,
    name: product['name'] ?? null,
    is_virtual: product['type_id'] === 'virtual' ? 1 : 0,
    is_qty_decimal: shop.stockSettings(textOf(product['sku'])).decimalQuantity ? 1 : 0,
    free_shipping: 0,
    no_discount: 0,
    created_at: now,
    updated_at: now,
  };
}

const nothingDone: Row = {
  ...both('amount_refunded', 0),
  ...both('discount_invoiced', 0),
  ...both('row_invoiced', 0),
  ...both('tax_invoiced', 0),
  qty_canceled: 0,
  qty_invoiced: 0,
  qty_refunded: 0,
  qty_shipped: 0,
};

function addTaxItems(shop: Shop, order: Order, item: Row, taxes: readonly TaxTotal[]): void {
  for (const tax of taxes) {
    const value = toNumber(tax.amount);
    order.taxItems.push({
      tax_item_id: shop.next('order-tax-item'),
      tax_id: order.taxes.find((row) => row['code'] === tax.code)?.['tax_id'] ?? null,
      item_id: item['item_id'] ?? null,
      tax_code: tax.code,
      tax_percent: tax.percent,
      amount: value,
      base_amount: value,
      real_amount: value,
      real_base_amount: value,
      taxable_item_type: 'product',
    });
  }
}
