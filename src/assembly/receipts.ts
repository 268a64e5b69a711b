import { type Bitmap, type PaperWidth, paperWidths, type ReceiptDocument } from '../../drivers/printer/document.ts';
import { composeEscpos } from '../../drivers/printer/escpos-composer.ts';
import type { PrintJob } from '../../drivers/printer/printer.ts';
import { composeStar } from '../../drivers/printer/star-composer.ts';
import type { TerminalConfig } from '../config/schema.ts';
import type { CheckReport } from '../control/checklist-protocol.ts';
import { english, type Language } from '../languages/language.ts';
import type { Instant } from '../platform/clock.ts';
import { composeChecklist } from '../receipts/checklist.ts';
import { defaultTemplates } from '../receipts/default-templates.ts';
import { composeReturnReceipt } from '../receipts/return-receipt.ts';
import { composeGiftReceipt, composeSaleReceipt } from '../receipts/sale-receipt.ts';
import { composeShiftReport } from '../receipts/shift-report.ts';
import type { ShopPrint } from '../receipts/shop-print.ts';
import { dateAndTime } from '../receipts/shop-print.ts';
import type { CompletedSale } from '../register/sale.ts';
import { translate } from '../screens/phrase-book.ts';
import type { Receipts } from '../till/ports.ts';
import { keypadSheet } from './keypad-sheet.ts';
import { currencyFormat } from './settings.ts';
import { testPage } from './test-page.ts';

export interface TerminalReceipts extends Receipts {
  /** What the keys do; `nameOf` an article, by its SKU. */
  keypadSheet(nameOf: (sku: string) => string): PrintJob;
  checklist(at: Instant, zone: string, report: CheckReport): PrintJob;
  testPage(at: Instant): PrintJob;
  /** As its receipt would be printed again. */
  document(sale: CompletedSale, what: 'receipt' | 'gift', later: 'confirmed' | 'declined' | null): ReceiptDocument;
}

/** What the till prints, as bytes for its printer. `online` is asked at the moment of printing. */
export function createReceipts(
  config: TerminalConfig,
  /** The till's own first; others are printed in where a customer chose one. */
  languages: readonly Language[],
  logo: Bitmap | null,
  online: () => boolean,
  /** What stands above and below, asked at every receipt. */
  receipt: () => TerminalConfig['receipt'] = () => config.receipt,
): TerminalReceipts {
  const paper = paperOf(config);
  const own = languages[0] ?? english;
  const shopIn = (code: string | undefined): ShopPrint =>
    shopPrint({ ...config, receipt: receipt() }, languages.find((each) => each.code === code) ?? own, logo);
  const job = (document: ReceiptDocument): PrintJob => ({
    id: document.title,
    bytes: composeFor(config, document),
  });
  return {
    sale: (sale, { language, training = false, ...how }) =>
      job(composeSaleReceipt(sale, shopIn(language), { ...how, training, offline: !online() })),
    return: (returned, { copy, training = false }) =>
      job(composeReturnReceipt(returned, shopIn(own.code), { copy, training, offline: !online() })),
    keypadSheet: (nameOf) => job(keypadSheet(config, own, nameOf)),
    gift: (sale) => job(composeGiftReceipt(sale, shopIn(own.code), { copy: false, offline: false })),
    checklist: (at, zone, { terminalId, verdict, lines }) =>
      job(
        composeChecklist(
          terminalId,
          dateAndTime(at, zone, own.receipts.date),
          verdict,
          lines,
          own.receipts,
          (english) => translate(own.screens.problems, english),
        ),
      ),
    testPage: (at) =>
      job(testPage({ terminalId: config.terminal.id, at: new Date(at).toISOString(), columns: paper.columns })),
    shift: (report) => job(composeShiftReport(report, shopIn(own.code))),
    document: (sale, what, later) =>
      what === 'gift'
        ? composeGiftReceipt(sale, shopIn(own.code), { copy: false, offline: false })
        : composeSaleReceipt(sale, shopIn(own.code), { copy: true, later, offline: !online() }),
  };
}

/** What of the shop stands on its paper. */
export function shopPrint(config: TerminalConfig, language: Language, logo: Bitmap | null): ShopPrint {
  const { header, footer, taxNumber, templates } = config.receipt;
  return {
    words: language.receipts,
    currency: currencyFormat(config),
    header,
    taxNumber: taxNumber === '' ? null : taxNumber,
    footer,
    logo,
    templates: {
      sale: templates.sale ?? defaultTemplates.sale,
      gift: templates.gift ?? defaultTemplates.gift,
      return: templates.return ?? defaultTemplates.return,
      shift: templates.shift ?? defaultTemplates.shift,
    },
  };
}

/** The roll in the configured printer; without one, 80 mm. */
export const paperOf = ({ devices }: TerminalConfig): PaperWidth => paperWidths[devices.printer?.columns ?? 42];

/** A document in the language of the configured printer. */
export function composeFor(config: TerminalConfig, document: ReceiptDocument): Uint8Array {
  const compose = config.devices.printer?.driver === 'star' ? composeStar : composeEscpos;
  return compose(document, paperOf(config));
}
