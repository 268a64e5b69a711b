import type { Money } from '../../money/money.ts';
import { type Payment, type StateName, takenOf } from '../../payments/payment.ts';
import type { Instant } from '../../platform/clock.ts';
import type { PaymentNames } from './settlement-row.ts';

/** What the journal knows of a card payment, as far as a bank's report can be compared with it. */
export interface KnownPayment {
  readonly paymentId: string;
  readonly purpose: 'sale' | 'return';
  /** Of its sale or return; null: none reached the journal. */
  readonly receiptNumber: string | null;
  readonly amount: Money;
  readonly currency: string;
  readonly acquirer: string;
  readonly state: StateName;
  readonly names: PaymentNames;
  /** When the card was taken, else when it was asked for. */
  readonly at: Instant;
  /** What has been settled of it, by an earlier report. */
  readonly settled: { readonly amount: Money; readonly reference: string } | null;
}

/** States in which a card was taken and the bank owes the money. */
export function isOwed({ state, purpose }: KnownPayment): boolean {
  if (purpose === 'return') return false;
  switch (state) {
    case 'approved-online':
    case 'approved-offline':
    case 'stored':
    case 'forwarded':
      return true;
    case 'requested':
    case 'unknown':
    case 'declined':
    case 'cancelled':
    case 'settled':
    case 'declined-late':
    case 'expired':
    case 'reversed':
    case 'charged-back':
      return false;
  }
}

export function knownPayment(payment: Payment, receiptNumber: string | null): KnownPayment {
  const taken = takenOf(payment);
  const settlement = payment.state === 'settled' ? payment.is.settlement : null;
  return {
    paymentId: payment.paymentId,
    purpose: payment.for.kind,
    receiptNumber,
    amount: payment.amount,
    currency: payment.currency,
    acquirer: payment.acquirer,
    state: payment.state,
    names: {
      psp: taken?.references.psp ?? null,
      merchant: taken?.references.merchant ?? payment.reference,
      tender: taken?.references.tender ?? null,
      authorizationCode: taken?.card.authorizationCode ?? null,
    },
    at: taken?.takenAt ?? payment.requestedAt,
    settled: settlement && { amount: settlement.amount, reference: settlement.reference },
  };
}
