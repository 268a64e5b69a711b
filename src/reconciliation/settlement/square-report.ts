import { z } from 'zod';
import { hundredths } from '../../money/money.ts';
import { instant } from '../../platform/clock.ts';
import { HoldfastError } from '../../platform/errors.ts';
import { badRow } from './amounts-and-dates.ts';
import type { ReportLine, SettlementRow, SettlementRowKind } from './settlement-row.ts';

/** Square's PayoutEntry (Payouts API), as far as it names a payment. Amounts are in the currency's smallest unit. */
const moneySchema = z.object({ amount: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) });
const detailsSchema = z.object({
  payment_id: z.string().nullish(),
  refund_id: z.string().nullish(),
  dispute_id: z.string().nullish(),
});

export const payoutEntrySchema = z.object({
  id: z.string().min(1),
  payout_id: z.string().nullish(),
  effective_at: z.string().nullish(),
  type: z.string().min(1),
  gross_amount_money: moneySchema.nullish(),
  type_charge_details: detailsSchema.nullish(),
  type_refund_details: detailsSchema.nullish(),
  type_dispute_details: detailsSchema.nullish(),
});

export type PayoutEntry = z.infer<typeof payoutEntrySchema>;

const lineSchema = z.union([z.object({ payout_entries: z.array(z.unknown()) }), z.looseObject({ id: z.string() })]);

/** Larger than any page of a hundred entries. */
const longestLine = 4 * 1024 * 1024;

const kinds: Readonly<Record<string, SettlementRowKind>> = {
  CHARGE: 'payment',
  REFUND: 'refund',
  DISPUTE: 'chargeback',
};

/** One entry of a payout. Throws `settlement.bad-row`. */
export function payoutRow(entry: unknown, line: number): SettlementRow {
  const read = payoutEntrySchema.safeParse(entry);
  if (!read.success) throw badRow('it is no payout entry of Square');
  const { id, type, effective_at, gross_amount_money: gross } = read.data;
  const kind = kinds[type] ?? 'other';
  if (kind !== 'other' && !gross) throw badRow('it has no gross amount');
  const details = read.data.type_charge_details ?? read.data.type_refund_details ?? read.data.type_dispute_details;
  return {
    line,
    reference: `square:${id}`,
    kind,
    names: {
      psp: (kind === 'refund' ? details?.refund_id : details?.payment_id) ?? null,
      merchant: null,
      tender: null,
      authorizationCode: null,
    },
    amount: hundredths(Math.abs(inHundredths(gross ?? { amount: 0, currency: 'USD' }))),
    currency: gross?.currency ?? null,
    at: effective_at ? instant(effective_at) : null,
    type,
  };
}

/** Yen and the like have no smaller unit. */
const wholeUnits = new Set(['JPY', 'KRW', 'VND', 'CLP']);
const inHundredths = ({ amount, currency }: z.infer<typeof moneySchema>): number =>
  wholeUnits.has(currency) ? amount * 100 : amount;

/**
 * Payout entries as JSON Lines: each line one entry, or one answer of ListPayoutEntries with its page of them. Throws
 * `settlement.not-this-report` for a first line that is neither.
 */
export async function* squareLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ReportLine> {
  let line = 0;
  for await (const text of textLines(bytes)) {
    line += 1;
    const content = lineSchema.safeParse(parsed(text));
    if (!content.success) {
      if (line === 1) throw notSquare();
      yield { kind: 'unreadable', unreadable: { line, words: 'it is no JSON of a payout entry' } };
      continue;
    }
    const page: unknown = content.data['payout_entries'];
    for (const entry of Array.isArray(page) ? page : [content.data]) {
      try {
        yield { kind: 'row', row: payoutRow(entry, line) };
      } catch (error) {
        yield {
          kind: 'unreadable',
          unreadable: { line, words: error instanceof Error ? error.message : String(error) },
        };
      }
    }
  }
}

async function* textLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let held = '';
  for await (const chunk of bytes) {
    held += decoder.decode(chunk, { stream: true });
    const lines = held.split('\n');
    held = lines.pop() ?? '';
    if (held.length > longestLine) throw notSquare();
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  held += decoder.decode();
  if (held.trim() !== '') yield held;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const notSquare = (): HoldfastError =>
  new HoldfastError('settlement.not-this-report', 'The file does not hold payout entries of Square, one a line.', {
    remedy: 'operator',
    hint: 'docs/settlement.md says how to get them; "holdfast reconcile settlement --acquirer square" without a file fetches them.',
  });
