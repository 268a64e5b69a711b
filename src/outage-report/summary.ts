import { z } from 'zod';

// What a terminal's journal says of a time: small enough for a message to the fleet. Nothing of a card, no customer.

const moment = z.iso.datetime({ offset: true });
const count = z.int().min(0);

/** What can become of a card payment, as people tell the outcomes apart. */
export const cardOutcomes = ['approved', 'provisional', 'declined', 'approvedLater', 'declinedLater'] as const;
export type CardOutcome = (typeof cardOutcomes)[number];

const perOutcome = <Shape extends z.ZodType>(shape: Shape) =>
  z.object({ approved: shape, provisional: shape, declined: shape, approvedLater: shape, declinedLater: shape });

const bucket = z.object({
  sold: count.meta({ description: 'Sales and returns made.' }),
  delivered: count.meta({ description: 'Documents of all kinds that Magento has confirmed.' }),
  waiting: count.meta({ description: 'Most documents that waited for Magento at a time.' }),
  parked: count.meta({ description: 'Most that Magento refused at a time.' }),
  cards: perOutcome(count),
});
export type Bucket = z.infer<typeof bucket>;

const amount = z.string().max(40).meta({ description: 'E.g. "1234.50".' });

/** A span of the report: half-open, ISO 8601. */
const span = z.object({ from: moment, to: moment });
export type Span = z.infer<typeof span>;

/** Most documents that are listed as not delivered. */
export const mostLeft = 40;
/** Most spans that are told. */
export const mostSpans = 200;

export const outageSummarySchema = z.object({
  version: z.literal(1),
  terminal: z.string().max(40),
  zone: z.string().max(60),
  currency: z.string().max(3),
  from: moment,
  to: moment,
  madeAt: moment,
  bucketLength: z.number().min(1).meta({ description: 'Milliseconds.' }),
  buckets: z.array(bucket).max(240),
  stalled: z.array(span).max(mostSpans).meta({
    description: 'When documents waited and none got into Magento: the shop could not be reached, or did not answer.',
  }),
  totals: z.object({
    sales: count,
    salesTotal: amount,
    returns: count,
    delivered: count,
    longestWait: z.number().min(0).meta({ description: 'Of what was confirmed: milliseconds since it was made.' }),
    cards: perOutcome(z.object({ count, total: amount })),
  }),
  left: z.object({
    waiting: count,
    parked: count,
    list: z
      .array(z.object({ name: z.string().max(60), madeAt: moment, state: z.enum(['waiting', 'parked']) }))
      .max(mostLeft)
      .meta({ description: 'The oldest that were not in Magento at the end.' }),
  }),
});
/** What a journal says of a time. */
export type OutageSummary = z.infer<typeof outageSummarySchema>;
