import { encodeFrame, recordOf } from '../../src/journal/frame.ts';
import type { DocumentCounts, Journal, JournalEntry, JournalRecord, OpenShift } from '../../src/journal/journal.ts';
import { checkEntry, documentIdOf, emptyLedger, type Ledger } from '../../src/journal/ledger.ts';
import { Lookups } from '../../src/journal/lookups.ts';
import { OpenSubjects } from '../../src/journal/open-subjects.ts';
import { Planner } from '../../src/journal/planner.ts';
import { Queue } from '../../src/journal/queue.ts';
import { type Clock, stamp } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { type TerminalId, terminalId } from '../../src/platform/ids.ts';
import { MemoryStore } from '../../src/platform/memory-store.ts';

/** How an append goes wrong: nothing is kept, or everything is and only the answer is bad. */
export type Failure = 'before' | 'after';

/**
 * A journal in memory, made of the real one's indexes, that can refuse. What was kept outlives a "crash": hand it to the
 * next one.
 */
export class MemoryJournal implements Journal {
  readonly kept: JournalRecord[] = [];
  /** Decides for every entry; null: it is kept. */
  fails: (entry: JournalEntry) => Failure | null = () => null;
  /** While the database is being restored nothing can be looked up. */
  unreadable = false;
  readonly #clock: Clock;
  readonly #terminal: TerminalId;
  readonly #store = new MemoryStore();
  readonly #queue = new Queue();
  readonly #open = new OpenSubjects();
  readonly #lookups: Lookups;
  #ledger: Ledger = emptyLedger;

  constructor(clock: Clock, kept: readonly JournalRecord[] = [], terminal: TerminalId = terminalId('K1')) {
    this.#clock = clock;
    this.#terminal = terminal;
    this.#lookups = new Lookups({
      terminalId: terminal,
      queue: this.#queue,
      open: this.#open,
      store: () => this.#store,
      storeError: () => null,
      distrust: () => {},
    });
    for (const record of kept) this.#keep(record);
  }

  async append(entry: JournalEntry): Promise<JournalRecord> {
    await Promise.resolve();
    const failure = this.fails(entry);
    const record = { sequence: this.kept.length + 1, stamp: stamp(this.#clock), entry };
    const kept = failure === 'before' ? record : this.#keep(record);
    if (failure === null) return kept;
    throw new HoldfastError('journal.disk-full', 'The disk is full', { remedy: 'operator' });
  }

  #keep(record: JournalRecord): JournalRecord {
    const planner = new Planner(this.#terminal, this.#ledger, this.#lookups.indexes());
    const id = documentIdOf(record.entry);
    const place = id === undefined ? undefined : planner.place(id);
    checkEntry(this.#ledger, this.#terminal, record.entry, place);
    const reinstated = this.#lookups.reinstatedBy(record.entry, place);
    // As on a disk: nothing of the record is shared with who wrote it.
    const frame = encodeFrame(record, Buffer.from(this.#ledger.head, 'hex'));
    planner.addFrame(frame);
    const plan = planner.finish();
    void this.#store.write(plan.changes, { durable: true });
    const kept = recordOf(frame);
    this.#ledger = plan.ledger;
    this.#open.apply(plan, (name) => this.#lookups.historyIfReadable(name));
    this.#queue.apply(kept, reinstated);
    this.kept.push(kept);
    return kept;
  }

  get nextReceiptCounter(): number {
    return this.#ledger.nextReceiptCounter;
  }

  get openShift(): OpenShift | null {
    return this.#ledger.openShift;
  }

  get counts(): DocumentCounts {
    const { sales, returns, waiting, parked, confirmed, withdrawn } = this.#ledger;
    return { sales, returns, waiting, parked, confirmed, withdrawn };
  }

  document: Journal['document'] = (id) => this.#readable().document(id);
  documentByReceipt: Journal['documentByReceipt'] = (receipt) => this.#readable().documentByReceipt(receipt);
  sale: Journal['sale'] = (id) => this.#readable().sale(id);
  saleByReceipt: Journal['saleByReceipt'] = (receipt) => this.#readable().saleByReceipt(receipt);
  returnsOf: Journal['returnsOf'] = (sale) => this.#readable().returnsOf(sale);
  mailsOf: Journal['mailsOf'] = (sale) => this.#readable().mailsOf(sale);
  outcomesOf: Journal['outcomesOf'] = (sale) => this.#readable().outcomesOf(sale);
  unconfirmed: Journal['unconfirmed'] = () => this.#queue.list();
  openSubjects: Journal['openSubjects'] = (kind) => this.#open.list(kind);
  history: Journal['history'] = (kind, id) => this.#readable().history(kind, id);
  subjects: Journal['subjects'] = (kind, wish) => this.#readable().subjects(kind, wish);

  #readable(): Lookups {
    if (!this.unreadable) return this.#lookups;
    throw new HoldfastError('journal.failed', 'Not to be looked up now', { remedy: 'retry' });
  }

  async *records(from = 1): AsyncIterable<JournalRecord> {
    yield* this.kept.slice(from - 1);
  }

  async close(): Promise<void> {}
}
