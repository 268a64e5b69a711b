import { type BenchResult, type Figure, type Goal, isMet, type Row, type Table, type Unit } from './result.ts';

/** The figure with three digits that count. */
export function number(amount: number): string {
  if (!Number.isFinite(amount)) return '–';
  const size = Math.abs(amount);
  if (size >= 10_000) return Math.round(amount).toLocaleString('en-US').replaceAll(',', ' ');
  if (size >= 100) return amount.toFixed(0);
  if (size >= 10) return amount.toFixed(1);
  return amount.toFixed(size >= 0.1 || size === 0 ? 2 : 4);
}

const withUnit = (amount: number, unit: Unit): string =>
  unit === '/s' || unit === '/min' ? `${number(amount)}${unit}` : `${number(amount)} ${unit === 'times' ? '×' : unit}`;

const heads = ['', 'median', 'p95', 'p99', 'ratio', 'goal'] as const;

/** One line a row: what, median (or the value), p95, p99, ratio to the anchor, goal and whether it is met. */
export function cells({ what, figure, ratio, goal, ...rest }: Row): readonly string[] {
  const met =
    goal === null
      ? ''
      : `${goalWords(goal, figure)} ${isMet({ what, figure, ratio, goal, ...rest }) ? 'met' : 'MISSED'}`;
  const spread = figure.kind === 'times' ? [number(figure.p95), number(figure.p99)] : ['', ''];
  const middle = figure.kind === 'times' ? withUnit(figure.median, figure.unit) : withUnit(figure.value, figure.unit);
  return [what, middle, ...spread, ratio === null ? '' : `${number(ratio.times)} ×`, met];
}

function goalWords({ of, bound, limit }: Goal, figure: Figure): string {
  const sign = bound === 'at most' ? '≤' : '≥';
  if (of === 'ratio') return `${sign} ${number(limit)} ×`;
  return `${of === 'p99' ? 'p99 ' : ''}${sign} ${withUnit(limit, figure.unit)}`;
}

export function textOf(result: BenchResult): string {
  return result.tables.map((table) => tableText(table)).join('\n\n');
}

function tableText({ title, rows, notes }: Table): string {
  const lines = [heads, ...rows.map(cells)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => [...(line[column] ?? '')].length)));
  const laidOut = lines.map((line) =>
    line
      .map((cell, column) =>
        column === 0 || column === 5 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const anchors = new Set(rows.flatMap(({ ratio }) => ratio?.to ?? []));
  const ratioTo =
    anchors.size === 0
      ? []
      : anchors.size < 3
        ? [`  ratio: to ${[...anchors].join('; to ')}`]
        : ['  ratio: to the nearest row above that has none'];
  return [title, ...laidOut.map((line) => `  ${line}`), ...ratioTo, ...notes.map((note) => `  ${note}`)].join('\n');
}

export function markdownOf({ rows, notes }: Table): string {
  const line = (columns: readonly string[]): string => `| ${columns.join(' | ')} |`;
  return [
    line(heads),
    line(heads.map((_, column) => (column === 0 ? '---' : '--:'))),
    ...rows.map((each) => line(cells(each))),
    '',
    ...notes,
  ].join('\n');
}
