import { euroCode, euroGlyph } from './cd5220-charset.ts';
import type { DisplaySize } from './display.ts';

/**
 * The CD5220 standard command set as far as we use it (maker's manual, "CD5220 Standard Mode Command List"):
 *
 * | bytes | meaning |
 * |---|---|
 * | `0C` | clear the screen, leave string mode |
 * | `1B 40` | initialize |
 * | `1B 11` | overwrite mode |
 * | `1B 5F n` | cursor off (0), on (1) |
 * | `1B 6C x y` | cursor to column x (from 1), row y (from 1) |
 * | `1B 2A n` | brightness 1…4 |
 * | `1B 26 1 n m a p1…pa` | define the characters n…m by a columns each |
 * | `1B 25 n` | use the defined characters (1) or not (0) |
 *
 * `ESC Q A/B` (string mode) is not used: while in it a display obeys nothing but CLR and CAN, and a whole row must be sent
 * to change one digit.
 */

/** Brings a display in any state, string mode included, to a blank screen that obeys what follows. */
export const initialize: readonly number[] = [
  0x0c,
  0x1b,
  0x40,
  0x1b,
  0x11,
  0x1b,
  0x5f,
  0,
  0x1b,
  0x26,
  1,
  euroCode,
  euroCode,
  euroGlyph.length,
  ...euroGlyph,
  0x1b,
  0x25,
  1,
  0x0c,
];

export type Brightness = 1 | 2 | 3 | 4;
export const brightness = (level: Brightness): readonly number[] => [0x1b, 0x2a, level];

/** A cursor move costs four bytes: two changes closer than that are sent as one run. */
const moveCost = 4;

/** The bytes that turn the screen `shown` into `wanted`; `shown` null: everything is sent. Rows are ROM codes. */
export function changes(shown: readonly Uint8Array[] | null, wanted: readonly Uint8Array[]): readonly number[] {
  const bytes: number[] = [];
  for (const [row, cells] of wanted.entries()) {
    const before = shown?.[row];
    let column = 0;
    while (column < cells.length) {
      if (before?.[column] === cells[column]) {
        column += 1;
        continue;
      }
      let end = column + 1;
      for (let probe = end; probe < cells.length && probe - end <= moveCost; probe += 1) {
        if (before?.[probe] !== cells[probe]) end = probe + 1;
      }
      bytes.push(0x1b, 0x6c, column + 1, row + 1, ...cells.subarray(column, end));
      column = end;
    }
  }
  return bytes;
}

/** The modules that speak this command set; a 20×4 has other commands (two modules on one pole are two displays). */
export function isCd5220Size(size: DisplaySize): boolean {
  return size.rows === 2 && (size.columns === 16 || size.columns === 20);
}
