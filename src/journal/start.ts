import { type Clock, stamp } from '../platform/clock.ts';
import type { DurableFiles } from '../platform/durable-files.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import { receiptNumber, type TerminalId } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import { MemoryStore } from '../platform/memory-store.ts';
import type { StorePlace } from '../platform/store-place.ts';
import { Anchor, type AnchorReading, combine, neitherBehind, readAnchor } from './anchor.ts';
import { type Comparison, compareCopies, setCheckpoint, Unsound } from './compare.ts';
import { journalError } from './failures.ts';
import { formats, requireKnown } from './format.ts';
import { findGaps, type Gaps, gapRecords } from './gaps.ts';
import { type Ledger, requireTerminal } from './ledger.ts';
import { migrateStore } from './migrate-store.ts';
import type { OpenSubjects } from './open-subjects.ts';
import { indexesOf, Planner } from './planner.ts';
import { fillStore, none, openStore, rebuildStore, type StoreState } from './prepare-store.ts';
import { prepareTape } from './prepare-tape.ts';
import type { Queue } from './queue.ts';
import { countOf } from './ranges.ts';
import { type Finding, type JournalReport, makeReport, receiptsOf } from './report.ts';
import { readLedger } from './store-copy.ts';
import { formatOfTape, readTape, type Segment, type TapeScan, type TapeWriter, tapeSegments } from './tape.ts';

/** Where a journal lies. */
export interface JournalPlaces {
  readonly store: StorePlace;
  readonly tape: DurableFiles;
  /** Folders that each hold an anchor. */
  readonly anchors: readonly DurableFiles[];
}

export interface StartOptions {
  readonly terminalId: TerminalId;
  readonly clock: Clock;
  /** Whether a journal may be begun where there is none. */
  readonly provision: boolean;
  /** Size at which the tape goes on in a new file. */
  readonly segmentBytes: number;
}

/** A journal that is ready for work. At most one of the two copies has an error. */
export interface Started {
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly open: OpenSubjects;
  /** The copy in LevelDB; if `storeError` is set, a stand-in in memory filled from the tape. */
  readonly store: KeyValueStore;
  readonly storeError: HoldfastError | null;
  readonly tape: TapeWriter | null;
  readonly tapeError: HoldfastError | null;
  readonly anchors: readonly Anchor[];
  readonly report: JournalReport;
}

/**
 * Verifies both copies, rebuilds in each what only the other has, keeps aside what is damaged, makes sure that no number
 * can be given twice, and reports. Errors: `journal.not-provisioned`, `journal.missing`, `journal.disk-full`,
 * `journal.read-only`, `journal.failed`, `journal.other-terminal`, `journal.newer-version`, `store.locked`.
 */
export async function startJournal(places: JournalPlaces, options: StartOptions): Promise<Started> {
  const start = new Start(places, options);
  try {
    return await start.run();
  } catch (error) {
    await start.abandon();
    if (isHoldfastError(error, 'store.locked')) throw error;
    throw journalError(error, `open the journal in ${places.store.place}`);
  }
}

/** The end of a name for what is set aside now, e.g. `damaged-20261123T080000Z`. */
export function damagedLabel(clock: Clock): string {
  return `damaged-${compactTime(clock)}`;
}

/** `20261123T080000Z` */
const compactTime = (clock: Clock): string => new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');

class Start {
  readonly #places: JournalPlaces;
  readonly #options: StartOptions;
  readonly #label: string;
  readonly #findings: Finding[] = [];
  readonly #setAside: string[] = [];
  #anchor: AnchorReading | undefined;
  /** The store in use. */
  #opened: KeyValueStore | null = null;
  #tape: TapeWriter | null = null;
  #restoredToStore = 0;
  #restoredToTape = 0;
  #storeError: HoldfastError | null = null;
  #tapeError: HoldfastError | null = null;
  /** Whether the end of a copy is certainly the end of what it was given. */
  #storeEndIsCertain = false;
  #tapeEndIsCertain = false;

  constructor(places: JournalPlaces, options: StartOptions) {
    this.#places = places;
    this.#options = options;
    this.#label = damagedLabel(options.clock);
  }

  async run(): Promise<Started> {
    const anchor = await this.#readAnchors();
    this.#anchor = anchor;
    const segments = await this.#listTape();
    const { tape: tapeFiles } = this.#places;
    requireKnown(anchor?.formats ?? formats, this.#places.store.place);
    requireKnown({ store: formats.store, tape: await formatOfTape(tapeFiles, segments) }, tapeFiles.place);
    const state = await openStore(this.#places.store);
    const empty = state.kind === 'absent' && segments.length === 0 && this.#tapeError === null;
    if (empty) this.#mayBegin(anchor);
    const isNew = empty && anchor === undefined;

    let store = await this.#readyStore(state, isNew);
    this.#opened = store;
    requireTerminal(readLedger(store).terminalId, this.#options.terminalId);
    let compared: Compared;
    try {
      compared = await this.#compare(store, segments, 'store');
    } catch (error) {
      if (!(error instanceof Unsound) && !isHoldfastError(error, 'journal.damaged')) throw error;
      await store.close();
      this.#opened = store = await this.#rebuild('store.unsound', [messageOf(error)]);
      compared = await this.#compare(store, segments, 'tape');
    }
    ({ store } = compared);
    this.#opened = store;
    // From here on the store is known to be sound; what was kept of it before opening takes space that is needed.
    if (this.#storeError === null) await this.#places.store.settle();
    if (compared.restored > 0) {
      this.#restoredToStore += compared.restored;
      this.#find('store.behind', `The database lacked ${compared.restored} record(s); they came from the tape.`, []);
    }
    const tape = this.#tapeError === null ? await this.#readyTape(store, compared.scan, segments) : null;
    this.#tape = tape;
    if (tape === null && this.#storeError !== null) throw this.#storeError;

    const uncertain = !this.#storeEndIsCertain && !this.#tapeEndIsCertain && !isNew;
    const gaps = await findGaps(store, anchor, this.#options.clock.bootId, uncertain);
    this.#requireBothForLoss(gaps);
    const ledger = await this.#writeGaps(gaps, store, tape);
    const anchors = await this.#continueAnchors(anchor, ledger);
    if (this.#storeError === null && tape !== null) await this.#checkpoint(store, tape);
    return {
      ledger,
      queue: compared.queue,
      open: compared.open,
      store,
      storeError: this.#storeError,
      tape,
      tapeError: this.#tapeError,
      anchors,
      report: this.#report(ledger, gaps, isNew),
    };
  }

  /** Closes what was opened. */
  async abandon(): Promise<void> {
    await this.#tape?.close();
    await this.#opened?.close();
  }

  async #readAnchors(): Promise<AnchorReading | undefined> {
    const readings = await Promise.all(
      this.#places.anchors.map((files) =>
        readAnchor(files).catch((error: unknown) => {
          this.#find('anchor.unreadable', `The number anchor in ${files.place} can't be read.`, [messageOf(error)]);
          return undefined;
        }),
      ),
    );
    return combine(readings);
  }

  async #listTape(): Promise<readonly Segment[]> {
    try {
      return await tapeSegments(this.#places.tape);
    } catch (error) {
      this.#tapeError = journalError(error, `read the tape in ${this.#places.tape.place}`);
      if (this.#anchor?.behind.store !== false) throw alone(this.#tapeError);
      return [];
    }
  }

  #mayBegin(anchor: AnchorReading | undefined): void {
    if (this.#options.provision) return;
    const { store, tape } = this.#places;
    if (anchor === undefined) {
      throw new HoldfastError('journal.not-provisioned', `There is no journal in ${store.place}`, {
        remedy: 'operator',
        hint: 'Put this terminal into service with "holdfast provision", or check that its data folder is the right one (mounted?).',
      });
    }
    throw new HoldfastError(
      'journal.missing',
      `Both copies of the journal are gone (${store.place}, ${tape.place}), although this terminal has sold up to receipt ${anchor.acknowledged.receipt}`,
      {
        remedy: 'operator',
        hint: 'Check that the media are mounted. If they are lost, recover the journal from an export.',
      },
    );
  }

  async #readyStore(state: StoreState, isNew: boolean): Promise<KeyValueStore> {
    switch (state.kind) {
      case 'open':
        this.#storeEndIsCertain = !state.unfinishedWrite;
        return state.store;
      case 'failed':
        return this.#standIn(state.error);
      case 'older':
        return this.#migrate(state);
      case 'damaged':
        return this.#rebuild('store.damaged', state.damage);
      case 'absent':
        if (!isNew) return this.#rebuild('store.missing', []);
        try {
          const { store } = await this.#places.store.open({ createIfMissing: true });
          // Makes it a journal that was begun, even before the first record.
          const nothing = new Planner(this.#options.terminalId, readLedger(store), indexesOf(store)).finish();
          await store.write(nothing.changes, { durable: true });
          return store;
        } catch (error) {
          throw journalError(error, `begin a journal in ${this.#places.store.place}`);
        }
    }
  }

  async #rebuild(code: string, damage: readonly string[]): Promise<KeyValueStore> {
    const { store: place, tape } = this.#places;
    this.#storeEndIsCertain = false;
    try {
      const rebuilt = await rebuildStore(place, tape, this.#options.terminalId, this.#label);
      const { store } = await place.open({ createIfMissing: false });
      this.#setAside.push(...rebuilt.setAside);
      this.#restoredToStore = readLedger(store).sequence;
      const words =
        code === 'store.missing'
          ? 'The database was missing and was built again from the tape.'
          : 'The database was damaged and was built again from the tape and from what was left of it.';
      this.#find(code, words, damage);
      if (rebuilt.conflicts.length > 0) {
        this.#find(
          'journal.conflict',
          `The two copies of the journal differed in ${rebuilt.conflicts.length} record(s); both versions were kept.`,
          rebuilt.conflicts.slice(0, 100).map((sequence) => `record ${sequence}`),
        );
      }
      return store;
    } catch (error) {
      return this.#standIn(journalError(error, `build the database in ${place.place} again`));
    }
  }

  async #migrate({ ledger, unfinishedWrite }: Extract<StoreState, { kind: 'older' }>): Promise<KeyValueStore> {
    const { store: place, tape } = this.#places;
    const label = `format-${ledger.version}-${compactTime(this.#options.clock)}`;
    try {
      const migrated = await migrateStore(place, tape, this.#options.terminalId, label, ledger);
      const { store } = await place.open({ createIfMissing: false });
      this.#storeEndIsCertain = !unfinishedWrite;
      this.#setAside.push(...migrated.setAside);
      this.#find(
        'store.migrated',
        `The database was brought from format ${ledger.version} to ${formats.store}, with every record.`,
        migrated.setAside,
      );
      return store;
    } catch (error) {
      return this.#standIn(journalError(error, `bring the database in ${place.place} to this release's format`));
    }
  }

  /** For as long as LevelDB can't be written: the same keys in memory, from the tape. */
  async #standIn(error: HoldfastError): Promise<KeyValueStore> {
    const failure = journalError(error, `write the database in ${this.#places.store.place}`);
    if (this.#tapeError !== null) throw failure;
    if (this.#anchor?.behind.tape !== false) throw alone(failure);
    this.#storeError = failure;
    const store = new MemoryStore();
    const frames = readTape(this.#places.tape, 1);
    await fillStore(store, frames, none(), this.#options.terminalId, Number.MAX_SAFE_INTEGER);
    return store;
  }

  async #compare(store: KeyValueStore, segments: readonly Segment[], blame: 'store' | 'tape'): Promise<Compared> {
    const tape = this.#tapeError === null ? this.#places.tape : null;
    const { terminalId } = this.#options;
    try {
      return { store, ...(await compareCopies(store, tape, segments, terminalId, blame)) };
    } catch (error) {
      if (!isHoldfastError(error) || !/^store\.(disk-full|read-only|failed)$/.test(error.code)) throw error;
      await store.close();
      const standIn = await this.#standIn(error);
      return { store: standIn, ...(await compareCopies(standIn, tape, segments, terminalId, 'tape')) };
    }
  }

  async #readyTape(store: KeyValueStore, scan: TapeScan, segments: readonly Segment[]): Promise<TapeWriter | null> {
    const wasMissing = segments.length === 0;
    this.#tapeEndIsCertain = !wasMissing && scan.torn === null && !scan.damaged.has(scan.end.segment);
    if (scan.chainBreaks.length > 0) {
      this.#find(
        'tape.chain',
        `The chain of the tape is broken at ${scan.chainBreaks.length} place(s): something else has changed it.`,
        scan.chainBreaks.slice(0, 100).map((sequence) => `record ${sequence}`),
      );
    }
    try {
      const prepared = await prepareTape(this.#places.tape, store, scan, this.#label, this.#options.segmentBytes);
      this.#restoredToTape = prepared.restored;
      this.#setAside.push(...prepared.setAside);
      this.#findings.push(...prepared.findings);
      if (wasMissing && prepared.restored > 0) {
        this.#find('tape.missing', 'The tape was missing and was written again from the database.', []);
      } else if (prepared.restored > 0) {
        this.#find('tape.behind', `The tape lacked ${prepared.restored} record(s); they came from the database.`, []);
      }
      return prepared.writer;
    } catch (error) {
      this.#tapeError = journalError(error, `write the tape in ${this.#places.tape.place}`);
      return null;
    }
  }

  /** With one copy out of reach nobody can say what is lost: it may all be there. */
  #requireBothForLoss(gaps: Gaps): void {
    const failure = this.#storeError ?? this.#tapeError;
    if (failure === null || (gaps.lost === null && gaps.skipped === null)) return;
    throw alone(failure);
  }

  async #writeGaps(gaps: Gaps, store: KeyValueStore, tape: TapeWriter | null): Promise<Ledger> {
    const planner = new Planner(this.#options.terminalId, readLedger(store), indexesOf(store));
    for (const { sequence, entry } of gapRecords(gaps, planner.ledger)) {
      planner.addRecord({ sequence, stamp: stamp(this.#options.clock), entry });
    }
    if (planner.size === 0) return planner.ledger;
    const plan = planner.finish();
    try {
      await Promise.all([store.write(plan.changes, { durable: true }), tape?.append(plan.frames)]);
    } catch (error) {
      throw journalError(error, 'write down which numbers are not used');
    }
    return plan.ledger;
  }

  async #continueAnchors(reading: AnchorReading | undefined, ledger: Ledger): Promise<Anchor[]> {
    const height = { sequence: ledger.sequence, receipt: ledger.nextReceiptCounter - 1 };
    const whole = this.#storeError === null && this.#tapeError === null;
    const start = {
      ...(reading ?? { formats, acknowledged: height, ceiling: height, bootId: null, behind: neitherBehind }),
      ...(whole ? { behind: neitherBehind } : {}),
    };
    const anchors = this.#places.anchors.map((files) => Anchor.continue(files, this.#options.clock.bootId, start));
    for (const [index, anchor] of anchors.entries()) {
      try {
        await anchor.raise(height);
        await anchor.mark(height);
      } catch (error) {
        const place = this.#places.anchors[index]?.place ?? '';
        this.#find('anchor.unwritable', `The number anchor in ${place} can't be written.`, [messageOf(error)]);
      }
    }
    return anchors;
  }

  async #checkpoint(store: KeyValueStore, tape: TapeWriter): Promise<void> {
    try {
      await setCheckpoint(store, this.#places.tape, tape.end);
    } catch (error) {
      this.#storeError = journalError(error, `write the database in ${this.#places.store.place}`);
    }
  }

  #report(ledger: Ledger, gaps: Gaps, isNew: boolean): JournalReport {
    const { terminalId } = this.#options;
    for (const [code, error] of [
      ['store.unwritable', this.#storeError],
      ['tape.unwritable', this.#tapeError],
    ] as const) {
      if (error !== null) this.#find(code, `${error.message} Selling goes on with the other copy.`, []);
    }
    return makeReport({
      isNew,
      oneCopy: this.#tapeError !== null || this.#storeError !== null,
      findings: this.#findings,
      records: ledger.sequence - countOf(ledger.gaps),
      sales: ledger.sales,
      unconfirmed: ledger.waiting + ledger.parked,
      lastReceipt: ledger.nextReceiptCounter > 1 ? receiptNumber(terminalId, ledger.nextReceiptCounter - 1) : null,
      restoredToStore: this.#restoredToStore,
      restoredToTape: this.#restoredToTape,
      lostReceipts: receiptsOf(terminalId, gaps.lost?.receipts ?? []),
      lostRecords: countOf(gaps.lost?.sequences ?? []),
      skippedReceipts: receiptsOf(terminalId, gaps.skipped?.receipts ?? []),
      setAside: this.#setAside,
    });
  }

  #find(code: string, words: string, details: readonly string[]): void {
    this.#findings.push({ code, words, details });
  }
}

/** One copy is out of reach and the other one is not known to be complete. */
function alone(failure: HoldfastError): HoldfastError {
  return new HoldfastError(
    failure.code,
    `${failure.message} The other copy alone may not be complete, so selling can't begin.`,
    { remedy: 'operator', cause: failure, ...(failure.hint === undefined ? {} : { hint: failure.hint }) },
  );
}

/** `store` is the one in use afterwards: the stand-in if LevelDB failed on the way. */
interface Compared extends Comparison {
  readonly store: KeyValueStore;
}
