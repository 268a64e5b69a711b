import { z } from 'zod';
import type { ControlError } from './protocol.ts';

/** How a bank's settlement report compares with the journal. Amounts are decimal texts. */
export interface SettlementReport {
  readonly acquirer: string;
  readonly rows: number;
  /** By outcome: `settled-as-sold`, `amount-differs`, `missing-at-bank` … */
  readonly outcomes: Readonly<Record<string, { readonly count: number; readonly amount: string }>>;
  /** What a person must look at, each a case; the first hundred. */
  readonly differences: readonly {
    readonly outcome: string;
    readonly words: string;
    readonly receiptNumber: string | null;
  }[];
  readonly unreadable: {
    readonly count: number;
    readonly first: readonly { readonly line: number; readonly words: string }[];
  };
  /** Rows that are no payments, by what the bank calls them. */
  readonly others: Readonly<Record<string, number>>;
  readonly newestRowAt: string | null;
  /** Why nothing is said about payments missing at the bank; null: it is. */
  readonly missingNotJudged: string | null;
  /** Nothing that a person must look at. */
  readonly clean: boolean;
}

export type SettlementProgress =
  | { readonly kind: 'progress'; readonly rows: number }
  | { readonly kind: 'done'; readonly report: SettlementReport }
  | { readonly kind: 'failed'; readonly error: ControlError };

/** `POST /reconcile/settlement?acquirer=adyen`, the file as the body; answered with JSON Lines of {@link SettlementProgress}. */
export const settlementQuestion = z.object({
  acquirer: z.enum(['adyen', 'square', 'worldpay', 'csv']),
  /** For `csv`: a name in `settlement.formats`. */
  format: z.string().max(40).optional(),
  /** For `square` without a file: fetch payouts since this moment (ISO 8601). */
  since: z.iso.datetime({ offset: true }).optional(),
});
export type SettlementQuestion = z.infer<typeof settlementQuestion>;
