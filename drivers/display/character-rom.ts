/** The code that a display's ROM has for one character; undefined: it has none. */
export type CharacterRom = (character: string) => number | undefined;

/** One cell for one cell, so that columns stay where the screen put them. */
const lookAlikes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '~': '-',
    '\\': '/',
    '×': 'x',
    '÷': '/',
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
    '«': '"',
    '»': '"',
    '…': '.',
    '•': '·',
    '·': '.',
    '→': '>',
    '←': '<',
    '↑': '^',
    '↓': 'v',
    '✓': 'V',
    ẞ: 'ß',
    ß: 's',
    æ: 'a',
    Æ: 'A',
    ø: 'o',
    Ø: 'O',
    ł: 'l',
    Ł: 'L',
    đ: 'd',
    Đ: 'D',
    ð: 'd',
    Ð: 'D',
    þ: 'p',
    Þ: 'P',
    ı: 'i',
    œ: 'o',
    Œ: 'O',
    '£': 'L',
    '¿': '?',
    '¡': '!',
    '§': 'S',
    '°': 'o',
    '™': 'T',
    '©': 'c',
    '®': 'R',
  }),
);

const question = 0x3f;

/** The code of one character; what the ROM lacks becomes a look-alike, its base letter or `?`. */
export function codeIn(rom: CharacterRom, character: string): number {
  return codeOrLookAlike(rom, character) ?? codeOrLookAlike(rom, character.normalize('NFKD').charAt(0)) ?? question;
}

function codeOrLookAlike(rom: CharacterRom, character: string): number | undefined {
  for (let known: string | undefined = character; known !== undefined; known = lookAlikes.get(known)) {
    const code = rom(known);
    if (code !== undefined) return code;
  }
  return undefined;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A row as exactly `columns` codes: cut or padded, control characters as blanks, one code per grapheme. */
export function encodeRow(text: string, columns: number, rom: CharacterRom): Uint8Array {
  const codes = new Uint8Array(columns).fill(0x20);
  let column = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (column === columns) break;
    const composed = segment.normalize('NFC');
    const control = (composed.codePointAt(0) ?? 0) < 0x20 || composed === '\x7f';
    codes[column] = control ? 0x20 : codeIn(rom, composed);
    column += 1;
  }
  return codes;
}
