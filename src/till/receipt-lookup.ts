import { messageOf } from '../platform/errors.ts';
import { type ReceiptNumber, receiptCounter, receiptNumber, type TerminalId } from '../platform/ids.ts';
import type { FoundReceipt, LastSale } from '../register/facts.ts';
import type { TillParts } from './ports.ts';

type LookupParts = Pick<TillParts, 'journal' | 'settings' | 'log'>;

/** The sale that a scanned barcode or a typed number means, in Magento already or not, with what came back of it before. */
export function findReceipt({ journal, settings, log }: LookupParts, text: string): FoundReceipt {
  const number = meantNumber(settings.terminalId, text);
  if (number === null) return { kind: 'not-found' };
  try {
    const sale = journal.saleByReceipt(number)?.sale;
    if (sale === undefined) return { kind: 'not-found' };
    return { kind: 'sale', sale, before: journal.returnsOf(sale.saleId).map((queued) => queued.return) };
  } catch (error) {
    log.warn({ receiptNumber: number, error: messageOf(error) }, 'a receipt can’t be looked up now');
    return { kind: 'unreadable' };
  }
}

/** `K1-00000042` in any case as on the barcode, or `42` typed. Of other terminals nothing is known here. */
function meantNumber(terminal: TerminalId, text: string): ReceiptNumber | null {
  const code = text.trim().toUpperCase();
  if (receiptCounter(terminal, code) !== undefined) return code as ReceiptNumber;
  return /^[1-9]\d{0,7}$/.test(code) ? receiptNumber(terminal, Number(code)) : null;
}

/** Whether a scanned code can only be one of this terminal's receipts. */
export const looksLikeReceipt = (terminal: TerminalId, code: string): boolean =>
  receiptCounter(terminal, code.trim().toUpperCase()) !== undefined;

/** The last receipt, if it is a sale's. */
export function lastSale({ journal, settings, log }: LookupParts): LastSale | null {
  const counter = journal.nextReceiptCounter - 1;
  if (counter < 1) return null;
  try {
    const sale = journal.saleByReceipt(receiptNumber(settings.terminalId, counter))?.sale;
    return sale === undefined ? null : { receiptNumber: sale.receiptNumber, email: sale.customer?.email || null };
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'the last receipt can’t be looked up now');
    return null;
  }
}
