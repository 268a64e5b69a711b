import type { PaymentOutcomeNote } from '../register/payment-outcome.ts';
import type { PaymentFinding } from './cases.ts';
import { type Payment, takenOf } from './payment.ts';

type OutcomeKind = PaymentOutcomeNote['kind'];

/**
 * What Magento's order is told when a payment comes into this state; null: nothing. An order that was paid provisionally is told
 * once that it is paid; one that was paid online is told only of trouble.
 */
export function outcomeToTell(before: Payment, after: Payment): OutcomeKind | null {
  if (after.for.kind !== 'sale') return null;
  switch (after.state) {
    case 'approved-online':
      return takenOf(before) === null ? null : 'approved';
    case 'settled':
      return wasSure(before) ? null : 'settled';
    case 'declined-late':
      return 'declined';
    case 'expired':
    case 'reversed':
    case 'charged-back':
      return after.state;
    case 'requested':
    case 'unknown':
    case 'declined':
    case 'cancelled':
    case 'approved-offline':
    case 'stored':
    case 'forwarded':
      return null;
  }
}

/** Whether the order counted as paid already. */
const wasSure = ({ state }: Payment): boolean => state === 'approved-online' || state === 'settled';

/** Outcomes after which the goods are not paid for. */
export const isLoss = (kind: OutcomeKind): kind is keyof typeof caseKinds => Object.hasOwn(caseKinds, kind);

/** For whoever reads the order's history. */
export function outcomeWords(kind: OutcomeKind, payment: Payment): string {
  const card = takenOf(payment)?.card;
  const named = card === undefined ? 'card payment' : `card payment (${card.brand} ${card.maskedPan})`;
  const why = 'reason' in (payment.is ?? {}) ? ` (${(payment.is as { readonly reason: string }).reason})` : '';
  switch (kind) {
    case 'approved':
      return `The bank has approved the ${named}.`;
    case 'settled':
      return `The bank has paid the ${named}.`;
    case 'declined':
      return `The bank has declined the ${named} after the goods were handed over${why}. It is not paid.`;
    case 'expired':
      return `The ${named} could not be forwarded in time${why}. The bank need not pay it.`;
    case 'reversed':
      return `The ${named} was taken back${why}.`;
    case 'charged-back':
      return `The card holder's bank has charged the ${named} back${why}.`;
  }
}

/** The case that a loss opens. */
export const caseKinds = {
  declined: 'payment-declined',
  expired: 'payment-expired',
  'charged-back': 'payment-charged-back',
} as const satisfies Partial<Record<OutcomeKind, PaymentFinding['kind']>>;
