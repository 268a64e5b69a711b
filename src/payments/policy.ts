import type { EntryMode } from '../../drivers/payment-terminal/payment-terminal.ts';
import { add, type Money, subtract, sum, zero } from '../money/money.ts';
import type { Duration, Instant } from '../platform/clock.ts';
import type { OfflineRefusal } from '../register/offline-refusal.ts';
import type { Payment } from './payment.ts';

/**
 * What a terminal may do with cards while nobody can be asked. The merchant bears what is declined later, and acquirers
 * refuse what exceeds their own limits, so both are decided before a card is asked for. null: no such limit.
 */
export interface OfflinePolicy {
  readonly allowed: boolean;
  /** Of one payment. `to-be-agreed`: the acquirer sets it by contract and publishes none; until it is configured nothing is stored. */
  readonly maximumAmount: Money | null | 'to-be-agreed';
  readonly maximumCount: number | null;
  readonly maximumTotal: Money | null;
  /** Since the first payment that is still stored. */
  readonly window: Duration | null;
  readonly brands: BrandRule;
  readonly entryModes: readonly EntryMode[];
  /** Above this a supervisor must agree. */
  readonly supervisorAbove: Money | null;
  /** Whether the sale must name a customer who can be asked for the money. */
  readonly contactRequired: boolean;
  /** False: the acquirer takes no online payment while any is stored. */
  readonly onlineWhileStored: boolean;
}

/** Names as terminals write them, compared without case, blanks and signs. */
export type BrandRule =
  | { readonly kind: 'any' }
  | { readonly kind: 'only'; readonly brands: readonly string[] }
  | { readonly kind: 'except'; readonly brands: readonly string[] };

/** What is stored at the moment: payments that no acquirer has yet. */
export interface StoredPayments {
  readonly count: number;
  readonly total: Money;
  /** When the oldest of them was taken; null: none is. */
  readonly since: Instant | null;
}

export const nothingStored: StoredPayments = { count: 0, total: zero, since: null };

/** Those of the payments that only the terminal has. One of which nobody knows may be among them, and counts. */
export function storedAmong(payments: Iterable<Payment>): StoredPayments {
  const stored = [...payments].filter(({ state }) => isHeld.has(state));
  const moments = stored.map((payment) =>
    payment.state === 'stored' || payment.state === 'approved-offline' ? payment.is.takenAt : payment.requestedAt,
  );
  return {
    count: stored.length,
    total: sum(stored.map(({ amount }) => amount)),
    since: moments.length === 0 ? null : moments.reduce((first, each) => (each < first ? each : first)),
  };
}

const isHeld: ReadonlySet<Payment['state']> = new Set(['stored', 'approved-offline', 'unknown'] as const);

export interface OfflineQuestion {
  readonly amount: Money;
  readonly now: Instant;
  /** Whether the sale names a customer with an e-mail address or a telephone number. */
  readonly contact: boolean;
}

export type OfflineDecision =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'approval-needed'; readonly above: Money }
  | { readonly kind: 'refused'; readonly because: OfflineRefusal };

/** Whether a payment may be taken without its issuer, before a card is asked for. */
export function mayStore(policy: OfflinePolicy, stored: StoredPayments, question: OfflineQuestion): OfflineDecision {
  const refused = (because: OfflineRefusal): OfflineDecision => ({ kind: 'refused', because });
  const { maximumAmount, maximumCount, maximumTotal, window, supervisorAbove } = policy;
  if (!policy.allowed) return refused({ code: 'not-allowed' });
  if (maximumAmount === 'to-be-agreed') return refused({ code: 'no-limit-agreed' });
  if (maximumAmount !== null && question.amount > maximumAmount) {
    return refused({ code: 'amount', limit: maximumAmount });
  }
  if (maximumCount !== null && stored.count >= maximumCount) return refused({ code: 'count', count: maximumCount });
  if (maximumTotal !== null && add(stored.total, question.amount) > maximumTotal) {
    return refused({ code: 'total', limit: maximumTotal, room: atLeastNothing(subtract(maximumTotal, stored.total)) });
  }
  if (window !== null && windowUsed(policy, stored, question.now) >= 1) {
    return refused({ code: 'window-over', hours: Math.round(window / 3_600_000) });
  }
  if (policy.contactRequired && !question.contact) return refused({ code: 'contact-needed' });
  if (supervisorAbove !== null && question.amount > supervisorAbove) {
    return { kind: 'approval-needed', above: supervisorAbove };
  }
  return { kind: 'allowed' };
}

const atLeastNothing = (amount: Money): Money => (amount < zero ? zero : amount);

/** What the card itself may break, known only once it was read. */
export type CardObjection =
  | { readonly code: 'brand'; readonly brand: string }
  | { readonly code: 'entry-mode'; readonly entryMode: EntryMode };

/** Whether a card that was taken offline may be kept; null: it may. */
export function objectionTo(
  policy: OfflinePolicy,
  card: { readonly brand: string; readonly entryMode: EntryMode },
): CardObjection | null {
  if (!brandFits(policy.brands, card.brand)) return { code: 'brand', brand: card.brand };
  const { entryMode } = card;
  return policy.entryModes.includes(entryMode) ? null : { code: 'entry-mode', entryMode };
}

function brandFits(rule: BrandRule, brand: string): boolean {
  if (rule.kind === 'any') return true;
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const named = rule.brands.some((each) => plain(brand).includes(plain(each)));
  return rule.kind === 'only' ? named : !named;
}

/** What may still be taken offline; null: no limit. */
export interface HeadRoom {
  readonly payments: number | null;
  readonly total: Money | null;
  readonly perPayment: Money | null;
  readonly windowEndsAt: Instant | null;
}

export function headRoom(policy: OfflinePolicy, stored: StoredPayments): HeadRoom {
  const { allowed, maximumAmount, maximumCount, maximumTotal, window } = policy;
  if (!allowed || maximumAmount === 'to-be-agreed') {
    return { payments: 0, total: zero, perPayment: zero, windowEndsAt: windowEnd(policy, stored) };
  }
  return {
    payments: maximumCount === null ? null : Math.max(0, maximumCount - stored.count),
    total: maximumTotal === null ? null : atLeastNothing(subtract(maximumTotal, stored.total)),
    perPayment: maximumAmount,
    windowEndsAt: window === null ? null : windowEnd(policy, stored),
  };
}

/** When the acquirer's window closes on what is stored; null: it has not begun, or there is none. */
export function windowEnd({ window }: OfflinePolicy, { since }: StoredPayments): Instant | null {
  return window === null || since === null ? null : ((since + window) as Instant); // a moment and a time after it
}

/** How much of the window is used up, from 0; a clock that went back uses none. */
export function windowUsed({ window }: OfflinePolicy, { since }: StoredPayments, now: Instant): number {
  return window === null || since === null ? 0 : Math.max(0, (now - since) / window);
}

/** `soon` from 75 %, `urgent` from 90 % of the window, `over` when it has closed. */
export type WindowStage = 'open' | 'soon' | 'urgent' | 'over';

export function windowStage(policy: OfflinePolicy, stored: StoredPayments, now: Instant): WindowStage {
  const used = windowUsed(policy, stored, now);
  if (used >= 1) return 'over';
  if (used >= 0.9) return 'urgent';
  return used >= 0.75 ? 'soon' : 'open';
}
