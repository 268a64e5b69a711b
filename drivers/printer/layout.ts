import { unreachable } from '../../src/platform/brand.ts';
import type { Align, Cell, ReceiptElement, TextStyle } from './document.ts';
import { printableText } from './printable-text.ts';

/** One line that fits: what the printer gets, or a person reads. */
export interface TextLine {
  readonly text: string;
  readonly align: Align;
  readonly style: TextStyle;
}

export type TextElement = Extract<ReceiptElement, { kind: 'text' | 'left-right' | 'columns' | 'rule' }>;

/** Lays a text element out for a line of `columns` characters. Never longer than that, never fewer than one line. */
export function layOut(element: TextElement, columns: number): TextLine[] {
  if (element.kind === 'rule') {
    return [{ text: (element.character ?? '-').repeat(columns), align: 'left', style: {} }];
  }
  const style = element.style ?? {};
  const width = style.wide === true ? Math.floor(columns / 2) : columns;
  switch (element.kind) {
    case 'text': {
      const align = element.align ?? 'left';
      return wrap(element.text, width).map((text) => ({ text, align, style }));
    }
    case 'left-right':
      return leftRight(element.left, element.right, width).map((text) => ({ text, align: 'left', style }));
    case 'columns':
      return cellsInRow(element.cells, width).map((text) => ({ text, align: 'left', style }));
    default:
      return unreachable(element);
  }
}

/** Splits at words where it can, inside a word where it must. */
export function wrap(text: string, width: number): string[] {
  return printableText(text)
    .split('\n')
    .flatMap((paragraph) => wrapParagraph(paragraph, width));
}

function wrapParagraph(paragraph: string, width: number): string[] {
  if (length(paragraph) <= width) return [paragraph];
  const lines: string[] = [];
  let rest = [...paragraph.trimEnd()];
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end).join('').trimEnd());
    rest = rest.slice(space > 0 ? space + 1 : width);
  }
  lines.push(rest.join(''));
  return lines;
}

function leftRight(left: string, right: string, width: number): string[] {
  const end = wrap(right, width);
  const last = end.pop() ?? '';
  const lines = wrap(left, width);
  const beside = lines.at(-1) ?? '';
  if (length(beside) + 1 + length(last) <= width && end.length === 0) {
    return [...lines.slice(0, -1), beside + ' '.repeat(width - length(beside) - length(last)) + last];
  }
  return [...lines, ...[...end, last].map((text) => padStart(text, width))];
}

function cellsInRow(cells: readonly Cell[], width: number): string[] {
  const shares = cells.reduce((total, cell) => total + cell.share, 0);
  const widths = cells.map((cell) => Math.floor((width * cell.share) / shares));
  widths[0] = (widths[0] ?? 0) + width - widths.reduce((total, one) => total + one, 0);
  const wrapped = cells.map((cell, index) =>
    wrap(cell.text, Math.max(1, (widths[index] ?? 0) - (index === 0 ? 0 : 1))),
  );
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    cells
      .map((cell, index) => {
        const text = wrapped[index]?.[row] ?? '';
        const room = widths[index] ?? 0;
        // A left-aligned cell keeps one column free before it, as a right-aligned one does by its wrapping width.
        if (cell.align === 'right') return padStart(text, room);
        return index === 0 ? padEnd(text, room) : padEnd(` ${text}`, room);
      })
      .join('')
      .trimEnd(),
  );
}

const length = (text: string): number => [...text].length;
const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - length(text))) + text;
const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - length(text)));
