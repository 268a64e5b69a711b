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
    đ: 'ð',
    Đ: 'Ð',
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
    '₫': 'đ',
    '§': 'S',
    '°': 'o',
    '™': 'T',
    '©': 'c',
    '®': 'R',
  }),
);

const question = 0x3f;

/** The code of one character; what the ROM lacks becomes a look-alike, its letter with fewer marks, its base letter or `?`. */
export function codeIn(rom: CharacterRom, character: string): number {
  for (const near of [character, ...withFewerMarks(character)]) {
    const code = codeOrLookAlike(rom, near);
    if (code !== undefined) return code;
  }
  return question;
}

/** Marks that make another vowel of a letter; they tell more than those of its tone (Vietnamese has both on one letter). */
const vowelMarks = '\u0302\u0306\u031b';

/** `ế` → `ê`, `é`, `e`. */
function withFewerMarks(character: string): string[] {
  const [base = '', ...marks] = character.normalize('NFKD');
  const byWorth = [...marks].sort(
    (one, other) => Number(vowelMarks.includes(other)) - Number(vowelMarks.includes(one)),
  );
  const single = marks.length > 1 ? byWorth.map((mark) => `${base}${mark}`.normalize('NFC')) : [];
  return [...single.filter((each) => each.length === 1), base];
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
