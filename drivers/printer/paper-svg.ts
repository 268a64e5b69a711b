import type { Align, Bitmap, PaperWidth } from './document.ts';
import { cellHeight, cellWidth, forEachDot, type Glyph, glyphOf, missing } from './font/glyphs.ts';
import { heightOf, knifeDistance, type PaperElement, type PaperReceipt, type TextRun } from './virtual-paper.ts';

/** White at both edges, dots; the paper is wider than what can be printed on it. */
const margin = 32;
const tooth = 8;

/**
 * A printed receipt as an SVG image, dot by dot as thermal paper shows it (8 dots a millimetre): text in a dot font, real bars,
 * QR codes that can be scanned, images. Not cut: the paper goes on at the lower edge.
 */
export function paperSvg(receipt: PaperReceipt, paper: PaperWidth): string {
  const drawing = new Drawing(paper.dots);
  let y = margin;
  for (const element of receipt.elements) {
    drawing.draw(element, y);
    y += heightOf(element);
  }
  const width = paper.dots + 2 * margin;
  const height = y + (receipt.cut ? knifeDistance : margin);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(spoken(receipt))}">`,
    `<defs>${drawing.definitions()}</defs>`,
    `<path fill="#fdfcf8" d="${outline(width, height, receipt.cut)}"/>`,
    `<g transform="translate(${margin} 0)" fill="#2b2a33" shape-rendering="crispEdges">${drawing.body()}</g>`,
    '</svg>',
  ].join('');
}

class Drawing {
  readonly #dots: number;
  readonly #glyphs = new Map<string, Glyph>();
  readonly #parts: string[] = [];

  constructor(dots: number) {
    this.#dots = dots;
  }

  definitions(): string {
    return [...this.#glyphs]
      .map(([character, glyph]) => `<path id="${glyphId(character)}" d="${glyphPath(glyph)}"/>`)
      .join('');
  }

  body(): string {
    return this.#parts.join('');
  }

  draw(element: PaperElement, y: number): void {
    switch (element.kind) {
      case 'line':
        this.#line(element.runs, element.align, y);
        return;
      case 'barcode':
        this.#barcode(element, y);
        return;
      case 'qr':
        this.#qr(element, y);
        return;
      case 'image':
        this.#image(element.image, this.#left(element.image.width, element.align), y);
        return;
    }
  }

  #line(runs: readonly TextRun[], align: Align, y: number): void {
    const widthOf = (run: TextRun): number => [...run.text].length * cellWidth * (run.style.wide === true ? 2 : 1);
    let x = this.#left(
      runs.reduce((total, run) => total + widthOf(run), 0),
      align,
    );
    for (const run of runs) {
      const wide = run.style.wide === true ? 2 : 1;
      const tall = run.style.tall === true ? 2 : 1;
      const width = widthOf(run);
      if (wide * tall > 1) this.#parts.push(`<g transform="translate(${x} ${y}) scale(${wide} ${tall})">`);
      const [left, top] = wide * tall > 1 ? [0, 0] : [x, y];
      this.#text(run.text, left, top);
      // Emphasised: struck twice, one dot apart.
      if (run.style.bold === true) this.#text(run.text, left + 1, top);
      if (wide * tall > 1) this.#parts.push('</g>');
      if (run.style.underline === true) {
        this.#parts.push(`<rect x="${x}" y="${y + cellHeight * tall - 1}" width="${width}" height="2"/>`);
      }
      x += width;
    }
  }

  #text(text: string, left: number, top: number): void {
    let x = left;
    for (const character of text) {
      if (character !== ' ') {
        if (!this.#glyphs.has(character)) this.#glyphs.set(character, glyphOf(character) ?? missing);
        this.#parts.push(`<use href="#${glyphId(character)}" x="${x}" y="${top}"/>`);
      }
      x += cellWidth;
    }
  }

  #barcode(element: Extract<PaperElement, { kind: 'barcode' }>, y: number): void {
    const { widths, text } = element.bars;
    const width = widths.reduce((total, one) => total + one, 0) * element.moduleWidth;
    const left = this.#left(width, element.align);
    let x = left;
    let path = '';
    widths.forEach((modules, index) => {
      const dots = modules * element.moduleWidth;
      if (index % 2 === 0) path += `M${x} ${y}h${dots}v${element.height}h${-dots}z`;
      x += dots;
    });
    this.#parts.push(`<path d="${path}"/>`);
    this.#text(text, left + Math.floor((width - text.length * cellWidth) / 2), y + element.height);
  }

  #qr({ code, data, moduleSize, align }: Extract<PaperElement, { kind: 'qr' }>, top: number): void {
    const left = this.#left(code.side * moduleSize, align);
    let path = '';
    code.modules.forEach((row, y) => {
      row.forEach((dark, x) => {
        if (dark)
          path += `M${left + x * moduleSize} ${top + y * moduleSize}h${moduleSize}v${moduleSize}h${-moduleSize}z`;
      });
    });
    this.#parts.push(`<path class="qr" d="${path}"><title>${escapeXml(data)}</title></path>`);
  }

  #image(image: Bitmap, left: number, top: number): void {
    const stride = Math.ceil(image.width / 8);
    const isBlack = (x: number, y: number): boolean =>
      ((image.rows[y * stride + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
    let path = '';
    for (let y = 0; y < image.height; y += 1) {
      for (let x = 0; x < image.width; x += 1) {
        if (!isBlack(x, y)) continue;
        const start = x;
        while (x < image.width && isBlack(x, y)) x += 1;
        path += `M${left + start} ${top + y}h${x - start}v1h${start - x}z`;
      }
    }
    if (path !== '') this.#parts.push(`<path d="${path}"/>`);
  }

  #left(width: number, align: Align): number {
    if (align === 'left') return 0;
    const room = Math.max(0, this.#dots - width);
    return align === 'right' ? room : Math.floor(room / 2);
  }
}

const glyphId = (character: string): string => `paper-${(character.codePointAt(0) ?? 0).toString(16)}`;

/** Black dots of a row, joined where they touch. */
function glyphPath(glyph: Glyph): string {
  const rows = new Map<number, number[]>();
  forEachDot(glyph, (x, y) => rows.set(y, [...(rows.get(y) ?? []), x]));
  let path = '';
  for (const [y, dots] of rows) {
    let start = 0;
    dots.forEach((x, index) => {
      if (dots[index + 1] === x + 1) return;
      const from = dots[start] ?? x;
      path += `M${from} ${y}h${x + 1 - from}v1h${from - x - 1}z`;
      start = index + 1;
    });
  }
  return path;
}

/** Straight where it was cut off before, toothed where it hangs in the printer or was cut by the tear bar. */
function outline(width: number, height: number, cut: boolean): string {
  if (!cut) return `M0 0H${width}V${height}H0z`;
  const teeth = Math.floor(width / tooth);
  const edge = Array.from({ length: teeth }, (_, index) => `l${-width / teeth} ${index % 2 === 0 ? tooth : -tooth}`);
  return `M0 0H${width}V${height - tooth}${edge.join('')}V0z`;
}

function spoken(receipt: PaperReceipt): string {
  const words = receipt.elements.flatMap((element) => {
    if (element.kind === 'line') return element.runs.map((run) => run.text.trim().replace(/\s+/g, ' '));
    return element.kind === 'barcode' ? [element.bars.text] : [];
  });
  return `Receipt. ${words.filter((text) => text !== '').join('. ')}`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
