import type { NumberRange } from './journal.ts';

/** The numbers from 1 through `last` that are neither in `present` (ascending) nor in `known`. */
export async function absentNumbers(
  last: number,
  present: AsyncIterable<number>,
  known: readonly NumberRange[],
): Promise<NumberRange[]> {
  const absent: NumberRange[] = [];
  let next = 1;
  for await (const number of present) {
    if (number > last) break;
    if (number > next) absent.push({ from: next, through: number - 1 });
    next = Math.max(next, number + 1);
  }
  if (next <= last) absent.push({ from: next, through: last });
  return known.reduce<NumberRange[]>((left, range) => without(left, range), absent);
}

/** `ranges` without the numbers of `taken`. */
export function without(ranges: readonly NumberRange[], taken: NumberRange): NumberRange[] {
  return ranges.flatMap(({ from, through }) =>
    [
      { from, through: Math.min(through, taken.from - 1) },
      { from: Math.max(from, taken.through + 1), through },
    ].filter((range) => range.from <= range.through),
  );
}

export function countOf(ranges: readonly NumberRange[]): number {
  return ranges.reduce((count, { from, through }) => count + through - from + 1, 0);
}

export function isWithin(ranges: readonly NumberRange[], number: number): boolean {
  return ranges.some(({ from, through }) => from <= number && number <= through);
}
