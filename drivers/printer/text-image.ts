import type { Bitmap } from './document.ts';
import { DotCanvas } from './dot-canvas.ts';
import { cellHeight, cellWidth } from './font/glyphs.ts';
import type { TextLine } from './layout.ts';

/** Dots from one line of text to the next (`ESC 3 30`); an image of a line is as high, so that lines stay evenly spaced. */
export const linePitch = 30;

/**
 * A line of text drawn in dots, for what the printer's own font lacks (Polish, Greek, Cyrillic, Vietnamese, …). A character that our
 * font lacks too is drawn as a box.
 */
export function drawLine(line: TextLine, dots: number): Bitmap {
  const tall = line.style.tall === true ? 2 : 1;
  const canvas = new DotCanvas(dots, Math.max(linePitch, cellHeight * tall));
  const width = [...line.text].length * cellWidth * (line.style.wide === true ? 2 : 1);
  const left = line.align === 'left' ? 0 : Math.max(0, line.align === 'right' ? dots - width : (dots - width) >> 1);
  canvas.text(line.text, left, 0, line.style);
  return canvas.bitmap;
}
