import { z } from 'zod';
import type { JournalRecord } from '../journal/journal.ts';
import type { Money } from '../money/money.ts';
import type { JsonValue } from '../platform/brand.ts';
import type { Instant } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { OutcomeId } from '../platform/ids.ts';
import type { PaidSale } from '../register/open-sale.ts';
import type { PaymentOutcomeNote } from '../register/payment-outcome.ts';
import type { CardReceipt } from '../register/sale.ts';
import { newPayment, noReferences, type Payment, type transitions } from './payment.ts';
import type { PaymentEvent } from './payment-event.ts';
import { receive } from './receive.ts';

/**
 * What the journal keeps of a payment, a record a step. The request carries the whole sale as it was, so that a payment that
 * turns out to be approved after a crash still becomes the sale it was for.
 */
export interface PaymentRecord {
  readonly version: 2;
  readonly payment: Payment;
  /** In the first record only: the sale as it was when the card was asked for; null for a refund. */
  readonly paid?: PaidSale | null;
  /** The last attempt to forward it; absent: none. */
  readonly attempt?: ForwardAttempt;
  /** What Magento is to be told and has yet to be: written before it is told, so that a stop in between loses nothing. */
  readonly toTell?: Telling;
  /** Who decided this step, where a person did. */
  readonly by?: string;
}

export interface ForwardAttempt {
  /** How often something new came of it; what goes on as it was counts once. */
  readonly count: number;
  readonly at: Instant;
  /** What came of it, in words; null: nobody knows (yet). */
  readonly answer: string | null;
}

export interface Telling {
  readonly outcomeId: OutcomeId;
  readonly kind: PaymentOutcomeNote['kind'];
}

/** A payment with everything its records say. */
export interface RecordedPayment {
  readonly payment: Payment;
  /** null: a refund, or its first record is gone. */
  readonly paid: PaidSale | null;
  readonly attempt: ForwardAttempt | null;
  readonly toTell: Telling | null;
}

export const asJson = (record: PaymentRecord): JsonValue => JSON.parse(JSON.stringify(record));

/** Puts together what one payment's records say, oldest first; null when they say nothing. Throws `payments.bad-record`. */
export function readPayment(records: readonly JournalRecord[]): RecordedPayment | null {
  let known: RecordedPayment | null = null;
  for (const { entry, stamp, sequence } of records) {
    if (entry.kind !== 'payment') continue;
    const written = { ...entry, at: stamp.at, sequence };
    known = versionOf(entry.state) === 1 ? followOlder(known, written) : follow(known, written);
  }
  return known;
}

interface Written {
  readonly paymentId: string;
  readonly amount: Money;
  readonly state: JsonValue;
  readonly at: Instant;
  readonly sequence: number;
}

const versionOf = (state: JsonValue): unknown =>
  typeof state === 'object' && state !== null && 'version' in state ? state['version'] : undefined;

const ending = { reason: z.string(), at: z.number() };
const taken = {
  how: z.enum(['online', 'offline-emv', 'stored']),
  card: z.looseObject({ paymentId: z.string(), maskedPan: z.string(), brand: z.string() }),
  references: z.looseObject({ psp: z.string().nullable() }),
  takenAt: z.number(),
};
const contents = {
  requested: z.null(),
  unknown: z.object({ reason: z.string() }),
  declined: z.object(ending),
  cancelled: z.object(ending),
  'approved-online': z.object(taken),
  'approved-offline': z.object(taken),
  stored: z.object(taken),
  forwarded: z.object({ ...taken, forwardedAt: z.number() }),
  settled: z.object({
    ...taken,
    settlement: z.object({ amount: z.int(), reference: z.string(), at: z.number() }),
  }),
  'declined-late': z.object({ ...taken, ...ending }),
  expired: z.object({ ...taken, ...ending }),
  reversed: z.object({ ...taken, ...ending }),
  'charged-back': z.object({ ...taken, ...ending }),
} as const satisfies Record<keyof typeof transitions, z.ZodType>;

/** The shape that a state's name promises; what lies deeper is kept under the journal's checksum. */
const recordSchema = z.looseObject({
  version: z.literal(2),
  payment: z
    .looseObject({
      paymentId: z.string().min(1),
      amount: z.int(),
      state: z.enum(Object.keys(contents) as [keyof typeof contents, ...(keyof typeof contents)[]]),
      taken: z.array(z.string()),
    })
    .refine(({ state, is }) => contents[state].safeParse(is).success, { error: 'holds not what its state promises' }),
});

function follow(known: RecordedPayment | null, written: Written): RecordedPayment {
  const checked = recordSchema.safeParse(written.state);
  if (!checked.success || checked.data.payment.paymentId !== written.paymentId) {
    throw new HoldfastError(
      'payments.bad-record',
      `Record ${written.sequence} of payment ${written.paymentId} makes no sense`,
      {
        remedy: 'operator',
        cause: checked.error,
        hint: 'Run "holdfast journal verify", and look the payment up at the acquirer.',
      },
    );
  }
  // Written by `asJson`, checked above as far as a state's name goes.
  const record = written.state as unknown as PaymentRecord;
  return {
    payment: record.payment,
    paid: record.paid ?? known?.paid ?? null,
    attempt: record.attempt ?? known?.attempt ?? null,
    toTell: record.toTell ?? null,
  };
}

/** What version 1 wrote (Holdfast 0.1). */
type OlderState =
  | ({ readonly phase: 'requested' } & PaidSale)
  | { readonly phase: 'approved'; readonly card: CardReceipt }
  | { readonly phase: 'declined' | 'cancelled' | 'not-found'; readonly reason: string };

function followOlder(known: RecordedPayment | null, { paymentId, amount, state, at }: Written): RecordedPayment | null {
  // Written by that release and kept under the journal's checksum.
  const older = state as unknown as OlderState;
  if (older.phase === 'requested') {
    const { sale, tenders } = older;
    const payment = newPayment({
      paymentId,
      for: { kind: 'sale', saleId: sale.saleId },
      amount,
      currency: '',
      acquirer: 'none',
      requestedAt: at,
      reference: '',
    });
    return { payment, paid: { sale, tenders }, attempt: null, toTell: null };
  }
  if (known === null) return null;
  const received = receive(known.payment, eventOfOlder(older, at));
  return received.kind === 'advanced' ? { ...known, payment: received.payment } : known;
}

function eventOfOlder(older: Exclude<OlderState, { phase: 'requested' }>, at: Instant): PaymentEvent {
  const now = { at, eventId: null };
  if (older.phase !== 'approved') {
    return { kind: older.phase === 'declined' ? 'declined' : 'cancelled', reason: older.reason, ...now };
  }
  const { card } = older;
  const kind = card.outcome === 'approved-offline' ? 'approved-offline' : 'approved';
  return { kind, card, references: { ...noReferences, tender: card.terminalReference }, ...now };
}
