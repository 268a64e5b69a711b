import type { Money } from '../money/money.ts';
import { add, hundredths, negate, subtract, sum, zero } from '../money/money.ts';
import type { Tender } from './sale.ts';

/** An amount as cash can pay it: to the nearest multiple of the smallest coin, halves up; null: cash is exact. */
export function inCash(amount: Money, step: Money | null): Money {
  return step === null ? amount : hundredths(Math.round(amount / step) * step);
}

/** Cash towards `due`: what is over is change, and what no coin can pay is rounding. */
export function cashTenders(due: Money, tendered: Money, step: Money | null): readonly Tender[] {
  const payable = inCash(due, step);
  if (tendered < payable) return [{ kind: 'cash', amount: tendered, tendered }];
  const rounding = subtract(due, payable);
  return [
    ...(tendered === zero ? [] : [{ kind: 'cash', amount: payable, tendered } as const]),
    ...(rounding === zero ? [] : [{ kind: 'rounding', amount: rounding } as const]),
  ];
}

/** Change in cash for more than was due by another tender. */
export function changeTenders(over: Money, step: Money | null): readonly Tender[] {
  const change = inCash(over, step);
  const rounding = subtract(change, over);
  return [
    ...(change === zero ? [] : [{ kind: 'cash', amount: negate(change), tendered: zero } as const]),
    ...(rounding === zero ? [] : [{ kind: 'rounding', amount: rounding } as const]),
  ];
}

/** What a customer is likely to hand over for `due`: the next multiple of each note, smallest first, never `due` itself. */
export function quickAmounts(due: Money, notes: readonly Money[]): readonly Money[] {
  const amounts = notes.map((note) => hundredths(Math.ceil((due + 1) / note) * note));
  return [...new Set(amounts)].sort((a, b) => a - b);
}

/** The tenders as a completed sale keeps them: cash given in several goes is one tender. */
export function mergeCash(tenders: readonly Tender[]): readonly Tender[] {
  const cash = tenders.filter((tender) => tender.kind === 'cash');
  const others = tenders.filter((tender) => tender.kind !== 'cash');
  if (cash.length === 0) return others;
  return [
    {
      kind: 'cash',
      amount: sum(cash.map((tender) => tender.amount)),
      tendered: sum(cash.map((tender) => tender.tendered)),
    },
    ...others,
  ];
}

/** The cash that was handed over so far. */
export function cashGiven(tenders: readonly Tender[]): Money {
  return tenders.reduce((given, tender) => (tender.kind === 'cash' ? add(given, tender.tendered) : given), zero);
}
