import type { Call, Route } from './api.ts';
import { couponNotValid, fieldRequired, noSuchEntity, refused, WebapiError } from './errors.ts';
import { copyOf, type Json, numberOf, type Row, rowOf, textOf } from './json.ts';
import type { Quote } from './ledger.ts';
import { availableMethods, placeQuote } from './placement.ts';
import { addedItemView, cartView, itemView, shippingTitle, totalsView } from './quote-view.ts';
import {
  activeQuoteOf,
  addItem,
  assignCustomer,
  collect,
  createQuote,
  findItem,
  isVirtual,
  saved,
  updateItem,
} from './quotes.ts';
import { type Searchable, searchCriteria, searchResult } from './search-criteria.ts';

const active = ({ shop, id }: Call): Quote => shop.activeQuote(id('cartId'));

/** `quote_id` in the body counts, not the cart in the path, and is spelled back as it was sent (b03, b31). */
function addCartItem({ shop, body }: Call): Json {
  const request = rowOf(body['cartItem']);
  const quoteId = request['quote_id'];
  if (quoteId === undefined || quoteId === null || quoteId === '') throw fieldRequired('quoteId');
  const quote = shop.activeQuote(numberOf(quoteId), quoteId);
  const item = addItem(shop, quote, request);
  return lineView({ shop }, quote, item.itemId);
}

function lineView({ shop }: Pick<Call, 'shop'>, quote: Quote, itemId: number): Json {
  const line = saved(shop, quote).lines.find((candidate) => candidate.item.itemId === itemId);
  if (line === undefined) throw noSuchEntity('itemId', itemId);
  return addedItemView(line, quote, shop);
}

function updateCartItem(call: Call): Json {
  const quote = active(call);
  const item = findItem(quote, call.id('itemId'));
  updateItem(call.shop, item, numberOf(rowOf(call.body['cartItem'])['qty']));
  return lineView(call, quote, item.itemId);
}

function removeCartItem(call: Call): Json {
  const quote = active(call);
  const item = quote.items.find((candidate) => candidate.itemId === call.id('itemId'));
  if (item === undefined) {
    throw new WebapiError(404, {
      message: "The %1 Cart doesn't contain the %2 item.",
      parameters: [quote.id, call.id('itemId')],
    });
  }
  quote.items = quote.items.filter((candidate) => candidate !== item);
  saved(call.shop, quote);
  return true;
}

/** Unknown, expired or without effect: one and the same 404. */
function setCoupon(call: Call): Json {
  const { shop, parameter } = call;
  const quote = active(call);
  if (quote.items.length === 0) {
    throw new WebapiError(404, { message: 'The "%1" Cart doesn\'t contain products.', parameters: [quote.id] });
  }
  const before = quote.coupon;
  quote.coupon = parameter('couponCode');
  if (collect(shop, quote).totals.couponAccepted === null) {
    quote.coupon = before;
    throw couponNotValid();
  }
  saved(shop, quote);
  return true;
}

function removeCoupon(call: Call): Json {
  const quote = active(call);
  quote.coupon = null;
  saved(call.shop, quote);
  return true;
}

function setShipping(call: Call): Json {
  const { shop, body } = call;
  const quote = active(call);
  const information = rowOf(body['addressInformation']);
  const lines = collect(shop, quote).lines;
  if (lines.length === 0) {
    throw refused("The shipping method can't be set for an empty cart. Add an item to cart and try again.");
  }
  const method = `${textOf(information['shipping_carrier_code'])}_${textOf(information['shipping_method_code'])}`;
  if (!isVirtual(lines) && shippingTitle(method) === undefined) {
    throw new WebapiError(404, {
      message: 'Carrier with such method not found: %1, %2',
      parameters: [textOf(information['shipping_carrier_code']), textOf(information['shipping_method_code'])],
    });
  }
  const shipping = copyOf(rowOf(information['shipping_address']));
  quote.shipping = shipping;
  quote.billing =
    information['billing_address'] === undefined
      ? (quote.billing ?? shipping)
      : copyOf(rowOf(information['billing_address']));
  quote.shippingMethod = method;
  const collected = saved(shop, quote);
  return { payment_methods: availableMethods(collected), totals: totalsView(quote, collected, shop) };
}

function setBilling(call: Call): Json {
  const quote = active(call);
  quote.billing = copyOf(rowOf(call.body['address']));
  saved(call.shop, quote);
  return String(quote.billingAddressId + 1);
}

function estimateShipping(call: Call): Json {
  const quote = active(call);
  const units = quote.items.reduce((sum, item) => sum + item.qty, 0);
  const rate = (carrier: string, method: string, titles: readonly [string, string], price: number): Row => ({
    carrier_code: carrier,
    method_code: method,
    carrier_title: titles[0],
    method_title: titles[1],
    amount: price,
    base_amount: price,
    available: true,
    error_message: '',
    price_excl_tax: price,
    price_incl_tax: price,
  });
  const perItem = Number(call.shop.configured('carriers/flatrate/price') ?? 0);
  return [
    rate('instore', 'pickup', ['In-Store Pickup Delivery', 'Pick in Store'], 0),
    rate('freeshipping', 'freeshipping', ['Free Shipping', 'Free'], 0),
    rate('flatrate', 'flatrate', ['Flat Rate', 'Fixed'], Number((perItem * units).toFixed(2))),
  ];
}

function selectPayment(call: Call): Json {
  const quote = active(call);
  const method = rowOf(call.body['method']);
  const available = availableMethods(collect(call.shop, quote)).some((row) => row['code'] === method['method']);
  if (!available) throw refused('The requested Payment Method is not available.');
  quote.payment = copyOf(method);
  saved(call.shop, quote);
  return String(call.shop.next('quote-payment'));
}

function place(call: Call): Promise<Json> {
  const payment = call.body['paymentMethod'];
  return placeQuote(
    call.shop,
    active(call),
    payment === undefined || payment === null ? null : rowOf(payment),
    call.spend,
  );
}

function searchCarts({ shop, query }: Call): Json {
  const column = (quote: Quote, field: string): Json | undefined => {
    const row: Row = {
      entity_id: quote.id,
      is_active: quote.active ? 1 : 0,
      reserved_order_id: quote.reservedOrderId,
      customer_id: quote.customerId,
      created_at: quote.createdAt,
      updated_at: quote.updatedAt,
      store_id: 1,
    };
    return row[field];
  };
  const how: Searchable<Quote> = { value: column, checkField: () => undefined, view: (quote) => cartView(quote, shop) };
  return searchResult(shop.ledger.quotes, searchCriteria(query), how);
}

function customerCart({ shop, id }: Call): Json {
  const customerId = id('customerId');
  shop.customer(customerId);
  return (activeQuoteOf(shop, customerId) ?? createQuote(shop, customerId)).id;
}

function assign(call: Call): Json {
  const quote = active(call);
  assignCustomer(call.shop, quote, numberOf(call.body['customerId']));
  saved(call.shop, quote);
  return true;
}

const route = (method: Route['method'], path: string, handle: Route['handle']): Route => ({
  method,
  path,
  resource: 'Magento_Cart::manage',
  handle,
});

export const cartRoutes: readonly Route[] = [
  route('POST', '/V1/carts', ({ shop }) => String(createQuote(shop, null).id)),
  route('GET', '/V1/carts/search', searchCarts),
  route('GET', '/V1/carts/{cartId}', ({ shop, id }) => cartView(shop.quote(id('cartId')), shop)),
  route('PUT', '/V1/carts/{cartId}', assign),
  route('POST', '/V1/carts/{quoteId}/items', addCartItem),
  route('GET', '/V1/carts/{cartId}/items', (call) => {
    const quote = active(call);
    return collect(call.shop, quote).lines.map((line) => itemView(line, quote, call.shop));
  }),
  route('PUT', '/V1/carts/{cartId}/items/{itemId}', updateCartItem),
  route('DELETE', '/V1/carts/{cartId}/items/{itemId}', removeCartItem),
  route('GET', '/V1/carts/{cartId}/coupons', (call) => active(call).coupon ?? []),
  route('PUT', '/V1/carts/{cartId}/coupons/{couponCode}', setCoupon),
  route('DELETE', '/V1/carts/{cartId}/coupons', removeCoupon),
  route('POST', '/V1/carts/{cartId}/estimate-shipping-methods', estimateShipping),
  route('POST', '/V1/carts/{cartId}/shipping-information', setShipping),
  route('POST', '/V1/carts/{cartId}/billing-address', setBilling),
  route('GET', '/V1/carts/{cartId}/payment-methods', (call) => availableMethods(collect(call.shop, active(call)))),
  route('PUT', '/V1/carts/{cartId}/selected-payment-method', selectPayment),
  route('GET', '/V1/carts/{cartId}/totals', (call) => {
    const quote = active(call);
    return totalsView(quote, collect(call.shop, quote), call.shop);
  }),
  route('PUT', '/V1/carts/{cartId}/order', place),
  route('POST', '/V1/customers/{customerId}/carts', customerCart),
];
