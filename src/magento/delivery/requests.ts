import { type Money, toNumber, zero } from '../../money/money.ts';
import type { JsonValue } from '../../platform/brand.ts';
import type { CompletedSale } from '../../register/sale.ts';
import { orderComment } from './comment.ts';
import { belongsTo, type ItemTarget } from './compare.ts';
import type { Order } from './order.ts';
import { orderFigures } from './order-lines.ts';
import type { Progress } from './progress.ts';
import type { DeliveryShop, ShopAddress } from './shop.ts';

/**
 * `POST /V1/carts/:id/shipping-information`; virtual-only carts take it too. The receipt number stands where an order is searched by
 * it (a guest's last name, b27), because nothing else of a cart is, and until it is amended the order bears no other mark.
 */
export function shippingInformation(shop: DeliveryShop, receiptNumber: string): JsonValue {
  const { firstname, lastname } = shop.address;
  const address = { ...restAddress(shop.address), firstname: `${firstname} ${lastname}`, lastname: receiptNumber };
  return {
    addressInformation: {
      shipping_address: address,
      billing_address: address,
      shipping_carrier_code: shop.shippingMethod.carrier,
      shipping_method_code: shop.shippingMethod.method,
    },
  };
}

export function restAddress(address: ShopAddress): Readonly<Record<string, JsonValue>> {
  return {
    firstname: address.firstname,
    lastname: address.lastname,
    ...(address.company === '' ? {} : { company: address.company }),
    street: [address.street],
    city: address.city,
    postcode: address.postcode,
    country_id: address.countryId,
    ...(address.region === '' ? {} : { region: address.region }),
    ...(address.regionId === 0 ? {} : { region_id: address.regionId }),
    ...(address.regionCode === '' ? {} : { region_code: address.regionCode }),
    telephone: address.telephone,
    // Guests need it here: Magento takes the order's e-mail from the address.
    email: address.email,
  };
}

/**
 * The payment method to place with, of those Magento offers: the one configured for the tender that paid most, else another
 * configured one (the order's history tells the real tenders), else `free` where nothing is due. Null: none will do.
 */
export function choosePaymentMethod(
  sale: CompletedSale,
  shop: DeliveryShop,
  offered: readonly string[],
): string | null {
  const largest = [...sale.tenders].sort((a, b) => b.amount - a.amount)[0];
  const { cash, card } = shop.paymentMethods;
  const wanted = largest?.kind === 'card' ? [card, cash] : [cash, card];
  return [...wanted, 'free'].find((method) => offered.includes(method)) ?? null;
}

/** `PUT /V1/carts/:id/order`. */
export function placement(method: string, sale: CompletedSale): JsonValue {
  return {
    paymentMethod: method === 'purchaseorder' ? { method, po_number: sale.receiptNumber } : { method },
  };
}

/**
 * `POST /V1/orders` with an `entity_id`: makes the order what was sold. Changes only the fields it names; the same again
 * changes nothing more. All amounts incl. discount and tax compensation are named, else the invoice is off by the old ones. The
 * state is not: a proxy's late repeat would make a delivered order `new` again, which can't be invoiced (found by the simulation).
 */
export function amendment(
  sale: CompletedSale,
  order: Order,
  items: readonly ItemTarget[],
  progress: Pick<Progress, 'couponRefused' | 'cartRefused' | 'customerGone' | 'renames'>,
): JsonValue {
  const total = toNumber(sale.totals.grandTotal);
  return {
    entity: {
      entity_id: order.entity_id,
      ext_order_id: sale.receiptNumber,
      ...withBase(orderFigures(sale)),
      total_due: total,
      base_total_due: total,
      ...(order.shipping_amount === 0 ? {} : noShipping),
      ...customer(sale, progress.customerGone),
      payment: { ...order.payment, amount_ordered: total, base_amount_ordered: total },
      items: items.map(({ item, figures, discountPercent }) => ({
        item_id: item.item_id,
        discount_percent: discountPercent,
        ...withBase(figures),
      })),
      ...(belongsTo(order, sale)
        ? {}
        : { status_histories: [historyEntry(orderComment(sale, progress, 'quote'), order.status)] }),
    },
  };
}

export const historyEntry = (comment: string, status: string): JsonValue => ({
  comment,
  status,
  entity_name: 'order',
  is_customer_notified: 0,
  is_visible_on_front: 0,
});

/** A counter sale has no shipping costs, whatever the shop's method costs. */
const noShipping = withBase({
  shipping_amount: zero,
  shipping_incl_tax: zero,
  shipping_tax_amount: zero,
});

/** Sold as a guest and given to the customer here, because assigning the cart would merge their web cart into it. */
export function customer({ customer: buyer }: CompletedSale, gone: boolean): Readonly<Record<string, JsonValue>> {
  if (buyer === null) return {};
  const [firstname = '', ...rest] = buyer.name.split(' ');
  return {
    ...(gone || buyer.id === null
      ? {}
      : { customer_id: buyer.id, customer_group_id: buyer.groupId, customer_is_guest: 0 }),
    customer_email: buyer.email,
    customer_firstname: firstname,
    customer_lastname: rest.join(' ') || firstname,
  };
}

/** Each figure also as `base_…`: a till sells in the shop's base currency. */
export function withBase(figures: Readonly<Record<string, Money>>): Record<string, number> {
  const fields: Record<string, number> = {};
  for (const [field, figure] of Object.entries(figures)) {
    fields[field] = toNumber(figure);
    fields[`base_${field}`] = toNumber(figure);
  }
  return fields;
}

export const invoice: JsonValue = { capture: true, notify: false };

export const shipment = (shop: DeliveryShop): JsonValue => ({
  notify: false,
  arguments: { extension_attributes: { source_code: shop.sourceCode } },
});
