import { type Money, subtract } from '../../money/money.ts';
import { receiptNumberIn } from '../../payments/merchant-reference.ts';
import { unreachable } from '../../platform/brand.ts';
import { type Duration, hours, type Instant } from '../../platform/clock.ts';
import { receiptCounter, type TerminalId } from '../../platform/ids.ts';
import { isOwed, type KnownPayment } from './known-payment.ts';
import type { Found } from './payment-index.ts';
import type { SettlementRow } from './settlement-row.ts';

/** When a difference counts, as data. */
export interface SettlementRules {
  /** Differences up to this much are no difference (a bank's rounding). */
  readonly tolerance: Money;
  /** How long after a sale the bank may take to settle it. */
  readonly settlesWithin: Duration;
  /** Rows without a name of ours are this terminal's too: the report is of one till alone. */
  readonly reportOfThisTillOnly: boolean;
}

export const usualRules: SettlementRules = {
  tolerance: 0 as Money,
  settlesWithin: hours(5 * 24),
  reportOfThisTillOnly: false,
};

/** What a row says about the till's books. */
export type Verdict =
  | { readonly kind: 'settled-as-sold'; readonly payment: KnownPayment }
  | { readonly kind: 'amount-differs'; readonly payment: KnownPayment; readonly by: Money }
  | { readonly kind: 'declined-late'; readonly payment: KnownPayment }
  | { readonly kind: 'charged-back'; readonly payment: KnownPayment }
  | { readonly kind: 'charge-back-reversed'; readonly payment: KnownPayment }
  | { readonly kind: 'refunded-as-returned'; readonly payment: KnownPayment }
  /** Nothing was sold for it: cancelled, declined or unknown here, and settled there. */
  | { readonly kind: 'not-sold'; readonly payment: KnownPayment }
  /** Another row has settled it already. */
  | { readonly kind: 'settled-twice'; readonly payment: KnownPayment; readonly before: string }
  /** This very row was read before. */
  | { readonly kind: 'repeated'; readonly payment: KnownPayment }
  /** It names this terminal, and no payment of it. */
  | { readonly kind: 'missing-in-journal' }
  /** Several payments here fit it. */
  | { readonly kind: 'ambiguous'; readonly count: number }
  /** A payment of another till, or of a web shop. */
  | { readonly kind: 'elsewhere' }
  /** Fees, payouts, corrections. */
  | { readonly kind: 'no-payment' };

/** `settledHere`: by which row the payment was settled earlier in this very report; null: by none. */
export function judgeRow(
  row: SettlementRow,
  found: Found,
  context: {
    readonly rules: SettlementRules;
    readonly terminalId: TerminalId;
    settledHere(paymentId: string): string | null;
  },
): Verdict {
  if (row.kind === 'other') return { kind: 'no-payment' };
  switch (found.kind) {
    case 'none':
      return isOurs(row, context.terminalId, context.rules) ? { kind: 'missing-in-journal' } : { kind: 'elsewhere' };
    case 'several':
      return { kind: 'ambiguous', count: found.count };
    case 'one':
      return judgeFound(row, found.payment, context.rules, context.settledHere(found.payment.paymentId));
  }
}

function judgeFound(
  row: SettlementRow,
  payment: KnownPayment,
  rules: SettlementRules,
  settledHere: string | null,
): Verdict {
  switch (row.kind) {
    case 'payment':
    case 'refund': {
      const before = settledHere ?? payment.settled?.reference ?? null;
      if (before === row.reference) return { kind: 'repeated', payment };
      if (before !== null) return { kind: 'settled-twice', payment, before };
      if (!wasTaken(payment)) return { kind: 'not-sold', payment };
      return compared(row, payment, rules);
    }
    case 'declined':
      return { kind: 'declined-late', payment };
    case 'chargeback':
      return { kind: 'charged-back', payment };
    case 'chargeback-reversed':
      return { kind: 'charge-back-reversed', payment };
    case 'other':
      return { kind: 'no-payment' };
    default:
      return unreachable(row.kind);
  }
}

function compared(row: SettlementRow, payment: KnownPayment, rules: SettlementRules): Verdict {
  const by = subtract(row.amount, payment.amount);
  const otherCurrency = row.currency !== null && row.currency !== payment.currency;
  if (Math.abs(by) > rules.tolerance || otherCurrency) return { kind: 'amount-differs', payment, by };
  return { kind: row.kind === 'refund' ? 'refunded-as-returned' : 'settled-as-sold', payment };
}

function wasTaken({ state }: KnownPayment): boolean {
  switch (state) {
    case 'requested':
    case 'unknown':
    case 'declined':
    case 'cancelled':
      return false;
    default:
      return true;
  }
}

/** Whether a row that no payment here fits is nevertheless this terminal's business. */
function isOurs({ names: { merchant } }: SettlementRow, terminalId: TerminalId, rules: SettlementRules): boolean {
  if (merchant === null || merchant === '') return rules.reportOfThisTillOnly;
  return receiptCounter(terminalId, receiptNumberIn(merchant)) !== undefined || rules.reportOfThisTillOnly;
}

/**
 * The payments that the bank should have settled by the end of this report and has not: owed, of this acquirer, and older than
 * the bank may take. `newest`: of the report's rows; without a date nothing can be said.
 */
export function missingAtBank(
  payments: Iterable<KnownPayment>,
  isNamed: (paymentId: string) => boolean,
  {
    acquirers,
    newest,
    rules,
  }: { readonly acquirers: readonly string[]; readonly newest: Instant | null; readonly rules: SettlementRules },
): readonly KnownPayment[] {
  if (newest === null) return [];
  const due = newest - rules.settlesWithin;
  return [...payments].filter(
    (payment) =>
      acquirers.includes(payment.acquirer) && isOwed(payment) && payment.at <= due && !isNamed(payment.paymentId),
  );
}
