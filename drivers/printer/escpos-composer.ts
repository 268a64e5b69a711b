import { PrinterTypes } from 'node-thermal-printer';
import type { PaperWidth, ReceiptDocument } from './document.ts';
import { barcode, code128, drawerPulse, ean13, feedAndCut, qrCode, rasterImage } from './escpos-symbols.ts';
import { type ComposerLanguage, composeReceipt } from './receipt-composer.ts';
import { linePitch } from './text-image.ts';

const escpos: ComposerLanguage = {
  type: PrinterTypes.EPSON,
  initialise: Uint8Array.of(0x1b, 0x40),
  begin: Uint8Array.of(0x1b, 0x33, linePitch),
  barcode(symbology, data, paper) {
    const symbol = symbology === 'CODE128' ? code128(data) : ean13(data);
    // The ten quiet modules on either side may lie in the margin that a printer can't print on (4 to 5 mm).
    const moduleWidth = [3, 2].find((width) => symbol !== null && symbol.modules * width <= paper.dots);
    return symbol === null || moduleWidth === undefined ? null : barcode(symbology, symbol, moduleWidth);
  },
  qrCode: (data) => qrCode(data, 5),
  image: rasterImage,
  cut: feedAndCut,
  drawer: drawerPulse,
};

/** A document as bytes for an ESC/POS printer; see {@link composeReceipt}. */
export function composeEscpos(document: ReceiptDocument, paper: PaperWidth): Uint8Array {
  return composeReceipt(document, paper, escpos);
}
