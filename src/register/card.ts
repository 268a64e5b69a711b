import { withHeld } from './held.ts';
import type { CardAnswer, PersonInput, WorldInput } from './input.ts';
import type { Notice } from './notice.ts';
import type { OfflineRefusal } from './offline-refusal.ts';
import type { PaidSale } from './open-sale.ts';
import { amountDue } from './open-sale.ts';
import type { CardMode, Mode, RegisterState } from './state.ts';
import { idle, settling } from './state.ts';
import type { Step } from './step-tools.ts';
import { cardTender, go, lookAfterCard, refuse, tell } from './step-tools.ts';
import { takeTenders } from './taking.ts';
import { isReferred, stepReferred } from './voice-referral.ts';

type UnknownMode = Extract<Mode, { kind: 'card-unknown' }>;

/** The terminal is asking for the card: only giving up is possible. */
export function stepCard(state: RegisterState, mode: CardMode, input: PersonInput): Step {
  if (isReferred(mode) && input.kind !== 'cancel-card') return stepReferred(state, mode, input);
  if (input.kind !== 'cancel-card') return tell(state, { key: 'busy' });
  if (mode.cancelling) return go(state, mode);
  const { paymentId } = mode.payment;
  const hungUp = isReferred(mode) ? [{ kind: 'answer-voice', paymentId, code: null } as const] : [];
  return go(state, { ...mode, cancelling: true, voice: null }, ...hungUp, { kind: 'cancel-card', paymentId });
}

/** Nobody knows whether money moved: the terminal is asked again, or the sale is set aside until it can say. */
export function stepCardUnknown(state: RegisterState, mode: UnknownMode, input: PersonInput): Step {
  const { payment, sale, tenders } = mode;
  switch (input.kind) {
    case 'ask-again':
      return mode.asking ? refuse(state) : go(state, { ...mode, asking: true }, { kind: 'resolve-card', payment });
    case 'set-aside':
      return tell(
        { ...state, unresolved: { payment, sale, tenders, approved: null } },
        { key: 'card-set-aside' },
        idle,
      );
    default:
      return tell(state, { key: 'card-still-unknown' });
  }
}

/** Why a card can't be taken while its bank can't be asked. */
export function cardRefused({ code, ...figures }: OfflineRefusal): Notice {
  return { key: 'card-refused', because: code, ...figures };
}

/** What the terminal said, about the payment in hand or about one that was set aside. */
export function cardAnswered(state: RegisterState, paymentId: string, answer: CardAnswer): Step {
  const { mode, unresolved } = state;
  if ((mode.kind === 'card' || mode.kind === 'card-unknown') && mode.payment.paymentId === paymentId) {
    return settleInHand(state, mode, answer);
  }
  return unresolved?.payment.paymentId === paymentId ? settleLate(state, answer) : go(state, mode);
}

function settleInHand(state: RegisterState, mode: CardMode | UnknownMode, answer: CardAnswer): Step {
  const { payment, sale, tenders } = mode;
  switch (answer.kind) {
    case 'approved':
      return takeTenders(state, mode, [cardTender(mode, payment, answer.card)]);
    case 'declined':
      return tell(state, { key: 'card-declined', reason: answer.reason }, settling(sale, tenders));
    case 'cancelled':
      return tell(state, { key: 'card-cancelled', reason: answer.reason }, settling(sale, tenders));
    case 'not-found':
      return tell(state, { key: 'card-not-charged' }, settling(sale, tenders));
    case 'unknown':
      return tell(
        state,
        { key: 'card-still-unknown' },
        { kind: 'card-unknown', payment, sale, tenders, asking: false },
      );
  }
}

function settleLate(state: RegisterState, answer: CardAnswer): Step {
  const { unresolved } = state;
  if (unresolved === null || answer.kind === 'unknown') return go(state, state.mode);
  const { payment, sale, tenders } = unresolved;
  if (answer.kind !== 'approved') return giveBack(state, { sale, tenders });
  const paid: PaidSale = { sale, tenders: [...tenders, cardTender(unresolved, payment, answer.card)] };
  if (amountDue(paid) !== 0) return giveBack(state, paid);
  const approved: RegisterState = { ...state, unresolved: { ...unresolved, approved: answer.card } };
  return go(approved, state.mode, ...lookAfterCard(approved));
}

/** The payment's outcome is known and something is still due: its sale waits among the held ones. */
function giveBack(state: RegisterState, paid: PaidSale): Step {
  const others = state.held.filter(({ sale }) => sale.saleId !== paid.sale.saleId);
  return tell({ ...state, unresolved: null, held: withHeld(others, paid) }, { key: 'restored-after-card' });
}

/** A payment from before the last stop whose sale never reached the journal. */
export function paymentFound(state: RegisterState, found: Extract<WorldInput, { kind: 'payment-found' }>): Step {
  const { payment, sale, tenders, approved } = found;
  const next: RegisterState = { ...state, unresolved: { payment, sale, tenders, approved: null } };
  return approved
    ? settleLate(next, { kind: 'approved', card: approved })
    : go(next, next.mode, ...lookAfterCard(next));
}
