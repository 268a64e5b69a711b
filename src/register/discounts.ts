import { add, type Money, zero } from '../money/money.ts';
import type { LineTotals } from '../pricing/totals.ts';
import type { RegisterFacts } from './facts.ts';
import type { GuardedAction } from './guarded-action.ts';
import type { OpenSale, SaleContents } from './open-sale.ts';
import { goodsLines, totalsOf } from './open-sale.ts';
import type { RegisterState } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, priced, resell, tell } from './step-tools.ts';

type Reduce = Extract<GuardedAction, { kind: 'reduce' }>;
type Override = Extract<GuardedAction, { kind: 'override' }>;

export function giveReduction(state: RegisterState, action: Reduce, facts: RegisterFacts, by: string | null): Step {
  const contents = withReduction(action, by);
  const result = priced(contents, facts);
  if (!result.ok) return tell(state, result.notice, atRest(state, action.sale));
  const amount = result.sale === null ? zero : takenOff(result.sale, null);
  return resell(state, contents, facts, { key: 'discount-given', amount });
}

export function withReduction({ sale, lineId, value, reason }: Reduce, approvedBy: string | null): SaleContents {
  return { ...sale, reductions: [...(sale.reductions ?? []), { lineId, value, name: reason, approvedBy }] };
}

export function withoutReductions(sale: OpenSale, lineId: number | null): SaleContents {
  return { ...sale, reductions: (sale.reductions ?? []).filter((each) => lineId !== null && each.lineId !== lineId) };
}

export function overridePrice(
  state: RegisterState,
  { sale, lineId, price, reason }: Override,
  facts: RegisterFacts,
  by: string | null,
): Step {
  const changed = withPrice(sale, lineId, { amount: price, kind: 'override', reason, approvedBy: by });
  const name = sale.lines.find((each) => each.lineId === lineId)?.item.name ?? '';
  const step = resell(state, changed, facts, { key: 'price-changed', name, price });
  // A bundle is made of its parts' prices: then the sale stays as it was.
  return step.state.notice?.key === 'pricing-failed' ? tell(step.state, step.state.notice, atRest(state, sale)) : step;
}

export function withPrice(sale: OpenSale, lineId: number, price: OpenSale['lines'][number]['price']): SaleContents {
  const lines = sale.lines.map((line) => {
    if (line.lineId !== lineId) return line;
    const { price: _, ...listed } = line;
    return price === undefined ? listed : { ...listed, price };
  });
  return { ...sale, lines };
}

/**
 * Whether more is taken off than a cashier may give alone, though each discount was within the limit when it was given: goods
 * may have been taken away since.
 */
export function overLimit(sale: OpenSale, facts: RegisterFacts): boolean {
  const { staff, discounts } = facts.settings;
  const alone = (sale.reductions ?? []).filter(({ approvedBy }) => approvedBy === null);
  if (!staff.known || !staff.guarded.includes('discount') || alone.length < (sale.reductions ?? []).length)
    return false;
  const scopes = new Set(alone.map(({ lineId }) => lineId));
  return [...scopes].some((lineId) => percentOff(sale, lineId) > discounts.largestPercent);
}

/** How much of what the goods cost was taken off. */
export const percentOff = (sale: OpenSale, lineId: number | null): number =>
  (takenOff(sale, lineId) / Math.max(1, rowsOf(sale, lineId))) * 100;

/** What cashiers took off: the discounts under rule numbers below zero. */
export function takenOff(sale: OpenSale, lineId: number | null): Money {
  return figuresOf(sale, lineId)
    .flatMap((line) => [line, ...line.children])
    .flatMap((line) => line.discounts)
    .reduce((sum, { ruleId, amount }) => (ruleId < 0 ? add(sum, amount) : sum), zero);
}

/** What the goods cost before discounts. */
export const rowsOf = (sale: OpenSale, lineId: number | null): Money =>
  figuresOf(sale, lineId).reduce((sum, line) => add(sum, line.rowTotalInclTax), zero);

function figuresOf(sale: OpenSale, lineId: number | null): readonly LineTotals[] {
  return goodsLines(sale)
    .filter((line) => lineId === null || line.lineId === lineId)
    .flatMap((line) => totalsOf(sale, line.lineId) ?? []);
}
