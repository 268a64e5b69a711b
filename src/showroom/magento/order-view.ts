import { amount } from './decimals.ts';
import { type Json, numberOf, type Row, withoutNulls } from './json.ts';
import type { Order } from './ledger.ts';

/** One item as REST gives it: row totals are net of the discount (`Sales\Model\Order\Webapi\ChangeOutputArray`, b32). */
function orderItemView(item: Row, order: Order): Row {
  const itemized = order.taxItems.filter((tax) => tax['item_id'] === item['item_id']);
  return { ...keptItemView(item, order), extension_attributes: { itemized_taxes: itemized } };
}

/** The same as the answer to an amendment has it for items that it did not name (e01). */
export function keptItemView(item: Row, order: Order): Row {
  const { parent_item_id: parentId, product_option: option, ...columns } = item;
  const parent = order.items.find((candidate) => candidate['item_id'] === parentId);
  return {
    ...sentItemView(columns),
    ...(parentId === undefined || parentId === null ? {} : { parent_item_id: parentId }),
    ...(parent === undefined ? {} : { parent_item: orderItemView(parent, order) }),
    ...(option === undefined || option === null ? {} : { product_option: option }),
  };
}

/** The columns of an item, without what only a read adds. */
export function sentItemView(item: Row): Row {
  const discount = numberOf(item['discount_amount']);
  const baseDiscount = numberOf(item['base_discount_amount']);
  return {
    ...withoutNulls(item),
    sku: item['sku'] ?? null,
    original_price: item['original_price'] ?? item['price'] ?? null,
    row_total: amount(numberOf(item['row_total']) - discount),
    base_row_total: amount(numberOf(item['base_row_total']) - baseDiscount),
    row_total_incl_tax: amount(numberOf(item['row_total_incl_tax']) - discount),
    base_row_total_incl_tax: amount(numberOf(item['base_row_total_incl_tax']) - baseDiscount),
  };
}

/** The columns of an order, incl. those that REST always names and the one it computes. */
export function orderColumns(row: Row): Row {
  const due = (prefix: string): number =>
    Math.max(amount(numberOf(row[`${prefix}grand_total`]) - numberOf(row[`${prefix}total_paid`])), 0);
  return {
    ...withoutNulls(row),
    grand_total: row['grand_total'] ?? null,
    base_grand_total: row['base_grand_total'] ?? null,
    customer_email: row['customer_email'] ?? null,
    total_due: due(''),
    base_total_due: due('base_'),
  };
}

export function paymentView(order: Order): Row {
  return {
    account_status: null,
    cc_last4: null,
    ...withoutNulls(order.payment),
    additional_information: order.paymentInformation.map(([, value]) => value),
  };
}

/** `GET /V1/orders/:id` and the items of `GET /V1/orders`. */
export function orderView(order: Order): Row {
  return {
    ...orderColumns(order.row),
    items: order.items.map((item) => orderItemView(item, order)),
    ...(order.billing === null ? {} : { billing_address: order.billing }),
    payment: paymentView(order),
    status_histories: [...order.histories].reverse(),
    extension_attributes: {
      shipping_assignments: [
        {
          shipping: {
            ...(order.shipping === null ? {} : { address: order.shipping }),
            ...(order.shippingMethod === null ? {} : { method: order.shippingMethod }),
            total: shippingTotal(order.row),
          },
          items: order.items.map((item) => orderItemView(item, order)),
        },
      ],
      payment_additional_info: order.paymentInformation.map(([key, value]) => ({ key, value: value ?? 'null' })),
      applied_taxes: order.taxes.map(appliedTax),
      item_applied_taxes: itemTaxes(order),
      converting_from_quote: false,
      taxes: order.taxes,
      additional_itemized_taxes: [],
    },
  };
}

const appliedTax = (tax: Row): Row => ({
  code: tax['code'] ?? null,
  title: tax['title'] ?? null,
  percent: tax['percent'] ?? null,
  amount: tax['amount'] ?? null,
  base_amount: tax['base_amount'] ?? null,
});

function itemTaxes(order: Order): Json {
  return order.items.flatMap((item): Row[] => {
    const taxes = order.taxItems.filter((tax) => tax['item_id'] === item['item_id']);
    if (taxes.length === 0) return [];
    const applied = taxes.map((tax) => ({
      code: tax['tax_code'] ?? null,
      title: tax['tax_code'] ?? null,
      percent: tax['tax_percent'] ?? null,
      amount: tax['amount'] ?? null,
      base_amount: tax['base_amount'] ?? null,
    }));
    return [{ type: 'product', item_id: item['item_id'] ?? null, applied_taxes: applied }];
  });
}

/** The shipping columns of the order, which REST repeats per assignment. */
function shippingTotal(row: Row): Row {
  return withoutNulls(
    Object.fromEntries(Object.entries(row).filter(([name]) => /^(base_)?shipping_(?!description|address)/.test(name))),
  );
}
