import type { CardDetails, PaymentOutcome, TerminalReferences } from '../payment-terminal.ts';
import type { StatusInformation } from './status-information.ts';

/** By what a transaction of a terminal is told from the others. */
export interface TransactionIdentity {
  readonly receiptNumber: number | null;
  readonly traceNumber: number | null;
  /** Hundredths. */
  readonly amount: number | null;
  /** By the terminal's clock. */
  readonly at: string | null;
}

/** A payment (or refund) that was asked for, as the driver remembers it. */
export interface PaymentRecord {
  readonly paymentId: string;
  /** Hundredths. */
  readonly amount: number;
  readonly merchant: string;
  /** The newest in the terminal before it began; null: not known. */
  readonly before: TransactionIdentity | null;
  /** What the terminal reported as carried out; null: nothing yet. */
  readonly reported: ReportedTransaction | null;
  /** The terminal has completed it, so that nothing can take it back unseen; or it is known not to have been. */
  readonly end: 'completed' | 'not-booked' | null;
  /** An end of day came after it, which sends what the terminal took without the bank. */
  readonly uploaded: boolean;
}

export interface ReportedTransaction {
  readonly identity: TransactionIdentity;
  readonly card: CardDetails;
  readonly offline: boolean;
}

export const identityOf = (information: StatusInformation): TransactionIdentity => ({
  receiptNumber: information.receiptNumber,
  traceNumber: information.traceNumber,
  amount: information.amount,
  at: information.at,
});

export const reportedOf = (information: StatusInformation): ReportedTransaction => ({
  identity: identityOf(information),
  card: {
    brand: information.brand,
    maskedPan: information.maskedPan,
    authorizationCode: information.authorizationCode,
    terminalReference: terminalReference(information),
    entryMode: information.entryMode,
  },
  offline: information.offline,
});

/** A payment that was carried out, as the till is told. */
export function takenOutcome(record: PaymentRecord, reported: ReportedTransaction): PaymentOutcome {
  const taken = { card: reported.card, references: referencesOf(record, reported.identity) };
  if (!reported.offline) return { kind: 'approved', ...taken };
  // Without the bank only a chip can say yes in its name; what was read otherwise the bank may still refuse.
  const { entryMode } = reported.card;
  return { kind: entryMode === 'chip' || entryMode === 'contactless' ? 'approved-offline' : 'stored', ...taken };
}

function referencesOf(record: PaymentRecord, identity: TransactionIdentity): TerminalReferences {
  return {
    tender: null,
    merchant: record.merchant,
    trace: numberText(identity.traceNumber, 6),
    terminalReceipt: numberText(identity.receiptNumber, 4),
    psp: null,
    terminalTime: identity.at,
  };
}

const numberText = (number: number | null, digits: number): string | null =>
  number === null ? null : String(number).padStart(digits, '0');

function terminalReference({ terminalId, traceNumber, receiptNumber }: StatusInformation): string | null {
  const parts = [terminalId, numberText(traceNumber, 6) ?? numberText(receiptNumber, 4)];
  return parts.filter((part) => part !== null).join('-') || null;
}

export type Verdict =
  | { readonly kind: 'booked'; readonly reported: ReportedTransaction }
  | { readonly kind: 'not-booked' }
  /** The terminal's answer does not settle it; a person must look. */
  | { readonly kind: 'unclear' };

const unclear: Verdict = { kind: 'unclear' };
const notBooked: Verdict = { kind: 'not-booked' };

/**
 * What became of a payment whose end was lost, by the last transaction of the terminal (PA00P015, 2.20.2; null: it can't say).
 * It counts as booked only when that is the very next after the one before it and has its amount, or is the one that was
 * reported.
 */
export function judge(record: PaymentRecord, last: StatusInformation | null): Verdict {
  if (last === null) return unclear;
  const identity = identityOf(last);
  const { before, reported } = record;
  // What the terminal did last was not carried out. One that was and is not the newest can't be ours.
  if (last.result !== 0) return reported === null ? notBooked : unclear;
  if (reported !== null && same(identity, reported.identity)) return { kind: 'booked', reported };
  if (before !== null && same(identity, before)) return notBooked;
  if (last.originalTrace !== null) {
    return reported !== null && last.originalTrace === reported.identity.traceNumber ? notBooked : unclear;
  }
  if (reported !== null || before === null || identity.amount !== record.amount) return unclear;
  return isNext(before, identity) ? { kind: 'booked', reported: reportedOf(last) } : unclear;
}

function same(a: TransactionIdentity, b: TransactionIdentity): boolean {
  if (a.receiptNumber === null && a.traceNumber === null) return false;
  return (
    a.receiptNumber === b.receiptNumber && a.traceNumber === b.traceNumber && a.amount === b.amount && a.at === b.at
  );
}

/** Receipt numbers go up by one and begin anew after 9999; trace numbers decide where there are none. */
function isNext(before: TransactionIdentity, after: TransactionIdentity): boolean {
  if (before.receiptNumber !== null && after.receiptNumber !== null) {
    return (
      after.receiptNumber === before.receiptNumber + 1 || (before.receiptNumber === 9999 && after.receiptNumber <= 1)
    );
  }
  if (before.traceNumber === null || after.traceNumber === null) return false;
  return after.traceNumber === before.traceNumber + 1 || (before.traceNumber === 999_999 && after.traceNumber <= 1);
}
