import { decimal, subtract, zero } from '../money/money.ts';
import type { RegisterFacts } from './facts.ts';
import type { PersonInput } from './input.ts';
import { amountDue } from './open-sale.ts';
import { openTenders } from './other-tenders.ts';
import { putScanned } from './selling.ts';
import type { PayingMode, RegisterState } from './state.ts';
import { paying, selling } from './state.ts';
import type { Step } from './step-tools.ts';
import { go, lookAfterCard, refuse, tell } from './step-tools.ts';
import { canBeKept, takeTenders } from './taking.ts';
import { cashTenders, inCash, quickAmounts } from './tendering.ts';
import { amountTyped, asTyped, type } from './typing.ts';

/** Cash and card are taken until nothing is due. */
export function stepPaying(state: RegisterState, mode: PayingMode, input: PersonInput, facts: RegisterFacts): Step {
  switch (input.kind) {
    case 'type':
      return go(state, { ...mode, typed: type(mode.typed, input.character) });
    case 'erase':
      return go(state, { ...mode, typed: '' });
    case 'next-quick-amount': {
      const shown = amountTyped(mode.typed) ?? zero;
      const amounts = quickAmounts(inCash(amountDue(mode), facts.settings.cashStep), facts.settings.notes);
      const next = amounts.find((amount) => amount > shown) ?? amounts[0];
      return next === undefined ? refuse(state) : go(state, { ...mode, typed: asTyped(next) });
    }
    case 'pay-cash':
      return payCash(state, mode, facts);
    case 'pay-card':
      return payCard(state, mode, facts);
    case 'back':
      return takeBackTender(state, mode);
    case 'scan':
      if (mode.tenders.length > 0) return tell(state, { key: 'finish-payment' });
      return putScanned(state, input.code, facts);
    case 'open-menu':
      return openTenders(state, mode, facts);
    default:
      return refuse(state);
  }
}

function payCash(state: RegisterState, mode: PayingMode, facts: RegisterFacts): Step {
  const { cashStep } = facts.settings;
  const due = inCash(amountDue(mode), cashStep);
  const tendered = mode.typed === '' ? due : amountTyped(mode.typed);
  const cleared: PayingMode = { ...mode, typed: '' };
  if (tendered === null || (tendered === zero && due > zero)) return tell(state, { key: 'bad-amount' }, cleared);
  if (subtract(tendered, due) > facts.settings.largestChange) return tell(state, { key: 'too-much-cash' }, cleared);
  if (!canBeKept(mode, facts)) return tell(state, { key: 'no-payment' }, cleared);
  return takeTenders(state, mode, cashTenders(amountDue(mode), tendered, cashStep));
}

function payCard(state: RegisterState, mode: PayingMode, facts: RegisterFacts): Step {
  const due = amountDue(mode);
  const amount = mode.typed === '' ? due : amountTyped(mode.typed);
  const cleared: PayingMode = { ...mode, typed: '' };
  if (!facts.settings.cards) return tell(state, { key: 'card-unavailable', code: 'till.no-card-terminal' }, cleared);
  if (amount === null || amount === zero) return tell(state, { key: 'bad-amount' }, cleared);
  if (amount > due) return tell(state, { key: 'card-more-than-due' }, cleared);
  if (state.unresolved) return tell(state, { key: 'card-unresolved' }, cleared, ...lookAfterCard(state));
  if (!canBeKept(mode, facts)) return tell(state, { key: 'no-payment' }, cleared);
  const { sale, tenders } = mode;
  const payment = { paymentId: facts.freshId, amount };
  return go(
    state,
    { kind: 'card', sale, tenders, payment, words: null, cancelling: false, voice: null },
    { kind: 'ask-card', sale, tenders, payment },
  );
}

/** Back out of paying: cash (not in the drawer yet) goes back piece by piece; a card payment can't be undone here. */
function takeBackTender(state: RegisterState, { sale, tenders }: PayingMode): Step {
  if (tenders.length === 0) return go(state, selling(sale));
  const last = tenders.findLast((tender) => tender.kind === 'cash' || tender.kind === 'other');
  if (last?.kind !== 'cash' && last?.kind !== 'other') return tell(state, { key: 'card-not-returnable' });
  const kept = paying(
    sale,
    tenders.filter((tender) => tender !== last),
  );
  if (last.kind === 'cash') return tell(state, { key: 'cash-given-back', amount: last.tendered }, kept);
  return tell(
    state,
    { key: 'tender-given-back', tender: `${last.name} ${decimal(last.foreign?.amount ?? last.amount)}` },
    kept,
  );
}
