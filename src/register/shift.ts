import type { Money } from '../money/money.ts';
import { zero } from '../money/money.ts';
import type { CountedPieces } from './guarded-action.ts';
import type { PersonInput } from './input.ts';
import type { Mode, RegisterState } from './state.ts';
import { saleInHand } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, go, refuse, tell } from './step-tools.ts';
import { amountTyped, type } from './typing.ts';

/** No shift is open: the float is typed; everything else waits for it. */
export function stepClosed(state: RegisterState, mode: Extract<Mode, { kind: 'closed' }>, input: PersonInput): Step {
  switch (input.kind) {
    case 'type':
      return go(state, { ...mode, last: null, typed: type(mode.typed, input.character) });
    case 'erase':
      return go(state, { ...mode, typed: '' });
    case 'confirm': {
      const float = mode.typed === '' ? zero : amountTyped(mode.typed);
      if (float === null) return tell(state, { key: 'bad-amount' }, { ...mode, typed: '' });
      return openShift(state, float, null);
    }
    case 'open-menu':
      return go(state, { kind: 'menu', menu: 'main', sale: null, cursor: 0 });
    case 'scan':
    case 'scan-misread':
    case 'pay':
      return tell(state, { key: 'shift-needed' });
    default:
      return refuse(state);
  }
}

export function openShift(state: RegisterState, float: Money, cashier: string | null): Step {
  if (state.shiftOpen) return tell(state, { key: 'shift-already-open' });
  const afterwards = atRest(state, null);
  return go(state, { kind: 'recording', afterwards }, { kind: 'open-shift', float, cashier });
}

/** Refused while anything is open that belongs to the shift. */
export function closeShift(
  state: RegisterState,
  counted: Money | null,
  denominations: readonly CountedPieces[] = [],
): Step {
  const sale = saleInHand(state.mode);
  const rest = atRest(state, sale);
  if (!state.shiftOpen) return tell(state, { key: 'shift-needed' });
  if (sale?.lines.length || sale?.returning) return tell(state, { key: 'shift-busy', because: 'sale' }, rest);
  if (state.unresolved) return tell(state, { key: 'shift-busy', because: 'card' }, rest);
  if (state.held.length > 0) return tell(state, { key: 'shift-busy', because: 'held' }, rest);
  return go(state, { kind: 'recording', afterwards: rest }, { kind: 'close-shift', counted, denominations });
}

export function moveCash(
  state: RegisterState,
  direction: 'in' | 'out',
  amount: Money,
  reason: string | null,
  approvedBy: string | null = null,
): Step {
  if (!state.shiftOpen) return tell(state, { key: 'shift-needed' });
  const afterwards = atRest(state, saleInHand(state.mode));
  return go(state, { kind: 'recording', afterwards }, { kind: 'move-cash', direction, amount, reason, approvedBy });
}
