import { type ReceiptNumber, receiptNumber, type TerminalId } from '../platform/ids.ts';
import type { NumberRange } from './journal.ts';
import { countOf } from './ranges.ts';

/** One thing that was not as it should be, or that was done about it. */
export interface Finding {
  /** Stable, e.g. `tape.torn`. */
  readonly code: string;
  /** For the trader. */
  readonly words: string;
  /** For whoever looks into it: files, offsets, messages. */
  readonly details: readonly string[];
}

/** What a start (or a verification) found in the journal. */
export interface JournalReport {
  /**
   * - `new`: this terminal had no journal yet;
   * - `whole`: no damage; at most the format was an older one;
   * - `repaired`: there was damage; every record is there;
   * - `one-copy`: every record is there, but only one of the two copies can be written;
   * - `loss`: records are gone from both copies.
   */
  readonly outcome: 'new' | 'whole' | 'repaired' | 'one-copy' | 'loss';
  readonly findings: readonly Finding[];
  readonly records: number;
  readonly sales: number;
  readonly unconfirmed: number;
  readonly lastReceipt: ReceiptNumber | null;
  /** Records that one copy lacked and got from the other. */
  readonly restoredToStore: number;
  readonly restoredToTape: number;
  /** Receipts that were given and are in neither copy. */
  readonly lostReceipts: readonly ReceiptNumber[];
  /** Records (of any kind) that are in neither copy. */
  readonly lostRecords: number;
  /** Receipt numbers that will never be given, because they may have been. */
  readonly skippedReceipts: readonly ReceiptNumber[];
  /** Where damaged files were put. */
  readonly setAside: readonly string[];
  /** All of it in plain words, the worst first. */
  readonly words: readonly string[];
}

export type ReportFacts = Omit<JournalReport, 'outcome' | 'words'> & {
  readonly isNew: boolean;
  readonly oneCopy: boolean;
};

export function makeReport({ isNew, oneCopy, ...facts }: ReportFacts): JournalReport {
  const loss = facts.lostRecords > 0 || facts.lostReceipts.length > 0;
  const damage = facts.findings.filter(({ code }) => code !== 'store.migrated');
  let outcome: JournalReport['outcome'] = damage.length > 0 ? 'repaired' : 'whole';
  if (isNew) outcome = 'new';
  if (oneCopy) outcome = 'one-copy';
  if (loss) outcome = 'loss';
  const words: string[] = [];
  if (facts.lostReceipts.length > 0) {
    words.push(
      `${facts.lostReceipts.length} receipt(s) can't be recovered: ${spans(facts.lostReceipts)}. ` +
        'Enter these sales again from the paper receipts.',
    );
  }
  if (facts.lostRecords > 0) words.push(`${facts.lostRecords} record(s) are gone from both copies of the journal.`);
  if (facts.skippedReceipts.length > 0) {
    words.push(`To be sure that no receipt number is given twice, ${spans(facts.skippedReceipts)} will not be used.`);
  }
  words.push(...facts.findings.map((finding) => finding.words));
  const found = `${facts.records} records, ${facts.sales} sales, ${facts.unconfirmed} of them not yet in Magento.`;
  words.push(loss ? `The journal has ${found}` : `The journal is complete: ${found}`);
  return { ...facts, outcome, words };
}

/** Numbers of `ranges` as receipts; at most 10,000 are spelled out. */
export function receiptsOf(terminal: TerminalId, ranges: readonly NumberRange[]): ReceiptNumber[] {
  const receipts: ReceiptNumber[] = [];
  for (const { from, through } of ranges) {
    for (let counter = from; counter <= through && receipts.length < 10_000; counter++) {
      receipts.push(receiptNumber(terminal, counter));
    }
  }
  return receipts;
}

function spans(receipts: readonly ReceiptNumber[]): string {
  return receipts.length <= 6 ? receipts.join(', ') : `${receipts[0]} to ${receipts.at(-1)} (${receipts.length})`;
}

export function plural(ranges: readonly NumberRange[]): string {
  return `${countOf(ranges)} record(s): ${ranges.map(({ from, through }) => (from === through ? from : `${from}–${through}`)).join(', ')}`;
}
