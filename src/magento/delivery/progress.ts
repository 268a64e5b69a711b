import { z } from 'zod';
import type { JsonValue } from '../../platform/brand.ts';
import type { Clock, Duration } from '../../platform/clock.ts';
import { HoldfastError } from '../../platform/errors.ts';

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
  begun: z
    .strictObject({
      step: z.enum([
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
      ]),
      monotonic: z.number(),
      bootId: z.string(),
      /** Magento answered, though not whether it was done (HTTP 500): it is no longer working on it. */
      answered: z.boolean(),
    })
    .nullable(),
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

/** Marks a step as begun; written down before Magento is asked. */
export function begin(progress: Progress, step: ChangingStep, clock: Clock): Progress {
  return { ...progress, begun: { step, monotonic: clock.monotonic(), bootId: clock.bootId, answered: false } };
}

/**
 * How long until Magento can't still be working on the step that was begun; 0 or less: it can't. Counted on the monotonic
 * clock only, since wall time may jump; after a restart of the machine nobody knows, and the whole time is waited again.
 */
export function settlesIn(begun: NonNullable<Progress['begun']>, clock: Clock, settleAfter: Duration): number {
  if (begun.answered) return 0;
  const elapsed = begun.bootId === clock.bootId ? clock.monotonic() - begun.monotonic : 0;
  return settleAfter - Math.max(0, elapsed);
}

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

/** A begun step's stamp made good for this boot, so that its wait has a start that can be counted from. */
export function restamped(progress: Progress, clock: Clock): Progress {
  const { begun } = progress;
  const stillGood = begun === null || (begun.bootId === clock.bootId && begun.monotonic <= clock.monotonic());
  return stillGood
    ? progress
    : { ...progress, begun: { ...begun, monotonic: clock.monotonic(), bootId: clock.bootId } };
}
