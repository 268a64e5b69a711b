import type { Money } from '../money/money.ts';
import { unreachable } from '../platform/brand.ts';
import type { Instant } from '../platform/clock.ts';
import type { ReturnId, SaleId } from '../platform/ids.ts';
import type { CardReceipt } from '../register/sale.ts';
import type { Event, EventFor, EventKind, NextState, PaymentEvent } from './payment-event.ts';

/**
 * One card payment from the first question to the bank's last word: one explicit machine. {@link advance} takes only the events
 * that its state knows, so that a wrong transition does not compile; {@link receive} judges what comes from a disk, a webhook
 * or a bank's file, where anything may arrive twice, late or never.
 *
 * ```
 * requested ─┬─ approved ──────► approved-online ─┐
 *            ├─ approved-offline ► approved-offline ─┤ forwarded ► forwarded ─┬─ issuer-approved ► approved-online
 *            ├─ stored ────────► stored ────────────┘                        └─ issuer-declined ► declined-late
 *            ├─ declined, cancelled                (no money moved)
 *            └─ silent ────────► unknown (asked about, never repeated, then as above)
 * approved-online, … ─ settled ► settled ─ charged-back ► charged-back
 * ```
 */
export type Payment = { readonly [Name in StateName]: PaymentIn<Name> }[StateName];

/** A payment of which the state is known to the compiler. */
export interface PaymentIn<Name extends StateName> extends PaymentFacts {
  readonly state: Name;
  readonly is: StateData[Name];
}

export type StateName = keyof StateData;

/** What never changes about a payment. */
export interface PaymentFacts {
  /** Our key (UUIDv7): durable before the terminal is asked, and the idempotency key towards the acquirer. */
  readonly paymentId: string;
  readonly for: PaymentPurpose;
  readonly amount: Money;
  /** ISO 4217. */
  readonly currency: string;
  /** The name of the acquirer's policy that it was taken under, e.g. `adyen`. */
  readonly acquirer: string;
  readonly requestedAt: Instant;
  /** Our name for it towards the acquirer ({@link referenceOf}), unless the terminal tells what it made of it. */
  readonly reference: string;
  /** Ids of the events from outside that it has taken, so that none counts twice. */
  readonly taken: readonly string[];
}

/** Money comes in for a sale, or goes back for a return. */
export type PaymentPurpose =
  | { readonly kind: 'sale'; readonly saleId: SaleId }
  | { readonly kind: 'return'; readonly returnId: ReturnId };

/** By what others call a payment; null: not known (yet). */
export interface PaymentReferences {
  /** The terminal's own, e.g. Adyen's tender reference. */
  readonly tender: string | null;
  /** Ours, as the terminal was told it: the receipt number. */
  readonly merchant: string | null;
  /** ZVT trace number. */
  readonly trace: string | null;
  /** Number of the terminal's own receipt. */
  readonly terminalReceipt: string | null;
  /** The acquirer's, e.g. Adyen's PSP reference; comes late for what was taken offline. */
  readonly psp: string | null;
  /** When the terminal took it, as it wrote it itself; some want it back to refund it. */
  readonly terminalTime: string | null;
}

export const noReferences: PaymentReferences = {
  tender: null,
  merchant: null,
  trace: null,
  terminalReceipt: null,
  psp: null,
  terminalTime: null,
};

/** How the terminal took it: asked its issuer, let the chip decide, or kept it for the issuer to decide later. */
export type TakenHow = 'online' | 'offline-emv' | 'stored';

/** A payment for which a card was taken: goods may have left. */
export interface Taken {
  readonly how: TakenHow;
  readonly card: CardReceipt;
  readonly references: PaymentReferences;
  readonly takenAt: Instant;
}

export interface Settlement {
  /** What the bank paid for it, before its fees. */
  readonly amount: Money;
  /** The row's own name: a repeated row has the same. */
  readonly reference: string;
  readonly at: Instant;
}

/** Why it came to an end, in words that hold nothing of the card. */
export interface Ending {
  readonly reason: string;
  readonly at: Instant;
}

export interface StateData {
  /** Durable, and the terminal is asked. */
  readonly requested: null;
  /** The terminal gave no answer: money may have moved. */
  readonly unknown: { readonly reason: string };
  /** The issuer refused at once; no money moved. */
  readonly declined: Ending;
  /** Nothing was charged: given up, never begun, or a person found that nothing was charged. */
  readonly cancelled: Ending;
  /** The issuer has said yes, at the time or later. */
  readonly 'approved-online': Taken;
  /** The chip said yes in the issuer's name (offline EMV, TC): the money comes, short of a dispute, once it is forwarded. */
  readonly 'approved-offline': Taken;
  /** The terminal keeps it; the issuer decides when it is forwarded (store and forward). */
  readonly stored: Taken;
  /** The acquirer has it and has not decided yet. */
  readonly forwarded: Taken & { readonly forwardedAt: Instant };
  readonly settled: Taken & { readonly settlement: Settlement };
  /** The issuer or the acquirer refused after the goods had left. */
  readonly 'declined-late': Taken & Ending;
  /** It was not forwarded within the acquirer's window; the bank need not pay any more. */
  readonly expired: Taken & Ending;
  readonly reversed: Taken & Ending;
  readonly 'charged-back': Taken & Ending;
}

/** A payment that is to be asked for: nothing has left the till yet. */
export function newPayment(facts: Omit<PaymentFacts, 'taken'>): PaymentIn<'requested'> {
  return { ...facts, taken: [], state: 'requested', is: null };
}

/** The next state. Compiles only for an event that this state knows. */
export function advance<Name extends StateName, Kind extends EventKind>(
  payment: PaymentIn<Name>,
  event: Event<Kind> & EventFor<Name>,
): PaymentIn<NextState<Name, Kind>> {
  // `EventFor` admits only pairs that the table has; TypeScript can't follow a lookup in it by two type parameters.
  const next = transitions[payment.state][event.kind as never] as StateName;
  return advanceUnchecked(payment as unknown as Payment, next, event as PaymentEvent) as unknown as PaymentIn<
    NextState<Name, Kind>
  >;
}

/** Which state an event leads to from each state; whatever is not here can't happen. */
export const transitions = {
  requested: {
    approved: 'approved-online',
    'approved-offline': 'approved-offline',
    stored: 'stored',
    declined: 'declined',
    cancelled: 'cancelled',
    silent: 'unknown',
  },
  unknown: {
    approved: 'approved-online',
    'approved-offline': 'approved-offline',
    stored: 'stored',
    declined: 'declined',
    cancelled: 'cancelled',
  },
  declined: {},
  cancelled: {},
  'approved-online': {
    settled: 'settled',
    'issuer-declined': 'declined-late',
    reversed: 'reversed',
    'charged-back': 'charged-back',
  },
  'approved-offline': {
    forwarded: 'forwarded',
    'issuer-approved': 'approved-online',
    'issuer-declined': 'declined-late',
    settled: 'settled',
    expired: 'expired',
    reversed: 'reversed',
    'charged-back': 'charged-back',
  },
  stored: {
    forwarded: 'forwarded',
    'issuer-approved': 'approved-online',
    'issuer-declined': 'declined-late',
    settled: 'settled',
    expired: 'expired',
    reversed: 'reversed',
    'charged-back': 'charged-back',
  },
  forwarded: {
    'issuer-approved': 'approved-online',
    'issuer-declined': 'declined-late',
    settled: 'settled',
    reversed: 'reversed',
    'charged-back': 'charged-back',
  },
  settled: { 'charged-back': 'charged-back', reversed: 'reversed' },
  // An acquirer may try again by itself (Adyen Auto Rescue), and a bank may pay after all.
  'declined-late': { 'issuer-approved': 'approved-online', settled: 'settled', reversed: 'reversed' },
  // The window is our reckoning; the bank's answer counts.
  expired: {
    forwarded: 'forwarded',
    'issuer-approved': 'approved-online',
    'issuer-declined': 'declined-late',
    settled: 'settled',
    reversed: 'reversed',
  },
  reversed: {},
  'charged-back': { 'charge-back-reversed': 'settled' },
} as const satisfies { readonly [Name in StateName]: { readonly [Kind in EventKind]?: StateName } };

/** The state that an event leads to; null: it can't happen in this state. */
export function stateAfter(state: StateName, kind: EventKind): StateName | null {
  const known: { readonly [Kind in EventKind]?: StateName } = transitions[state];
  return known[kind] ?? null;
}

/** The card part of a payment; null while none was taken. */
export function takenOf(payment: Payment): Taken | null {
  switch (payment.state) {
    case 'requested':
    case 'unknown':
    case 'declined':
    case 'cancelled':
      return null;
    default: {
      const { how, card, references, takenAt } = payment.is;
      return { how, card, references, takenAt };
    }
  }
}

/** The state that {@link stateAfter} named, from what was known and what the event brings. For `receive.ts`. */
export function advanceUnchecked(before: Payment, next: StateName, event: PaymentEvent): Payment {
  const facts: PaymentFacts = {
    paymentId: before.paymentId,
    for: before.for,
    amount: before.amount,
    currency: before.currency,
    acquirer: before.acquirer,
    requestedAt: before.requestedAt,
    reference: before.reference,
    taken: event.eventId === null ? before.taken : [...before.taken, event.eventId],
  };
  const into = <Name extends StateName>(state: Name, is: StateData[Name]): PaymentIn<Name> => ({ ...facts, state, is });
  const ending: Ending = { reason: 'reason' in event ? event.reason : '', at: event.at };
  const kept = (): Taken => withReferences(takenOf(before), event);
  switch (next) {
    case 'requested':
      return into(next, null);
    case 'unknown':
      return into(next, { reason: ending.reason });
    case 'declined':
    case 'cancelled':
      return into(next, ending);
    case 'approved-online':
    case 'approved-offline':
    case 'stored':
      return into(next, isCardTaken(event) ? takenNow(event, before.reference) : kept());
    case 'forwarded':
      return into(next, { ...kept(), forwardedAt: event.at });
    case 'settled':
      return into(next, { ...kept(), settlement: settlementOf(before, event) });
    case 'declined-late':
    case 'expired':
    case 'reversed':
    case 'charged-back':
      return into(next, { ...kept(), ...ending });
    default:
      return unreachable(next);
  }
}

const takenBy = { approved: 'online', 'approved-offline': 'offline-emv', stored: 'stored' } as const;

const isCardTaken = (event: PaymentEvent): event is CardTakenEvent => Object.hasOwn(takenBy, event.kind);

type CardTakenEvent = Event<'approved' | 'approved-offline' | 'stored'>;

function takenNow({ kind, card, references, at }: CardTakenEvent, reference: string): Taken {
  const named = { ...references, merchant: references.merchant ?? reference };
  return { how: takenBy[kind], card, references: named, takenAt: at };
}

/** What an acquirer knows it by, and the issuer's code, come late for what was taken offline. */
function withReferences(taken: Taken | null, event: PaymentEvent): Taken {
  if (taken === null) throw new TypeError(`A payment without a card can't be ${event.kind}`);
  const psp = 'psp' in event ? (event.psp ?? taken.references.psp) : taken.references.psp;
  const code = event.kind === 'issuer-approved' ? event.authorizationCode : null;
  return {
    ...taken,
    references: { ...taken.references, psp },
    card: { ...taken.card, authorizationCode: code ?? taken.card.authorizationCode },
  };
}

function settlementOf(payment: Payment, event: PaymentEvent): Settlement {
  const { at } = event;
  if (event.kind === 'settled') return { amount: event.amount, reference: event.reference, at };
  return { amount: payment.amount, reference: event.eventId ?? '', at };
}

/** Our full name for a payment towards the acquirer, which names this one and no other. */
export const referenceOf = (receiptNumber: string, paymentId: string): string => `${receiptNumber}_${paymentId}`;
