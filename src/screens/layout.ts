/** Rows and columns of a character display. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * One row before it is fitted: a fixed beginning, text that may be shown word by word, and an end that is never cut.
 * `typed` replaces the text by what is being typed, of which the end must stay visible.
 */
export interface Row {
  readonly prefix?: string;
  readonly text?: string;
  readonly typed?: string;
  readonly right?: string;
  /** Takes the place of `right` where the text would not fit beside it. */
  readonly shortRight?: string;
  /** Shown in its place when it has been read, and then it again. */
  readonly next?: Row;
}

/** What a display shows; with more than one page the next is shown after a moment, and the first again after the last. */
export interface View {
  readonly rows: readonly string[];
  readonly pages: number;
}

/** Cells a text takes: its characters, of which some are two units of the string. */
export function lengthOf(text: string): number {
  let length = text.length;
  for (let at = 1; at < text.length; at += 1) if (isSecondHalf(text, at)) length -= 1;
  return length;
}

/** Whether the unit at `at` belongs to the character begun by the one before. */
function isSecondHalf(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
}

/** The text in pieces of at most `width`, broken between words; only a word longer than the display is broken itself. */
export function pieces(text: string, width: number): readonly string[] {
  if (fitsAsItIs(text, width)) return [text.replaceAll(noBreak, ' ')];
  const result: string[] = [];
  let piece = '';
  for (const word of text.split(/[ \t\n]+/).flatMap((each) => breakWord(each, width))) {
    const joined = piece === '' ? word : `${piece} ${word}`;
    if (lengthOf(joined) <= width) piece = joined;
    else {
      result.push(piece);
      piece = word;
    }
  }
  return [...result, piece].map((each) => each.replaceAll(noBreak, ' '));
}

/** What most rows are: short enough, with nothing but single spaces between the words. */
const fitsAsItIs = (text: string, width: number): boolean => text.length <= width && !/[\t\n]| {2}|^ .| $/.test(text);

/** A space that is not broken at, e.g. between an amount and its sign. */
export const noBreak = '\u00a0';

function breakWord(word: string, width: number): readonly string[] {
  const letters = [...word];
  if (letters.length <= width || width < 2) return [letters.slice(0, width).join('')];
  const parts: string[] = [];
  while (letters.length > width) parts.push(`${letters.splice(0, width - 1).join('')}-`);
  return [...parts, letters.join('')];
}

/** Rows laid out one below the other, each at the given page of its own text. */
export function layRows(rows: readonly Row[], size: ScreenSize, page: number): View {
  const fitted = rows.slice(0, size.rows).map((row) => fitRow(row, size.columns));
  const shown = fitted.map((texts) => texts[page % texts.length] ?? '');
  return { rows: padRows(shown, size), pages: Math.max(1, ...fitted.map((texts) => texts.length)) };
}

/** Running text over the whole display (`keep` rows at its bottom are left to others). */
export function layText(text: string, size: ScreenSize, page: number, keep: readonly Row[] = []): View {
  const height = size.rows - keep.length;
  const all = pieces(text, size.columns);
  const pages = Math.max(1, Math.ceil(all.length / height));
  const start = (page % pages) * height;
  const rows = padRows(all.slice(start, start + height), { columns: size.columns, rows: height });
  return { rows: [...rows, ...layRows(keep, size, page).rows.slice(0, keep.length)], pages };
}

function padRows(rows: readonly string[], { columns, rows: height }: ScreenSize): readonly string[] {
  return Array.from({ length: height }, (_, index) => pad(rows[index] ?? '', columns));
}

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - lengthOf(text)));

/** Every page of one row, each exactly `width` wide. */
function fitRow({ next, ...row }: Row, width: number): readonly string[] {
  return next === undefined ? fitOne(row, width) : [...fitOne(row, width), ...fitRow(next, width)];
}

function fitOne(row: Row, width: number): readonly string[] {
  const { prefix = '', text = '', typed, right = '', shortRight } = row;
  const fits = lengthOf(`${prefix}${text} ${right}`) <= width;
  if (!fits && shortRight !== undefined) return fitOne({ prefix, text, right: shortRight }, width);
  const space = width - lengthOf(prefix) - (right === '' ? 0 : lengthOf(right) + 1);
  if (typed !== undefined) return [pad(prefix + tail(typed, space), width - lengthOf(right)) + right];
  if (text === '' || space >= Math.min(6, lengthOf(text))) {
    return pieces(text, space).map((each) => pad(prefix + each, width - lengthOf(right)) + right);
  }
  // Too narrow for a word beside the amount: the amount first, then the words by themselves.
  const beside = lengthOf(prefix) + lengthOf(right) <= width ? prefix : '';
  const words = pieces(`${beside === '' ? prefix : ''}${text}`, width).map((each) => pad(each, width));
  return [pad(beside, width - lengthOf(right)) + right, ...words];
}

function tail(text: string, width: number): string {
  return [...text].slice(-Math.max(1, width)).join('');
}
