import { CarriedRounding, phpRound } from './php-arithmetic.ts';
import type { Quote, QuoteItem } from './quote.ts';
import type { Reduction } from './totals.ts';

/**
 * Takes off what a person at the till gives, after the shop's own rules and in the order given: to the cent, whatever Magento's
 * fixed discounts would make of it. As with rules, prices with or without tax are reduced as the shop's settings say, never below
 * nothing; deposits and other lines marked so are left alone. Each reduction is kept under a rule number below zero.
 */
export function applyReductions(quote: Quote, reductions: readonly Reduction[]): void {
  reductions.forEach((reduction, index) => {
    applyReduction(reduction, reductionRuleId(index), targetsOf(quote, reduction));
  });
}

/** Where the `index`-th reduction is found among a cart's discounts. */
export const reductionRuleId = (index: number): number => -1 - index;

/** Lines that bear their own price: a bundle priced by its parts is reduced part by part. */
function targetsOf(quote: Quote, { lineId }: Reduction): readonly QuoteItem[] {
  return quote.visibleItems
    .filter(({ line }) => line.noReduction !== true && (lineId === null || line.lineId === lineId))
    .flatMap((item) => (item.childrenCalculated ? item.children : [item]));
}

function applyReduction({ value }: Reduction, ruleId: number, items: readonly QuoteItem[]): void {
  const left = items.map(leftOf);
  const all = left.reduce((sum, each) => sum + each, 0);
  if (all <= 0) return;
  const share = value.kind === 'percent' ? Math.min(value.percent, 100) / 100 : Math.min(value.amount / 100, all) / all;
  const rounding = new CarriedRounding();
  items.forEach((item, index) => {
    const most = left[index] ?? 0;
    const off = Math.min(rounding.round(most * share, 'reduction'), most);
    if (off <= 0) return;
    item.discount += off;
    item.ruleDiscounts.set(ruleId, (item.ruleDiscounts.get(ruleId) ?? 0) + off);
  });
}

/** Whole cents that a line still costs. */
const leftOf = (item: QuoteItem): number =>
  Math.max(0, Math.floor(phpRound((item.discountPrice * item.totalQuantity - item.discount) * 100) + 1e-6) / 100);
