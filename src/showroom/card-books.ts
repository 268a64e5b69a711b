import type { PaymentEntry } from '../control/payments-protocol.ts';
import type { BookedPayment } from './acquirer/books.ts';

/** A card payment as the till and the acquirer have it. */
export interface CardRow {
  readonly paymentId: string;
  /** The receipt it pays; null: none yet. */
  readonly receiptNumber: string | null;
  readonly amount: string;
  /** The till's state and how it took the card; null: the till does not know it. */
  readonly till: { readonly state: string; readonly how: PaymentEntry['how'] } | null;
  /** null: the acquirer has not heard of it. */
  readonly acquirer: { readonly state: BookedPayment['state']; readonly came: BookedPayment['came'] } | null;
  /** What the acquirer may do with it now. */
  readonly may: readonly ('decline' | 'approve' | 'charge-back')[];
}

/** Both sides, payment by payment, newest first. */
export function cardRows(till: readonly PaymentEntry[], acquirer: readonly BookedPayment[]): readonly CardRow[] {
  const booked = new Map(acquirer.map((payment) => [payment.paymentId, payment]));
  const rows = till.map((entry) => rowOf(entry, booked.get(entry.paymentId) ?? null));
  const known = new Set(till.map(({ paymentId }) => paymentId));
  const others = acquirer.filter(({ paymentId }) => !known.has(paymentId)).reverse();
  return [...rows, ...others.map((payment) => rowOf(null, payment))];
}

function rowOf(entry: PaymentEntry | null, booked: BookedPayment | null): CardRow {
  return {
    paymentId: entry?.paymentId ?? booked?.paymentId ?? '',
    receiptNumber: entry?.receiptNumber ?? null,
    amount: entry?.amount ?? booked?.amount ?? '',
    till: entry === null ? null : { state: entry.state, how: entry.how },
    acquirer: booked === null ? null : { state: booked.state, came: booked.came },
    may: booked === null ? [] : actions[booked.state],
  };
}

const actions: Readonly<Record<BookedPayment['state'], CardRow['may']>> = {
  undecided: ['approve', 'decline'],
  approved: ['decline'],
  settled: ['charge-back'],
  declined: [],
  'charged-back': [],
  'taken-back': [],
};
