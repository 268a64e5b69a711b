/**
 * Text for the ROM of a CD5220: code page 437, which is what these displays have without selecting anything (their command
 * list knows no code page command). The euro sign is not in it; it is drawn as a user-defined character in place of `~`.
 */
const upperHalf =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ';

/** The code that carries the downloaded euro sign: inside 20…7E, which every maker's manual allows for downloads. */
export const euroCode = 0x7e;

/** The euro sign in five columns, bit 0 at the top (CD5220 manual, "Character font format"). */
export const euroGlyph = [0x14, 0x3e, 0x55, 0x55, 0x41] as const;

/** One cell for one cell, so that columns stay where the screen put them. */
const lookAlikes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '~': '-',
    '×': 'x',
    '–': '-',
    '—': '-',
    '−': '-',
    '‐': '-',
    '‑': '-',
    '‘': "'",
    '’': "'",
    '‚': ',',
    '“': '"',
    '”': '"',
    '„': '"',
    '…': '.',
    '•': '·',
    '→': '>',
    '←': '<',
    '↑': '^',
    '↓': 'v',
    '✓': 'V',
    ẞ: 'ß',
    ø: 'o',
    Ø: 'O',
    ł: 'l',
    Ł: 'L',
    đ: 'd',
    Đ: 'D',
    ð: 'd',
    þ: 'p',
    ı: 'i',
    œ: 'o',
    Œ: 'O',
    '™': 'T',
    '©': 'c',
    '®': 'R',
  }),
);

/** The code of one character (a grapheme's first code point decides); what the ROM lacks becomes its base letter or `?`. */
export function codeOf437(character: string): number {
  if (character === '€') return euroCode;
  const known = lookAlikes.get(character) ?? character;
  const direct = codeInRom(known);
  if (direct !== undefined) return direct;
  const base = known.normalize('NFKD').charAt(0);
  return codeInRom(lookAlikes.get(base) ?? base) ?? 0x3f;
}

function codeInRom(character: string): number | undefined {
  const code = character.codePointAt(0) ?? 0x20;
  if (code >= 0x20 && code < 0x7f && code !== euroCode) return code;
  const index = upperHalf.indexOf(character);
  return index >= 0 && character.length === 1 ? 0x80 + index : undefined;
}

/** What a cell with this code shows; undefined for control codes. */
export function characterOf437(code: number): string | undefined {
  if (code >= 0x20 && code < 0x7f) return String.fromCharCode(code);
  return code >= 0x80 ? upperHalf.charAt(code - 0x80) : undefined;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A row as exactly `columns` codes: cut or padded, control characters as blanks, one code per grapheme. */
export function encodeRow(text: string, columns: number): Uint8Array {
  const codes = new Uint8Array(columns).fill(0x20);
  let column = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (column === columns) break;
    const composed = segment.normalize('NFC');
    const control = (composed.codePointAt(0) ?? 0) < 0x20 || composed === '\x7f';
    codes[column] = control ? 0x20 : codeOf437(composed);
    column += 1;
  }
  return codes;
}
