import { zero } from '../money/money.ts';
import { guard } from './approval.ts';
import {
  giveReduction,
  percentOff,
  rowsOf,
  takenOff,
  withoutReductions,
  withPrice,
  withReduction,
} from './discounts.ts';
import type { RegisterFacts } from './facts.ts';
import type { GuardedAction, ReasonedAction } from './guarded-action.ts';
import type { PersonInput } from './input.ts';
import type { DiscountMode, Mode, RegisterState } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, go, priced, refuse, resell, tell } from './step-tools.ts';
import { amountTyped, type } from './typing.ts';

/** How much off is typed, as a percentage or an amount; 0 takes the discounts back. */
export function stepDiscount(state: RegisterState, mode: DiscountMode, input: PersonInput, facts: RegisterFacts): Step {
  switch (input.kind) {
    case 'type':
      return go(state, { ...mode, typed: type(mode.typed, input.character) });
    case 'erase':
      return go(state, { ...mode, typed: '' });
    case 'toggle-unit':
      return go(state, { ...mode, unit: mode.unit === 'percent' ? 'amount' : 'percent' });
    case 'back':
      return go(state, atRest(state, mode.sale));
    case 'confirm': {
      const { sale, lineId } = mode;
      const typed = amountTyped(mode.typed);
      if (typed === null)
        return mode.typed === '' ? refuse(state) : tell(state, { key: 'bad-amount' }, { ...mode, typed: '' });
      if (typed === zero) return resell(state, withoutReductions(sale, lineId), facts, { key: 'discount-taken-back' });
      if (typed > (mode.unit === 'percent' ? 10_000 : rowsOf(sale, lineId))) {
        return tell(state, { key: 'bad-amount' }, { ...mode, typed: '' });
      }
      const value =
        mode.unit === 'percent'
          ? ({ kind: 'percent', percent: typed / 100 } as const)
          : ({ kind: 'amount', amount: typed } as const);
      return askReason(state, { kind: 'reduce', sale, lineId, value, reason: '' }, facts);
    }
    default:
      return refuse(state);
  }
}

/** What one unit shall cost instead is typed; 0 gives the shop's price back. */
export function stepNewPrice(
  state: RegisterState,
  mode: Extract<Mode, { kind: 'new-price' }>,
  input: PersonInput,
  facts: RegisterFacts,
): Step {
  switch (input.kind) {
    case 'type':
      return go(state, { ...mode, typed: type(mode.typed, input.character) });
    case 'erase':
      return go(state, { ...mode, typed: '' });
    case 'back':
      return go(state, atRest(state, mode.sale));
    case 'confirm': {
      const price = amountTyped(mode.typed);
      const { sale, lineId } = mode;
      if (price === null)
        return mode.typed === '' ? refuse(state) : tell(state, { key: 'bad-amount' }, { ...mode, typed: '' });
      if (price === zero) return resell(state, withPrice(sale, lineId, undefined), facts, { key: 'price-as-listed' });
      return askReason(state, { kind: 'override', sale, lineId, price, reason: '' }, facts);
    }
    default:
      return refuse(state);
  }
}

/** Asks why, where the shop wants to know, and then does it if it may be done. */
export function askReason(state: RegisterState, action: ReasonedAction, facts: RegisterFacts): Step {
  const reasons = facts.settings.reasons[reasonTopic(action)];
  if (reasons.length === 0) return giveReason(state, action, facts);
  const { sale } = action;
  return go(state, { kind: 'choosing', choice: { kind: 'reason', reasons, action }, sale, cursor: 0 });
}

export function giveReason(state: RegisterState, action: ReasonedAction, facts: RegisterFacts): Step {
  if (action.kind === 'reduce') return reduceIfAllowed(state, action, facts);
  if (action.kind === 'override') return guard(state, 'price', action, facts);
  return guard(state, action.direction === 'in' ? 'cash-in' : 'cash-out', action, facts);
}

function reasonTopic(action: ReasonedAction): 'discount' | 'price' | 'cash-in' | 'cash-out' {
  if (action.kind === 'reduce') return 'discount';
  if (action.kind === 'override') return 'price';
  return action.direction === 'in' ? 'cash-in' : 'cash-out';
}

/** Up to the limit a cashier decides alone; all discounts on the same goods count together. */
function reduceIfAllowed(
  state: RegisterState,
  action: Extract<GuardedAction, { kind: 'reduce' }>,
  facts: RegisterFacts,
): Step {
  const result = priced(withReduction(action, null), facts);
  if (!result.ok) return tell(state, result.notice, atRest(state, action.sale));
  if (result.sale === null || takenOff(result.sale, null) === takenOff(action.sale, null)) {
    return tell(state, { key: 'nothing-to-discount' }, atRest(state, action.sale));
  }
  const alone = percentOff(result.sale, action.lineId) <= facts.settings.discounts.largestPercent;
  return alone ? giveReduction(state, action, facts, null) : guard(state, 'discount', action, facts);
}
