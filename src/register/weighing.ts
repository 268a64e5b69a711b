import { one, type Quantity } from '../money/quantity.ts';
import { putItem } from './adding.ts';
import type { RegisterFacts } from './facts.ts';
import type { PersonInput } from './input.ts';
import type { SaleItem } from './open-sale.ts';
import type { RegisterState, WeighingMode, WeighingProblem } from './state.ts';
import { saleInHand } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, go, refuse, tell } from './step-tools.ts';
import { quantityTyped, type } from './typing.ts';

/** Puts an article in, or asks the scale first when it is sold by weight and nobody has said how much. */
export function putOrWeigh(state: RegisterState, item: SaleItem, quantity: Quantity, facts: RegisterFacts): Step {
  if (!item.decimalQuantity || quantity !== one || !facts.settings.scale) return putItem(state, item, quantity, facts);
  const { mode } = state;
  return weigh(state, {
    kind: 'weighing',
    weighingId: facts.freshId,
    item,
    sale: saleInHand(mode),
    typed: '',
    problem: null,
  });
}

const weigh = (state: RegisterState, mode: WeighingMode): Step =>
  go(state, mode, { kind: 'weigh', weighingId: mode.weighingId });

/** The scale is being asked, or had no weight to give: it is asked again, the weight is typed, or the article is left. */
export function stepWeighing(state: RegisterState, mode: WeighingMode, input: PersonInput, facts: RegisterFacts): Step {
  switch (input.kind) {
    case 'type':
      return go(state, { ...mode, typed: type(mode.typed, input.character) });
    case 'erase':
      return go(state, { ...mode, typed: '' });
    case 'back':
      return go(state, atRest(state, mode.sale));
    case 'confirm': {
      if (mode.typed === '') return weigh(state, { ...mode, weighingId: facts.freshId, problem: null });
      const typed = quantityTyped(mode.typed);
      if (typed === null) return tell(state, { key: 'bad-quantity' }, { ...mode, typed: '' });
      return putWeighed(state, mode, typed, facts);
    }
    default:
      return refuse(state);
  }
}

/** The scale's answer; an answer to a question that was given up is nobody's. */
export function weighed(state: RegisterState, weighingId: string, weight: Quantity, facts: RegisterFacts): Step {
  const { mode } = state;
  if (mode.kind !== 'weighing' || mode.weighingId !== weighingId) return go(state, mode);
  // Somebody is typing the weight: what was typed counts.
  if (mode.typed !== '') return go(state, mode);
  return putWeighed(state, mode, weight, facts);
}

export function notWeighed(state: RegisterState, weighingId: string, problem: WeighingProblem): Step {
  const { mode } = state;
  if (mode.kind !== 'weighing' || mode.weighingId !== weighingId) return go(state, mode);
  return go(state, { ...mode, problem }, { kind: 'beep' });
}

function putWeighed(state: RegisterState, mode: WeighingMode, weight: Quantity, facts: RegisterFacts): Step {
  return putItem({ ...state, mode: atRest(state, mode.sale) }, mode.item, weight, facts);
}
