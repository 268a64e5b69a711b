import { money } from '../../src/money/money.ts';
import { newPayment, noReferences, type PaymentIn } from '../../src/payments/payment.ts';
import type { Event, EventKind, PaymentEvent } from '../../src/payments/payment-event.ts';
import { type Instant, instant } from '../../src/platform/clock.ts';
import type { SaleId } from '../../src/platform/ids.ts';
import type { CardReceipt } from '../../src/register/sale.ts';

export const paymentId = '0190b0c0-0000-7000-8000-000000000001';
export const saleId = '0190b0c0-0000-7000-8000-00000000000a' as SaleId;
const noon = instant('2026-03-02T12:00:00Z');

export const cardReceipt = (id = paymentId, outcome: CardReceipt['outcome'] = 'approved'): CardReceipt => ({
  paymentId: id,
  outcome,
  brand: 'Visa',
  maskedPan: '476173******0119',
  authorizationCode: null,
  terminalReference: 'T-1',
  entryMode: 'chip',
});

export const requestedPayment = (facts: Partial<Parameters<typeof newPayment>[0]> = {}): PaymentIn<'requested'> =>
  newPayment({
    paymentId,
    for: { kind: 'sale', saleId },
    amount: money('12.50'),
    currency: 'EUR',
    acquirer: 'adyen',
    requestedAt: noon,
    reference: 'K1-00000001-0001',
    ...facts,
  });

const fromTerminal: readonly EventKind[] = [
  'approved',
  'approved-offline',
  'stored',
  'declined',
  'cancelled',
  'silent',
];

/** An event of a kind, with everything that any kind may carry. */
export function happened<Kind extends EventKind>(kind: Kind, at: Instant = noon): Event<Kind> {
  const outcome: CardReceipt['outcome'] = kind === 'approved-offline' ? kind : kind === 'stored' ? kind : 'approved';
  // The union of what all kinds carry; a test reads only what its kind has.
  return {
    kind,
    at,
    eventId: fromTerminal.includes(kind) ? null : `e-${kind}`,
    card: cardReceipt(paymentId, outcome),
    references: { ...noReferences, tender: 'tender-1', merchant: 'K1-00000001' },
    reason: `because of ${kind}`,
    psp: null,
    authorizationCode: null,
    amount: money('12.50'),
    reference: 'row-1',
  } as unknown as Event<Kind>;
}

export const approved = (): Event<'approved'> => happened('approved');

export const eventKinds: readonly EventKind[] = [
  'approved',
  'approved-offline',
  'stored',
  'declined',
  'cancelled',
  'silent',
  'forwarded',
  'issuer-approved',
  'issuer-declined',
  'settled',
  'expired',
  'reversed',
  'charged-back',
  'charge-back-reversed',
];

export const anEvent = (kind: EventKind, eventId: string, at?: Instant): PaymentEvent =>
  ({ ...happened(kind, at), eventId }) as PaymentEvent;
