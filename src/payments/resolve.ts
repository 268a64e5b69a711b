import type { Instant } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { CardReceipt } from '../register/sale.ts';
import { noReferences, type Payment } from './payment.ts';
import type { PaymentEvent } from './payment-event.ts';

/** What a person found out at the acquirer about a payment whose terminal can't be asked any more. */
export interface Resolution {
  readonly as: 'charged' | 'not-charged';
  readonly by: string;
}

/**
 * What a person's finding means for a payment. Throws `payments.not-to-resolve` for one that somebody else still decides or has
 * decided.
 */
export function resolved(payment: Payment, { as, by }: Resolution, at: Instant): PaymentEvent {
  const now = { at, eventId: null };
  const reason = `${by} found that nothing was charged`;
  switch (payment.state) {
    case 'requested':
    case 'unknown':
      return as === 'charged'
        ? { kind: 'approved', card: unseenCard(payment.paymentId), references: noReferences, ...now }
        : { kind: 'cancelled', reason, ...now };
    case 'stored':
    case 'approved-offline':
    case 'forwarded':
      if (as === 'charged') return { kind: 'issuer-approved', psp: null, authorizationCode: null, ...now };
      return payment.state === 'forwarded'
        ? { kind: 'issuer-declined', reason, ...now }
        : { kind: 'expired', reason, ...now };
    case 'expired':
    case 'declined-late':
      if (as === 'charged') return { kind: 'issuer-approved', psp: null, authorizationCode: null, ...now };
      throw notToResolve(payment);
    default:
      throw notToResolve(payment);
  }
}

const notToResolve = ({ state }: Payment): HoldfastError =>
  new HoldfastError('payments.not-to-resolve', `The payment is ${state}: there is nothing to decide`, {
    remedy: 'operator',
    hint: 'Only a payment without an answer, or one that was taken offline, can be decided by hand.',
  });

/** All that is known of a card whose terminal is gone. */
const unseenCard = (paymentId: string): CardReceipt => ({
  paymentId,
  outcome: 'approved',
  brand: 'Card',
  maskedPan: '****',
  authorizationCode: null,
  terminalReference: null,
  entryMode: 'unknown',
});
