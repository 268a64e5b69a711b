import { documentId, documentIn } from '../../src/journal/document.ts';
import type { JournalEntry, JournalRecord, PrunedRecord } from '../../src/journal/journal.ts';
import type { LiveJournal } from '../../src/journal/journal-log.ts';
import type { JournalReport } from '../../src/journal/report.ts';
import { key } from '../../src/journal/store-copy.ts';
import type { CompletedSale } from '../../src/register/sale.ts';
import { checkSale, noFindings } from '../sweep/ledger-check.ts';
import type { Cash } from './cash.ts';
import type { Findings } from './findings.ts';
import { type Evidence, receiptNumbers, stock } from './judge.ts';
import type { RunningTill } from './machine.ts';

export interface InspectorParts extends Omit<Evidence, 'till' | 'reader' | 'pruned'> {
  readonly findings: Findings;
  readonly cash: Cash;
  /** What the database holds on the disk. */
  readonly stored: () => ReadonlyMap<string, Uint8Array>;
  /** For how long network, shop and disk have been in order. */
  readonly calmFor: () => number;
  /** Milliseconds since the world began. */
  readonly now: () => number;
}

/** A till that has started, as far as its records go. */
interface Restarted {
  readonly journal: Pick<LiveJournal, 'records'>;
  readonly report: Pick<JournalReport, 'outcome'>;
}

interface Read {
  readonly record: JournalRecord;
  readonly identity: string;
  readonly bytes: Uint8Array | undefined;
}

/** How many of them, from the first on, lie on the disk as they did. */
function unchangedOf(read: readonly Read[], stored: ReadonlyMap<string, Uint8Array>): number {
  const changed = read.findIndex(
    ({ record, bytes }) => bytes === undefined || stored.get(key.record(record.sequence)) !== bytes,
  );
  return changed < 0 ? read.length : changed;
}

/** After so long without trouble nothing waits any more: the longest pause between two attempts, and the attempts. */
const drainsWithin = 45 * 60_000;
/** A delivery loop that has not turned for so long is dead. */
const deadAfter = 180_000;

/**
 * Judges while the world goes on: at every record that is acknowledged, at every restart, at every quiet moment, and from
 * time to time.
 */
export class Inspector {
  readonly #parts: InspectorParts;
  /** What the journal gave at the last restart, with what lay on the disk then. */
  #read: readonly Read[] = [];
  /** What was acknowledged, by sequence. */
  readonly #kept = new Map<number, string>();
  readonly #sales = new Map<string, { readonly sale: CompletedSale; readonly sequence: number }>();
  #pruned: PrunedRecord | null = null;
  /** When each document was first known of. */
  readonly #since = new Map<string, number>();

  constructor(parts: InspectorParts) {
    this.#parts = parts;
  }

  /** An append has resolved: from now on the record is there after any restart. */
  acknowledged(record: JournalRecord): void {
    const { sequence, entry } = record;
    const before = this.#kept.get(sequence);
    if (before !== undefined) this.#find('acknowledged-is-kept', `record ${sequence} was given twice: ${before}`);
    this.#kept.set(sequence, identity(entry));
    this.#know(record);
    if (entry.kind === 'delivery' && entry.delivery.state === 'confirmed') this.#confirmed(entry.delivery.documentId);
    if (entry.kind === 'shift-closed' && entry.counted !== null && entry.counted !== entry.expected) {
      const { counted, expected, shiftId } = entry;
      this.#find('cash-in-drawer', `${counted} counted at the end of shift ${shiftId}, expected ${expected}`);
    }
  }

  /**
   * The till has started: everything acknowledged is there, the same as it was, and the receipts are in one row. True: all that
   * the journal gave before lies on the disk as it did, and was not asked for again.
   */
  async restarted({ journal, report }: Restarted): Promise<boolean> {
    const before = this.#read;
    const same = report.outcome === 'whole' ? unchangedOf(before, this.#parts.stored()) : 0;
    const read = before.slice(0, same);
    const stored = this.#parts.stored();
    for await (const record of journal.records((read.at(-1)?.record.sequence ?? 0) + 1)) {
      read.push({ record, identity: identity(record.entry), bytes: stored.get(key.record(record.sequence)) });
      this.#know(record);
    }
    this.#read = read;
    const records = read.map(({ record }) => record);
    const present = new Map(read.map((each) => [each.record.sequence, each.identity]));
    const through = this.#pruned?.through ?? 0;
    for (const [sequence, what] of this.#kept) {
      if (sequence <= through || present.get(sequence) === what) continue;
      const now = present.get(sequence) ?? 'not there';
      if (this.#find('acknowledged-is-kept', `record ${sequence}, ${what}, is ${now} after a restart`)) {
        this.#parts.findings.lost += 1;
      }
    }
    receiptNumbers(records, this.#parts.terminal, this.#parts.findings);
    return same === before.length;
  }

  /** Sales that were confirmed, kept for their time and removed. */
  prunedSales(): readonly CompletedSale[] {
    const through = this.#pruned?.through ?? 0;
    return [...this.#sales.values()].filter(({ sequence }) => sequence <= through).map(({ sale }) => sale);
  }

  /** Nobody is being served: drawer and shop are as they should be. */
  quiet(till: RunningTill): void {
    const { cash, findings } = this.#parts;
    const said = cash.compare(till);
    if (said !== null && said.expected !== said.drawer) {
      this.#find('cash-in-drawer', `${said.drawer} in the drawer, the till expects ${said.expected}`);
    }
    stock(this.#parts, findings);
  }

  /** From time to time: the loop that delivers is alive, and what it can deliver it has. `runningFor`: of this till. */
  live({ terminal, journal }: RunningTill, runningFor: number): void {
    const { heartbeatAge } = terminal.control.status().connection;
    if (heartbeatAge > deadAfter)
      this.#find('comes-to-rest', 'the loop that delivers has not turned for three minutes');
    if (Math.min(runningFor, this.#parts.calmFor()) <= drainsWithin) return;
    const longAgo = this.#parts.now() - drainsWithin;
    const stuck = journal
      .unconfirmed()
      .filter(({ delivery }) => delivery.state === 'waiting' && (this.#since.get(delivery.documentId) ?? 0) < longAgo);
    if (stuck.length > 0) {
      this.#find('comes-to-rest', `${stuck.length} still wait after ${drainsWithin / 60_000} minutes without trouble`);
    }
  }

  #confirmed(id: string): void {
    const { shop, sourceCode, findings } = this.#parts;
    const sale = this.#sales.get(id)?.sale;
    if (sale === undefined) return;
    const seen = noFindings();
    checkSale(shop, sale, sourceCode, seen);
    for (const problem of seen.problems) {
      if (!this.#find('magento-exactly-once', `confirmed, but ${problem}`)) continue;
      findings.lost += seen.lost;
      findings.doubled += seen.doubled;
    }
  }

  #know({ sequence, entry }: JournalRecord): void {
    if (entry.kind === 'sale') this.#sales.set(entry.sale.saleId, { sale: entry.sale, sequence });
    if (entry.kind === 'pruned' && entry.through > (this.#pruned?.through ?? 0)) this.#pruned = entry;
    const document = documentIn(entry);
    if (document === null) return;
    const id = documentId(document);
    if (!this.#since.has(id)) this.#since.set(id, this.#parts.now());
  }

  #find(...finding: Parameters<Findings['add']>): boolean {
    return this.#parts.findings.add(...finding);
  }
}

/** What tells a record from any other. */
function identity(entry: JournalEntry): string {
  const document = documentIn(entry);
  if (document !== null) return `${document.kind} ${documentId(document)}`;
  switch (entry.kind) {
    case 'delivery':
      return `delivery ${entry.delivery.documentId} ${entry.delivery.state} ${entry.delivery.attempts}`;
    case 'payment':
      return `payment ${entry.paymentId} ${entry.open}`;
    case 'case':
      return `case ${entry.caseId} ${entry.open}`;
    case 'shift-opened':
    case 'shift-closed':
      return `${entry.kind} ${entry.shiftId}`;
    case 'cash-moved':
      return `cash ${entry.direction} ${entry.amount}`;
    default:
      return entry.kind;
  }
}
