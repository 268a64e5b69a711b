import type { PaperWidth, ReceiptDocument } from '../../drivers/printer/document.ts';
import { composeEscpos } from '../../drivers/printer/escpos-composer.ts';
import { paperText } from '../../drivers/printer/paper-text.ts';
import type { PaperReceipt } from '../../drivers/printer/virtual-paper.ts';
import { VirtualPrinter } from '../../drivers/printer/virtual-printer.ts';
import { silentLogger } from '../../src/platform/log.ts';

/** Composes a document, lets the virtual printer print its bytes, and gives what came out. Any problem is an error. */
export function printOnPaper(document: ReceiptDocument, paper: PaperWidth): PaperReceipt {
  const printer = new VirtualPrinter({ paper, log: silentLogger });
  printer.receive(composeEscpos(document, paper));
  if (printer.problems.length > 0) throw new Error(`The printer reports: ${printer.problems.join('; ')}`);
  return printer.receipts.at(-1) ?? printer.current;
}

export const printAsText = (document: ReceiptDocument, paper: PaperWidth): string =>
  paperText(printOnPaper(document, paper), paper);
