import type { CharacterRom } from './character-rom.ts';

/**
 * The two ROMs that HD44780 modules are sold with: A00 (Japanese; most modules) and A02 (European). Printed on the
 * controller or in the seller's text as `HD44780UA00`, `…UA02`; clones with A00's table are the rule.
 */
export type Hd44780Rom = 'A00' | 'A02';

/** Characters of A00 beside ASCII (HD44780U data sheet, table 4). */
const japanese: Readonly<Record<string, number>> = {
  '¥': 0x5c,
  '→': 0x7e,
  '←': 0x7f,
  '·': 0xa5,
  '°': 0xdf,
  α: 0xe0,
  ä: 0xe1,
  ß: 0xe2,
  ε: 0xe3,
  µ: 0xe4,
  σ: 0xe5,
  ρ: 0xe6,
  '√': 0xe8,
  '¢': 0xec,
  '£': 0xed,
  ñ: 0xee,
  ö: 0xef,
  θ: 0xf2,
  '∞': 0xf3,
  Ω: 0xf4,
  ü: 0xf5,
  Σ: 0xf6,
  π: 0xf7,
  '÷': 0xfd,
  '█': 0xff,
};

/** Characters that a module has to be taught, five dots wide and seven high. */
const glyphs: Readonly<Record<string, string>> = {
  '€': '..### .#... ####. .#... ####. .#... ..###',
  Ä: '.#.#. ..... .###. #...# ##### #...# #...#',
  Ö: '.#.#. ..... .###. #...# #...# #...# .###.',
  Ü: '.#.#. ..... #...# #...# #...# #...# .###.',
  é: '...#. ..#.. .###. #...# ##### #.... .###.',
  è: '.#... ..#.. .###. #...# ##### #.... .###.',
  à: '.#... ..#.. .###. ....# .#### #...# .####',
  ç: '..... .###. #.... #.... .###. ..#.. .#...',
};

/** One character of the module's own memory (CGRAM). */
export interface Glyph {
  readonly character: string;
  /** Eight rows from the top, the leftmost of five dots in bit 4. */
  readonly dots: readonly number[];
}

/** What is downloaded into the eight places of CGRAM; A02 has all of it but the euro sign. */
export function glyphsFor(rom: Hd44780Rom): readonly Glyph[] {
  return Object.entries(glyphs)
    .filter(([character]) => rom === 'A00' || europeanCode(character) === undefined)
    .map(([character, picture]) => ({
      character,
      dots: [...picture.split(' '), '.....'].map((row) =>
        Number.parseInt(row.replaceAll('.', '0').replaceAll('#', '1'), 2),
      ),
    }));
}

/** CGRAM's places answer to 0–7 and, the same, to 8–15; the latter keep NUL out of texts. */
export const firstGlyphCode = 8;

/** The characters that a module can show once {@link glyphsFor} is downloaded. */
export function hd44780Rom(rom: Hd44780Rom): CharacterRom {
  const taught = new Map(glyphsFor(rom).map(({ character }, place) => [character, firstGlyphCode + place]));
  const code = rom === 'A00' ? japaneseCode : europeanCode;
  return (character) => taught.get(character) ?? code(character);
}

function japaneseCode(character: string): number | undefined {
  const special = Object.hasOwn(japanese, character) ? japanese[character] : undefined;
  return special ?? (character === '\\' ? undefined : asciiCode(character, 0x7d));
}

/** A02 is ISO 8859-1 from A1 on, but for three accents (LCDproc, hd44780-charmap.h). */
function europeanCode(character: string): number | undefined {
  const code = character.codePointAt(0) ?? 0;
  const latin = code > 0xa0 && code <= 0xff && code !== 0xa8 && code !== 0xb4 && code !== 0xb8;
  return latin && character.length === 1 ? code : asciiCode(character, 0x7e);
}

function asciiCode(character: string, last: number): number | undefined {
  const code = character.codePointAt(0) ?? 0;
  return character.length === 1 && code >= 0x20 && code <= last ? code : undefined;
}

/** What a cell with this code shows, CGRAM aside; undefined where nothing of ours can be. */
export function characterOf(rom: Hd44780Rom, code: number): string | undefined {
  const named = rom === 'A00' ? Object.entries(japanese).find(([, known]) => known === code)?.[0] : undefined;
  if (named !== undefined) return named;
  const character = String.fromCharCode(code);
  return (rom === 'A00' ? japaneseCode(character) : europeanCode(character)) === code ? character : undefined;
}
