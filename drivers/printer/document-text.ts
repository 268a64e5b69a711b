import type { Align, PaperWidth, ReceiptDocument, ReceiptElement } from './document.ts';
import { layOut } from './layout.ts';

/** A document as text, as wide as the paper, with every letter readable whatever the printer draws it with: for previews and logs. */
export function documentText(document: ReceiptDocument, paper: PaperWidth): string {
  const lines = document.elements.flatMap((element) => textOf(element, paper.columns));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function textOf(element: ReceiptElement, columns: number): string[] {
  switch (element.kind) {
    case 'text':
    case 'left-right':
    case 'columns':
    case 'rule':
      return layOut(element, columns).map(({ text, align, style }) =>
        place(style.wide === true ? [...text].map((letter) => `${letter} `).join('') : text, align, columns),
      );
    case 'barcode':
      return [place('||| || ||| |', 'center', columns), place(element.data, 'center', columns)];
    case 'qr':
      return [place(`[QR ${element.data}]`, element.align ?? 'center', columns)];
    case 'image':
      return [place('[picture]', element.align ?? 'center', columns)];
    case 'feed':
      return Array<string>(element.lines).fill('');
    case 'cut':
      return [`${'- '.repeat(Math.floor(columns / 2) - 1)}8<`];
    case 'drawer':
      return [];
  }
}

function place(text: string, align: Align, columns: number): string {
  const room = Math.max(0, columns - [...text].length);
  return ' '.repeat(align === 'left' ? 0 : align === 'right' ? room : Math.floor(room / 2)) + text;
}
