import { PNG } from 'pngjs';
import { type Glyph, glyphOf, glyphWidth, missing } from '../../drivers/printer/font/glyphs.ts';
import { type Box, type Drawing, rgb, type Text } from './drawing.ts';

/** Dots a pixel: the letters of the printer's font are twenty dots high, as those of the drawing on a sharp screen. */
const glyphHeight = 20;
/** The row that letters stand on. */
const baseline = 16;

/** The drawing as a PNG file. Letters are those of the receipt printer's font, so that no font need be installed. */
export function asPng({ width, height, shapes }: Drawing): Uint8Array {
  const picture = new PNG({ width, height, colorType: 2 });
  for (const shape of shapes) {
    if (shape.kind === 'box') fillBox(picture, shape);
    else drawText(picture, shape);
  }
  return PNG.sync.write(picture, { colorType: 2, inputHasAlpha: true });
}

function fillBox(picture: PNG, { x, y, width, height, fill }: Box): void {
  const colour = rgb(fill);
  const left = Math.round(x);
  const top = Math.round(y);
  // What is thinner than a dot is seen all the same.
  const right = Math.max(left + 1, Math.round(x + width));
  const bottom = Math.max(top + 1, Math.round(y + height));
  for (let row = top; row < bottom; row += 1)
    for (let column = left; column < right; column += 1) dot(picture, column, row, colour);
}

function drawText(picture: PNG, { x, y, text, size, bold, anchor, fill }: Text): void {
  const scale = size === 'large' ? 2 : 1;
  const colour = rgb(fill);
  const characters = [...text];
  const width = characters.length * glyphWidth * scale;
  const left = Math.round(anchor === 'end' ? x - width : anchor === 'middle' ? x - width / 2 : x);
  const top = Math.round(y) - baseline * scale;
  for (const [index, character] of characters.entries()) {
    if (character === ' ') continue;
    drawGlyph(picture, glyphOf(character) ?? missing, left + index * glyphWidth * scale, top, scale, bold, colour);
  }
}

function drawGlyph(
  picture: PNG,
  glyph: Glyph,
  left: number,
  top: number,
  scale: number,
  bold: boolean,
  colour: readonly [number, number, number],
): void {
  for (let row = 0; row < glyphHeight; row += 1) {
    for (let column = 0; column < glyphWidth; column += 1) {
      if (((glyph[row] ?? 0) & (0x8000 >> column)) === 0) continue;
      // Bold: struck twice, one dot apart.
      for (let across = 0; across < scale + (bold ? 1 : 0); across += 1) {
        for (let down = 0; down < scale; down += 1) {
          dot(picture, left + column * scale + across, top + row * scale + down, colour);
        }
      }
    }
  }
}

function dot(
  { width, height, data }: PNG,
  x: number,
  y: number,
  [red, green, blue]: readonly [number, number, number],
) {
  if (x < 0 || y < 0 || x >= width || y >= height) return;
  data.set([red, green, blue, 255], (y * width + x) * 4);
}
