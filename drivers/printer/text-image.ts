import type { Bitmap } from './document.ts';
import { cellHeight, cellWidth, type Glyph, glyphLeft, glyphOf, glyphTop, glyphWidth } from './font/glyphs.ts';
import type { TextLine } from './layout.ts';

/** Dots from one line of text to the next (`ESC 3 30`); an image of a line is as high, so that lines stay evenly spaced. */
export const linePitch = 30;

/**
 * A line of text drawn in dots, for what the printer's own font lacks (Polish, Greek, Cyrillic, …). A character that our font
 * lacks too is drawn as a box.
 */
export function drawLine(line: TextLine, dots: number): Bitmap {
  const wide = line.style.wide === true ? 2 : 1;
  const tall = line.style.tall === true ? 2 : 1;
  const characters = [...line.text];
  const height = Math.max(linePitch, cellHeight * tall);
  const stride = Math.ceil(dots / 8);
  const rows = new Uint8Array(stride * height);
  const set = (x: number, y: number): void => {
    if (x < 0 || x >= dots || y >= height) return;
    rows[y * stride + (x >> 3)] = (rows[y * stride + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
  };
  const fill = (x: number, y: number): void => {
    for (let dy = 0; dy < tall; dy += 1) {
      for (let dx = 0; dx < wide; dx += 1) set(x + dx, y + dy);
      if (line.style.bold === true) set(x + wide, y + dy);
    }
  };
  const width = characters.length * cellWidth * wide;
  const left = line.align === 'left' ? 0 : Math.max(0, line.align === 'right' ? dots - width : (dots - width) >> 1);
  characters.forEach((character, index) => {
    const cell = left + index * cellWidth * wide;
    forEachDot(glyphOf(character) ?? missing, (x, y) => fill(cell + x * wide, y * tall));
    if (line.style.underline === true) {
      for (let x = 0; x < cellWidth * wide; x += 1) set(cell + x, cellHeight * tall - 1);
    }
  });
  return { width: dots, height, rows };
}

/** Every black dot of a glyph, in the coordinates of its cell. */
export function forEachDot(glyph: Glyph, visit: (x: number, y: number) => void): void {
  glyph.forEach((row, y) => {
    for (let x = 0; x < glyphWidth; x += 1) {
      if ((row & (0x8000 >> x)) !== 0) visit(x + glyphLeft, y + glyphTop);
    }
  });
}

/** Drawn where the font has nothing: an upright box. */
export const missing: Glyph = [0, 0, 0, 0x7f80, ...Array<number>(11).fill(0x4080), 0x7f80, 0, 0, 0, 0];
