import { hundredths, type Money } from '../money/money.ts';
import { leftOf } from '../register/open-return.ts';
import type { ReturningMode, ReturnQuantityMode } from '../register/state.ts';
import type { Row } from './layout.ts';
import type { Labels } from './texts.ts';

/** The lines of a receipt: how many are left, what they cost, and a mark on those that are brought back now. */
export function returningRows(mode: ReturningMode, bare: (amount: Money) => string): readonly Row[] {
  const left = leftOf(mode.of);
  return mode.of.sale.lines.map((line, index) => {
    const taken = mode.taken.find((each) => each.index === index);
    const count = taken?.quantity ?? left[index] ?? 0;
    const part = hundredths(Math.round(((line.rowTotalInclTax - line.discount) * count) / line.quantity));
    return {
      prefix: `${taken === undefined ? '' : '<'}${count === 1 ? '' : `${count}x `}`,
      text: line.name,
      right: bare(part),
    };
  });
}

export function returnQuantityRows(mode: ReturnQuantityMode, labels: Labels): readonly Row[] {
  const line = mode.of.sale.lines[mode.index];
  const left = leftOf(mode.of)[mode.index] ?? 0;
  return [
    { prefix: `${left}x `, text: line?.name ?? '' },
    mode.typed === '' ? { text: labels.returnCount } : { typed: `${mode.typed}_` },
  ];
}

export const restockRows = (labels: Labels): readonly Row[] => [
  { text: labels.restockQuestion },
  { text: labels.restockHint },
];
