import { z } from 'zod';
import type { JsonValue } from '../../platform/brand.ts';
import { begunSchema } from '../delivery/begun.ts';

/** What is known of a payment outcome's way into the history of its order. */
const progressSchema = z.strictObject({
  version: z.literal(1),
  document: z.literal('payment-outcome'),
  way: z.literal('stock'),
  begun: begunSchema(['comment', 'hold']).nullable(),
  /** Whether the order's history tells of it; null: not looked yet. */
  commented: z.boolean().nullable(),
  /** Whether the order is on hold because of it, or can't be; null: it was not tried. */
  held: z.enum(['held', 'impossible']).nullable(),
  /** The order's status as last seen. */
  status: z.string().nullable(),
});

export type OutcomeProgress = Readonly<z.infer<typeof progressSchema>>;

export const newOutcome: OutcomeProgress = {
  version: 1,
  document: 'payment-outcome',
  way: 'stock',
  begun: null,
  commented: null,
  held: null,
  status: null,
};

/** From the journal; null for what this did not write. */
export function readOutcomeProgress(stored: JsonValue): OutcomeProgress | null {
  const parsed = progressSchema.safeParse(stored);
  return parsed.success ? parsed.data : null;
}

/** Where it stands, for people. */
export function describeOutcome({ begun }: OutcomeProgress): string {
  if (begun === null) return 'not begun';
  return begun.step === 'hold' ? 'holding the order, answer unknown' : 'commenting the order, answer unknown';
}
