import { z } from 'zod';
import type { JsonValue } from '../../platform/brand.ts';
import { begunSchema } from '../delivery/begun.ts';

/** What is known of a new customer's way into Magento. */
const progressSchema = z.strictObject({
  version: z.literal(1),
  document: z.literal('customer'),
  begun: begunSchema(['create']).nullable(),
  /** Magento was asked whether the customer is there already. */
  searched: z.boolean(),
});

export type CustomerProgress = Readonly<z.infer<typeof progressSchema>>;

export const newCustomerProgress: CustomerProgress = {
  version: 1,
  document: 'customer',
  begun: null,
  searched: false,
};

/** From the journal; null for what this did not write. */
export function readCustomerProgress(stored: JsonValue): CustomerProgress | null {
  const parsed = progressSchema.safeParse(stored);
  return parsed.success ? parsed.data : null;
}
