import { z } from 'zod';
import type { JsonValue } from '../../platform/brand.ts';
import { HoldfastError } from '../../platform/errors.ts';

/** Bodies of the module's answers (provisioning/magento-module, contract 1). A null field is left out by Magento. */

const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? null);

const status = z.object({ contract: z.number(), version: z.string() });

const moves = {
  reservations: z.array(z.object({ sku: z.string(), quantity: z.number(), event_type: z.string() })),
  source_deductions: z.array(z.object({ sku: z.string(), source_code: z.string(), quantity: z.number() })),
  warnings: z.array(z.string()),
  duplicate: z.boolean(),
};

const sale = z.object({
  sale_id: z.string(),
  state: z.string(),
  status: z.string(),
  order_id: z.number(),
  increment_id: z.string(),
  invoice_id: optional(z.number()),
  shipment_id: optional(z.number()),
  ...moves,
});

const saleReturn = z.object({
  return_id: z.string(),
  order_id: z.number(),
  creditmemo_id: z.number(),
  increment_id: z.string(),
  order_state: z.string(),
  grand_total: z.number(),
  ...moves,
});

const paymentOutcome = z.object({
  sale_id: z.string(),
  state: z.string(),
  status: z.string(),
  invoice_id: optional(z.number()),
  duplicate: z.boolean(),
});

const cataloguePrices = z.array(
  z.object({
    id: z.number(),
    sku: z.string(),
    customer_group_id: z.number(),
    website_id: z.number(),
    date: z.string(),
    price: z.number(),
  }),
);

const changes = z.object({
  changes: z.array(
    z.object({ id: z.number(), kind: z.string(), ref: z.string(), op: z.enum(['i', 'u', 'd']), at: z.string() }),
  ),
  next_cursor: z.number(),
});

const settings = z.array(z.object({ path: z.string(), scope: z.string(), value: optional(z.string()) }));

export type ModuleStatus = z.infer<typeof status>;
/** What became of a sale; `duplicate`: it was there before. */
export type SaleAnswer = z.infer<typeof sale>;
export type ReturnAnswer = z.infer<typeof saleReturn>;
export type PaymentOutcomeAnswer = z.infer<typeof paymentOutcome>;
export type CataloguePrices = z.infer<typeof cataloguePrices>;
/** A page of changes; the next reading begins at the lowest `next_cursor` that was given. */
export type Changes = z.infer<typeof changes>;
export type ShopSettings = z.infer<typeof settings>;

/** Throws `magento.bad-answer` (retry) for a body that is not what the call gives. */
function reader<Schema extends z.ZodType>(schema: Schema, what: string): (body: JsonValue) => z.infer<Schema> {
  return (body) => {
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new HoldfastError(
      'magento.bad-answer',
      `The module's answer is not ${what}: ${z.prettifyError(parsed.error)}`,
      {
        remedy: 'retry',
        cause: parsed.error,
      },
    );
  };
}

export const readStatus = reader(status, 'a status');
export const readSaleAnswer = reader(sale, 'about a sale');
export const readReturnAnswer = reader(saleReturn, 'about a return');
export const readPaymentOutcomeAnswer = reader(paymentOutcome, 'about a payment');
export const readCataloguePrices = reader(cataloguePrices, 'a list of prices');
export const readChanges = reader(changes, 'a list of changes');
export const readSettings = reader(settings, 'a list of settings');
