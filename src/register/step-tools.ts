import { negate, zero } from '../money/money.ts';
import type { SaleId } from '../platform/ids.ts';
import type { Effect } from './effect.ts';
import type { RegisterFacts } from './facts.ts';
import type { Notice } from './notice.ts';
import { isAlarming } from './notice.ts';
import type { OpenSale, PaidSale, SaleContents } from './open-sale.ts';
import { amountDue, emptyContents, isEmpty, tidied } from './open-sale.ts';
import type { CardReceipt, Tender } from './sale.ts';
import type { CardPayment, Mode, RegisterState } from './state.ts';
import { saleInHand, selling, signingIn } from './state.ts';

/** What one input made of the register, and what the register wants done about it. */
export interface Step {
  readonly state: RegisterState;
  readonly effects: readonly Effect[];
}

export function go(state: RegisterState, mode: Mode, ...effects: Effect[]): Step {
  return { state: { ...state, mode }, effects };
}

/** Shows a notice, with a beep when something is wrong; nothing else changes unless a mode is given. */
export function tell(state: RegisterState, notice: Notice, mode: Mode = state.mode, ...effects: Effect[]): Step {
  return { state: { ...state, mode, notice }, effects: isAlarming(notice) ? [{ kind: 'beep' }, ...effects] : effects };
}

/** An input that means nothing here: the trader hears that it was not taken. */
export const refuse = (state: RegisterState): Step => ({ state, effects: [{ kind: 'beep' }] });

/** Where the register is when no question is open: selling, or closed. */
export function atRest(state: RegisterState, sale: OpenSale | null): Mode {
  if (state.signInNeeded && state.cashier === null) return signingIn(sale);
  return state.shiftOpen ? selling(sale) : { kind: 'closed', typed: '', last: null };
}

/** The contents to change: those of the sale in hand, or of a new one. */
export function contentsOf(sale: OpenSale | null, facts: RegisterFacts): SaleContents {
  // A fresh UUIDv7 is what a SaleId is made of.
  return sale ?? emptyContents(facts.freshId as SaleId);
}

export type Priced =
  | { readonly ok: true; readonly sale: OpenSale | null }
  | { readonly ok: false; readonly notice: Notice };

/** The contents with today's prices; null when nothing is left worth keeping. */
export function priced(contents: SaleContents, facts: RegisterFacts): Priced {
  if (isEmpty(contents)) return { ok: true, sale: null };
  const { saleId, lines, additions, customer, coupon, reductions = [], returning } = tidied(contents);
  const kept: SaleContents = {
    saleId,
    lines,
    additions,
    customer,
    coupon,
    reductions,
    ...(returning === undefined ? {} : { returning }),
  };
  const answer = facts.price(kept);
  if (!answer.ok) return { ok: false, notice: { key: 'pricing-failed', reason: answer.reason } };
  return { ok: true, sale: { ...kept, totals: answer.totals, basis: answer.basis } };
}

/** Prices changed contents and goes on selling; when they can't be priced the sale stays as it was. */
export function resell(state: RegisterState, contents: SaleContents, facts: RegisterFacts, notice?: Notice): Step {
  const result = priced(contents, facts);
  if (!result.ok) return tell(state, result.notice);
  const mode = atRest(state, result.sale);
  const worth = notice ?? couponLost(saleInHand(state.mode), result.sale);
  return worth ? tell(state, worth, mode) : go(state, mode);
}

/** Tells that a coupon which counted until now no longer does: too few goods are left, or its time is over. */
export function couponLost(before: OpenSale | null, after: OpenSale | null): Notice | null {
  const counted = before?.totals.couponAccepted ?? null;
  const lost = counted !== null && after !== null && after.coupon !== null && after.totals.couponAccepted === null;
  return lost ? { key: 'coupon-refused', code: counted } : null;
}

/** What is to be done about a card payment whose outcome is open. */
export function lookAfterCard(state: RegisterState): Effect[] {
  const { unresolved } = state;
  if (unresolved === null) return [];
  const { payment, sale, tenders, approved } = unresolved;
  if (approved === null) return [{ kind: 'resolve-card', payment }];
  return [{ kind: 'save-sale', sale, tenders: [...tenders, cardTender({ sale, tenders }, payment, approved)] }];
}

/** A card that was asked for while money was due to the customer has got money, not given it. */
export function cardTender(paid: PaidSale, { amount }: CardPayment, card: CardReceipt): Tender {
  return { kind: 'card', amount: amountDue(paid) < zero ? negate(amount) : amount, card };
}
