import { z } from 'zod';
import type { JsonValue } from '../../platform/brand.ts';
import { HoldfastError } from '../../platform/errors.ts';

/** Ids and amounts come as numbers or as text, as the call pleases; fields that are null are often left out. */
const number = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]).transform(Number);
const amount = number.nullish().transform((value) => value ?? 0);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const flag = z
  .union([z.number(), z.string(), z.boolean()])
  .nullish()
  .transform((value) => Number(value ?? 0) === 1);

const orderItem = z.object({
  item_id: number,
  parent_item_id: number.nullish(),
  quote_item_id: number.nullish(),
  product_id: number.nullish(),
  sku: text,
  name: text,
  qty_ordered: amount,
  qty_invoiced: amount,
  qty_refunded: amount,
  price: amount,
  price_incl_tax: amount,
  tax_amount: amount,
  discount_amount: amount,
  discount_tax_compensation_amount: amount,
});

const order = z.object({
  entity_id: number,
  increment_id: z.string(),
  ext_order_id: text,
  quote_id: number.nullish(),
  state: z.string(),
  status: z.string(),
  order_currency_code: text,
  base_currency_code: text,
  customer_id: number.nullish(),
  customer_lastname: text,
  customer_email: text,
  /** Whether an e-mail of it was sent; null: none was yet, or the shop's queue has it. */
  email_sent: z
    .union([z.number(), z.string(), z.boolean()])
    .nullish()
    .transform((value) => (value === null || value === undefined ? null : Number(value) === 1)),
  is_virtual: flag,
  subtotal: amount,
  subtotal_incl_tax: amount,
  discount_amount: amount,
  discount_tax_compensation_amount: amount,
  tax_amount: amount,
  shipping_amount: amount,
  grand_total: amount,
  total_paid: amount,
  total_refunded: amount,
  items: z.array(orderItem),
  /** Sent back as it came; its keys are Magento's business. */
  payment: z.record(z.string(), z.json()),
  status_histories: z
    .array(z.object({ comment: text }))
    .nullish()
    .transform((histories) => histories ?? []),
});

/** Magento's order as `GET /V1/orders/:id` shows it; its `row_total`s are left out on purpose: there they are net of discount. */
export type Order = z.infer<typeof order>;
export type OrderItem = Order['items'][number];

/** What has not been paid of it (`Order::getTotalDue`). */
export const dueOf = ({ grand_total: total, total_paid: paid }: Pick<Order, 'grand_total' | 'total_paid'>): number =>
  Math.max(0, Math.round((total - paid) * 100) / 100);

const orderSummary = z.object({
  entity_id: number,
  increment_id: z.string(),
  ext_order_id: text,
  state: z.string(),
  grand_total: amount,
  total_invoiced: amount,
});

/** One order of a search, with the fields named in {@link summaryFields}. */
export type OrderSummary = z.infer<typeof orderSummary>;
export const summaryFields = 'items[entity_id,increment_id,ext_order_id,state,grand_total,total_invoiced],total_count';

const shipment = z.object({
  entity_id: number,
  increment_id: text,
  total_qty: amount,
  extension_attributes: z.object({ source_code: text }).nullish(),
});
export type Shipment = z.infer<typeof shipment>;
export const shipmentFields = 'items[entity_id,increment_id,total_qty,extension_attributes[source_code]],total_count';

const creditMemo = z.object({ entity_id: number, increment_id: text, order_id: number, grand_total: amount });
export type CreditMemo = z.infer<typeof creditMemo>;
export const creditMemoFields = 'items[entity_id,increment_id,order_id,grand_total],total_count';

/** A list past its end is `items: null` when `fields` were named. */
const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z
      .array(item)
      .nullish()
      .transform((items) => items ?? []),
  });

/** Throws `magento.bad-answer` (retry) for a body that is not what the call gives. */
function parse<Schema extends z.ZodType>(schema: Schema, body: JsonValue, what: string): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new HoldfastError('magento.bad-answer', `Magento's answer is not ${what}: ${z.prettifyError(parsed.error)}`, {
    remedy: 'retry',
    cause: parsed.error,
  });
}

export const readOrder = (body: JsonValue): Order => parse(order, body, 'an order');

const created = z.object({ entity_id: number, increment_id: z.string(), is_virtual: flag });

export interface CreatedOrder {
  readonly id: number;
  readonly number: string;
  readonly virtual: boolean;
}

/** `POST /V1/orders` answers with the order as saved. */
export function readCreated(body: JsonValue): CreatedOrder {
  const { entity_id, increment_id, is_virtual } = parse(created, body, 'a created order');
  return { id: entity_id, number: increment_id, virtual: is_virtual };
}

/** Oldest first. */
export const readOrderSummaries = (body: JsonValue): readonly OrderSummary[] =>
  parse(listOf(orderSummary), body, 'a list of orders').items.sort((a, b) => a.entity_id - b.entity_id);

export const readShipments = (body: JsonValue): readonly Shipment[] =>
  parse(listOf(shipment), body, 'a list of shipments').items;

export const readCreditMemos = (body: JsonValue): readonly CreditMemo[] =>
  parse(listOf(creditMemo), body, 'a list of credit memos').items;

/** `POST /V1/creditmemo/refund` answers with the credit memo as saved. */
export const readCreditMemo = (body: JsonValue): CreditMemo => parse(creditMemo, body, 'a credit memo');

/** The one product of a search by SKU, as far as an order must know it; null: there is none. */
export function readArticle(body: JsonValue): { readonly productId: number; readonly type: string } | null {
  const [found] = parse(listOf(z.object({ id: number, type_id: z.string() })), body, 'a list of products').items;
  return found === undefined ? null : { productId: found.id, type: found.type_id };
}

/** `POST /V1/carts` and `PUT …/order` answer with a bare id, as text or number. */
export const readId = (body: JsonValue): number => parse(number, body, 'an id');

export const readCartItemId = (body: JsonValue): number =>
  parse(z.object({ item_id: number }), body, 'an item of a cart').item_id;

export const readCartActive = (body: JsonValue): boolean =>
  parse(z.object({ is_active: z.boolean() }), body, 'a cart').is_active;

/** Codes of the payment methods that Magento offers for the cart. */
export const readPaymentMethods = (body: JsonValue): readonly string[] =>
  parse(
    z.object({ payment_methods: z.array(z.object({ code: z.string() })) }),
    body,
    'payment methods',
  ).payment_methods.map((method) => method.code);
