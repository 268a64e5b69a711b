import { isHoldfastError, messageOf } from '../platform/errors.ts';

/** Where a command writes; handed in so that tests read what a person would see. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a progress bar may redraw its line. */
  readonly terminal: boolean;
}

export type Alignment = 'left' | 'right';

/** Columns padded to their widest cell, two spaces apart; a heading, then the rows. */
export function table(
  columns: readonly { readonly title: string; readonly align?: Alignment }[],
  rows: readonly (readonly string[])[],
): string {
  const widths = columns.map((column, index) =>
    Math.max(width(column.title), ...rows.map((row) => width(row[index] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, index) => pad(cells[index] ?? '', widths[index] ?? 0, column.align ?? 'left'))
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => column.title)), ...rows.map(line)].join('\n');
}

/** `label  value` lines, the labels padded to one width. */
export function facts(pairs: readonly (readonly [label: string, value: string])[]): string {
  const widest = Math.max(...pairs.map(([label]) => width(label)));
  return pairs.map(([label, value]) => `${pad(label, widest, 'left')}  ${value}`).join('\n');
}

function pad(text: string, to: number, align: Alignment): string {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return align === 'left' ? text + space : space + text;
}

/** Characters as a person counts them. */
const width = (text: string): number => [...text].length;

/** `▕██████    ▏ 60 %  products 40/67`, redrawn on a terminal, one line per whole ten percent elsewhere. */
export class ProgressBar {
  readonly #output: Output;
  #last = '';

  constructor(output: Output) {
    this.#output = output;
  }

  show(what: string, done: number, total: number | null): void {
    const share = total === null || total === 0 ? null : Math.min(1, done / total);
    const count = total === null ? `${done}` : `${done}/${total}`;
    if (!this.#output.terminal) {
      const step = share === null ? `${what} ${Math.floor(done / 1000)}` : `${what} ${Math.floor(share * 10)}`;
      if (step !== this.#last) this.#output.err(`${what} ${count}\n`);
      this.#last = step;
      return;
    }
    const filled = Math.round((share ?? 0) * 24);
    const percent = share === null ? '' : ` ${String(Math.floor(share * 100)).padStart(3)} %`;
    this.#output.err(`\r\x1b[2K▕${'█'.repeat(filled)}${' '.repeat(24 - filled)}▏${percent}  ${what} ${count}`);
    this.#last = 'drawn';
  }

  end(): void {
    if (this.#output.terminal && this.#last !== '') this.#output.err('\r\x1b[2K');
  }
}

/** An error as a person should read it: what happened, then the next step. */
export function describeFailure(error: unknown): string {
  const hint = isHoldfastError(error) && error.hint !== undefined ? `\n${error.hint}` : '';
  return `${messageOf(error)}${hint}\n`;
}

/** How long ago, in the largest fitting unit: `12 s`, `3 min`, `2 h`, `5 d`. */
export function ago(from: number, to: number): string {
  const elapsed = Math.max(0, Math.round((to - from) / 1000));
  if (elapsed < 90) return `${elapsed} s`;
  if (elapsed < 90 * 60) return `${Math.round(elapsed / 60)} min`;
  if (elapsed < 36 * 3600) return `${Math.round(elapsed / 3600)} h`;
  return `${Math.round(elapsed / 86_400)} d`;
}

/** `1.4 MB`. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
