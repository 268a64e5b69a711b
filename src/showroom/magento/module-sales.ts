import type { Call } from './api.ts';
import { amount } from './decimals.ts';
import { createInvoice, createShipment, doubled } from './documents.ts';
import { noSuchEntity, refused, WebapiError } from './errors.ts';
import { reserve } from './inventory.ts';
import { type Json, numberOf, type Row, rowOf, rowsOf, textOf, withoutNulls } from './json.ts';
import type { Order } from './ledger.ts';
import {
  documentByNumber,
  findDocument,
  invalid,
  postOnce,
  tenderInWords,
  tendersInWords,
  type Written,
} from './module-documents.ts';
import { checkSale } from './module-rules.ts';
import { bySku, type Goods, goodsOf, ModuleStock } from './module-stock.ts';
import { stateOf, toInvoice, toShip, visibleItems } from './order-state.ts';
import { addHistory, itemDefaults, orderAddress, paymentInformation, storeName } from './orders.ts';
import type { Shop } from './shop.ts';

/** `POST /V1/holdfast/sales`. */
export function postSale({ shop, body }: Call): Json {
  const sale = rowOf(body['sale']);
  checkSale(sale);
  const [id, number] = [textOf(sale['sale_id']), textOf(sale['receipt_number'])];
  return withoutNulls(postOnce(shop, { kind: 'sale', id, number, contents: sale }, () => writeSale(shop, sale)));
}

/** `GET /V1/holdfast/sales/:saleId`. */
export function findSale({ shop, parameter }: Call): Json {
  const id = parameter('saleId');
  const document = findDocument(shop, 'sale', id);
  if (document === undefined) throw noSuchEntity('sale_id', id);
  return withoutNulls({ ...document.answer, duplicate: true });
}

/** The sale that a return or an outcome names; throws the module's 404 in the words of `field`. */
export function saleDocument(shop: Shop, field: string, id: string, number = '') {
  const found = id === '' ? documentByNumber(shop, 'sale', number) : findDocument(shop, 'sale', id);
  if (found === undefined) throw noSuchEntity(field, id || number);
  return found;
}

/** 400 for a source that the shop does not have. */
export function checkSource(shop: Shop, sourceCode: string): void {
  if (shop.data.sources.some((source) => source['source_code'] === sourceCode)) return;
  throw refused(`There is no inventory source "${sourceCode}".`);
}

function writeSale(shop: Shop, sale: Row): Written {
  if (numberOf(sale['store_id']) !== 1) {
    throw new WebapiError(404, {
      message: "The store that was requested wasn't found. Verify the store and try again.",
    });
  }
  const base = shop.configured('currency/options/base') ?? 'EUR';
  if (sale['currency'] !== base)
    throw invalid(`The sale is not valid: currency ${textOf(sale['currency'])}, the store's is ${base}`);
  const number = textOf(sale['receipt_number']);
  const earlier = shop.ledger.orders.find(
    ({ row }) => row['state'] !== 'canceled' && (row['ext_order_id'] === number || row['customer_lastname'] === number),
  );
  if (earlier !== undefined) {
    const words = `Receipt ${number} is already in order ${textOf(earlier.row['increment_id'])}.`;
    throw new WebapiError(409, { message: words });
  }
  if (shop.ledger.orders.some((order) => order.row['increment_id'] === number)) {
    throw new WebapiError(409, { message: `Order number ${number} is already used by another order.` });
  }
  const sourceCode = textOf(sale['source_code']);
  checkSource(shop, sourceCode);
  const stock = new ModuleStock(shop, sourceCode);
  const goods = new Map(rowsOf(sale['lines']).map((line) => [line['sku'], goodsOf(shop, textOf(line['sku']))]));
  const of = (line: Row): Goods => goods.get(line['sku'] ?? null) ?? goodsOf(shop, textOf(line['sku']));
  const customer = customerOf(shop, sale);
  if (isGiven(sale['customer_id']) && customer['customer_id'] === null) {
    stock.warnings.push(`customer ${textOf(sale['customer_id'])} unknown, saved as guest`);
  }
  const order = makeOrder(shop, sale, customer, of);
  addTaxes(shop, order, sale);
  for (const warning of new Set([...goods.values()].map((article) => article.warning))) {
    if (warning !== null) stock.warnings.push(warning);
  }
  reserveGoods(shop, order, sale, of, stock);
  const provisional = rowsOf(sale['tenders']).some((tender) => tender['provisional'] === true);
  const invoiceId = provisional ? null : createInvoice(shop, order, all(order, toInvoice), stock.books).id;
  const shippable = all(order, toShip);
  const shipmentId = shippable.size === 0 ? null : createShipment(shop, order, shippable, sourceCode, stock.books).id;
  const counted = countUses(shop, sale);
  const moved = stock.answer();
  return {
    orderId: order.id,
    answer: {
      sale_id: sale['sale_id'] ?? null,
      state: stateOf(order),
      status: order.row['status'] ?? null,
      order_id: order.id,
      increment_id: number,
      invoice_id: invoiceId,
      shipment_id: shipmentId,
      ...moved,
      warnings: [...stock.warnings, ...counted],
    },
  };
}

const all = (order: Order, left: (item: Row) => number): Map<Row, number> =>
  new Map(visibleItems(order).flatMap((item): [Row, number][] => (left(item) > 0 ? [[item, left(item)]] : [])));

const isGiven = (value: Json | undefined): boolean => value !== undefined && value !== null;

function customerOf(shop: Shop, sale: Row): Row {
  const known = shop.data.customers.find((row) => row['id'] === sale['customer_id']);
  if (known === undefined) {
    return {
      customer_id: null,
      customer_is_guest: 1,
      customer_group_id: 0,
      customer_email: textOf(sale['customer_email']) || 'till@pos.invalid',
      customer_firstname: 'Till',
      customer_lastname: sale['terminal_id'] ?? null,
    };
  }
  return {
    customer_id: known['id'] ?? null,
    customer_is_guest: 0,
    customer_group_id: known['group_id'] ?? null,
    customer_email: known['email'] ?? null,
    customer_firstname: known['firstname'] ?? null,
    customer_lastname: known['lastname'] ?? null,
  };
}

function makeOrder(shop: Shop, sale: Row, customer: Row, goods: (line: Row) => Goods): Order {
  const id = shop.next('order');
  const now = shop.now();
  const lines = rowsOf(sale['lines']);
  const totals = rowOf(sale['totals']);
  const total = numberOf(totals['grand_total']);
  const address: Row = {
    firstname: customer['customer_firstname'] ?? null,
    lastname: customer['customer_lastname'] ?? null,
    email: customer['customer_email'] ?? null,
    street: ['-'],
    city: '-',
    postcode: '-',
    country_id: shop.configured('shipping/origin/country_id') ?? 'DE',
    telephone: '-',
  };
  const billing = orderAddress(shop, { ...address, address_type: 'billing' }, id);
  const shipping = orderAddress(shop, { ...address, address_type: 'shipping' }, id);
  const payment = { method: 'cashondelivery' };
  const order: Order = {
    id,
    row: {
      entity_id: id,
      increment_id: sale['receipt_number'] ?? null,
      ext_order_id: textOf(sale['sale_id']).replaceAll('-', ''),
      state: 'new',
      status: 'pending',
      store_id: 1,
      store_name: storeName,
      protect_code: shop.hexadecimal(32),
      created_at: textOf(sale['sold_at']).slice(0, 19).replace('T', ' '),
      updated_at: now,
      billing_address_id: billing['entity_id'] ?? null,
      shipping_address_id: shipping['entity_id'] ?? null,
      is_virtual: lines.every((line) => isVirtual(goods(line))) ? 1 : 0,
      email_sent: 1,
      coupon_code: sale['coupon_code'] ?? null,
      applied_rule_ids: textOf(sale['applied_rule_ids']) || null,
      shipping_description: `Handed over at till ${textOf(sale['terminal_id'])}`,
      total_qty_ordered: lines.reduce((sum, line) => sum + numberOf(line['qty']), 0),
      total_item_count: lines.length,
      base_to_global_rate: 1,
      base_to_order_rate: 1,
      store_to_base_rate: 0,
      store_to_order_rate: 0,
      ...currencies(sale),
      ...customer,
      ...doubled({
        subtotal: numberOf(totals['subtotal']),
        subtotal_incl_tax: numberOf(totals['subtotal_incl_tax']),
        discount_amount: -numberOf(totals['discount_amount']) || 0,
        tax_amount: numberOf(totals['tax_amount']),
        discount_tax_compensation_amount: numberOf(totals['discount_tax_compensation_amount']),
        shipping_amount: 0,
        shipping_tax_amount: 0,
        shipping_incl_tax: 0,
        grand_total: total,
        total_due: total,
      }),
    },
    items: lines.map((line) => makeItem(shop, id, now, line, goods(line))),
    billing,
    shipping,
    shippingMethod: null,
    payment: {
      ...payment,
      ...doubled({ amount_ordered: total, shipping_amount: 0 }),
      entity_id: shop.next('order-payment'),
      parent_id: id,
    },
    paymentInformation: paymentInformation(
      payment,
      rowsOf(sale['tenders']).map((tender, index) => [`Tender ${index + 1}`, tenderInWords(tender)]),
    ),
    histories: [],
    taxes: [],
    taxItems: [],
  };
  const comment = `Till ${textOf(sale['terminal_id'])}, receipt ${textOf(sale['receipt_number'])}: ${tendersInWords(rowsOf(sale['tenders']))}`;
  addHistory(shop, order, { comment, entity_name: 'order' });
  shop.ledger.orders.push(order);
  return order;
}

const isVirtual = (article: Goods): boolean => article.kind === 'virtual' || article.kind === 'text';

const currencies = (sale: Row): Row =>
  Object.fromEntries(
    ['global', 'base', 'store', 'order'].map((of) => [`${of}_currency_code`, sale['currency'] ?? null]),
  );

function makeItem(shop: Shop, orderId: number, now: string, line: Row, article: Goods): Row {
  return {
    ...itemDefaults,
    item_id: shop.next('order-item'),
    order_id: orderId,
    store_id: 1,
    created_at: now,
    updated_at: now,
    product_id: article.kind === 'stocked' || article.kind === 'virtual' ? article.productId : null,
    product_type: isVirtual(article) ? 'virtual' : 'simple',
    is_virtual: isVirtual(article) ? 1 : 0,
    is_qty_decimal: numberOf(line['qty']) % 1 === 0 ? 0 : 1,
    sku: article.sku,
    name: line['name'] ?? null,
    qty_ordered: line['qty'] ?? null,
    applied_rule_ids: textOf(line['applied_rule_ids']) || null,
    tax_percent: line['tax_percent'] ?? null,
    ...doubled({
      price: numberOf(line['price']),
      original_price: numberOf(line['price']),
      price_incl_tax: numberOf(line['price_incl_tax']),
      row_total: numberOf(line['row_total']),
      row_total_incl_tax: numberOf(line['row_total_incl_tax']),
      tax_amount: numberOf(line['tax_amount']),
      discount_amount: numberOf(line['discount_amount']),
      discount_tax_compensation_amount: numberOf(line['discount_tax_compensation_amount']),
    }),
  };
}

function addTaxes(shop: Shop, order: Order, sale: Row): void {
  rowsOf(sale['lines']).forEach((line, index) => {
    for (const tax of rowsOf(line['taxes'])) {
      const known = order.taxes.find((row) => row['code'] === tax['code'] && row['percent'] === tax['percent']);
      const row = known ?? {
        tax_id: shop.next('order-tax'),
        order_id: order.id,
        code: tax['code'] ?? null,
        title: textOf(tax['title']) || (tax['code'] ?? null),
        percent: tax['percent'] ?? null,
        amount: 0,
        base_amount: 0,
        base_real_amount: 0,
        priority: 0,
        position: order.taxes.length,
        process: 0,
      };
      if (known === undefined) order.taxes.push(row);
      for (const column of ['amount', 'base_amount', 'base_real_amount']) {
        row[column] = amount(numberOf(row[column]) + numberOf(tax['amount']));
      }
      order.taxItems.push({
        tax_item_id: shop.next('order-tax-item'),
        tax_id: row['tax_id'] ?? null,
        item_id: order.items[index]?.['item_id'] ?? null,
        tax_percent: tax['percent'] ?? null,
        amount: tax['amount'] ?? null,
        base_amount: tax['amount'] ?? null,
        real_amount: tax['amount'] ?? null,
        real_base_amount: tax['amount'] ?? null,
        taxable_item_type: 'product',
      });
    }
  });
}

function reserveGoods(shop: Shop, order: Order, sale: Row, goods: (line: Row) => Goods, stock: ModuleStock): void {
  const reserved = new Map<string, number>();
  const deleted = new Map<string, number>();
  for (const line of rowsOf(sale['lines'])) {
    const { sku, kind } = goods(line);
    if (kind === 'text') continue;
    const sums = kind === 'deleted' ? deleted : reserved;
    sums.set(sku, (sums.get(sku) ?? 0) + numberOf(line['qty']));
  }
  stock.addMissing([...bySku(reserved).keys()]);
  const negative = new Map([...bySku(reserved)].map(([sku, quantity]) => [sku, -quantity]));
  reserve(shop, negative, 'order_placed', order, String(order.id));
  stock.deduct(deleted);
}

/** Counts uses of rules and coupon; returns warnings. */
function countUses(shop: Shop, sale: Row): readonly string[] {
  const warnings: string[] = [];
  const ids = textOf(sale['applied_rule_ids']).split(',').filter(Boolean).map(Number);
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    const rule = shop.data.salesRules.find((row) => row['rule_id'] === id);
    if (rule === undefined) warnings.push(`cart price rule ${id} does not exist, its use was not counted`);
    else rule['times_used'] = numberOf(rule['times_used']) + 1;
  }
  const code = textOf(sale['coupon_code']);
  const coupon = shop.data.coupons.find((row) => textOf(row['code']).toLowerCase() === code.toLowerCase());
  if (code !== '' && coupon === undefined) warnings.push(`coupon ${code} does not exist, its use was not counted`);
  if (coupon !== undefined) coupon['times_used'] = numberOf(coupon['times_used']) + 1;
  return warnings;
}
