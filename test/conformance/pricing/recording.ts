import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

/** A JSON file, gzipped or not. */
export async function readJson(file: string): Promise<unknown> {
  const bytes = await readFile(file);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return JSON.parse((isGzip ? gunzipSync(bytes) : bytes).toString('utf8'));
}

/** Database columns come as texts (`"12.3400"`), REST fields as numbers. */
const amount = z.union([z.number(), z.string().transform(Number)]);
const amountOrNull = amount.nullish().transform((value) => value ?? null);
const textOrNull = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .transform((value) => value ?? null);

const place = z.object({
  country_id: z.string(),
  region_id: amountOrNull,
  region: z.unknown().transform((value) => (typeof value === 'string' ? value : undefined)),
  postcode: textOrNull,
});

const line = z.object({
  sku: z.string(),
  qty: amount,
  variant: z.string().nullish(),
  selections: z
    .array(
      z.object({ option_id: amount, selection_id: z.union([z.string(), z.number().transform(String)]), qty: amount }),
    )
    .nullish(),
});

const quoteItem = z.object({
  item_id: z.union([z.string(), z.number().transform(String)]),
  parent_item_id: textOrNull,
  sku: z.string(),
  product_id: amount,
  product_type: z.string(),
  qty: amount,
  price: amountOrNull,
  price_incl_tax: amountOrNull,
  row_total: amountOrNull,
  row_total_incl_tax: amountOrNull,
  discount_amount: amountOrNull,
  discount_percent: amountOrNull,
  tax_amount: amountOrNull,
  tax_percent: amountOrNull,
  discount_tax_compensation_amount: amountOrNull,
  applied_rule_ids: textOrNull,
});

const appliedTax = z.object({ amount, percent: amount, id: z.union([z.string(), z.number().transform(String)]) });

const recordedCart = z.object({
  def: z.object({
    id: z.string(),
    customer_id: amountOrNull,
    customer_group_id: amount,
    coupon: textOrNull,
    lines: z.array(line),
    address: place.nullish(),
    payment_method: z.string().nullish(),
    shipping_method: z.string().nullish(),
  }),
  settings_name: z.string().nullish(),
  settings: z.record(z.string(), z.union([z.string(), z.number().transform(String), z.null()])),
  coupon_accepted: textOrNull,
  applied_rule_ids: textOrNull,
  quote_items: z.array(quoteItem),
  address_totals: z.object({
    subtotal: amount,
    subtotal_incl_tax: amountOrNull,
    discount_amount: amount,
    tax_amount: amount,
    discount_tax_compensation_amount: amountOrNull,
    grand_total: amount,
    // PHP writes an empty map as a list.
    applied_taxes: z
      .union([z.record(z.string(), appliedTax), z.array(appliedTax), z.null()])
      .optional()
      .transform((taxes) => Object.values(taxes ?? {})),
  }),
  totals: z.object({
    subtotal: amount,
    discount_amount: amount,
    tax_amount: amount,
    grand_total: amount,
    items: z.array(
      z.object({
        item_id: z.union([z.string(), z.number().transform(String)]),
        price: amount,
        price_incl_tax: amountOrNull,
        row_total: amount,
        row_total_incl_tax: amountOrNull,
        discount_amount: amountOrNull,
        tax_amount: amountOrNull,
      }),
    ),
  }),
});

/** One cart with the totals a real Magento computed for it (`test/conformance/README.md`, oracle/carts.json). */
export type RecordedCart = z.infer<typeof recordedCart>;
export type RecordedItem = RecordedCart['quote_items'][number];

export const readCarts = (json: unknown): readonly RecordedCart[] => z.array(recordedCart).parse(json);
