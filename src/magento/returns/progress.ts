import { z } from 'zod';
import type { JsonValue } from '../../platform/brand.ts';
import { begunSchema } from '../delivery/begun.ts';

const changingSteps = ['refund', 'lay-out', 'shelve', 'comment'] as const;

/**
 * What is known of one return's way into Magento by stock REST calls. Written to the journal before and after every step that
 * changes Magento, so that any later process goes on where this one stopped.
 */
const progressSchema = z.strictObject({
  version: z.literal(1),
  document: z.literal('return'),
  way: z.literal('stock'),
  begun: begunSchema(changingSteps).nullable(),
  /** The order of its sale; null until it is found. */
  order: z.strictObject({ id: z.number(), number: z.string() }).nullable(),
  /** Magento was searched for a credit memo that an earlier, forgotten attempt may have made. */
  searched: z.boolean(),
  memo: z.strictObject({ id: z.number() }).nullable(),
  /** What goes back on the shelf, of what the shop keeps the stock of; null: not looked yet. */
  shelving: z.array(z.strictObject({ sku: z.string(), quantity: z.number() })).nullable(),
  /**
   * Where these goods are: still nowhere in Magento; laid out in the terminal's own source, since a moment; on the shelf, as was
   * seen by their being gone from there.
   */
  goods: z.union([
    z.literal('nowhere'),
    z.strictObject({ monotonic: z.number(), bootId: z.string() }),
    z.literal('on-the-shelf'),
  ]),
  /** Whether the order's history tells of the return; null: not looked yet. */
  commented: z.boolean().nullable(),
  /** What a person should know about this delivery. */
  notes: z.array(z.string()),
});

export type ReturnProgress = Readonly<z.infer<typeof progressSchema>>;

export const newReturn: ReturnProgress = {
  version: 1,
  document: 'return',
  way: 'stock',
  begun: null,
  order: null,
  searched: false,
  memo: null,
  shelving: null,
  goods: 'nowhere',
  commented: null,
  notes: [],
};

/** From the journal; null for what this did not write. */
export function readReturnProgress(stored: JsonValue): ReturnProgress | null {
  const parsed = progressSchema.safeParse(stored);
  return parsed.success ? parsed.data : null;
}

/**
 * Its goods are on their way through the terminal's own source, whose quantities tell how far they are: no other return's may
 * be there at the same time.
 */
export const isInMotion = ({ begun, goods }: ReturnProgress): boolean =>
  begun?.step === 'lay-out' || begun?.step === 'shelve' || typeof goods === 'object';
