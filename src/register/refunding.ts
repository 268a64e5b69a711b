import { add, minimum, negate, sum, zero } from '../money/money.ts';
import type { RegisterFacts } from './facts.ts';
import type { PersonInput } from './input.ts';
import { amountDue } from './open-sale.ts';
import type { RefundingMode, RegisterState } from './state.ts';
import { selling } from './state.ts';
import type { Step } from './step-tools.ts';
import { go, lookAfterCard, refuse, tell } from './step-tools.ts';
import { canBeKept, takeTenders } from './taking.ts';
import { changeTenders } from './tendering.ts';

/** More was brought back than is bought (or as much): the difference is given back in cash or to the card. */
export function stepRefunding(
  state: RegisterState,
  mode: RefundingMode,
  input: PersonInput,
  facts: RegisterFacts,
): Step {
  const due = negate(amountDue(mode));
  switch (input.kind) {
    case 'pay-cash':
      if (!canBeKept(mode, facts)) return tell(state, { key: 'no-payment' });
      return takeTenders(state, mode, changeTenders(due, facts.settings.cashStep));
    case 'pay-card':
      return refundToCard(state, mode, facts);
    case 'back':
      if (mode.tenders.length > 0) return tell(state, { key: 'finish-payment' });
      return go(state, selling(mode.sale));
    default:
      return refuse(state);
  }
}

/** Only to the card that paid, and no more than it paid. */
function refundToCard(state: RegisterState, mode: RefundingMode, facts: RegisterFacts): Step {
  const due = negate(amountDue(mode));
  const { cardPaid } = mode.sale.returning ?? { cardPaid: null };
  if (due <= zero) return refuse(state);
  if (!facts.settings.cardRefunds) return tell(state, { key: 'card-unavailable', code: 'till.no-card-refunds' });
  if (cardPaid === null) return tell(state, { key: 'not-paid-by-card' });
  if (state.unresolved) return tell(state, { key: 'card-unresolved' }, mode, ...lookAfterCard(state));
  if (!canBeKept(mode, facts)) return tell(state, { key: 'no-payment' });
  const { sale, tenders } = mode;
  const before = sum(tenders.map((tender) => (tender.kind === 'card' ? tender.amount : zero)));
  const amount = minimum(due, add(cardPaid.amount, before));
  if (amount <= zero) return tell(state, { key: 'not-paid-by-card' });
  const payment = { paymentId: facts.freshId, amount };
  return go(
    state,
    { kind: 'card', sale, tenders, payment, words: null, cancelling: false, voice: null },
    { kind: 'ask-card', sale, tenders, payment },
  );
}
