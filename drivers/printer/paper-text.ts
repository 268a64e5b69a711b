import type { Align, PaperWidth } from './document.ts';
import type { PaperElement, PaperReceipt } from './virtual-paper.ts';

/** A printed receipt as text, as wide as the paper: for golden tests, logs and screen readers. */
export function paperText(receipt: PaperReceipt, paper: PaperWidth): string {
  const lines = receipt.elements.flatMap((element) => elementLines(element, paper.columns));
  if (receipt.cut) lines.push(`${'- '.repeat(Math.floor(paper.columns / 2) - 1)}8<`);
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function elementLines(element: PaperElement, columns: number): string[] {
  switch (element.kind) {
    case 'line': {
      const text = element.runs.map((run) => (run.style.wide === true ? spread(run.text) : run.text)).join('');
      return [place(text, element.align, columns)];
    }
    case 'barcode':
      return [
        place(`|||${element.symbology}|||`, element.align, columns),
        place(element.bars.text, element.align, columns),
      ];
    case 'qr':
      return [place(`[QR ${element.data}]`, element.align, columns)];
    case 'image':
      return [place(`[image ${element.image.width}x${element.image.height}]`, element.align, columns)];
  }
}

/** A wide character takes two columns. */
const spread = (text: string): string => [...text].map((character) => `${character} `).join('');

function place(text: string, align: Align, columns: number): string {
  const room = Math.max(0, columns - [...text].length);
  return ' '.repeat(align === 'left' ? 0 : align === 'right' ? room : Math.floor(room / 2)) + text;
}
