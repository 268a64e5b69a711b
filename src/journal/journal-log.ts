import { type Clock, type Duration, milliseconds, stamp, type Timer } from '../platform/clock.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import type { DocumentId, ReceiptNumber, SaleId, TerminalId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import { type Anchor, type Behind, neitherBehind } from './anchor.ts';
import { clockCorrection } from './clock-correction.ts';
import { setCheckpoint } from './compare.ts';
import { Copies } from './copies.ts';
import { exportLines } from './export.ts';
import { type Frame, recordOf } from './frame.ts';
import type {
  DocumentCounts,
  Journal,
  JournalEntry,
  JournalRecord,
  OpenShift,
  QueuedDocument,
  QueuedMail,
  QueuedOutcome,
  QueuedReturn,
  QueuedSale,
  Subject,
  SubjectKind,
  Unconfirmed,
} from './journal.ts';
import { checkEntry, documentIdOf, type Ledger } from './ledger.ts';
import type { CopyFailurePolicy, JournalHealth, LiveJournal } from './live-journal.ts';
import { Lookups } from './lookups.ts';
import type { OpenSubjects } from './open-subjects.ts';
import { type Plan, Planner } from './planner.ts';
import { none } from './prepare-store.ts';
import { firstNeeded, type PruneWish } from './prune.ts';
import type { Queue, Queued } from './queue.ts';
import { isWithin } from './ranges.ts';
import type { JournalReport } from './report.ts';
import type { JournalPlaces, Started } from './start.ts';
import { readFrames } from './store-copy.ts';
import { readTape } from './tape.ts';
import { pruneJournal, scrubJournal, type TendedJournal } from './tending.ts';
import { verifyJournal } from './verify.ts';

export type { CopyFailurePolicy, JournalHealth, LiveJournal } from './live-journal.ts';

export interface LogOptions {
  readonly places: JournalPlaces;
  readonly terminalId: TerminalId;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onCopyFailure: CopyFailurePolicy;
  readonly segmentBytes: number;
  readonly makeRoom: MakeRoom;
}

/** Gives space back where a copy could not be written for lack of it; called before that copy is tried again. */
export type MakeRoom = (copy: 'store' | 'tape') => Promise<void>;

interface Waiting {
  readonly entry: JournalEntry;
  readonly resolve: (record: JournalRecord) => void;
  readonly reject: (error: unknown) => void;
}

interface Planned {
  readonly waiting: Waiting;
  readonly record: JournalRecord;
  readonly reinstated: Queued | null;
}

/** Records that are made durable together, when so many wait. */
const largestGroup = 64;
/** Records after which a checkpoint is due, so that a start after a crash reads little. */
const checkpointEvery = 1000;
const firstRestore = milliseconds(1000);
const slowestRestore = milliseconds(60_000);

export class JournalLog implements LiveJournal {
  readonly #options: LogOptions;
  readonly #copies: Copies;
  readonly #anchors: readonly Anchor[];
  readonly #queue: Queue;
  readonly #open: OpenSubjects;
  readonly #lookups: Lookups;
  readonly #listeners = new Set<(health: JournalHealth) => void>();
  #ledger: Ledger;
  #health: JournalHealth;
  #waiting: Waiting[] = [];
  /** The end of everything that was started; work goes one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #draining = false;
  #closed = false;
  #sinceCheckpoint = 0;
  #restoreIn: Duration = firstRestore;
  #restoreTimer: Timer | null = null;
  readonly #tending: TendedJournal;

  constructor(started: Started, options: LogOptions) {
    this.#options = options;
    this.#copies = new Copies(started, options);
    this.#anchors = started.anchors;
    this.#queue = started.queue;
    this.#open = started.open;
    this.#lookups = new Lookups({
      terminalId: options.terminalId,
      queue: started.queue,
      open: started.open,
      store: () => this.#copies.readable,
      storeError: () => this.#copies.storeError,
      distrust: (damage) => this.#distrust(damage),
    });
    this.#ledger = started.ledger;
    this.#queue.keepAll(started.storeError !== null);
    this.#health = this.#look();
    this.#tending = {
      ...options,
      wholeStore: () => (this.#look().state === 'whole' ? this.#copies.readable : null),
      ledger: () => this.#ledger,
      firstNeeded: (store) => firstNeeded(store, this.#queue, this.#open),
      inTurn: (task) => this.#inTurn(task),
      commit: (entry) => this.#commitOwn(entry),
      checkpoint: () => this.#checkpoint(),
      distrustStore: (error) => this.#distrust(error),
      distrustTape: async (error) => {
        await this.#copies.distrustTape(error);
        this.#tell();
      },
    };
    if (this.#health.state !== 'whole') this.#restoreLater();
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

  get health(): JournalHealth {
    return this.#health;
  }

  onHealth(listener: (health: JournalHealth) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  append(entry: JournalEntry): Promise<JournalRecord> {
    if (this.#closed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      if (this.#draining) return;
      this.#draining = true;
      void this.#inTurn(() => this.#drain());
    });
  }

  document(id: DocumentId): QueuedDocument | undefined {
    return this.#lookups.document(id);
  }

  documentByReceipt(receipt: ReceiptNumber): QueuedDocument | undefined {
    return this.#lookups.documentByReceipt(receipt);
  }

  sale(id: SaleId): QueuedSale | undefined {
    return this.#lookups.sale(id);
  }

  saleByReceipt(receipt: ReceiptNumber): QueuedSale | undefined {
    return this.#lookups.saleByReceipt(receipt);
  }

  returnsOf(sale: SaleId): readonly QueuedReturn[] {
    return this.#lookups.returnsOf(sale);
  }

  outcomesOf(sale: SaleId): readonly QueuedOutcome[] {
    return this.#lookups.outcomesOf(sale);
  }

  mailsOf(sale: SaleId): readonly QueuedMail[] {
    return this.#lookups.mailsOf(sale);
  }

  unconfirmed(): readonly Unconfirmed[] {
    return this.#queue.list();
  }

  openSubjects(kind: SubjectKind): readonly Subject[] {
    return this.#open.list(kind);
  }

  history(kind: SubjectKind, id: string): readonly JournalRecord[] {
    return this.#lookups.history(kind, id);
  }

  subjects(...[kind, wish]: Parameters<Journal['subjects']>): ReturnType<Journal['subjects']> {
    return this.#lookups.subjects(kind, wish);
  }

  async *records(from = 1): AsyncGenerator<JournalRecord> {
    for await (const frame of this.#frames(from)) yield recordOf(frame);
  }

  async noteClock(): Promise<void> {
    if (clockCorrection(this.#ledger.lastStamp, stamp(this.#options.clock)) === null) return;
    await this.#inTurn(() => this.#commit([]));
  }

  export(): AsyncIterable<string> {
    return exportLines(this.#frames(1), this.#options.terminalId);
  }

  prune(wish: PruneWish): Promise<number> {
    return pruneJournal(this.#tending, wish);
  }

  scrub(signal: AbortSignal): Promise<readonly string[]> {
    return scrubJournal(this.#tending, signal);
  }

  #distrust(error: HoldfastError): void {
    this.#copies.distrustStore(error);
    this.#tell();
  }

  verify(): Promise<JournalReport> {
    return this.#inTurn(() => verifyJournal(this.#options.places, this.#options.terminalId));
  }

  async restore(): Promise<JournalHealth> {
    await this.#inTurn(() => this.#restore());
    return this.#health;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#restoreTimer?.cancel();
    await this.#inTurn(async () => {
      await this.#checkpoint();
      for (const anchor of this.#anchors) await anchor.close().catch(() => {});
      await this.#copies.close();
    });
  }

  /** `task` runs when everything before it has ended. */
  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(task);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, largestGroup);
      try {
        await this.#commit(group);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#draining = false;
    if (this.#sinceCheckpoint >= checkpointEvery) await this.#checkpoint();
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    if (this.#refusal() !== null) await this.#restore();
    const refusal = this.#refusal();
    if (refusal !== null) throw refusal;
    const { plan, planned } = this.#plan(group);
    if (plan.records.length === 0) return;
    try {
      await this.#write(plan);
    } catch (error) {
      // A copy that was opened again may work at once (LevelDB refuses all writes after a failed one), so one more try.
      await this.#restore();
      if (this.#refusal() !== null) throw error;
      await this.#write(plan).catch(async (again: unknown) => {
        await this.#restore();
        throw again;
      });
    }
    this.#ledger = plan.ledger;
    this.#sinceCheckpoint += plan.records.length;
    // What the database lacks is nowhere else to be read.
    this.#queue.keepAll(this.#copies.storeError !== null);
    this.#open.apply(plan, (name) => this.#lookups.historyIfReadable(name));
    for (const { waiting, record, reinstated } of planned) {
      this.#queue.apply(record, reinstated);
      waiting.resolve(record);
    }
    this.#tell();
  }

  /** What of the group fits the journal, as records, after a correction of the clock if that was set; the rest is rejected here. */
  #plan(group: readonly Waiting[]): { plan: Plan; planned: Planned[] } {
    const planner = new Planner(this.#options.terminalId, this.#ledger, this.#lookups.indexes());
    const planned: Planned[] = [];
    const now = stamp(this.#options.clock);
    const add = (entry: JournalEntry): JournalRecord => {
      const record = { sequence: planner.ledger.sequence + 1, stamp: now, entry };
      planner.addRecord(record);
      return record;
    };
    const correction = clockCorrection(this.#ledger.lastStamp, now);
    if (correction !== null) add(correction);
    for (const waiting of group) {
      const { entry } = waiting;
      try {
        const id = documentIdOf(entry);
        const place = id === undefined ? undefined : planner.place(id);
        checkEntry(planner.ledger, this.#options.terminalId, entry, place);
        const reinstated = this.#lookups.reinstatedBy(entry, place);
        planned.push({ waiting, record: add(entry), reinstated });
      } catch (error) {
        waiting.reject(error);
      }
    }
    return { plan: planner.finish(), planned };
  }

  /** A record of the journal's own making. */
  #commitOwn(entry: JournalEntry): Promise<JournalRecord> {
    return new Promise((resolve, reject) => {
      this.#commit([{ entry, resolve, reject }]).catch(reject);
    });
  }

  async #write(plan: Plan): Promise<void> {
    const height = { sequence: plan.ledger.sequence, receipt: plan.ledger.nextReceiptCounter - 1 };
    await this.#eachAnchor((anchor) => anchor.raise(height));
    await this.#copies.append(plan, (behind) => this.#noteBehind(behind));
    // A kill right after the acknowledgement, and both copies losing that record, must not give its number again.
    await this.#eachAnchor((anchor) => anchor.mark(height));
  }

  /** Why nothing may be appended now. */
  #refusal(): HoldfastError | null {
    const { stopped, storeError, tapeError } = this.#copies;
    const failure = stopped ?? (this.#options.onCopyFailure === 'stop' ? (storeError ?? tapeError) : null);
    if (failure === null || failure === stopped) return failure;
    return new HoldfastError('journal.one-copy', `${failure.message} Selling is set to stop then.`, {
      remedy: 'operator',
      cause: failure,
      ...(failure.hint === undefined ? {} : { hint: failure.hint }),
    });
  }

  /** Everything acknowledged so far; what the store does not give (damage) the tape does. */
  async *#frames(from: number): AsyncGenerator<Frame> {
    const { sequence: last, gaps } = this.#ledger;
    const store = this.#copies.readable;
    let next = from;
    for await (const frame of store === null ? none() : readFrames(store, from)) {
      if (frame.sequence > last) break;
      while (next < frame.sequence && isWithin(gaps, next)) next++;
      if (next < frame.sequence) yield* this.#fromTape(next, frame.sequence - 1);
      yield frame;
      next = frame.sequence + 1;
    }
    if (next <= last) yield* this.#fromTape(next, last);
  }

  async *#fromTape(from: number, through: number): AsyncGenerator<Frame> {
    for await (const frame of readTape(this.#options.places.tape, from)) {
      if (frame.sequence > through) return;
      yield frame;
    }
  }

  /** An anchor that can't be written does not keep anybody from selling: it matters only if both copies lose their end. */
  async #eachAnchor(task: (anchor: Anchor) => Promise<void>): Promise<void> {
    await Promise.all(
      this.#anchors.map((anchor) =>
        task(anchor).catch((error: unknown) => {
          this.#options.log.warn({ error: messageOf(error) }, 'the number anchor could not be written');
        }),
      ),
    );
  }

  /** One anchor is enough; without any nothing may be acknowledged with one copy. */
  async #noteBehind(behind: Behind): Promise<void> {
    const outcomes = await Promise.allSettled(this.#anchors.map((anchor) => anchor.note(behind)));
    const [first] = outcomes;
    if (first?.status === 'rejected' && outcomes.every(({ status }) => status === 'rejected')) throw first.reason;
  }

  async #checkpoint(): Promise<void> {
    const { readable, storeError, tape } = this.#copies;
    if (readable === null || storeError !== null || tape === null) return;
    try {
      await setCheckpoint(readable, this.#options.places.tape, tape.end);
      this.#sinceCheckpoint = 0;
    } catch (error) {
      this.#options.log.warn({ error: messageOf(error) }, 'no checkpoint could be set');
    }
  }

  async #restore(): Promise<void> {
    if (this.#copies.storeError?.code === 'journal.disk-full') await this.#options.makeRoom('store');
    if (this.#copies.tapeError?.code === 'journal.disk-full') await this.#options.makeRoom('tape');
    await this.#copies.restore(this.#ledger, (document) => this.#queue.place(document));
    const { storeError, tapeError, readable } = this.#copies;
    this.#queue.keepAll(storeError !== null);
    if (readable === null) await this.#keepFromTape();
    if (storeError === null && tapeError === null) await this.#eachAnchor((anchor) => anchor.note(neitherBehind));
    this.#tell();
  }

  /** Delivery goes on without the database. */
  async #keepFromTape(): Promise<void> {
    try {
      await this.#queue.keepFrom((from) => readTape(this.#options.places.tape, from));
    } catch (error) {
      this.#options.log.warn({ error: messageOf(error) }, 'what is to be delivered could not be read from the tape');
    }
  }

  #look(): JournalHealth {
    const { storeError, tapeError, stopped } = this.#copies;
    const state = stopped !== null ? 'stopped' : storeError !== null || tapeError !== null ? 'one-copy' : 'whole';
    return { state, storeError, tapeError };
  }

  /** Notices and tells a change of health, and sees to it that what failed is restored. */
  #tell(): void {
    const before = this.#health;
    const now = this.#look();
    this.#health = now;
    if (now.state === 'whole') {
      this.#restoreTimer?.cancel();
      this.#restoreTimer = null;
      this.#restoreIn = firstRestore;
    } else this.#restoreLater();
    const same =
      before.state === now.state &&
      before.storeError?.code === now.storeError?.code &&
      before.tapeError?.code === now.tapeError?.code;
    if (same) return;
    const fields = { state: now.state, database: now.storeError?.message, tape: now.tapeError?.message };
    if (now.state === 'whole') this.#options.log.info(fields, 'both copies of the journal are written again');
    else this.#options.log.error(fields, 'a copy of the journal fails');
    for (const listener of this.#listeners) {
      try {
        listener(now);
      } catch (error) {
        this.#options.log.error({ error: messageOf(error) }, 'a listener for the journal failed');
      }
    }
  }

  #restoreLater(): void {
    if (this.#restoreTimer !== null || this.#closed) return;
    this.#restoreTimer = this.#options.clock.schedule(this.#restoreIn, () => {
      this.#restoreTimer = null;
      this.#restoreIn = milliseconds(Math.min(this.#restoreIn * 2, slowestRestore));
      this.restore().catch((error: unknown) => {
        this.#options.log.error({ error: messageOf(error) }, 'restoring the journal failed');
        this.#restoreLater();
      });
    });
  }
}

function closedError(): HoldfastError {
  return new HoldfastError('journal.closed', 'The terminal is shutting down', { remedy: 'never' });
}
