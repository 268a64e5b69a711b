import { BreakLine, CharacterSet, PrinterTypes, ThermalPrinter } from 'node-thermal-printer';
import { unreachable } from '../../src/platform/brand.ts';
import type { Align, Bitmap, PaperWidth, ReceiptDocument, ReceiptElement } from './document.ts';
import {
  type BarcodeSymbol,
  barcode,
  code128,
  drawerPulse,
  ean13,
  feedAndCut,
  largestQr,
  qrCode,
  rasterImage,
} from './escpos-symbols.ts';
import { layOut, type TextLine } from './layout.ts';
import { inCodePage, printableText } from './printable-text.ts';
import { drawLine, linePitch } from './text-image.ts';

const initialise = Uint8Array.of(0x1b, 0x40);

/**
 * A document as bytes for an ESC/POS printer: `ESC @`, code page 858, then the elements in order. Complete in itself: it depends
 * on nothing that was printed before. One library object per document, because the library keeps believing in a code page that
 * its own `cut` has reset (node-thermal-printer 4.6.1).
 *
 * Never throws for data: a bar code or QR code that can't be printed on this paper is printed as text.
 */
export function composeEscpos(document: ReceiptDocument, paper: PaperWidth): Uint8Array {
  const printer = new ThermalPrinter({
    type: PrinterTypes.EPSON,
    // None: the library only composes.
    interface: '',
    width: paper.columns,
    characterSet: CharacterSet.PC858_EURO,
    breakLine: BreakLine.NONE,
  });
  printer.setLineSpacing(linePitch);
  for (const element of document.elements) addElement(printer, element, paper);
  return Buffer.concat([initialise, printer.getBuffer()]);
}

function addElement(printer: ThermalPrinter, element: ReceiptElement, paper: PaperWidth): void {
  switch (element.kind) {
    case 'text':
    case 'left-right':
    case 'columns':
    case 'rule':
      for (const line of layOut(element, paper.columns)) addLine(printer, line, paper);
      return;
    case 'barcode':
      addBarcode(printer, element.symbology, printableText(element.data), paper);
      return;
    case 'qr':
      addQrCode(printer, printableText(element.data), element.align ?? 'center', paper);
      return;
    case 'image':
      align(printer, element.align ?? 'center');
      addBytes(printer, rasterImage(fitting(element.image, paper)));
      return;
    case 'feed':
      for (let line = 0; line < element.lines; line += 1) printer.newLine();
      return;
    case 'cut':
      addBytes(printer, feedAndCut);
      return;
    case 'drawer':
      addBytes(printer, drawerPulse(element.pulse));
      return;
    default:
      unreachable(element);
  }
}

function addLine(printer: ThermalPrinter, line: TextLine, paper: PaperWidth): void {
  if (!inCodePage(line.text)) {
    align(printer, 'left');
    addBytes(printer, rasterImage(drawLine(line, paper.dots)));
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

function addBarcode(printer: ThermalPrinter, symbology: 'CODE128' | 'EAN13', data: string, paper: PaperWidth): void {
  const symbol = symbology === 'CODE128' ? code128(data) : ean13(data);
  const moduleWidth = symbol === null ? undefined : [3, 2].find((width) => fits(symbol, width, paper));
  if (symbol === null || moduleWidth === undefined) {
    addText(printer, data, paper);
    return;
  }
  align(printer, 'center');
  addBytes(printer, barcode(symbology, symbol, moduleWidth));
}

/** The ten quiet modules on either side may lie in the margin that a printer can't print on (4 to 5 mm). */
const fits = (symbol: BarcodeSymbol, moduleWidth: number, paper: PaperWidth): boolean =>
  symbol.modules * moduleWidth <= paper.dots;

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

function addQrCode(printer: ThermalPrinter, data: string, where: Align, paper: PaperWidth): void {
  if (data === '' || Buffer.byteLength(data) > largestQr) {
    addText(printer, data, paper);
    return;
  }
  align(printer, where);
  addBytes(printer, qrCode(data, 5));
}

function addText(printer: ThermalPrinter, text: string, paper: PaperWidth): void {
  addElement(printer, { kind: 'text', text, align: 'center' }, paper);
}

function align(printer: ThermalPrinter, where: Align): void {
  if (where === 'left') printer.alignLeft();
  else if (where === 'center') printer.alignCenter();
  else printer.alignRight();
}

function addBytes(printer: ThermalPrinter, bytes: Uint8Array): void {
  printer.add(Buffer.from(bytes));
}
