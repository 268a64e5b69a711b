import { z } from 'zod';
import type { Document, DocumentKind, QueuedDocument } from '../journal/journal.ts';
import { json } from './json-schema.ts';

// Documents of a journal as they travel to a gateway. What delivery computes with is checked here; what else is in a document is
// passed on as it is, so that a gateway need not be as new as its terminals.

/** Hundredths. */
const money = z.int();
const id = z.string().min(1).max(100);
const text = z.string().max(2000);
const moment = z.looseObject({ at: z.number(), zone: z.string().max(60) });
const receiptNumber = z.string().min(1).max(40);

const customer = z
  .looseObject({ id: z.int().nullable(), groupId: z.int(), email: text, name: text })
  .refine((made) => made.id !== null || typeof made['customerKey'] === 'string', 'a number or a key of its own');

const totals = z.looseObject({
  subtotal: money,
  subtotalInclTax: money,
  discount: money,
  tax: money,
  taxCompensation: money,
  grandTotal: money,
});

const line = z.looseObject({
  lineId: z.int(),
  sku: id,
  name: text,
  type: z.string().max(40),
  quantity: z.number(),
  price: money,
  priceInclTax: money,
  rowTotal: money,
  rowTotalInclTax: money,
  discount: money,
  tax: money,
  children: z.array(z.looseObject({ sku: id, quantity: z.number() })),
  bundleSelections: z.array(z.looseObject({ optionId: z.int(), selectionId: z.string(), quantity: z.number() })),
});

const paid = z.looseObject({ kind: z.string().max(40), amount: money });

const common = {
  version: z.literal(1),
  receiptNumber,
  terminalId: z.string().min(1).max(12),
  cashier: text,
  stamp: moment,
  currency: z.string().regex(/^[A-Z]{3}$/),
  customer: customer.nullable(),
  totals,
};

const sale = z.looseObject({
  ...common,
  saleId: z.uuid(),
  coupon: text.nullable(),
  lines: z.array(line).min(1),
  tenders: z.array(paid),
  change: money,
});

const given = z.looseObject({
  ...common,
  returnId: z.uuid(),
  of: z.looseObject({ saleId: z.uuid(), receiptNumber }).nullable(),
  lines: z.array(line.extend({ saleLine: z.int().nullable(), restock: z.boolean() })).min(1),
  refunds: z.array(paid),
  reason: text,
});

const newCustomer = z.looseObject({
  version: z.literal(1),
  customerKey: z.uuid(),
  email: z.string().min(3).max(320),
  firstname: text,
  lastname: text,
  phone: text.nullable(),
  groupId: z.int(),
  stamp: moment,
});

const outcome = z.looseObject({
  version: z.literal(1),
  outcomeId: z.uuid(),
  saleId: z.uuid(),
  paymentId: id,
  kind: z.enum(['approved', 'settled', 'declined', 'expired', 'reversed', 'charged-back']),
  amount: money,
  words: text,
  hold: z.boolean(),
  stamp: moment,
});

const mail = z.looseObject({
  version: z.literal(1),
  mailId: z.uuid(),
  saleId: z.uuid(),
  receiptNumber,
  to: z.string().min(3).max(320),
  stamp: moment,
});

const standing = {
  sequence: z.int(),
  delivery: z.looseObject({
    documentId: z.uuid(),
    state: z.enum(['waiting', 'confirmed', 'parked', 'withdrawn']),
    progress: json,
    made: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('customer'), customerId: z.int() }),
        z.object({ kind: z.literal('credit-memo'), creditMemoId: z.int(), number: z.string() }),
        z.object({ kind: z.literal('comment'), commentId: z.int().nullable() }),
      ])
      .nullable(),
  }),
};

/** Every kind that a journal has: one that is added there is missed here by the compiler. */
const kinds = {
  sale: { kind: z.literal('sale'), sale },
  return: { kind: z.literal('return'), return: given },
  customer: { kind: z.literal('customer'), customer: newCustomer },
  'payment-outcome': { kind: z.literal('payment-outcome'), outcome },
  'receipt-mail': { kind: z.literal('receipt-mail'), mail },
} satisfies Record<DocumentKind, z.core.$ZodLooseShape>;

/** A document of the journal. A terminal wrote it: its brands and what is not checked here hold because the journal's types say so. */
export const documentSchema = z
  .discriminatedUnion('kind', [
    z.object(kinds.sale),
    z.object(kinds.return),
    z.object(kinds.customer),
    z.object(kinds['payment-outcome']),
    z.object(kinds['receipt-mail']),
  ])
  .transform((read) => read as unknown as Document);

/** The same, with where it stands. */
export const queuedDocumentSchema = z
  .discriminatedUnion('kind', [
    z.object({ ...kinds.sale, ...standing }),
    z.object({ ...kinds.return, ...standing }),
    z.object({ ...kinds.customer, ...standing }),
    z.object({ ...kinds['payment-outcome'], ...standing }),
    z.object({ ...kinds['receipt-mail'], ...standing }),
  ])
  .transform((read) => read as unknown as QueuedDocument);
