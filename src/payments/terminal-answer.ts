import type {
  CardDetails,
  CardTaken,
  ForwardStatus,
  PaymentOutcome,
  TerminalReferences,
} from '../../drivers/payment-terminal/payment-terminal.ts';
import { unreachable } from '../platform/brand.ts';
import type { Instant } from '../platform/clock.ts';
import type { CardReceipt } from '../register/sale.ts';
import { noReferences, type PaymentReferences } from './payment.ts';
import type { LaterEvent, PaymentEvent } from './payment-event.ts';

/** What a terminal's answer means for the payment. */
export function eventOfAnswer(
  paymentId: string,
  outcome: PaymentOutcome | { readonly kind: 'not-found' },
  at: Instant,
): PaymentEvent {
  const now = { at, eventId: null };
  switch (outcome.kind) {
    case 'approved':
    case 'approved-offline':
    case 'stored':
      return {
        kind: outcome.kind,
        card: cardReceipt(paymentId, outcome.kind, outcome),
        references: referencesOf(outcome.references, outcome.card),
        ...now,
      };
    case 'declined':
    case 'cancelled':
      return { kind: outcome.kind, reason: outcome.reason, ...now };
    case 'not-found':
      return { kind: 'cancelled', reason: 'the card terminal knows nothing of it', ...now };
    case 'unknown':
      return { kind: 'silent', reason: outcome.reason, ...now };
    default:
      return unreachable(outcome);
  }
}

/** Only what may be kept, field by field, whatever else a driver hands over. */
function cardReceipt(paymentId: string, outcome: CardReceipt['outcome'], { card, slip }: CardTaken): CardReceipt {
  const { brand, maskedPan, authorizationCode, terminalReference, entryMode } = card;
  return {
    ...{ paymentId, outcome, brand, maskedPan, authorizationCode, terminalReference, entryMode },
    ...(slip === undefined ? {} : { slip: { customer: slip.customer, merchant: slip.merchant } }),
  };
}

function referencesOf(told: TerminalReferences | undefined, card: CardDetails): PaymentReferences {
  if (told === undefined) return { ...noReferences, tender: card.terminalReference };
  const { tender, merchant, trace, terminalReceipt, psp, terminalTime } = told;
  return { tender, merchant, trace, terminalReceipt, psp, terminalTime };
}

/** What the answer to a forwarding means; null: nothing new. */
export function eventOfForwarding(status: ForwardStatus, at: Instant): LaterEvent | null {
  const now = { at, eventId: null };
  switch (status.kind) {
    case 'forwarded':
      return { kind: 'forwarded', psp: status.psp, ...now };
    case 'approved':
      return { kind: 'issuer-approved', psp: status.psp, authorizationCode: status.authorizationCode, ...now };
    case 'declined':
      return { kind: 'issuer-declined', reason: status.reason, ...now };
    case 'lost':
      return { kind: 'expired', reason: status.reason, ...now };
    case 'stored':
    case 'not-found':
    case 'not-told':
    case 'unreachable':
      return null;
    default:
      return unreachable(status);
  }
}
