import { seconds } from '../../src/platform/clock.ts';
import { EscposConversation } from './escpos-conversation.ts';
import { drawerPulse, realTimeDrawerPulse } from './escpos-symbols.ts';
import {
  createReceiptPrinter,
  type PrinterLanguage,
  type ReceiptPrinter,
  type ReceiptPrinterOptions,
} from './receipt-printer.ts';

const escpos: PrinterLanguage = {
  driver: 'escpos',
  // The printer answers by itself; this is only for a line that has gone silent.
  lookAgainAfter: seconds(1),
  converse: (link, clock, limits, onStatus) => new EscposConversation(link, clock, limits, onStatus),
  drawerPulse,
  realTimeDrawerPulse,
};

/** A printer that speaks ESC/POS (Epson and most others). Its proof of printing is the answer to `GS r 1` after the cut. */
export function createEscposPrinter(options: ReceiptPrinterOptions): ReceiptPrinter {
  return createReceiptPrinter(escpos, options);
}
