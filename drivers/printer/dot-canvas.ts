import type { Bitmap, TextStyle } from './document.ts';
import { cellHeight, cellWidth, forEachDot, type Glyph, glyphOf, missing } from './font/glyphs.ts';

/** Black dots on white paper; what lies outside is cut off. */
export class DotCanvas {
  readonly width: number;
  readonly height: number;
  readonly #stride: number;
  readonly #rows: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#stride = Math.ceil(width / 8);
    this.#rows = new Uint8Array(this.#stride * height);
  }

  get bitmap(): Bitmap {
    return { width: this.width, height: this.height, rows: this.#rows };
  }

  set(x: number, y: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = y * this.#stride + (x >> 3);
    this.#rows[at] = (this.#rows[at] ?? 0) | (0x80 >> (x & 7));
  }

  fill(left: number, top: number, width: number, height: number): void {
    for (let y = top; y < top + height; y += 1) for (let x = left; x < left + width; x += 1) this.set(x, y);
  }

  image(image: Bitmap, left: number, top: number): void {
    for (let y = 0; y < image.height; y += 1) {
      for (let x = 0; x < image.width; x += 1) if (isBlack(image, x, y)) this.set(left + x, top + y);
    }
  }

  /** One line of text in the printer's font; answers how wide it became. */
  text(text: string, left: number, top: number, style: TextStyle = {}): number {
    const wide = style.wide === true ? 2 : 1;
    const tall = style.tall === true ? 2 : 1;
    const characters = [...text];
    characters.forEach((character, index) => {
      if (character !== ' ') this.#glyph(glyphOf(character) ?? missing, left + index * cellWidth * wide, top, style);
    });
    const width = characters.length * cellWidth * wide;
    if (style.underline === true) this.fill(left, top + cellHeight * tall - 1, width, 1);
    return width;
  }

  #glyph(glyph: Glyph, left: number, top: number, { wide, tall, bold }: TextStyle): void {
    const [across, down] = [wide === true ? 2 : 1, tall === true ? 2 : 1];
    // Emphasised: struck twice, one dot apart.
    const width = across + (bold === true ? 1 : 0);
    forEachDot(glyph, (x, y) => this.fill(left + x * across, top + y * down, width, down));
  }
}

export function isBlack(image: Bitmap, x: number, y: number): boolean {
  const stride = Math.ceil(image.width / 8);
  return ((image.rows[y * stride + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
}
