import { PrinterTypes } from 'node-thermal-printer';
import type { PaperWidth, ReceiptDocument } from './document.ts';
import { type ComposerLanguage, composeReceipt } from './receipt-composer.ts';
import {
  starBarcode,
  starBegin,
  starCut,
  starDrawerPulse,
  starImage,
  starInitialise,
  starQrCode,
} from './star-symbols.ts';

const star: ComposerLanguage = {
  type: PrinterTypes.STAR,
  initialise: starInitialise,
  begin: starBegin,
  barcode: starBarcode,
  qrCode: starQrCode,
  image: starImage,
  cut: starCut,
  drawer: starDrawerPulse,
};

/** A document as bytes for a printer in Star Line Mode; see {@link composeReceipt}. */
export function composeStar(document: ReceiptDocument, paper: PaperWidth): Uint8Array {
  return composeReceipt(document, paper, star);
}
