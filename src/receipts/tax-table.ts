import { add, type Money, subtract, sum, zero } from '../money/money.ts';
import type { CartTotals, LineTotals } from '../pricing/totals.ts';

/** One row of the tax table. Over all rows the columns sum up to the sale's own totals, to the cent. */
export interface TaxRow {
  /** `A`, `B`, …: stands behind the lines that belong here. */
  readonly letter: string;
  readonly percent: number;
  readonly net: Money;
  readonly tax: Money;
  readonly gross: Money;
}

/** Lines by their tax rate, highest first. A line with several taxes counts under the sum of its rates, as Magento stores it. */
export function taxTable(lines: readonly LineTotals[], totals: Omit<CartTotals, 'lines'>): TaxRow[] {
  const byPercent = new Map<number, { tax: Money; gross: Money }>();
  for (const part of lines.flatMap(taxedParts)) {
    const row = byPercent.get(part.taxPercent) ?? { tax: zero, gross: zero };
    byPercent.set(part.taxPercent, { tax: add(row.tax, part.tax), gross: add(row.gross, paidFor(part)) });
  }
  const rows = [...byPercent]
    .sort(([one], [other]) => other - one)
    .map(([percent, { tax, gross }], index) => ({ letter: letterOf(index), percent, tax, gross }));
  // Where Magento rounded the whole cart's tax, a cent may belong to no line: the largest row takes it.
  const largest = rows.reduce((most, row, index) => (row.gross > (rows[most]?.gross ?? zero) ? index : most), 0);
  const missingTax = subtract(totals.tax, sum(rows.map(({ tax }) => tax)));
  const missingGross = subtract(totals.grandTotal, sum(rows.map(({ gross }) => gross)));
  return rows.map((row, index) => {
    const tax = index === largest ? add(row.tax, missingTax) : row.tax;
    const gross = index === largest ? add(row.gross, missingGross) : row.gross;
    return { ...row, tax, gross, net: subtract(gross, tax) };
  });
}

/** The letters of a line's rates, e.g. `A`, or `AB` for a bundle of both. */
export function taxLetters(line: LineTotals, table: readonly TaxRow[]): string {
  const percents = new Set(taxedParts(line).map(({ taxPercent }) => taxPercent));
  return table
    .filter(({ percent }) => percents.has(percent))
    .map(({ letter }) => letter)
    .join('');
}

/** A bundle priced by its parts is taxed by its parts; in every other line the children carry no amounts. */
function taxedParts(line: LineTotals): readonly LineTotals[] {
  return line.children.some((child) => child.rowTotalInclTax !== zero) ? line.children : [line];
}

/** What is paid for a line in the end, tax and discount included. */
function paidFor(line: LineTotals): Money {
  return sum([subtract(line.rowTotal, line.discount), line.tax, line.taxCompensation]);
}

const letterOf = (index: number): string => String.fromCharCode(0x41 + Math.min(index, 25));
