import { BreakLine, CharacterSet, type PrinterTypes, ThermalPrinter } from 'node-thermal-printer';
import { unreachable } from '../../src/platform/brand.ts';
import type { Align, Bitmap, DrawerPulse, PaperWidth, ReceiptDocument, ReceiptElement } from './document.ts';
import { layOut, type TextLine } from './layout.ts';
import { inCodePage, printableText } from './printable-text.ts';
import { drawLine } from './text-image.ts';

/** What a printer's language has its own commands for; text, size, weight and place are the library's. */
export interface ComposerLanguage {
  readonly type: PrinterTypes;
  /** Before everything: takes back what an earlier document has set. */
  readonly initialise: Uint8Array;
  /** After the code page: distance of lines, font. */
  readonly begin: Uint8Array;
  /** null: can't be printed on this paper. */
  barcode(symbology: 'CODE128' | 'EAN13', data: string, paper: PaperWidth): Uint8Array | null;
  /** At most {@link largestQr} bytes. */
  qrCode(data: string): Uint8Array;
  image(image: Bitmap): Uint8Array;
  readonly cut: Uint8Array;
  drawer(pulse: DrawerPulse): Uint8Array;
}

/** The most a QR code on a till roll may hold, in bytes of UTF-8: 69 modules a side at level M. */
export const largestQr = 300;

/**
 * A document as bytes for a printer: initialisation, code page 858, then the elements in order. Complete in itself: it depends on
 * nothing that was printed before. One library object per document, because the library keeps believing in a code page that its own
 * `cut` has reset (node-thermal-printer 4.6.1).
 *
 * Never throws for data: a bar code or QR code that can't be printed on this paper is printed as text.
 */
export function composeReceipt(document: ReceiptDocument, paper: PaperWidth, language: ComposerLanguage): Uint8Array {
  const printer = new ThermalPrinter({
    type: language.type,
    // None: the library only composes.
    interface: '',
    width: paper.columns,
    characterSet: CharacterSet.PC858_EURO,
    breakLine: BreakLine.NONE,
  });
  addBytes(printer, language.begin);
  for (const element of document.elements) addElement(printer, element, paper, language);
  return Buffer.concat([language.initialise, printer.getBuffer()]);
}

function addElement(
  printer: ThermalPrinter,
  element: ReceiptElement,
  paper: PaperWidth,
  language: ComposerLanguage,
): void {
  switch (element.kind) {
    case 'text':
    case 'left-right':
    case 'columns':
    case 'rule':
      for (const line of layOut(element, paper.columns)) addLine(printer, line, paper, language);
      return;
    case 'barcode':
      addBarcode(printer, element.symbology, printableText(element.data), paper, language);
      return;
    case 'qr':
      addQrCode(printer, printableText(element.data), element.align ?? 'center', paper, language);
      return;
    case 'image':
      align(printer, element.align ?? 'center');
      addBytes(printer, language.image(fitting(element.image, paper)));
      return;
    case 'feed':
      for (let line = 0; line < element.lines; line += 1) printer.newLine();
      return;
    case 'cut':
      addBytes(printer, language.cut);
      return;
    case 'drawer':
      addBytes(printer, language.drawer(element.pulse));
      return;
    default:
      unreachable(element);
  }
}

function addLine(printer: ThermalPrinter, line: TextLine, paper: PaperWidth, language: ComposerLanguage): void {
  if (!inCodePage(line.text)) {
    align(printer, 'left');
    addBytes(printer, language.image(drawLine(line, paper.dots)));
    return;
  }
  const { bold = false, underline = false, wide = false, tall = false } = line.style;
  align(printer, line.align);
  // The size first: ESC ! also resets bold and underline.
  if (wide && tall) printer.setTextQuadArea();
  else if (wide) printer.setTextDoubleWidth();
  else if (tall) printer.setTextDoubleHeight();
  if (bold) printer.bold(true);
  if (underline) printer.underline(true);
  printer.print(line.text);
  printer.newLine();
  if (bold) printer.bold(false);
  if (underline) printer.underline(false);
  if (wide || tall) printer.setTextNormal();
}

function addBarcode(
  printer: ThermalPrinter,
  symbology: 'CODE128' | 'EAN13',
  data: string,
  paper: PaperWidth,
  language: ComposerLanguage,
): void {
  const bytes = language.barcode(symbology, data, paper);
  if (bytes === null) {
    addText(printer, data, paper, language);
    return;
  }
  align(printer, 'center');
  addBytes(printer, bytes);
}

/** What does not fit on the paper is cut off at the right. */
function fitting(image: Bitmap, paper: PaperWidth): Bitmap {
  if (image.width <= paper.dots) return image;
  const stride = Math.ceil(image.width / 8);
  const kept = paper.dots / 8;
  const rows = new Uint8Array(kept * image.height);
  for (let row = 0; row < image.height; row += 1) {
    rows.set(image.rows.subarray(row * stride, row * stride + kept), row * kept);
  }
  return { width: paper.dots, height: image.height, rows };
}

function addQrCode(
  printer: ThermalPrinter,
  data: string,
  where: Align,
  paper: PaperWidth,
  language: ComposerLanguage,
): void {
  if (data === '' || Buffer.byteLength(data) > largestQr) {
    addText(printer, data, paper, language);
    return;
  }
  align(printer, where);
  addBytes(printer, language.qrCode(data));
}

function addText(printer: ThermalPrinter, text: string, paper: PaperWidth, language: ComposerLanguage): void {
  addElement(printer, { kind: 'text', text, align: 'center' }, paper, language);
}

function align(printer: ThermalPrinter, where: Align): void {
  if (where === 'left') printer.alignLeft();
  else if (where === 'center') printer.alignCenter();
  else printer.alignRight();
}

function addBytes(printer: ThermalPrinter, bytes: Uint8Array): void {
  printer.add(Buffer.from(bytes));
}
