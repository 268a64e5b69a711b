import { decimal } from '../money/money.ts';
import { advanceUnchecked, type Payment, type StateName, stateAfter } from './payment.ts';
import type { EventKind, PaymentEvent } from './payment-event.ts';

/** What an event from outside does to a payment. */
export type Received =
  | { readonly kind: 'advanced'; readonly payment: Payment }
  /** This very event was taken before. */
  | { readonly kind: 'repeated' }
  /** Its news is old: the payment is further than that already. */
  | { readonly kind: 'stale' }
  /** It contradicts what is known; a person must look. */
  | { readonly kind: 'impossible'; readonly words: string };

/** Judges an event that may come twice, late, out of order, or wrongly. */
export function receive(payment: Payment, event: PaymentEvent): Received {
  if (event.eventId !== null && payment.taken.includes(event.eventId)) return { kind: 'repeated' };
  if (payment.state === 'settled' && event.kind === 'settled') return settledAgain(payment, event);
  const next = stateAfter(payment.state, event.kind);
  if (next !== null) return { kind: 'advanced', payment: advanceUnchecked(payment, next, event) };
  if (oldNews[event.kind].has(payment.state)) return { kind: 'stale' };
  return { kind: 'impossible', words: `"${event.kind}" for a payment that is ${payment.state}` };
}

/** The same row read again says nothing new; another row for the same payment pays it twice. */
function settledAgain(
  payment: Extract<Payment, { state: 'settled' }>,
  event: Extract<PaymentEvent, { kind: 'settled' }>,
): Received {
  const { settlement } = payment.is;
  if (settlement.reference === event.reference) return { kind: 'repeated' };
  return {
    kind: 'impossible',
    words: `settled twice: ${decimal(settlement.amount)} as ${settlement.reference}, ${decimal(event.amount)} as ${event.reference}`,
  };
}

const states = (...names: readonly StateName[]): ReadonlySet<StateName> => new Set(names);

const afterTaken = [
  'approved-online',
  'approved-offline',
  'stored',
  'forwarded',
  'settled',
  'declined-late',
  'expired',
  'reversed',
  'charged-back',
] as const;

/** The states in which an event says what is known already, or what has been overtaken. */
const oldNews: Readonly<Record<EventKind, ReadonlySet<StateName>>> = {
  approved: states(...afterTaken),
  'approved-offline': states(...afterTaken),
  stored: states(...afterTaken),
  declined: states('declined', 'cancelled', 'declined-late'),
  cancelled: states('cancelled', 'declined', 'reversed'),
  silent: states('unknown', 'declined', 'cancelled', ...afterTaken),
  forwarded: states('forwarded', 'approved-online', 'settled', 'declined-late', 'reversed', 'charged-back'),
  'issuer-approved': states('approved-online', 'settled', 'reversed', 'charged-back'),
  'issuer-declined': states('declined-late', 'declined', 'cancelled', 'reversed'),
  settled: states('charged-back'),
  expired: states('forwarded', 'approved-online', 'settled', 'declined-late', 'expired', 'reversed', 'charged-back'),
  reversed: states('reversed', 'cancelled', 'declined'),
  'charged-back': states('charged-back'),
  'charge-back-reversed': states('settled'),
};
