import type { Run } from './changed-runs.ts';
import { defineEuro } from './pole-charset.ts';

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
export const initialize: readonly number[] = [0x0c, 0x1b, 0x40, 0x1b, 0x11, 0x1b, 0x5f, 0, ...defineEuro, 0x0c];

export type Brightness = 1 | 2 | 3 | 4;
export const brightness = (level: Brightness): readonly number[] => [0x1b, 0x2a, level];

/** Bytes of a cursor move. */
export const moveCost = 4;

/** Moves the cursor to where each run begins and writes its cells. */
export function draw(runs: readonly Run[]): readonly number[] {
  return runs.flatMap(({ row, column, codes }) => [0x1b, 0x6c, column + 1, row + 1, ...codes]);
}
