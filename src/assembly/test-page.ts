import type { ReceiptDocument } from '../../drivers/printer/document.ts';

/** What a printer prints on `holdfast devices test printer`: everything a receipt uses, so that one look shows what is missing. */
export function testPage(facts: {
  readonly terminalId: string;
  readonly at: string;
  readonly columns: number;
}): ReceiptDocument {
  const ruler = Array.from({ length: facts.columns }, (_, index) => String((index + 1) % 10)).join('');
  return {
    title: 'test page',
    elements: [
      { kind: 'text', text: 'Holdfast test page', align: 'center', style: { bold: true, tall: true } },
      { kind: 'left-right', left: facts.terminalId, right: facts.at },
      { kind: 'rule' },
      { kind: 'text', text: ruler },
      { kind: 'text', text: 'left' },
      { kind: 'text', text: 'centre', align: 'center' },
      { kind: 'text', text: 'right', align: 'right' },
      { kind: 'text', text: 'bold', style: { bold: true } },
      { kind: 'text', text: 'underlined', style: { underline: true } },
      { kind: 'text', text: 'wide', style: { wide: true } },
      { kind: 'text', text: 'tall', style: { tall: true } },
      { kind: 'text', text: 'wide and tall', style: { wide: true, tall: true } },
      { kind: 'text', text: 'Code page: € ä ö ü ß é ñ ø' },
      { kind: 'text', text: 'As an image: Ł Ω Ж' },
      { kind: 'barcode', symbology: 'CODE128', data: 'HOLDFAST-0123' },
      { kind: 'barcode', symbology: 'EAN13', data: '4006381333931' },
      { kind: 'qr', data: 'https://example.com/holdfast' },
      { kind: 'feed', lines: 1 },
      { kind: 'cut' },
    ],
  };
}
