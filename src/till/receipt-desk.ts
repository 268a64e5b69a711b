import type { PrintJob, PrintOutcome } from '../../drivers/printer/printer.ts';
import { messageOf } from '../platform/errors.ts';
import { type ReceiptNumber, receiptNumber } from '../platform/ids.ts';
import { cardStanding } from '../register/card-standing.ts';
import type { WorldInput } from '../register/input.ts';
import type { CompletedReturn } from '../register/return.ts';
import type { CompletedSale } from '../register/sale.ts';
import type { ShiftReport } from '../register/shift-report.ts';
import type { TillParts } from './ports.ts';
import { UnprintedReceipts } from './unprinted.ts';

type ReceiptParts = Pick<TillParts, 'printer' | 'receipts' | 'journal' | 'settings' | 'log' | 'unprinted'>;

/** What has a receipt. */
export type Paper =
  | { readonly kind: 'sale'; readonly sale: CompletedSale }
  | { readonly kind: 'return'; readonly return: CompletedReturn };

/** Prints in the background; nothing here can hold up or lose a sale. */
export class ReceiptDesk {
  readonly #parts: ReceiptParts;
  readonly #tell: (input: WorldInput) => void;
  readonly #printing = new Set<Promise<void>>();
  readonly #unprinted: UnprintedReceipts;

  constructor(parts: ReceiptParts, tell: (input: WorldInput) => void) {
    this.#parts = parts;
    this.#tell = tell;
    this.#unprinted = parts.unprinted ?? new UnprintedReceipts();
  }

  /** A sale's receipt for the first time; in the till's language unless another is named. */
  print(number: ReceiptNumber, language?: string): WorldInput | null {
    if (!this.#parts.printer) return { kind: 'receipt-done', receiptNumber: number, printed: false };
    return this.#withPaper(number, (paper) => {
      if (paper) this.#print(paper, false, language);
      return null;
    });
  }

  /** Again, the given receipt or the last one; marked COPY unless nothing of it can be on paper. */
  reprint(wanted: ReceiptNumber | null): WorldInput {
    const number = this.#wanted(wanted);
    return this.#withPaper(number, (paper) => {
      if (!paper) return { kind: 'no-receipt' };
      this.#print(paper, !this.#unprinted.has(number));
      return { kind: 'reprint-begun', receiptNumber: number };
    });
  }

  /** The goods of a sale without prices; no proof of payment, so it may be printed as often as anybody likes. */
  printGift(wanted: ReceiptNumber | null): WorldInput {
    const number = this.#wanted(wanted);
    return this.#withPaper(number, (paper) => {
      if (paper?.kind !== 'sale') return { kind: 'no-receipt' };
      const { sale } = paper;
      this.#inBackground(async () => {
        const outcome = await this.#send(() => this.#parts.receipts.gift(sale));
        if (outcome.kind === 'printed' || outcome.kind === 'sent') return;
        this.#tell({ kind: 'receipt-not-printed', receiptNumber: number, reason: outcome.reason });
      });
      return { kind: 'reprint-begun', receiptNumber: number };
    });
  }

  /** A receipt that says that it is none. */
  printTraining(receiptNumber: ReceiptNumber, paper: Paper): WorldInput | null {
    if (!this.#parts.printer) return { kind: 'receipt-done', receiptNumber, printed: false };
    this.#inBackground(async () => {
      const outcome = await this.#send(() => this.#compose(paper, { copy: false, training: true }));
      if (outcome.kind === 'printed' || outcome.kind === 'sent')
        this.#tell({ kind: 'receipt-done', receiptNumber, printed: true });
      else this.#tell({ kind: 'receipt-not-printed', receiptNumber, reason: outcome.reason });
    });
    return null;
  }

  printShift(report: ShiftReport): WorldInput | null {
    if (!this.#parts.printer) return null;
    this.#inBackground(async () => {
      const outcome = await this.#send(() => this.#parts.receipts.shift(report));
      if (outcome.kind === 'not-printed' || outcome.kind === 'unknown') {
        this.#tell({ kind: 'receipt-not-printed', receiptNumber: null, reason: outcome.reason });
      }
    });
    return null;
  }

  /** Resolves when nothing is being printed any more. */
  async settled(): Promise<void> {
    while (this.#printing.size > 0) await Promise.all(this.#printing);
  }

  /** The last one where none is named. */
  #wanted(wanted: ReceiptNumber | null): ReceiptNumber {
    const { journal, settings } = this.#parts;
    return wanted ?? receiptNumber(settings.terminalId, journal.nextReceiptCounter - 1);
  }

  /** While the journal's database is being restored nothing can be looked up: then nothing is printed, and the till says so. */
  #withPaper<Answer>(number: ReceiptNumber, use: (paper: Paper | undefined) => Answer): Answer | WorldInput {
    let paper: Paper | undefined;
    try {
      const found = this.#parts.journal.documentByReceipt(number);
      paper = found?.kind === 'sale' || found?.kind === 'return' ? found : undefined;
    } catch (error) {
      this.#parts.log.error({ receiptNumber: number, error: messageOf(error) }, 'a receipt could not be looked up');
      return { kind: 'receipt-not-printed', receiptNumber: number, reason: messageOf(error) };
    }
    return use(paper);
  }

  #compose(
    paper: Paper,
    how: { readonly copy: boolean; readonly training?: boolean; readonly language?: string },
  ): PrintJob {
    const { receipts } = this.#parts;
    if (paper.kind === 'return') return receipts.return(paper.return, how);
    return receipts.sale(paper.sale, { ...how, later: this.#later(paper.sale), mailed: this.#mailed(paper.sale) });
  }

  #print(paper: Paper, copy: boolean, language?: string): void {
    const number = paper.kind === 'sale' ? paper.sale.receiptNumber : paper.return.receiptNumber;
    this.#inBackground(async () => {
      const outcome = await this.#send(() =>
        this.#compose(paper, { copy, ...(language === undefined ? {} : { language }) }),
      );
      if (outcome.kind === 'printed' || outcome.kind === 'sent') {
        this.#unprinted.remove(number);
        this.#tell({ kind: 'receipt-done', receiptNumber: number, printed: true });
        return;
      }
      if (outcome.kind === 'unknown') this.#unprinted.remove(number);
      else if (!copy) this.#unprinted.add(number);
      this.#tell({ kind: 'receipt-not-printed', receiptNumber: number, reason: outcome.reason });
    });
  }

  /** What has become of its cards meanwhile; while the journal's database is being restored nobody can say. */
  #later(sale: CompletedSale): ReturnType<typeof cardStanding> {
    try {
      const outcomes = this.#parts.journal.outcomesOf(sale.saleId).map(({ outcome }) => outcome);
      return cardStanding(sale, outcomes);
    } catch {
      return null;
    }
  }

  #mailed(sale: CompletedSale): boolean {
    try {
      return this.#parts.journal.mailsOf(sale.saleId).length > 0;
    } catch {
      return false;
    }
  }

  async #send(compose: () => PrintJob): Promise<PrintOutcome> {
    const { printer, log } = this.#parts;
    try {
      return printer ? await printer.print(compose()) : { kind: 'not-printed', reason: 'no printer' };
    } catch (error) {
      log.error({ error: messageOf(error) }, 'a receipt could not be made');
      return { kind: 'unknown', reason: messageOf(error) };
    }
  }

  #inBackground(print: () => Promise<void>): void {
    const job = print().finally(() => this.#printing.delete(job));
    this.#printing.add(job);
  }
}
