import { z } from 'zod';
import type { JsonValue } from '../../platform/brand.ts';
import { HoldfastError } from '../../platform/errors.ts';
import { begunSchema } from './begun.ts';

const changingSteps = [
  'open-cart',
  'add-items',
  'apply-coupon',
  'set-address',
  'place',
  'create',
  'amend',
  'invoice',
  'ship',
  'cancel',
] as const;

/**
 * What is known of one sale's way into Magento by stock REST calls. Written to the journal before and after every step that changes
 * Magento, so that any later process goes on where this one stopped.
 */
const progressSchema = z.strictObject({
  version: z.literal(1),
  /** C: a cart; B: an order made directly. */
  recipe: z.enum(['B', 'C']),
  /** Magento was searched for an order that an earlier, forgotten attempt may have made. */
  searched: z.boolean(),
  /** The step that was begun and whose end was not written down: nobody knows whether it was done. */
  begun: begunSchema(changingSteps).nullable(),
  cart: z
    .strictObject({
      id: z.string(),
      /** Quote item ids in the order of the sale's merged lines; null until all are in the cart. */
      itemIds: z.array(z.number()).nullable(),
      couponTried: z.boolean(),
      /** What the order will be paid by; null until the address is set, which is when Magento says what it offers. */
      paymentMethod: z.string().nullable(),
    })
    .nullable(),
  /** Magento's words when it would not take the coupon (any more); the sale goes on without it, at the figures sold. */
  couponRefused: z.string().nullable(),
  /** Magento's words when its cart would not take the sale, which is why recipe B took over. */
  cartRefused: z.string().nullable().default(null),
  /** Goods that go by another article's number than they were sold under, because a person said so before anything was begun. */
  renames: z
    .array(z.strictObject({ from: z.string(), to: z.string(), productId: z.number(), type: z.string() }))
    .default([]),
  /** The customer was deleted in Magento: the order stays a guest's, under their name and e-mail. */
  customerGone: z.boolean(),
  order: z
    .strictObject({
      id: z.number(),
      /** Increment id; null until the order was read. */
      number: z.string().nullable(),
      /** Found by its receipt number, not made by a cart known here. */
      adopted: z.boolean(),
      /** Its lines are those of the sale. */
      compared: z.boolean(),
      amended: z.boolean(),
      /** Nothing to ship. */
      virtual: z.boolean(),
      invoiced: z.boolean(),
      shipped: z.boolean(),
    })
    .nullable(),
  /** Orders to be cancelled: a younger second one of the same cart, or one that lost lines on the way. */
  toCancel: z.array(z.number()),
  /** How many orders Magento made of this sale that were not what was sold, and that were cancelled. */
  wrongOrders: z.number(),
  /** Why the sale will be parked once what is to be cancelled is. */
  parkWith: z.strictObject({ code: z.string(), words: z.string() }).nullable(),
  /** What a person should know about this delivery. */
  notes: z.array(z.string()),
});

export type Progress = Readonly<z.infer<typeof progressSchema>>;
export type ChangingStep = NonNullable<Progress['begun']>['step'];

export const newProgress: Progress = {
  version: 1,
  recipe: 'C',
  searched: false,
  begun: null,
  cart: null,
  couponRefused: null,
  cartRefused: null,
  renames: [],
  customerGone: false,
  order: null,
  toCancel: [],
  wrongOrders: 0,
  parkWith: null,
  notes: [],
};

/** Something of the sale may be in Magento by what was done so far. */
export const hasBegun = ({ begun, cart, order, toCancel }: Progress): boolean =>
  begun !== null || cart !== null || order !== null || toCancel.length > 0;

/** From the journal; null for a new sale. Throws `delivery.bad-progress` for what this version can't read. */
export function readProgress(stored: JsonValue): Progress {
  if (stored === null) return newProgress;
  const parsed = progressSchema.safeParse(stored);
  if (parsed.success) return parsed.data;
  throw new HoldfastError(
    'delivery.bad-progress',
    `The sale's progress can't be read: ${z.prettifyError(parsed.error)}`,
    {
      remedy: 'operator',
      hint: 'Another version of the software wrote it; install that version or a newer one.',
      cause: parsed.error,
    },
  );
}

/** For the journal. */
export const storedProgress = (progress: Progress): JsonValue => progress;

/** The order that Magento made of the cart; its number and state are still to be read. */
export function withOrder(progress: Progress, id: number, adopted: boolean): Progress {
  const unread = { number: null, compared: false, amended: false, virtual: false, invoiced: false, shipped: false };
  return { ...progress, begun: null, order: { id, adopted, ...unread } };
}

/** The cart was placed and answered for, but which order it became must be found by the cart. */
export const withoutOrder = (progress: Progress): Progress => ({
  ...progress,
  order: null,
  begun: { step: 'place', monotonic: 0, bootId: '', answered: true },
});

/** Back to before the cart: the next step opens a new one. What was thrown away was never ordered. */
export const withoutCart = (progress: Progress): Progress => ({ ...progress, begun: null, cart: null });
