import { zero } from '../money/money.ts';
import type { RegisterFacts } from './facts.ts';
import type { PaidSale } from './open-sale.ts';
import { amountDue } from './open-sale.ts';
import type { Tender } from './sale.ts';
import type { RegisterState } from './state.ts';
import { settling } from './state.ts';
import type { Step } from './step-tools.ts';
import { go, tell } from './step-tools.ts';

/** Nothing is taken for a sale that may not become durable; but what is paid in part must be finished. */
export const canBeKept = ({ tenders }: PaidSale, facts: RegisterFacts): boolean =>
  tenders.length > 0 || facts.storage().payments;

/** More tenders (none: nothing was due): either something is still due, or the sale is to be made durable. */
export function takeTenders(state: RegisterState, { sale, tenders }: PaidSale, taken: readonly Tender[]): Step {
  const paid: PaidSale = { sale, tenders: [...tenders, ...taken] };
  // Money may be due either way, but never the other way than before: change is settled with the tender it is for.
  if (amountDue(paid) > zero || (sale.returning !== undefined && amountDue(paid) < zero)) {
    const mode = settling(paid.sale, paid.tenders);
    const [first] = taken;
    return first?.kind === 'card'
      ? tell(state, { key: 'card-part-paid', amount: first.amount }, mode)
      : go(state, mode);
  }
  return go(state, { kind: 'saving', ...paid }, { kind: 'save-sale', ...paid });
}
