import type { Clock } from '../platform/clock.ts';
import { HoldfastError, isHoldfastError } from '../platform/errors.ts';
import type { DocumentId, TerminalId } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import type { Behind } from './anchor.ts';
import { journalError } from './failures.ts';
import type { DocumentPlace, Ledger } from './ledger.ts';
import { indexesOf, type Plan, Planner } from './planner.ts';
import { openStore, rebuildStore, same } from './prepare-store.ts';
import { appendFrames, prepareTape } from './prepare-tape.ts';
import { withdrawal } from './removal.ts';
import { damagedLabel, type JournalPlaces, type Started } from './start.ts';
import { readFrame, readFrames, readLedger } from './store-copy.ts';
import { readTape, scanTape, type TapePosition, type TapeWriter, tapeStart } from './tape.ts';

export interface CopiesOptions {
  readonly places: JournalPlaces;
  readonly terminalId: TerminalId;
  readonly clock: Clock;
  readonly segmentBytes: number;
}

/**
 * The two copies of the journal while it is in use: written side by side; one that failed is left alone until it was
 * restored from the other. Its methods must not overlap.
 */
export class Copies {
  readonly #options: CopiesOptions;
  /** Null while it is closed between two attempts to restore it. */
  #store: KeyValueStore | null;
  #storeError: HoldfastError | null;
  /** Reading found damage: opening the store again is not enough. */
  #storeIsUnsound = false;
  #tape: TapeWriter | null;
  #tapeError: HoldfastError | null;
  /** Where the tape ended when the last records were acknowledged. */
  #tapeEnd: TapePosition | null;
  /** Records were refused although a copy that failed may have them; until that is undone nothing may be appended. */
  #storeMayHoldRefused = false;
  #tapeMayHoldRefused = false;

  constructor(started: Started, options: CopiesOptions) {
    this.#options = options;
    this.#store = started.store;
    this.#storeError = started.storeError;
    this.#tape = started.tape;
    this.#tapeError = started.tapeError;
    this.#tapeEnd = started.tape?.end ?? null;
  }

  get storeError(): HoldfastError | null {
    return this.#storeError;
  }

  get tapeError(): HoldfastError | null {
    return this.#tapeError;
  }

  /** Why nothing can be appended, or null. */
  get stopped(): HoldfastError | null {
    if (this.#storeMayHoldRefused || (this.#storeError !== null && this.#tapeError !== null)) return this.#storeError;
    return this.#tapeMayHoldRefused ? this.#tapeError : null;
  }

  /** What lookups read: LevelDB even after a failed write, or its stand-in; null when there is neither. */
  get readable(): KeyValueStore | null {
    return this.#store;
  }

  /** The tape's end if it can be relied on. */
  get tape(): TapeWriter | null {
    return this.#tapeError === null ? this.#tape : null;
  }

  /**
   * Resolves when the plan is durable in both copies, or in one and `note` has durably noted that the other is behind.
   * When it rejects the records do not exist.
   */
  async append(plan: Plan, note: (behind: Behind) => Promise<void>): Promise<void> {
    const [storeTried, tapeTried] = [this.#storeError === null, this.#tapeError === null];
    const [storeError, tapeError] = await Promise.all([
      this.#storeError ?? failureOf(this.#store?.write(plan.changes, { durable: true }), 'write the database'),
      this.#tapeError ?? failureOf(this.#tape?.append(plan.frames), 'write the tape'),
    ]);
    this.#storeError = storeError;
    this.#tapeError = tapeError;
    if (storeError !== null && tapeError !== null) {
      this.#storeMayHoldRefused ||= storeTried;
      this.#tapeMayHoldRefused ||= tapeTried;
      throw storeTried ? storeError : tapeError;
    }
    if (storeError !== null || tapeError !== null) {
      const unnoted = await failureOf(
        note({ store: storeError !== null, tape: tapeError !== null }),
        'note that one copy of the journal is behind',
      );
      if (unnoted !== null) {
        this.#storeMayHoldRefused ||= storeTried;
        this.#tapeMayHoldRefused ||= tapeTried;
        this.#storeError ??= unnoted;
        this.#tapeError ??= unnoted;
        throw unnoted;
      }
    }
    this.#tapeEnd = this.#tape?.end ?? null;
    // A stand-in serves lookups only; LevelDB itself takes no writes once one has failed.
    if (!storeTried) await this.#store?.write(plan.changes, { durable: false }).catch(() => {});
  }

  /** Reading has shown damage; the next {@link restore} builds the store again. */
  distrustStore(error: HoldfastError): void {
    this.#storeError ??= error;
    this.#storeIsUnsound = true;
  }

  /** Reading has shown damage; the next {@link restore} writes the damaged files again from the store. */
  async distrustTape(error: HoldfastError): Promise<void> {
    if (this.#tapeError !== null) return;
    this.#tapeError = error;
    const tape = this.#tape;
    this.#tape = null;
    await tape?.close();
  }

  /** Tries to bring back what failed, each from the other, up to `ledger`. Errors stay where it does not work yet. */
  async restore(ledger: Ledger, placeOf: (document: DocumentId) => DocumentPlace | undefined): Promise<void> {
    // What was refused goes first, because the other copy is brought up from here.
    if (this.#tapeMayHoldRefused) await this.#cutTape();
    if (this.#storeError !== null) {
      const error = await this.#restoreStore(ledger, placeOf);
      this.#storeError = error;
    }
    if (this.#tapeError !== null) this.#tapeError = await this.#restoreTape(ledger);
  }

  async close(): Promise<void> {
    await this.#tape?.close();
    await this.#store?.close();
    this.#store = null;
  }

  async #cutTape(): Promise<void> {
    const error = await failureOf(this.#tape?.rollback(this.#tapeEnd ?? undefined), 'cut the tape');
    if (error !== null) this.#tapeError = error;
    else this.#tapeMayHoldRefused = false;
  }

  async #restoreStore(
    ledger: Ledger,
    placeOf: (document: DocumentId) => DocumentPlace | undefined,
  ): Promise<HoldfastError | null> {
    const { places, terminalId, clock } = this.#options;
    try {
      await this.#store?.close();
      this.#store = null;
      let store = await this.#reopenStore(ledger, placeOf);
      if (store === null) {
        if (this.#tape?.end.sequence !== ledger.sequence) throw this.#storeError ?? notWithoutTheOther();
        await rebuildStore(places.store, places.tape, terminalId, damagedLabel(clock), {
          through: ledger.sequence,
        });
        this.#storeIsUnsound = false;
        store = await this.#reopenStore(ledger, placeOf);
        if (store === null) throw notWithoutTheOther();
      }
      this.#store = store;
      this.#storeMayHoldRefused = false;
      return null;
    } catch (error) {
      return journalError(error, 'open the database again');
    }
  }

  /** The store as of `ledger`: without what was refused, with what it missed. Null if it must be built again. */
  async #reopenStore(
    ledger: Ledger,
    placeOf: (document: DocumentId) => DocumentPlace | undefined,
  ): Promise<KeyValueStore | null> {
    const { places, terminalId } = this.#options;
    const state = await openStore(places.store);
    if (state.kind === 'failed') throw state.error;
    if (state.kind !== 'open') return null;
    const { store } = state;
    try {
      if (state.ledger.sequence > ledger.sequence) {
        await store.write(withdrawal(store, ledger, terminalId, placeOf), { durable: true });
      } else if (state.ledger.sequence < ledger.sequence && this.#tape?.end.sequence === ledger.sequence) {
        await this.#catchUp(store, ledger);
      }
      const found = readLedger(store);
      if (!this.#storeIsUnsound && found.sequence === ledger.sequence && found.head === ledger.head) {
        await places.store.settle();
        return store;
      }
    } catch (error) {
      await store.close();
      throw error;
    }
    await store.close();
    return null;
  }

  async #catchUp(store: KeyValueStore, ledger: Ledger): Promise<void> {
    const { places, terminalId } = this.#options;
    let planner = new Planner(terminalId, readLedger(store), indexesOf(store));
    for await (const frame of readTape(places.tape, planner.ledger.sequence + 1)) {
      if (frame.sequence > ledger.sequence) break;
      planner.addFrame(frame);
      if (planner.size < 256) continue;
      const plan = planner.finish();
      await store.write(plan.changes, { durable: false });
      planner = new Planner(terminalId, plan.ledger, indexesOf(store));
    }
    await store.write(planner.finish().changes, { durable: true });
  }

  async #restoreTape(ledger: Ledger): Promise<HoldfastError | null> {
    try {
      if (this.#tape !== null) {
        await this.#tape.rollback(this.#tapeEnd ?? undefined);
        this.#tapeMayHoldRefused = false;
        const behind = this.#tape.end.sequence < ledger.sequence;
        if (behind && (this.#storeError !== null || this.#store === null)) {
          throw this.#tapeError ?? notWithoutTheOther();
        }
        if (behind && this.#store !== null)
          await appendFrames(this.#tape, readFrames(this.#store, this.#tape.end.sequence + 1));
      } else {
        this.#tape = await this.#openTape(ledger);
      }
      this.#tapeEnd = this.#tape.end;
      return null;
    } catch (error) {
      return journalError(error, 'write the tape again');
    }
  }

  /** A tape that could not be read when the journal was opened: only if it says nothing else than the store. */
  async #openTape(ledger: Ledger): Promise<TapeWriter> {
    const { places, clock, segmentBytes } = this.#options;
    const store = this.#store;
    if (store === null || this.#storeError !== null) {
      throw notWithoutTheOther();
    }
    const scan = await scanTape(places.tape, tapeStart, (frame) => {
      if (frame.sequence <= (ledger.prunedThrough ?? 0)) return;
      const stored = frame.sequence > ledger.sequence ? undefined : readFrame(store, frame.sequence);
      if (stored === undefined || !same(stored.bytes, frame.bytes)) {
        throw new HoldfastError('journal.failed', 'The tape and the database say different things', {
          remedy: 'operator',
          hint: 'Restart the terminal: the journal is put right on starting.',
        });
      }
    });
    return (await prepareTape(places.tape, store, scan, damagedLabel(clock), segmentBytes)).writer;
  }
}

function notWithoutTheOther(): HoldfastError {
  return new HoldfastError('journal.failed', 'This copy can only be restored from the other one, which fails too', {
    remedy: 'operator',
  });
}

async function failureOf(task: Promise<unknown> | undefined, doing: string): Promise<HoldfastError | null> {
  try {
    await task;
    return null;
  } catch (error) {
    return journalError(error, doing);
  }
}

/** Whether what was read can't be trusted (as opposed to not being there). */
export function isDamage(error: unknown): error is HoldfastError {
  return isHoldfastError(error, 'journal.damaged') || isHoldfastError(error, 'store.damaged');
}
