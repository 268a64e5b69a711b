import { milliseconds } from '../../src/platform/clock.ts';
import {
  createReceiptPrinter,
  type PrinterLanguage,
  type ReceiptPrinter,
  type ReceiptPrinterOptions,
} from './receipt-printer.ts';
import { StarConversation } from './star-conversation.ts';
import { starDrawerPulse, starRealTimeDrawerPulse } from './star-symbols.ts';

const star: PrinterLanguage = {
  driver: 'star',
  // It answers only when asked.
  lookAgainAfter: milliseconds(200),
  converse: (link, clock, limits, onStatus) => new StarConversation(link, clock, limits, onStatus),
  drawerPulse: starDrawerPulse,
  realTimeDrawerPulse: () => starRealTimeDrawerPulse,
};

/** A printer in Star Line Mode. Its proof of printing is its counter of `ETB`s, which counts when everything before is printed. */
export function createStarPrinter(options: ReceiptPrinterOptions): ReceiptPrinter {
  return createReceiptPrinter(star, options);
}
