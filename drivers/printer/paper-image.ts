import type { Align, Bitmap, PaperWidth } from './document.ts';
import { DotCanvas } from './dot-canvas.ts';
import { cellWidth } from './font/glyphs.ts';
import { heightOf, knifeDistance, type PaperElement, type PaperReceipt, type TextRun } from './virtual-paper.ts';

/** White at both edges, dots; the paper is wider than what can be printed on it. */
const margin = 32;

/** A printed receipt as the black dots on its paper, 8 a millimetre; see also {@link ./paper-svg.ts}. */
export function paperImage(receipt: PaperReceipt, paper: PaperWidth): Bitmap {
  const height = receipt.elements.reduce((total, element) => total + heightOf(element), margin);
  const canvas = new DotCanvas(paper.dots + 2 * margin, height + (receipt.cut ? knifeDistance : margin));
  let y = margin;
  for (const element of receipt.elements) {
    draw(canvas, element, paper.dots, y);
    y += heightOf(element);
  }
  return canvas.bitmap;
}

function draw(canvas: DotCanvas, element: PaperElement, dots: number, y: number): void {
  const left = (width: number, align: Align): number => margin + place(dots - width, align);
  switch (element.kind) {
    case 'line': {
      let x = left(sumOf(element.runs.map(widthOf)), element.align);
      for (const run of element.runs) x += canvas.text(run.text, x, y, run.style);
      return;
    }
    case 'barcode': {
      const { widths, text } = element.bars;
      const width = sumOf(widths) * element.moduleWidth;
      const start = left(width, element.align);
      let x = start;
      widths.forEach((modules, index) => {
        const bar = modules * element.moduleWidth;
        if (index % 2 === 0) canvas.fill(x, y, bar, element.height);
        x += bar;
      });
      canvas.text(text, start + Math.floor((width - text.length * cellWidth) / 2), y + element.height);
      return;
    }
    case 'qr': {
      const { code, moduleSize, align } = element;
      const start = left(code.side * moduleSize, align);
      code.modules.forEach((row, down) => {
        row.forEach((dark, across) => {
          if (dark) canvas.fill(start + across * moduleSize, y + down * moduleSize, moduleSize, moduleSize);
        });
      });
      return;
    }
    case 'image':
      canvas.image(element.image, left(element.image.width, element.align), y);
      return;
  }
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const widthOf = (run: TextRun): number => [...run.text].length * cellWidth * (run.style.wide === true ? 2 : 1);

function place(room: number, align: Align): number {
  if (align === 'left') return 0;
  return align === 'right' ? Math.max(0, room) : Math.max(0, Math.floor(room / 2));
}
