import { toNumber } from '../../money/money.ts';
import type { LineTotals } from '../../pricing/totals.ts';
import { round } from './decimals.ts';
import { taxClassOf } from './inventory.ts';
import { type Json, numberOf, type Row, rowOf, rowsOf, textOf } from './json.ts';
import type { Quote } from './ledger.ts';
import { priceBook } from './prices.ts';
import { attributeCode, bundleLink, type CollectedLine, type CollectedQuote, collect, isVirtual } from './quotes.ts';
import { attributeOf, type Shop } from './shop.ts';

/** One line as `CartItemRepositoryInterface` gives it. */
export function itemView({ item, product, totals }: CollectedLine, quote: Quote, shop: Shop): Row {
  const view: Row = {
    item_id: item.itemId,
    sku: item.variant ?? item.sku,
    qty: item.qty,
    name: product['name'] ?? null,
    price: toNumber(totals.price),
    product_type: product['type_id'] ?? null,
    quote_id: String(quote.id),
  };
  const option = productOption({ item, product }, shop);
  if (option !== null) view['product_option'] = option;
  return view;
}

/** The same right after adding it: with the discounts, one a rule, and their amounts before rounding. */
export function addedItemView(line: CollectedLine, quote: Quote, shop: Shop): Row {
  const view = itemView(line, quote, shop);
  const discounts = discountsView(line.totals, shop);
  if (discounts.length > 0) view['extension_attributes'] = { discounts };
  return view;
}

function discountsView(totals: LineTotals, shop: Shop): Json[] {
  let before = 0;
  return totals.discounts.flatMap(({ ruleId, amount }): Json[] => {
    if (amount === 0) return [];
    const exact = exactDiscount(shop, ruleId, toNumber(totals.rowTotalInclTax) - before) ?? toNumber(amount);
    before += toNumber(amount);
    const data = {
      amount: toNumber(amount),
      base_amount: toNumber(amount),
      original_amount: exact,
      base_original_amount: exact,
    };
    return [{ discount_data: data, rule_label: '', rule_i_d: ruleId }];
  });
}

/** The unrounded discount of a plain percentage rule; null for rules that cap or step their quantities. */
function exactDiscount(shop: Shop, ruleId: number, base: number): number | null {
  const rule = priceBook(shop).cartRules.find((candidate) => candidate.id === ruleId);
  if (rule?.action !== 'by_percent' || rule.discountQuantity > 0 || rule.discountStep > 1) return null;
  return Number(((base * rule.discountAmount) / 100).toPrecision(14));
}

/** `product_option` of quote and order items: the choices made. */
export function productOption({ item, product }: Pick<CollectedLine, 'item' | 'product'>, shop: Shop): Row | null {
  if (item.variant !== null) {
    const variant = shop.findProduct(item.variant) ?? {};
    const options = rowsOf(rowOf(product['extension_attributes'])['configurable_product_options']);
    const chosen = options.map((option) => ({
      option_id: textOf(option['attribute_id']),
      option_value: numberOf(attributeOf(variant, attributeCode(shop, option))),
    }));
    return { extension_attributes: { configurable_item_options: chosen } };
  }
  if (item.selections === null) return null;
  const bundle = item.selections.map(({ optionId, quantity, selectionIds }) => ({
    option_id: optionId,
    option_qty: quantity,
    option_selections: [...selectionIds],
  }));
  return { extension_attributes: { bundle_options: bundle } };
}

/** `GET /V1/carts/:id/totals`. A cart of virtual goods only is totalled by its billing address, which says a little more. */
export function totalsView(quote: Quote, collected: CollectedQuote, shop: Shop): Row {
  const { totals, lines } = collected;
  const virtual = isVirtual(lines);
  const discount = -toNumber(totals.discount);
  const both = (name: string, value: number): Row => ({ [name]: value, [`base_${name}`]: value });
  const coupon = virtual ? (totals.couponAccepted ?? '') : totals.couponAccepted;
  return {
    ...both('grand_total', toNumber(totals.grandTotal)),
    ...both('subtotal', toNumber(totals.subtotal)),
    ...both('discount_amount', negative(discount)),
    ...both('subtotal_with_discount', round(toNumber(totals.subtotal) + discount, 2)),
    ...both('shipping_amount', 0),
    ...both('shipping_discount_amount', 0),
    ...both('tax_amount', toNumber(totals.tax)),
    weee_tax_applied_amount: null,
    ...both('shipping_tax_amount', 0),
    subtotal_incl_tax: toNumber(totals.subtotalInclTax),
    ...(virtual ? { base_subtotal_incl_tax: toNumber(totals.subtotalInclTax) } : {}),
    ...both('shipping_incl_tax', 0),
    base_currency_code: 'EUR',
    quote_currency_code: 'EUR',
    ...(coupon === null ? {} : { coupon_code: coupon }),
    items_qty: lines.reduce((sum, { item }) => sum + item.qty, 0),
    items: lines.map((line) => totalsItem(line, shop)),
    total_segments: segments(quote, collected, virtual),
  };
}

/** -0 is 0 in JSON written by PHP. */
const negative = (value: number): number => (value === 0 ? 0 : value);

function totalsItem(line: CollectedLine, shop: Shop): Row {
  const { item, product, totals } = line;
  const both = (name: string, value: number): Row => ({ [name]: value, [`base_${name}`]: value });
  const bundle = item.selections !== null;
  return {
    item_id: item.itemId,
    ...both('price', toNumber(totals.price)),
    qty: item.qty,
    ...both('row_total', toNumber(totals.rowTotal)),
    row_total_with_discount: 0,
    ...both('tax_amount', toNumber(totals.tax)),
    ...(bundle ? {} : { tax_percent: totals.taxPercent }),
    ...both('discount_amount', toNumber(totals.discount)),
    discount_percent: totals.discountPercent,
    ...both('price_incl_tax', toNumber(totals.priceInclTax)),
    ...both('row_total_incl_tax', toNumber(totals.rowTotalInclTax)),
    options: phpJson(itemOptions(line, shop)),
    weee_tax_applied_amount: null,
    weee_tax_applied: null,
    name: product['name'] ?? null,
  };
}

function itemOptions({ item, product }: CollectedLine, shop: Shop): Json {
  const extension = rowOf(product['extension_attributes']);
  if (item.variant !== null) {
    const variant = shop.findProduct(item.variant) ?? {};
    return rowsOf(extension['configurable_product_options']).map((option) => {
      const value = textOf(attributeOf(variant, attributeCode(shop, option)));
      const labels = rowsOf(rowOf(shop.recorded('attribute_pos_size'))['options']);
      return {
        value: labels.find((label) => label['value'] === value)?.['label'] ?? value,
        label: option['label'] ?? null,
      };
    });
  }
  return (item.selections ?? []).flatMap(({ optionId, quantity, selectionIds }) => {
    const option = rowsOf(extension['bundle_product_options']).find((candidate) => candidate['option_id'] === optionId);
    return selectionIds.map((id): Row => {
      const child = shop.findProduct(textOf(bundleLink(product, id)['sku'])) ?? {};
      const price = (numberOf(child['price']) / (1 + storeRate(shop, taxClassOf(product)) / 100)).toFixed(2);
      return {
        value: `${quantity} x ${textOf(child['name'])} <span class="price">€${price}</span>`,
        label: option?.['title'] ?? null,
      };
    });
  });
}

/** The store's own rate for a product tax class, in percent. */
function storeRate(shop: Shop, taxClassId: number): number {
  const book = priceBook(shop);
  const rule = book.taxRules.find((candidate) => candidate.productTaxClassIds.includes(taxClassId));
  const rates = book.taxRates.filter((rate) => rule?.taxRateIds.includes(rate.id));
  return rates.find((rate) => rate.countryId === book.settings.origin.countryId)?.rate ?? 0;
}

/** `json_encode` with PHP's defaults: slashes and everything beyond ASCII escaped. */
const phpJson = (value: Json): string =>
  JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

function segments(quote: Quote, { totals }: CollectedQuote, virtual: boolean): Json {
  const list: Row[] = [{ code: 'subtotal', title: 'Subtotal', value: toNumber(totals.subtotal) }];
  if (totals.discount !== 0) {
    const title = totals.couponAccepted === null ? 'Discount' : `Discount (${totals.couponAccepted})`;
    list.push({ code: 'discount', title, value: -toNumber(totals.discount) });
  }
  if (!virtual) {
    const method = quote.shippingMethod === null ? undefined : shippingTitle(quote.shippingMethod);
    const title = method === undefined ? 'Shipping & Handling' : `Shipping & Handling (${method})`;
    list.push({ code: 'shipping', title, value: 0 });
  }
  const details = totals.taxes.map((tax, index) => ({
    amount: toNumber(tax.amount),
    rates: [{ percent: String(tax.percent), title: tax.code }],
    group_id: index + 1,
  }));
  list.push(
    {
      code: 'tax',
      title: 'Tax',
      value: toNumber(totals.tax),
      extension_attributes: { tax_grandtotal_details: details },
    },
    { code: 'grand_total', title: 'Grand Total', value: toNumber(totals.grandTotal), area: 'footer' },
  );
  return list;
}

/** Carrier and method as totals and orders name them; undefined for a method the shop has not. */
export function shippingTitle(method: string): string | undefined {
  return method === 'freeshipping_freeshipping' ? 'Free Shipping - Free' : undefined;
}

/** `GET /V1/carts/:id`. An inactive cart comes without its items. */
export function cartView(quote: Quote, shop: Shop): Row {
  const collected = collect(shop, quote);
  const lines = collected.lines;
  const customer = quote.customerId === null ? null : shop.customer(quote.customerId);
  return {
    id: quote.id,
    created_at: quote.createdAt,
    updated_at: quote.updatedAt,
    is_active: quote.active,
    is_virtual: isVirtual(lines),
    ...(quote.active ? { items: lines.map((line) => itemView(line, quote, shop)) } : {}),
    items_count: quote.items.length,
    items_qty: quote.items.reduce((sum, item) => sum + item.qty, 0),
    customer: customer ?? { email: null, firstname: null, lastname: null },
    billing_address: {
      id: quote.billingAddressId,
      ...addressView(quote.billing),
      ...(customer === null ? {} : { customer_id: customer['id'] ?? null, email: customer['email'] ?? null }),
    },
    ...(quote.reservedOrderId === null ? {} : { reserved_order_id: quote.reservedOrderId }),
    orig_order_id: 0,
    currency: {
      global_currency_code: 'EUR',
      base_currency_code: 'EUR',
      store_currency_code: 'EUR',
      quote_currency_code: 'EUR',
      store_to_base_rate: 0,
      store_to_quote_rate: 0,
      base_to_global_rate: 1,
      base_to_quote_rate: 1,
    },
    customer_is_guest: customer === null,
    customer_note_notify: true,
    customer_tax_class_id: 3,
    store_id: 1,
    ...(quote.active ? { extension_attributes: { shipping_assignments: assignments(quote, lines, shop) } } : {}),
  };
}

function assignments(quote: Quote, lines: readonly CollectedLine[], shop: Shop): Json {
  if (quote.shippingMethod === null || quote.shipping === null) return [];
  const shipping = { address: addressView(quote.shipping), method: quote.shippingMethod };
  return [{ shipping, items: lines.map((line) => itemView(line, quote, shop)) }];
}

/** A quote address; one never filled in has its keys all the same. */
function addressView(address: Row | null): Row {
  const value = (name: string): Json => address?.[name] ?? null;
  return {
    region: value('region'),
    region_id: value('region_id'),
    region_code: value('region_code'),
    country_id: value('country_id'),
    street: value('street') ?? [''],
    ...(address?.['company'] === undefined ? {} : { company: value('company') }),
    telephone: value('telephone'),
    postcode: value('postcode'),
    city: value('city'),
    firstname: value('firstname'),
    lastname: value('lastname'),
    email: value('email'),
    same_as_billing: 0,
    save_in_address_book: 0,
  };
}
