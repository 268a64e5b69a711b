import type { RegisterFacts } from './facts.ts';
import type { PersonInput, WorldInput } from './input.ts';
import type { OpenSale } from './open-sale.ts';
import type { Mode, RegisterState, ServiceInfoMode } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, go, refuse, tell } from './step-tools.ts';
import { nothingTyped } from './typing.ts';

export type ServiceItem = 'service-info' | 'parked' | 'test-device' | 'claim-code' | 'training' | 'shut-down';

/** What only the service menu has. */
export function openServiceItem(
  state: RegisterState,
  item: ServiceItem,
  sale: OpenSale | null,
  facts: RegisterFacts,
): Step {
  const rest = atRest(state, sale);
  switch (item) {
    case 'service-info':
      return go(state, { kind: 'service-info', page: 'status', sale, cursor: 0 });
    case 'parked':
      if (facts.service().parked.length === 0) return tell(state, { key: 'nothing-parked' }, rest);
      return go(state, { kind: 'service-info', page: 'parked', sale, cursor: 0 });
    case 'test-device': {
      const names = facts.service().devices.map(({ name }) => name);
      if (names.length === 0) return tell(state, { key: 'no-devices' }, rest);
      return go(state, { kind: 'choosing', choice: { kind: 'device', names }, sale, cursor: 0 });
    }
    case 'claim-code':
      return go(state, { kind: 'asking-text', what: 'claim-code', sale, text: nothingTyped(true) });
    case 'training':
      return toggleTraining(state, sale);
    case 'shut-down':
      if (sale?.lines.length) return tell(state, { key: 'shift-busy', because: 'sale' }, rest);
      if (state.held.length > 0) return tell(state, { key: 'shift-busy', because: 'held' }, rest);
      return go(state, { kind: 'confirming-shut-down', sale });
  }
}

/** Nothing of a training counts, so nothing real may be in hand when it begins, and nothing of it when it ends. */
function toggleTraining(state: RegisterState, sale: OpenSale | null): Step {
  const rest = atRest(state, sale);
  if (sale !== null) return tell(state, { key: 'shift-busy', because: 'sale' }, rest);
  if (state.held.length > 0) return tell(state, { key: 'shift-busy', because: 'held' }, rest);
  if (state.unresolved) return tell(state, { key: 'shift-busy', because: 'card' }, rest);
  const next: RegisterState =
    state.training === null
      ? { ...state, training: { shiftWasOpen: state.shiftOpen }, shiftOpen: true }
      : { ...state, training: null, shiftOpen: state.training.shiftWasOpen };
  return tell(next, { key: next.training === null ? 'training-ended' : 'training-begun' }, atRest(next, null));
}

export function stepServiceInfo(state: RegisterState, mode: ServiceInfoMode, input: PersonInput): Step {
  if (input.kind !== 'scroll') return go(state, atRest(state, mode.sale));
  return go(state, { ...mode, cursor: Math.max(0, mode.cursor + input.by) });
}

export function stepShutDown(
  state: RegisterState,
  mode: Extract<Mode, { kind: 'confirming-shut-down' }>,
  input: PersonInput,
): Step {
  switch (input.kind) {
    case 'confirm':
      return tell(state, { key: 'shutting-down' }, atRest(state, mode.sale), { kind: 'shut-down' });
    case 'back':
      return go(state, atRest(state, mode.sale));
    default:
      return refuse(state);
  }
}

export function serviceAnswered(
  state: RegisterState,
  { what, passed, words }: Extract<WorldInput, { kind: 'service-answered' }>,
): Step {
  if (what === 'device') return tell(state, { key: passed ? 'device-passed' : 'device-failed', reason: words });
  return tell(state, { key: passed ? 'claim-taken' : 'claim-refused', reason: words });
}
