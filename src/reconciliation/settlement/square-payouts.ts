import { z } from 'zod';
import type { SquareApi } from '../../payments/square/square-api.ts';
import { type Instant, seconds } from '../../platform/clock.ts';
import { HoldfastError, messageOf } from '../../platform/errors.ts';
import type { ReportLine } from './settlement-row.ts';
import { payoutRow } from './square-report.ts';

const payoutsAnswer = z.object({
  payouts: z.array(z.object({ id: z.string().min(1) })).nullish(),
  cursor: z.string().nullish(),
});
const entriesAnswer = z.object({ payout_entries: z.array(z.unknown()).nullish(), cursor: z.string().nullish() });

/**
 * The entries of all payouts since a moment, fetched page by page from Square's Payouts API. Throws `settlement.not-fetched`
 * (retry): a report with a hole in it would call payments missing that are not.
 */
export async function* squarePayouts(api: SquareApi, locationId: string, since: Instant): AsyncGenerator<ReportLine> {
  let line = 0;
  const payouts = { location_id: locationId, begin_time: new Date(since).toISOString(), sort_order: 'ASC' };
  for await (const answer of pages(api, '/v2/payouts', payouts, payoutsAnswer)) {
    for (const { id } of answer.payouts ?? []) {
      const path = `/v2/payouts/${encodeURIComponent(id)}/payout-entries`;
      for await (const { payout_entries: entries } of pages(api, path, { limit: '100' }, entriesAnswer)) {
        for (const entry of entries ?? []) {
          line += 1;
          yield readEntry(entry, line);
        }
      }
    }
  }
}

function readEntry(entry: unknown, line: number): ReportLine {
  try {
    return { kind: 'row', row: payoutRow(entry, line) };
  } catch (error) {
    return { kind: 'unreadable', unreadable: { line, words: messageOf(error) } };
  }
}

async function* pages<Answer extends { readonly cursor?: string | null | undefined }>(
  api: SquareApi,
  path: string,
  wish: Readonly<Record<string, string>>,
  schema: z.ZodType<Answer>,
): AsyncGenerator<Answer> {
  const query = new URLSearchParams(wish);
  for (;;) {
    const reply = await api.request('GET', `${path}?${query}`, undefined, seconds(20));
    const read = reply.kind === 'answer' ? schema.safeParse(reply.body) : null;
    if (read?.success !== true) {
      const words = reply.kind === 'answer' ? 'its answer was not understood' : reply.words;
      throw new HoldfastError('settlement.not-fetched', `Square’s payouts could not be fetched: ${words}.`, {
        remedy: 'retry',
        hint: 'Try again; nothing was left half done.',
      });
    }
    yield read.data;
    if (!read.data.cursor) return;
    query.set('cursor', read.data.cursor);
  }
}
