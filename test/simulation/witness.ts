import type { PrintJob } from '../../drivers/printer/printer.ts';
import type { LiveJournal } from '../../src/journal/journal-log.ts';
import type { Money } from '../../src/money/money.ts';
import { decimal } from '../../src/money/money.ts';
import type { ReceiptNumber } from '../../src/platform/ids.ts';
import type { CompletedSale } from '../../src/register/sale.ts';
import type { Onlooker } from './devices.ts';
import type { Findings } from './findings.ts';
import { read, receiptShown } from './reading.ts';
import type { Trace } from './trace.ts';

/** Remembers what the till has told people: after that a sale is sold, whatever happens. */
export class Witness implements Onlooker {
  /** By receipt number; the total where it was shown. */
  readonly acknowledged = new Map<string, Money | null>();
  /** Those of them that {@link check} has not found in the journal yet. */
  readonly #unseen = new Set<string>();
  readonly #findings: Findings;
  readonly #trace: Trace;
  #rows = '';

  constructor(findings: Findings, trace: Trace) {
    this.#findings = findings;
    this.#trace = trace;
  }

  displayed(rows: readonly string[]): void {
    const text = rows.join('|');
    if (text === this.#rows) return;
    this.#rows = text;
    this.#trace.note(`display ${text}`);
    const receipt = receiptShown(rows);
    const screen = read(rows);
    if (receipt !== null && screen.kind === 'completed') this.#sold(receipt, screen.total);
  }

  printed(job: PrintJob, whole: boolean): void {
    this.#trace.note(`printed ${job.id} ${whole ? 'whole' : 'in part'} ${job.bytes.length}`);
    if (/-\d{8}$/.test(job.id)) this.#sold(job.id, null);
  }

  /** A display said that it is sold, without its number. */
  told(receipt: ReceiptNumber): void {
    this.#sold(receipt, null);
  }

  /**
   * Everything acknowledged is in the journal, with the same total. `unchanged`: what was there when it was last looked for lies
   * on the disk as it did, so that only what came since is looked for. `pruned`: what need not be there any more.
   */
  check(
    journal: Pick<LiveJournal, 'saleByReceipt'>,
    { unchanged, pruned }: { readonly unchanged: boolean; readonly pruned: readonly CompletedSale[] },
  ): void {
    const removed = new Map<string, CompletedSale>(pruned.map((sale) => [sale.receiptNumber, sale]));
    const wanted = [...(unchanged ? this.#unseen : this.acknowledged.keys())];
    this.#unseen.clear();
    for (const receipt of wanted) {
      const total = this.acknowledged.get(receipt) ?? null;
      const kept = journal.saleByReceipt(receipt as ReceiptNumber)?.sale ?? removed.get(receipt); // as it was printed
      if (kept === undefined) {
        if (this.#findings.add('acknowledged-is-kept', `${receipt} is not in the journal`)) this.#findings.lost += 1;
      } else if (total !== null && kept.totals.grandTotal !== total) {
        const words = `${receipt} is in the journal with ${decimal(kept.totals.grandTotal)}, shown was ${decimal(total)}`;
        if (this.#findings.add('acknowledged-is-kept', words)) this.#findings.lost += 1;
      }
    }
  }

  #sold(receipt: string, total: Money | null): void {
    const before = this.acknowledged.get(receipt);
    if (before != null && total !== null && before !== total) {
      const words = `${receipt} was given to a sale of ${decimal(before)} and to one of ${decimal(total)}`;
      this.#findings.add('receipt-numbers', words);
    }
    this.acknowledged.set(receipt, total ?? before ?? null);
    this.#unseen.add(receipt);
  }
}
