import { z } from 'zod';
import type { Brand } from '../platform/brand.ts';
import { milliseconds, seconds } from '../platform/clock.ts';
import type { ReceiptNumber } from '../platform/ids.ts';
import type { DeliveryOutcome } from '../sync/lane.ts';
import { documentSchema, queuedDocumentSchema } from './document-schema.ts';
import { json } from './json-schema.ts';

// What a terminal and a gateway say to each other. The journal of the terminal is the outbox, and the terminal decides who works on a
// document: it offers one under an attempt, grants it to the gateway that asks first, and every step into Magento is granted only
// after the progress before it is durable in the terminal. docs/gateway.md tells why nothing is doubled by it.

/** One attempt to deliver one document; the next has another. */
export type AttemptId = Brand<string, 'AttemptId'>;
/** One life of a gateway's process. */
export type GatewayId = Brand<string, 'GatewayId'>;

/**
 * A grant is worth nothing that came later than this after it was asked for: what a gateway was granted, it does at once or not at all.
 * So much later than written down in its progress may a step reach Magento; gateways add it to the time after which a lost reply is settled.
 */
export const grantedWithin = seconds(15);
/** A gateway that works on a document says so this often … */
export const workingEvery = seconds(5);
/** … and is taken for gone by the terminal after this much silence. */
export const silentAfter = seconds(30);
/** An offer that no gateway asks for in this time has met none. */
export const takenWithin = seconds(20);
/** Bytes of a document's offer; brokers take a megabyte at most as they come. */
export const longestOffer = 900_000;

export const attemptIdSchema = z.uuid().transform((text) => text as AttemptId);
export const gatewayIdSchema = z.uuid().transform((text) => text as GatewayId);

const words = z.string().max(2000);
const code = z.string().max(80);
const text = z.string().max(200);

const address = z.object({
  firstname: text,
  lastname: text,
  company: text,
  street: text,
  city: text,
  postcode: text,
  countryId: text,
  region: text,
  regionId: z.int(),
  regionCode: text,
  telephone: text,
  email: text,
});

/** What the terminal is configured to know of the shop, so that a gateway delivers as the terminal itself would. */
export const placeSchema = z.object({
  storeCode: z.string().regex(/^[A-Za-z0-9_]{1,32}$/),
  recipe: z.enum(['auto', 'module', 'quote', 'direct']),
  shop: z.object({
    storeId: z.int(),
    websiteId: z.int(),
    sourceCode: text,
    returnsSourceCode: text.nullable(),
    address,
    shippingMethod: z.object({ carrier: text, method: text }),
    paymentMethods: z.object({ cash: text, card: text }),
    settleAfter: z.number().min(0).transform(milliseconds),
  }),
});
export type DeliveryPlace = z.infer<typeof placeSchema>;

const instruction = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('map-sku'), from: text, to: text }),
  z.object({ kind: z.literal('drop-coupon') }),
  z.object({ kind: z.literal('recipe'), recipe: z.enum(['module', 'direct']) }),
]);

/** A return of the same terminal that has begun: through its own source goes one at a time. */
const beside = z.object({
  documentId: z.uuid(),
  receiptNumber: z
    .string()
    .max(40)
    .transform((number) => number as ReceiptNumber),
  progress: json,
});
export type ReturnBeside = z.infer<typeof beside>;

export const offerSchema = z.object({
  attempt: attemptIdSchema,
  place: placeSchema,
  document: documentSchema,
  progress: json,
  instructions: z.array(instruction),
  needed: z.array(queuedDocumentSchema),
  beside: z.array(beside),
});
export type DeliveryOffer = z.infer<typeof offerSchema>;

const ofAttempt = z.object({ attempt: attemptIdSchema, gateway: gatewayIdSchema });

export const stepSchema = ofAttempt.extend({
  revision: z.int().min(0).meta({ description: '0: may this gateway begin? Then one more with every step.' }),
  progress: json.meta({ description: 'To be made durable before the step is granted; at 0 it says nothing.' }),
});

export const grantedSchema = ofAttempt.extend({
  revision: z.int().min(0),
  monotonic: z.number().meta({ description: 'The terminal’s: steps are timed by its clock, whoever takes them.' }),
  bootId: z.string().max(100),
});
export type Granted = z.infer<typeof grantedSchema>;

export const deniedSchema = ofAttempt.extend({ words });
export const workingSchema = ofAttempt;
export const stopSchema = ofAttempt;

const made = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('customer'), customerId: z.int() }),
  z.object({ kind: z.literal('credit-memo'), creditMemoId: z.int(), number: text }),
  z.object({ kind: z.literal('comment'), commentId: z.int().nullable() }),
]);

const outcome = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('confirmed'),
      order: z
        .object({ orderId: z.int(), orderNumber: text, stock: words })
        .nullable()
        .meta({ description: 'Magento’s order number, and what was verified of its stock.' }),
      made: made.optional(),
      progress: json,
      answer: words,
    }),
    z.object({
      kind: z.literal('later'),
      scope: z.enum(['document', 'lane', 'overload']),
      progress: json,
      code,
      answer: words,
      retryAfter: z.number().min(0).transform(milliseconds).nullable(),
    }),
    z.object({ kind: z.literal('parked'), progress: json, code, answer: words }),
  ])
  .transform((read): DeliveryOutcome => {
    if (read.kind !== 'confirmed') return read;
    const { made: also, ...confirmed } = read;
    return also === undefined ? confirmed : { ...confirmed, made: also };
  });

/** What became of the document. Nothing but this lets a terminal take it for delivered. */
export const receiptSchema = ofAttempt.extend({
  documentId: z.uuid(),
  revision: z.int().min(0).meta({ description: 'Of the last step that was granted.' }),
  outcome,
  madeDirectly: z
    .boolean()
    .meta({ description: 'An order past Magento’s cart, whose stock the shop’s repair must even out.' }),
  recipe: text.meta({ description: 'How the gateway brings sales into Magento, in words.' }),
});
export type DeliveryReceipt = z.infer<typeof receiptSchema>;

export const probeSchema = z.object({ place: placeSchema });

/** Leave to read what gateways have read of the shop, over HTTP. */
export const leaveSchema = z.object({
  gateway: gatewayIdSchema,
  url: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .meta({ description: 'null: this fleet’s gateways keep no bundles.' }),
  token: z.string().max(500),
  lasts: z.number().min(0).meta({ description: 'Milliseconds from when it was asked for.' }),
});

export const reachableSchema = z.object({
  gateway: gatewayIdSchema,
  seen: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('reachable') }),
    z.object({ kind: z.literal('unreachable'), code, answer: words }),
  ]),
  recipe: text,
});
