import { z } from 'zod';

// What a terminal tells its fleet of what people have to do there: cases, what Magento refuses, the checklist. In the words of the
// terminal's own release, so that whoever shows them need not know every kind. Nothing of a card, no address of a customer.

const moment = z.iso.datetime({ offset: true });
/** A text made for people. */
const words = z.string().max(300);

/** Most cases, and most parked documents, that are told; how many there are is told as well. */
export const mostListed = 40;

const openCase = z.object({
  caseId: z.string().max(260).meta({ description: 'kind:subject; the same difference always has the same.' }),
  kind: z.string().max(60),
  title: words.meta({ description: 'What kind it is, as a heading.' }),
  words,
  receiptNumber: z.string().max(40).nullable(),
  state: z.enum(['open', 'in-hand', 'waiting']),
  owner: z.string().max(60).nullable(),
  openedAt: moment,
  changedAt: moment,
  nextStep: words,
  runbook: z.string().max(120).meta({ description: 'The page, e.g. docs/runbooks/order-parked.md' }),
  outcomes: z.array(z.string().max(40)).max(20).meta({ description: 'How it can be closed.' }),
});
export type OpenCase = z.infer<typeof openCase>;

const parkedDocument = z.object({
  documentId: z.string().max(60),
  kind: z.enum(['sale', 'return', 'customer', 'payment-outcome', 'receipt-mail']),
  receiptNumber: z.string().max(40).nullable(),
  soldAt: moment,
  total: z.string().max(40).nullable(),
  currency: z.string().max(3).nullable(),
  step: words.meta({ description: 'Where its delivery stands.' }),
  reason: words.nullable().meta({ description: 'What Magento answered.' }),
  attempts: z.int().min(0),
  decided: z.array(words).max(10).meta({ description: 'What people have decided about it.' }),
});
export type ParkedDocument = z.infer<typeof parkedDocument>;

export const verdictSchema = z.enum(['ok', 'attention', 'fail']);

const checkLine = z.object({
  check: z.string().max(60),
  verdict: verdictSchema,
  words,
  nextStep: words.nullable(),
});

/** Sections of telemetry, as those of `protocol.ts`. */
export const deskSections = {
  cases: z.object({
    open: z.int().min(0),
    list: z.array(openCase).max(mostListed).meta({ description: 'The oldest of them, oldest first.' }),
  }),
  parked: z.object({
    count: z.int().min(0),
    list: z.array(parkedDocument).max(mostListed).meta({ description: 'The newest of them, oldest first.' }),
  }),
  checklist: z
    .object({ at: moment, verdict: verdictSchema, lines: z.array(checkLine).max(60) })
    .nullable()
    .meta({ description: 'As "holdfast checklist" said it last; null: it has not looked yet.' }),
  shop: z
    .object({ address: z.string().max(300), store: z.string().max(60) })
    .meta({ description: 'Which shop it sells for: terminals of one shop can look for one another.' }),
} as const;
