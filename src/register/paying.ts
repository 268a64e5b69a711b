import { maximum, subtract, zero } from '../money/money.ts';
import type { RegisterFacts } from './facts.ts';
import type { PersonInput } from './input.ts';
import type { PaidSale } from './open-sale.ts';
import { amountDue } from './open-sale.ts';
import type { Tender } from './sale.ts';
import { putScanned } from './selling.ts';
import type { PayingMode, RegisterState } from './state.ts';
import { paying, selling } from './state.ts';
import type { Step } from './step-tools.ts';
import { go, lookAfterCard, refuse, tell } from './step-tools.ts';
import { cashTender, quickAmounts } from './tendering.ts';
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
      const amounts = quickAmounts(amountDue(mode), facts.settings.notes);
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
      if (mode.tenders.length > 0) return tell(state, { key: 'finish-payment' });
      return go(state, { kind: 'menu', menu: 'main', sale: mode.sale, cursor: 0 });
    default:
      return refuse(state);
  }
}

function payCash(state: RegisterState, mode: PayingMode, facts: RegisterFacts): Step {
  const due = amountDue(mode);
  const tendered = mode.typed === '' ? due : amountTyped(mode.typed);
  const cleared: PayingMode = { ...mode, typed: '' };
  if (tendered === null || (tendered === zero && due > zero)) return tell(state, { key: 'bad-amount' }, cleared);
  if (subtract(tendered, due) > facts.settings.largestChange) return tell(state, { key: 'too-much-cash' }, cleared);
  if (!canBeKept(mode, facts)) return tell(state, { key: 'no-payment' }, cleared);
  return takeTender(state, mode, tendered === zero ? null : cashTender(due, tendered));
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
    { kind: 'card', sale, tenders, payment, words: null, cancelling: false },
    { kind: 'ask-card', sale, tenders, payment },
  );
}

/** Nothing is taken for a sale that may not become durable; but what is paid in part must be finished. */
const canBeKept = ({ tenders }: PaidSale, facts: RegisterFacts): boolean =>
  tenders.length > 0 || facts.storage().payments;

/** One more tender (null: nothing was due): either something is still due, or the sale is to be made durable. */
export function takeTender(state: RegisterState, { sale, tenders }: PaidSale, tender: Tender | null): Step {
  const paid: PaidSale = { sale, tenders: tender ? [...tenders, tender] : tenders };
  if (maximum(amountDue(paid), zero) > zero) {
    const mode = paying(paid.sale, paid.tenders);
    return tender?.kind === 'card'
      ? tell(state, { key: 'card-part-paid', amount: tender.amount }, mode)
      : go(state, mode);
  }
  return go(state, { kind: 'saving', ...paid }, { kind: 'save-sale', ...paid });
}

/** Back out of paying: cash (not in the drawer yet) goes back piece by piece; a card payment can't be undone here. */
function takeBackTender(state: RegisterState, { sale, tenders }: PayingMode): Step {
  if (tenders.length === 0) return go(state, selling(sale));
  const cash = tenders.findLast((tender) => tender.kind === 'cash');
  if (!cash) return tell(state, { key: 'card-not-returnable' });
  const kept = tenders.filter((tender) => tender !== cash);
  return tell(state, { key: 'cash-given-back', amount: cash.tendered }, paying(sale, kept));
}
