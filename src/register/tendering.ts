import type { Money } from '../money/money.ts';
import { add, hundredths, minimum, sum, zero } from '../money/money.ts';
import type { Tender } from './sale.ts';

/** Cash towards `due`: what is over is change. */
export function cashTender(due: Money, tendered: Money): Tender {
  return { kind: 'cash', amount: minimum(due, tendered), tendered };
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
