import { central, type Row, type Table } from './result.ts';
import { cells } from './text.ts';

/** Of the bars; what stands left of them is as wide as its longest line. */
const room = 400;
const right = 110;
const lineHeight = 28;
const top = 58;
/** Of a letter, roughly. */
const letter = 7;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const farEnd = ({ figure }: Row): number => (figure.kind === 'times' ? figure.p99 : figure.value);

/**
 * The rows of a table that are measured like its first as bars (median) with their p95 and p99 as ticks; on a logarithmic scale where the
 * largest is more than fifty times the smallest. An SVG that reads on light and dark ground.
 */
export function plotOf({ title, rows }: Table): string {
  const first = rows[0]?.figure;
  const shown = rows.filter(
    ({ figure }) => figure.unit === first?.unit && figure.kind === first.kind && Number.isFinite(central(figure)),
  );
  const left = 20 + letter * Math.max(...shown.map(({ what }) => what.length));
  const width = Math.max(left + room + right, 20 + (letter + 1) * title.length);
  const most = Math.max(...shown.map(farEnd));
  const least = Math.min(...shown.map(({ figure }) => central(figure)).filter((amount) => amount > 0));
  const logarithmic = most / least > 50;
  const from = logarithmic ? Math.log10(least) - 0.5 : 0;
  const until = logarithmic ? Math.log10(most) : most;
  const at = (amount: number): number => {
    const place = logarithmic ? Math.log10(Math.max(amount, 1e-9)) : amount;
    return Math.max(1, ((place - from) / (until - from)) * room);
  };
  const height = top + shown.length * lineHeight + 16;
  const bars = shown.map((each, index) => {
    const y = top + index * lineHeight;
    const { figure } = each;
    const end = left + at(farEnd(each)) + 8;
    const ticks = figure.kind === 'times' ? [figure.p95, figure.p99] : [];
    return [
      `<text x="${left - 10}" y="${y + 15}" text-anchor="end">${escaped(each.what)}</text>`,
      `<rect x="${left}" y="${y + 2}" width="${at(central(figure)).toFixed(1)}" height="18" rx="2" class="${each.ratio === null ? 'anchor' : 'ours'}"/>`,
      ...ticks.map((tick) => {
        const x = (left + at(tick)).toFixed(1);
        return `<line x1="${x}" x2="${x}" y1="${y + 4}" y2="${y + 18}" class="tick"/>`;
      }),
      `<text x="${end.toFixed(1)}" y="${y + 15}" class="figure">${escaped(cells(each)[1] ?? '')}</text>`,
    ].join('\n  ');
  });
  const scale = `${shown.some(({ figure }) => figure.kind === 'times') ? 'bar: median, ticks: p95 and p99' : ''}${logarithmic ? ', logarithmic' : ''}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
  <style>
    text { font: 13px system-ui, sans-serif; fill: #59636e }
    .title { font-weight: 600; font-size: 14px }
    .ours { fill: #1f883d } .anchor { fill: #8c959f } .tick { stroke: #59636e; stroke-width: 2 }
    @media (prefers-color-scheme: dark) { text { fill: #9198a1 } .ours { fill: #3fb950 } .tick { stroke: #9198a1 } }
  </style>
  <text x="10" y="22" class="title">${escaped(title)}</text>
  <text x="10" y="42">${escaped(scale.replace(/^, /, ''))}</text>
  ${bars.join('\n  ')}
</svg>
`;
}
