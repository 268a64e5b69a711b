import { unreachable } from '../platform/brand.ts';
import { giveReduction, overridePrice } from './discounts.ts';
import type { RegisterFacts } from './facts.ts';
import type { GuardedAction, PendingApproval } from './guarded-action.ts';
import type { PersonInput } from './input.ts';
import type { Notice } from './notice.ts';
import type { OpenSale } from './open-sale.ts';
import { closeShift, moveCash } from './shift.ts';
import type { GuardedTopic, StaffAnswer, StaffMember } from './staff.ts';
import { mayDo } from './staff.ts';
import type { RegisterState } from './state.ts';
import { idle, settling } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, go, refuse, tell } from './step-tools.ts';
import { takeBack } from './taking-back.ts';
import { type } from './typing.ts';

/** Does it, or asks for leave first where the cashier may not do it alone. */
export function guard(state: RegisterState, topic: GuardedTopic, action: GuardedAction, facts: RegisterFacts): Step {
  const { known, guarded } = facts.settings.staff;
  if (!known || !guarded.includes(topic) || mayDo(state.cashier, topic)) return perform(state, action, facts, null);
  return go({ ...state, approval: { topic, action, typed: '', checkId: null } }, atRestWith(state, action));
}

/** Where the register is if leave is not given. */
const atRestWith = (state: RegisterState, action: GuardedAction): RegisterState['mode'] =>
  action.kind === 'outside' ? state.mode : atRest(state, saleOf(action));

function saleOf(action: GuardedAction): OpenSale | null {
  return action.kind === 'outside' ? null : action.sale;
}

function perform(state: RegisterState, action: GuardedAction, facts: RegisterFacts, by: string | null): Step {
  const free: RegisterState = { ...state, approval: null, mode: atRestWith(state, action) };
  switch (action.kind) {
    case 'reduce':
      return giveReduction(free, action, facts, by);
    case 'override':
      return overridePrice(free, action, facts, by);
    case 'keep-reductions': {
      const reductions = (action.sale.reductions ?? []).map((each) => ({ ...each, approvedBy: by }));
      return go(free, settling({ ...action.sale, reductions }, []));
    }
    case 'void-sale':
      return tell(free, { key: 'sale-voided' }, idle);
    case 'move-cash':
      return moveCash(free, action.direction, action.amount, action.reason, by);
    case 'open-drawer':
      return go(free, free.mode, { kind: 'open-drawer', explained: false, approvedBy: by });
    case 'close-shift':
      return closeShift(free, action.counted, action.denominations);
    case 'take-back':
      return takeBack(free, action, facts, by);
    case 'service-menu':
      return go(free, { kind: 'menu', menu: 'service', sale: action.sale, cursor: 0 });
    case 'outside':
      return go(free, free.mode, { kind: 'approval-answered', approvalId: action.approvalId, by });
    default:
      return unreachable(action);
  }
}

/** Something outside the register needs leave; one question at a time. */
export function askFromOutside(
  state: RegisterState,
  { approvalId, topic, words, inPerson = false }: Extract<PersonInput, { kind: 'ask-approval' }>,
  facts: RegisterFacts,
): Step {
  if (state.approval !== null) return go(state, state.mode, { kind: 'approval-answered', approvalId, by: null });
  const { known, guarded } = facts.settings.staff;
  if (inPerson && !known) return go(state, state.mode, { kind: 'approval-answered', approvalId, by: null });
  const free = !inPerson && (!known || !guarded.includes(topic) || mayDo(state.cashier, topic));
  // Nobody is known who could give it, or it needs none.
  if (free) return go(state, state.mode, { kind: 'approval-answered', approvalId, by: state.cashier?.name ?? '' });
  const action = { kind: 'outside', approvalId, words } as const;
  return { state: { ...state, approval: { topic, action, typed: '', checkId: null } }, effects: [{ kind: 'beep' }] };
}

/** A PIN is typed or a badge scanned; `C` with nothing typed gives up. */
export function stepApproval(
  state: RegisterState,
  approval: PendingApproval,
  input: PersonInput,
  facts: RegisterFacts,
): Step {
  const asking = (change: Partial<PendingApproval>): RegisterState => ({
    ...state,
    approval: { ...approval, ...change },
  });
  if (approval.checkId !== null && input.kind !== 'back' && input.kind !== 'erase') return tell(state, { key: 'busy' });
  switch (input.kind) {
    case 'type':
      return input.character === '.'
        ? refuse(state)
        : go(asking({ typed: type(approval.typed, input.character) }), state.mode);
    case 'erase':
      return go(asking({ typed: '', checkId: null }), state.mode);
    case 'back':
      return giveUpAsking(state, approval);
    case 'scan': {
      const member = facts.badge(input.code);
      return member === null ? tell(state, { key: 'unknown-badge' }) : allowedBy(state, approval, member, facts);
    }
    case 'confirm':
      if (approval.typed === '') return refuse(state);
      return go(asking({ typed: '', checkId: facts.freshId }), state.mode, {
        kind: 'check-pin',
        checkId: facts.freshId,
        pin: approval.typed,
      });
    default:
      return refuse(state);
  }
}

export function giveUpAsking(state: RegisterState, { action }: PendingApproval): Step {
  const free: RegisterState = { ...state, approval: null };
  if (action.kind !== 'outside') return tell(free, { key: 'not-approved' });
  return tell(free, { key: 'not-approved' }, state.mode, {
    kind: 'approval-answered',
    approvalId: action.approvalId,
    by: null,
  });
}

function allowedBy(state: RegisterState, approval: PendingApproval, member: StaffMember, facts: RegisterFacts): Step {
  if (!mayDo(member, approval.topic)) {
    return tell(
      { ...state, approval: { ...approval, typed: '', checkId: null } },
      { key: 'not-allowed', name: member.name },
    );
  }
  return perform(state, approval.action, facts, member.name);
}

/** What became of a PIN: of leave that is asked for, or of signing in. An answer to a question that was given up is nobody's. */
export function staffChecked(state: RegisterState, checkId: string, answer: StaffAnswer, facts: RegisterFacts): Step {
  const { approval, mode } = state;
  if (approval !== null && approval.checkId === checkId) {
    if (answer.kind === 'known') return allowedBy(state, approval, answer.member, facts);
    return tell({ ...state, approval: { ...approval, checkId: null } }, wrongPin(answer));
  }
  if (mode.kind === 'signing-in' && mode.checkId === checkId) {
    if (answer.kind === 'known') return signedIn(state, answer.member, mode.sale);
    return tell(state, wrongPin(answer), { ...mode, checkId: null });
  }
  return go(state, mode);
}

function wrongPin(answer: Exclude<StaffAnswer, { kind: 'known' }>): Notice {
  if (answer.kind === 'locked') return { key: 'pin-locked', seconds: answer.seconds };
  return { key: answer.kind === 'shared' ? 'shared-pin' : 'wrong-pin' };
}

export function signedIn(state: RegisterState, member: StaffMember, sale: OpenSale | null): Step {
  const next: RegisterState = { ...state, cashier: member };
  return tell(next, { key: 'signed-in', name: member.name }, atRest(next, sale));
}

/** Who sells is asked. */
export function stepSigningIn(
  state: RegisterState,
  mode: Extract<RegisterState['mode'], { kind: 'signing-in' }>,
  input: PersonInput,
  facts: RegisterFacts,
): Step {
  switch (input.kind) {
    case 'type':
      if (input.character === '.' || mode.checkId !== null) return refuse(state);
      return go(state, { ...mode, typed: type(mode.typed, input.character) });
    case 'erase':
      return go(state, { ...mode, typed: '', checkId: null });
    case 'scan': {
      const member = facts.badge(input.code);
      return member === null ? tell(state, { key: 'sign-in-first' }) : signedIn(state, member, mode.sale);
    }
    case 'confirm':
      if (mode.typed === '' || mode.checkId !== null) return refuse(state);
      return go(
        state,
        { ...mode, typed: '', checkId: facts.freshId },
        { kind: 'check-pin', checkId: facts.freshId, pin: mode.typed },
      );
    default:
      return tell(state, { key: 'sign-in-first' });
  }
}
