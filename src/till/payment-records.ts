import type { JournalEntry, JournalRecord } from '../journal/journal.ts';
import { type JsonValue, unreachable } from '../platform/brand.ts';
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
  return { kind: 'payment', paymentId, amount, state: asJson({ version: 1, phase: 'requested', sale, tenders }) };
}

/** An answer that settles a payment; `unknown` leaves it as it was. */
export type KnownAnswer = Exclude<CardAnswer, { kind: 'unknown' }>;

export function answered({ paymentId, amount }: CardPayment, answer: KnownAnswer): JournalEntry {
  return { kind: 'payment', paymentId, amount, state: asJson(stateOf(answer)) };
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
 * The payments that a stopped terminal has left behind, oldest first: at most one a sale (the last one that may have taken
 * money; its sale carries the tenders before it).
 */
export async function openPayments(records: AsyncIterable<JournalRecord>): Promise<readonly OpenPayment[]> {
  const open = new Map<string, OpenPayment>();
  for await (const { entry } of records) {
    if (entry.kind === 'sale') {
      for (const [paymentId, { sale }] of open) if (sale.saleId === entry.sale.saleId) open.delete(paymentId);
    } else if (entry.kind === 'payment') {
      follow(open, entry);
    }
  }
  const lastOfSale = new Map([...open.values()].map((each) => [each.sale.saleId, each]));
  return [...lastOfSale.values()];
}

function follow(open: Map<string, OpenPayment>, entry: Extract<JournalEntry, { kind: 'payment' }>): void {
  const { paymentId, amount } = entry;
  const state = paymentState(entry.state);
  const known = open.get(paymentId);
  if (state?.phase === 'requested') {
    const { sale, tenders } = state;
    open.set(paymentId, { payment: { paymentId, amount }, sale, tenders, approved: null });
  } else if (state?.phase === 'approved') {
    if (known) open.set(paymentId, { ...known, approved: state.card });
  } else if (state !== null) {
    open.delete(paymentId);
  }
}
