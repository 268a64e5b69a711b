import type { RegisterFacts } from './facts.ts';
import type { OpenSale, PaidSale } from './open-sale.ts';
import type { HeldSale, RegisterState } from './state.ts';
import { idle, selling, settling } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, go, priced, tell } from './step-tools.ts';

/** Puts a sale aside; it gets the smallest free number. */
export function withHeld(held: readonly HeldSale[], paid: PaidSale): readonly HeldSale[] {
  let number = 1;
  while (held.some((each) => each.number === number)) number += 1;
  return [...held, { number, sale: paid.sale, tenders: paid.tenders }].sort((a, b) => a.number - b.number);
}

export function hold(state: RegisterState, sale: OpenSale | null): Step {
  if (!sale?.lines.length && !sale?.returning) return tell(state, { key: 'no-goods' }, atRest(state, sale));
  const held = withHeld(state.held, { sale, tenders: [] });
  return tell({ ...state, held }, { key: 'held', count: held.length }, idle);
}

/** Takes up the only held sale, or asks which one. */
export function recallAny(state: RegisterState, sale: OpenSale | null, facts: RegisterFacts): Step {
  const [only, ...others] = state.held;
  if (!only) return tell(state, { key: 'nothing-held' }, atRest(state, sale));
  if (others.length === 0) return recall(state, sale, only, facts);
  return go(state, { kind: 'choosing', choice: { kind: 'held' }, sale, cursor: 0 });
}

/** Takes a held sale up again, at today's prices unless part of it is paid; a sale in hand takes its place. */
export function recall(state: RegisterState, inHand: OpenSale | null, chosen: HeldSale, facts: RegisterFacts): Step {
  const others = state.held.filter((each) => each !== chosen);
  const held = inHand?.lines.length || inHand?.returning ? withHeld(others, { sale: inHand, tenders: [] }) : others;
  if (chosen.tenders.length > 0) return go({ ...state, held }, settling(chosen.sale, chosen.tenders));
  const result = priced(chosen.sale, facts);
  if (!result.ok) return tell(state, result.notice, atRest(state, inHand));
  return go({ ...state, held }, selling(result.sale));
}
