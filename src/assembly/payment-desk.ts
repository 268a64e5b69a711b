import type { PaymentDetail, PaymentEntry, PaymentsStatus } from '../control/payments-protocol.ts';
import type { PaymentHandlers } from '../control/payments-routes.ts';
import type { JournalRecord } from '../journal/journal.ts';
import type { LiveJournal } from '../journal/live-journal.ts';
import { decimal, type Money } from '../money/money.ts';
import { noReferences, type Payment, takenOf } from '../payments/payment.ts';
import { type PaymentRecord, type RecordedPayment, readPayment } from '../payments/payment-record.ts';
import { resolved } from '../payments/resolve.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import type { ReceiptNumber } from '../platform/ids.ts';
import type { Till } from '../till/till.ts';
import type { Payments } from './payments.ts';

// What the payments know of themselves, in the words of the control socket.

const moment = (at: Instant): string => new Date(at).toISOString();
const momentOrNull = (at: Instant | null): string | null => (at === null ? null : moment(at));
const amountOrNull = (amount: Money | null): string | null => (amount === null ? null : decimal(amount));

export function paymentsStatus({ offline, ledger, forwarder, acquirer }: Payments): PaymentsStatus {
  const { stored, room, stage } = offline.standing();
  const count = (state: Payment['state']): number =>
    ledger.open().filter(({ payment }) => payment.state === state).length;
  return {
    acquirer,
    offlineAllowed: offline.policy.allowed,
    stored: { count: stored.count, total: decimal(stored.total), oldestAt: momentOrNull(stored.since) },
    headRoom: {
      payments: room.payments,
      total: amountOrNull(room.total),
      perPayment: amountOrNull(room.perPayment),
      windowEndsAt: momentOrNull(room.windowEndsAt),
    },
    window: stage,
    deciding: count('forwarded'),
    unknown: count('unknown'),
    lastAnswer: forwarder.status().words,
  };
}

export interface PaymentDeskParts {
  readonly payments: Payments;
  readonly journal: LiveJournal;
  readonly till: Pick<Till, 'resolvePayment'>;
  readonly clock: Clock;
}

/** Answers what is asked about cards. */
export function createPaymentDesk({ payments, journal, till, clock }: PaymentDeskParts): PaymentHandlers {
  const { ledger, forwarder } = payments;

  const entryOf = ({ payment, attempt }: RecordedPayment): PaymentEntry => {
    const taken = takenOf(payment);
    return {
      paymentId: payment.paymentId,
      purpose: payment.for.kind,
      receiptNumber: ledger.receiptOf(payment),
      requestedAt: moment(payment.requestedAt),
      amount: decimal(payment.amount),
      currency: payment.currency,
      state: payment.state,
      how: taken?.how ?? null,
      card: taken === null ? null : `${taken.card.brand} ${taken.card.maskedPan}`,
      open: ledger.open().some((each) => each.payment.paymentId === payment.paymentId),
      attempts: attempt?.count ?? 0,
      lastAnswer: attempt?.answer ?? null,
    };
  };

  function detailOf(paymentId: string): PaymentDetail | undefined {
    const records = journal.history('payment', paymentId);
    const recorded = readPayment(records);
    if (recorded === null) return undefined;
    const references = takenOf(recorded.payment)?.references ?? noReferences;
    return { ...entryOf(recorded), references: { ...references }, history: records.flatMap(stepOf) };
  }

  function idsOf(idOrReceipt: string): readonly string[] {
    const found = journal.documentByReceipt(idOrReceipt as ReceiptNumber);
    if (found?.kind === 'sale') {
      return found.sale.tenders.flatMap((tender) => (tender.kind === 'card' ? [tender.card.paymentId] : []));
    }
    if (found?.kind === 'return') {
      return found.return.refunds.flatMap((refund) => (refund.kind === 'card' ? [refund.card.paymentId] : []));
    }
    return [idOrReceipt];
  }

  return {
    paymentsStatus: () => paymentsStatus(payments),
    async payments({ open, limit }) {
      const subjects = await journal.subjects('payment', { ...(open ? { open } : {}), newest: limit });
      return subjects.flatMap(({ records }) => readPayment(records) ?? []).map(entryOf);
    },
    payment: (idOrReceipt) => idsOf(idOrReceipt).flatMap((id) => detailOf(id) ?? []),
    async forwardPayments(signal) {
      await forwarder.round(signal);
      return paymentsStatus(payments);
    },
    async resolvePayment(paymentId, resolution) {
      const recorded = ledger.find(paymentId);
      if (recorded === null) return undefined;
      await till.resolvePayment(paymentId, resolved(recorded.payment, resolution, clock.now()), resolution.by);
      return detailOf(paymentId);
    },
  };
}

/** One record of a payment as a line of its history. */
function stepOf({ stamp, entry }: JournalRecord): PaymentDetail['history'] {
  if (entry.kind !== 'payment') return [];
  // Read and checked by `readPayment` before; a record of version 1 has no more to say.
  const record = entry.state as unknown as Partial<PaymentRecord>;
  const { payment, attempt, toTell, by } = record;
  const words = [
    by === undefined ? '' : `decided by ${by}`,
    payment !== undefined && payment.is !== null && 'reason' in payment.is ? payment.is.reason : '',
    attempt === undefined ? '' : `attempt ${attempt.count}: ${attempt.answer ?? 'begun'}`,
    toTell === undefined ? '' : `to be told: ${toTell.kind}`,
  ];
  return [
    {
      at: moment(stamp.at),
      state: payment?.state ?? 'recorded by an earlier release',
      words: words.filter((text) => text !== '').join('; '),
    },
  ];
}
