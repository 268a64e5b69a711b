import { inflateRawSync } from 'node:zlib';
import { fixed10x20 } from './fixed-10x20.ts';

/** A printer's font A in dots: the cell one column takes. */
export const cellWidth = 12;
export const cellHeight = 24;

/** Twenty rows; bit 15 is the leftmost of ten dots. */
export type Glyph = readonly number[];

/** The glyph of a character, or undefined where the font has none. Sits at {@link glyphLeft}, {@link glyphTop} in its cell. */
export function glyphOf(character: string): Glyph | undefined {
  glyphs ??= unpack();
  return glyphs.get(character.codePointAt(0) ?? 0);
}

export const glyphLeft = 1;
export const glyphTop = 2;
export const glyphWidth = 10;

let glyphs: Map<number, Glyph> | undefined;

const rowsPerGlyph = 20;

function unpack(): Map<number, Glyph> {
  const packed = inflateRawSync(Buffer.from(fixed10x20, 'base64'));
  const unpacked = new Map<number, Glyph>();
  for (let at = 0; at < packed.length; at += 2 + 2 * rowsPerGlyph) {
    const rows = Array.from({ length: rowsPerGlyph }, (_, row) => packed.readUInt16BE(at + 2 + 2 * row));
    unpacked.set(packed.readUInt16BE(at), rows);
  }
  return unpacked;
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
