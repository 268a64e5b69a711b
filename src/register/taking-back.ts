import type { SaleId } from '../platform/ids.ts';
import type { RegisterFacts } from './facts.ts';
import type { GuardedAction } from './guarded-action.ts';
import { emptyContents } from './open-sale.ts';
import type { RegisterState } from './state.ts';
import type { Step } from './step-tools.ts';
import { resell } from './step-tools.ts';

type TakeBack = Extract<GuardedAction, { kind: 'take-back' }>;

/** The goods are brought back: their money is part of the sale in hand, which may be nothing else (`rest`: what is sold beside). */
export function takeBack(
  state: RegisterState,
  { rest, returning }: TakeBack,
  facts: RegisterFacts,
  by: string | null,
): Step {
  const contents = rest ?? { ...emptyContents(facts.freshId as SaleId), customer: returning.customer };
  const amount = returning.totals.grandTotal;
  return resell(state, { ...contents, returning: { ...returning, approvedBy: by } }, facts, {
    key: 'taken-in',
    amount,
  });
}
