import type { PaperWidth, ReceiptDocument } from '../../drivers/printer/document.ts';
import { documentText } from '../../drivers/printer/document-text.ts';
import { composeEscpos } from '../../drivers/printer/escpos-composer.ts';
import { paperImage } from '../../drivers/printer/paper-image.ts';
import { pngFromBitmap } from '../../drivers/printer/png-image.ts';
import { VirtualPrinter } from '../../drivers/printer/virtual-printer.ts';
import { money } from '../money/money.ts';
import { HoldfastError } from '../platform/errors.ts';
import { silentLogger } from '../platform/log.ts';
import { composeReturnReceipt } from '../receipts/return-receipt.ts';
import { composeGiftReceipt, composeSaleReceipt } from '../receipts/sale-receipt.ts';
import { sampleCardSale, sampleReturn, sampleSale } from '../receipts/sample-sales.ts';
import { composeShiftReport } from '../receipts/shift-report.ts';
import type { ShopPrint } from '../receipts/shop-print.ts';

/** A document before it is on paper: readable, and as a picture of the paper (PNG). */
export interface DocumentPreview {
  readonly text: string;
  readonly png: Uint8Array;
}

/** Prints on paper that exists in memory only. */
export function previewOf(document: ReceiptDocument, paper: PaperWidth): DocumentPreview {
  const printer = new VirtualPrinter({ paper, log: silentLogger });
  printer.receive(composeEscpos(document, paper));
  const printed = printer.receipts.at(-1) ?? printer.current;
  return { text: documentText(document, paper), png: pngFromBitmap(paperImage(printed, paper)) };
}

/** What `holdfast receipt preview --sample` can show. */
export const sampleKinds = ['sale', 'card', 'provisional', 'copy', 'gift', 'return', 'training', 'x', 'z'] as const;
export type SampleKind = (typeof sampleKinds)[number];

/** A made-up document of that kind with the shop's own words, logo and templates. Throws `cli.no-sample`. */
export function sampleDocument(kind: string, shop: ShopPrint): ReceiptDocument {
  const plain = { copy: false, offline: false };
  switch (kind as SampleKind) {
    case 'sale':
      return composeSaleReceipt(sampleSale(), shop, plain);
    case 'card':
      return composeSaleReceipt(sampleCardSale('approved'), shop, plain);
    case 'provisional':
      return composeSaleReceipt(sampleCardSale('stored'), shop, { copy: false, offline: true });
    case 'copy':
      return composeSaleReceipt(sampleSale(), shop, { copy: true, offline: false });
    case 'gift':
      return composeGiftReceipt(sampleSale(), shop, plain);
    case 'return':
      return composeReturnReceipt(sampleReturn(), shop, plain);
    case 'training':
      return composeSaleReceipt(sampleSale(), shop, { ...plain, training: true });
    case 'x':
    case 'z':
      return sampleReport(kind === 'x' ? 'X' : 'Z', shop);
    default:
      throw new HoldfastError('cli.no-sample', `There is no sample "${kind}".`, {
        remedy: 'operator',
        hint: `There are ${sampleKinds.join(', ')}.`,
      });
  }
}

function sampleReport(kind: 'X' | 'Z', shop: ShopPrint): ReceiptDocument {
  const { shiftId, cashier, stamp, terminalId } = sampleSale();
  const report = {
    kind,
    terminalId,
    shiftId,
    cashier,
    openedAt: stamp,
    at: stamp,
    float: money('100.00'),
    sales: 57,
    cashSales: money('412.35'),
    cardSales: money('780.10'),
    returns: 2,
    cashRefunds: money('10.00'),
    cardRefunds: money('25.00'),
    cashIn: money('20.00'),
    cashOut: money('150.00'),
    expectedCash: money('372.35'),
    counted: kind === 'X' ? null : money('380.00'),
  };
  return composeShiftReport(report, shop);
}
