import type { JournalEntry, JournalRecord, Subject } from '../journal/journal.ts';
import { type JsonValue, unreachable } from '../platform/brand.ts';
import type { SaleId } from '../platform/ids.ts';
import type { CardAnswer } from '../register/input.ts';
import type { PaidSale } from '../register/open-sale.ts';
import type { CardReceipt } from '../register/sale.ts';
import type { CardPayment } from '../register/state.ts';

/**
 * What the journal keeps of a card payment. The request carries the whole sale as it was, so that a payment that turns out to
 * be approved after a crash still becomes the sale it was for.
 */
export type PaymentState =
  | ({ readonly version: 1; readonly phase: 'requested' } & PaidSale)
  | { readonly version: 1; readonly phase: 'approved'; readonly card: CardReceipt }
  /** No money moved. */
  | { readonly version: 1; readonly phase: 'declined' | 'cancelled' | 'not-found'; readonly reason: string };

export function requested({ paymentId, amount }: CardPayment, { sale, tenders }: PaidSale): JournalEntry {
  const state = asJson({ version: 1, phase: 'requested', sale, tenders });
  return { kind: 'payment', paymentId, amount, state, open: true };
}

/** An answer that settles a payment; `unknown` leaves it as it was. */
export type KnownAnswer = Exclude<CardAnswer, { kind: 'unknown' }>;

export function answered({ paymentId, amount }: CardPayment, answer: KnownAnswer): JournalEntry {
  // An approved one waits for its sale, which ends it.
  return { kind: 'payment', paymentId, amount, state: asJson(stateOf(answer)), open: answer.kind === 'approved' };
}

function stateOf(answer: KnownAnswer): PaymentState {
  switch (answer.kind) {
    case 'approved':
      return { version: 1, phase: 'approved', card: answer.card };
    case 'declined':
    case 'cancelled':
      return { version: 1, phase: answer.kind, reason: answer.reason };
    case 'not-found':
      return { version: 1, phase: answer.kind, reason: '' };
    default:
      return unreachable(answer);
  }
}

const asJson = (state: PaymentState): JsonValue => JSON.parse(JSON.stringify(state));

function paymentState(json: JsonValue): PaymentState | null {
  // Written by `asJson` above and kept under the journal's checksum; of another version nothing is assumed.
  const state = json as unknown as PaymentState | null;
  return state?.version === 1 ? state : null;
}

/** A payment whose sale never reached the journal. */
export interface OpenPayment extends PaidSale {
  readonly payment: CardPayment;
  /** null: nobody knows whether money moved. */
  readonly approved: CardReceipt | null;
}

/**
 * The payments that a stopped terminal has left behind, oldest first, out of those that are open: at most one a sale (the last
 * one that may have taken money; its sale carries the tenders before it). One whose sale was made is open for another reason.
 */
export function paymentsLeftBehind(
  open: readonly Subject[],
  isMade: (sale: SaleId) => boolean,
): readonly OpenPayment[] {
  const left = open.map(({ records }) => followed(records)).filter((payment) => payment !== null);
  const lastOfSale = new Map(left.map((each) => [each.sale.saleId, each]));
  return [...lastOfSale.values()].filter(({ sale }) => !isMade(sale.saleId));
}

function followed(records: readonly JournalRecord[]): OpenPayment | null {
  let payment: Omit<OpenPayment, 'approved'> | null = null;
  let approved: CardReceipt | null = null;
  for (const { entry } of records) {
    const state = entry.kind === 'payment' ? paymentState(entry.state) : null;
    if (entry.kind === 'payment' && state?.phase === 'requested') {
      const { paymentId, amount } = entry;
      const { sale, tenders } = state;
      payment = { payment: { paymentId, amount }, sale, tenders };
    } else if (state?.phase === 'approved') {
      approved = state.card;
    }
  }
  return payment === null ? null : { ...payment, approved };
}
