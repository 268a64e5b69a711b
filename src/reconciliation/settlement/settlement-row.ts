import type { Money } from '../../money/money.ts';
import type { Instant } from '../../platform/clock.ts';

/** One line of an acquirer's report, in the words that all of them share. */
export interface SettlementRow {
  /** Of the report, from 1 for the first line after the heading. */
  readonly line: number;
  /** The row's own name: the same when the same report, or an overlapping one, is read again. */
  readonly reference: string;
  readonly kind: SettlementRowKind;
  /** By what the acquirer names the payment; null: it does not say. */
  readonly names: PaymentNames;
  /** Before fees, never negative. */
  readonly amount: Money;
  /** ISO 4217; null: the report does not say. */
  readonly currency: string | null;
  readonly at: Instant | null;
  /** What the acquirer calls the kind of row, for people. */
  readonly type: string;
}

export interface PaymentNames {
  /** The acquirer's own, e.g. Adyen's PSP reference. */
  readonly psp: string | null;
  /** Ours, as the acquirer was told it. */
  readonly merchant: string | null;
  /** The terminal's. */
  readonly tender: string | null;
  readonly authorizationCode: string | null;
}

export type SettlementRowKind =
  /** Money for a sale. */
  | 'payment'
  /** Money back to a card. */
  | 'refund'
  /** The bank took a payment back. */
  | 'chargeback'
  | 'chargeback-reversed'
  /** The issuer refused a payment that had been stored. */
  | 'declined'
  /** Fees, payouts, corrections: no payment of a till. */
  | 'other';

/** A line that could not be read; nothing of it but its number and what is wrong with it. */
export interface UnreadableRow {
  readonly line: number;
  readonly words: string;
}

export type ReportLine =
  | { readonly kind: 'row'; readonly row: SettlementRow }
  | { readonly kind: 'unreadable'; readonly unreadable: UnreadableRow };
