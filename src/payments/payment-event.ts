import type { Money } from '../money/money.ts';
import type { Instant } from '../platform/clock.ts';
import type { CardReceipt } from '../register/sale.ts';
import type { PaymentReferences, StateName, transitions } from './payment.ts';

/** What can happen to a payment. */
export type PaymentEvent = { readonly [Kind in EventKind]: Event<Kind> }[EventKind];

export type EventKind = keyof EventData;

/** One of the kinds; for several kinds the union of their events. */
export type Event<Kind extends EventKind> = Kind extends EventKind
  ? { readonly kind: Kind; readonly at: Instant; readonly eventId: string | null } & EventData[Kind]
  : never;

/** The events that a state knows. */
export type EventFor<Name extends StateName> = Event<keyof (typeof transitions)[Name] & EventKind>;

/** Where an event leads from a state. */
export type NextState<Name extends StateName, Kind extends EventKind> = {
  [State in Name]: (typeof transitions)[State] extends { readonly [Key in Kind]: infer Next extends StateName }
    ? Next
    : never;
}[Name];

/**
 * `at`: when it happened, as far as known. `eventId`: what the sender calls this event, the same when it is sent again; null
 * for what the till itself saw happen.
 */
interface EventData {
  // The terminal's answer, at once or when it was asked again; or a person's, for a terminal that is gone for good.
  readonly approved: CardTaken;
  readonly 'approved-offline': CardTaken;
  readonly stored: CardTaken;
  readonly declined: Reason;
  /** Nothing was charged. */
  readonly cancelled: Reason;
  readonly silent: Reason;
  // Later, from the acquirer: its answer to the forwarding, a webhook, a settlement report.
  /** The acquirer has it; `psp` is its name for it, null when not told. */
  readonly forwarded: AcquirersName;
  readonly 'issuer-approved': AcquirersName & { readonly authorizationCode: string | null };
  readonly 'issuer-declined': Reason;
  readonly settled: AcquirersName & { readonly amount: Money; readonly reference: string };
  readonly expired: Reason;
  readonly reversed: Reason;
  readonly 'charged-back': Reason;
  readonly 'charge-back-reversed': Reason;
}

interface CardTaken {
  readonly card: CardReceipt;
  readonly references: PaymentReferences;
}

interface Reason {
  /** In words; nothing of the card. */
  readonly reason: string;
}

interface AcquirersName {
  readonly psp: string | null;
}

/** The events that come from outside after the card was taken, and may come twice or out of order. */
export type LaterEvent = Event<
  | 'forwarded'
  | 'issuer-approved'
  | 'issuer-declined'
  | 'settled'
  | 'expired'
  | 'reversed'
  | 'charged-back'
  | 'charge-back-reversed'
>;
