import { z } from 'zod';
import { hundredths } from '../money/money.ts';
import { instant } from '../platform/clock.ts';
import type { AcquirerReport } from './acquirer.ts';

/**
 * What an acquirer says of a payment, on its way from whoever has a public address (controller, gateway) to the terminal that took
 * the payment. Texts are cut: nothing of a card fits into them.
 */

const name = z.string().max(100).nullable();
const event = {
  at: z.number().transform((at) => instant(at)),
  eventId: z.string().min(1).max(200),
};
const reason = z.string().max(200);

const eventSchema = z.discriminatedUnion('kind', [
  z.object({ ...event, kind: z.literal('forwarded'), psp: name }),
  z.object({
    ...event,
    kind: z.literal('issuer-approved'),
    psp: name,
    authorizationCode: z.string().max(12).nullable(),
  }),
  z.object({ ...event, kind: z.literal('issuer-declined'), reason }),
  z.object({
    ...event,
    kind: z.literal('settled'),
    psp: name,
    amount: z.int().transform((count) => hundredths(count)),
    reference: z.string().max(200),
  }),
  z.object({ ...event, kind: z.literal('expired'), reason }),
  z.object({ ...event, kind: z.literal('reversed'), reason }),
  z.object({ ...event, kind: z.literal('charged-back'), reason }),
  z.object({ ...event, kind: z.literal('charge-back-reversed'), reason }),
]);

export const acquirerReportSchema: z.ZodType<AcquirerReport> = z.object({
  acquirer: z.string().min(1).max(40),
  about: z.object({
    psp: name.exactOptional(),
    merchant: name.exactOptional(),
    tender: name.exactOptional(),
    paymentId: z.uuid().exactOptional(),
  }),
  event: eventSchema,
});
