import { z } from 'zod';
import type { JsonValue } from '../../platform/brand.ts';
import { begunSchema } from '../delivery/begun.ts';

/** What is known of a receipt's way to its customer by Magento's own mail. */
const progressSchema = z.strictObject({
  version: z.literal(1),
  document: z.literal('receipt-mail'),
  begun: begunSchema(['address', 'send']).nullable(),
  /** The order bears the customer's address, and no mark that a mail of it was sent. */
  addressed: z.boolean(),
  /** `queued`: the shop sends its mails by cron, and has this one in its queue. */
  mailed: z.enum(['sent', 'queued']).nullable(),
  /** How often Magento has said that it sent nothing. */
  refusals: z.int().min(0),
});

export type MailProgress = Readonly<z.infer<typeof progressSchema>>;

export const newMail: MailProgress = {
  version: 1,
  document: 'receipt-mail',
  begun: null,
  addressed: false,
  mailed: null,
  refusals: 0,
};

/** From the journal; null for what this did not write. */
export function readMailProgress(stored: JsonValue): MailProgress | null {
  const parsed = progressSchema.safeParse(stored);
  return parsed.success ? parsed.data : null;
}

/** Where it stands, for people. */
export function describeMail({ begun, addressed }: MailProgress): string {
  if (begun?.step === 'address') return 'writing the address into the order, answer unknown';
  if (begun?.step === 'send') return 'asking Magento to send the e-mail, answer unknown';
  return addressed ? 'the order has the address' : 'not begun';
}
