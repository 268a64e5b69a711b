import { sum, times } from '../money/money.ts';
import type { RegisterFacts } from './facts.ts';
import type { CountedPieces } from './guarded-action.ts';
import type { PersonInput } from './input.ts';
import type { Mode, RegisterState } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, go, refuse, tell } from './step-tools.ts';
import { asTyped, type } from './typing.ts';

/** The drawer is counted note by note and coin by coin; the sum is shown before it counts. */
export function stepCounting(
  state: RegisterState,
  mode: Extract<Mode, { kind: 'counting' }>,
  input: PersonInput,
  facts: RegisterFacts,
): Step {
  const { denominations } = facts.settings;
  switch (input.kind) {
    case 'type':
      return go(state, { ...mode, typed: type(mode.typed, input.character) });
    case 'erase':
      return go(state, { ...mode, typed: '' });
    case 'back': {
      const last = mode.counted.at(-1);
      if (last === undefined) return go(state, atRest(state, mode.sale));
      return go(state, {
        ...mode,
        counted: mode.counted.slice(0, -1),
        typed: last.count === 0 ? '' : String(last.count),
      });
    }
    case 'count-pieces':
      return toSum(state, mode, mode.counted);
    case 'confirm': {
      const value = denominations[mode.counted.length];
      if (value === undefined) return toSum(state, mode, mode.counted);
      if (!/^\d{0,4}$/.test(mode.typed)) return tell(state, { key: 'bad-amount' }, { ...mode, typed: '' });
      const counted = [...mode.counted, { value, count: Number(mode.typed) }];
      if (counted.length === denominations.length) return toSum(state, mode, counted);
      return go(state, { ...mode, counted, typed: '' });
    }
    default:
      return refuse(state);
  }
}

function toSum(
  state: RegisterState,
  mode: Extract<Mode, { kind: 'counting' }>,
  counted: readonly CountedPieces[],
): Step {
  if (counted.length === 0) return refuse(state);
  const total = sum(counted.map(({ value, count }) => times(value, count)));
  return go(state, { kind: 'asking-amount', what: 'count', sale: mode.sale, typed: asTyped(total), counted });
}
