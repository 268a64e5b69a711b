import type { ReceiptDocument } from '../../drivers/printer/document.ts';
import { paperWidths } from '../../drivers/printer/document.ts';
import { composeEscpos } from '../../drivers/printer/escpos-composer.ts';
import type { PrintJob } from '../../drivers/printer/printer.ts';
import { composeStar } from '../../drivers/printer/star-composer.ts';
import type { TerminalConfig } from '../config/schema.ts';
import type { Language } from '../languages/language.ts';
import type { Instant } from '../platform/clock.ts';
import { composeSaleReceipt } from '../receipts/sale-receipt.ts';
import { composeShiftReport } from '../receipts/shift-report.ts';
import type { ShopPrint } from '../receipts/shop-print.ts';
import type { Receipts } from '../till/ports.ts';
import { currencyFormat } from './settings.ts';
import { testPage } from './test-page.ts';

/** What the till prints, as bytes for its printer. `online` is asked at the moment of printing. */
export function createReceipts(
  config: TerminalConfig,
  language: Language,
  online: () => boolean,
): Receipts & { testPage(at: Instant): PrintJob } {
  const { receipt, devices } = config;
  const compose = devices.printer?.driver === 'star' ? composeStar : composeEscpos;
  const paper = paperWidths[devices.printer?.columns ?? 42];
  const shop: ShopPrint = {
    words: language.receipts,
    currency: currencyFormat(config),
    header: receipt.header,
    taxNumber: receipt.taxNumber === '' ? null : receipt.taxNumber,
    footer: receipt.footer,
  };
  const job = (document: ReceiptDocument): PrintJob => ({
    id: document.title,
    bytes: compose(document, paper),
  });
  return {
    sale: (sale, { copy }) => job(composeSaleReceipt(sale, shop, { copy, offline: !online() })),
    testPage: (at) =>
      job(testPage({ terminalId: config.terminal.id, at: new Date(at).toISOString(), columns: paper.columns })),
    shift: (report) => job(composeShiftReport(report, report, report.terminalId, shop)),
  };
}
