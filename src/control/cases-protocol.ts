import { z } from 'zod';

/**
 * Cases, over the control socket. Moments are ISO 8601.
 *
 * | request | answer |
 * |---|---|
 * | `GET /cases` (`?all=true&limit=100`) | {@link CaseEntry}[]: the open ones, oldest first; all: newest first |
 * | `GET /cases/{case id}` | {@link CaseDetail} |
 * | `POST /cases/{case id}` {@link caseWish} | {@link CaseDetail} |
 */
export interface CaseEntry {
  readonly caseId: string;
  /** What kind of case it is, as a heading. */
  readonly title: string;
  readonly words: string;
  readonly receiptNumber: string | null;
  readonly state: 'open' | 'in-hand' | 'waiting' | 'closed';
  readonly owner: string | null;
  readonly openedAt: string;
  readonly changedAt: string;
}

export interface CaseDetail extends CaseEntry {
  readonly evidence: unknown;
  /** What to do first, and where more is written. */
  readonly nextStep: string;
  readonly runbook: string;
  readonly outcomes: readonly string[];
  readonly outcome: string | null;
  readonly history: readonly { readonly at: string; readonly by: string; readonly words: string }[];
}

export const casesFilter = z.object({
  all: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
});

const by = z.string().trim().min(1).max(60);
const words = z.string().trim().max(500);

/** What a person does about a case; `words` say why. */
export const caseWish = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('take'), by, owner: by }),
  z.strictObject({ step: z.literal('note'), by, words }),
  z.strictObject({ step: z.literal('wait'), by, words }),
  z.strictObject({
    step: z.literal('close'),
    by,
    outcome: z.enum(['corrected', 'explained', 'paid-otherwise', 'written-off', 'refunded']),
    words,
  }),
  z.strictObject({ step: z.literal('reopen'), by, words }),
]);
