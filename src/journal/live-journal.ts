import type { HoldfastError } from '../platform/errors.ts';
import type { Journal } from './journal.ts';
import type { PruneWish } from './prune.ts';
import type { JournalReport } from './report.ts';

/** What to do when only one copy can be written. */
export type CopyFailurePolicy = 'sell' | 'stop';

/** How the two copies are. */
export interface JournalHealth {
  /** `whole`: both are written; `one-copy`: selling goes on (or not, by policy) with one; `stopped`: nothing can be kept. */
  readonly state: 'whole' | 'one-copy' | 'stopped';
  readonly storeError: HoldfastError | null;
  readonly tapeError: HoldfastError | null;
}

/** The journal of a running terminal. */
export interface LiveJournal extends Journal {
  readonly health: JournalHealth;
  /** Called at every change of {@link health}; returns what ends that. */
  onHealth(listener: (health: JournalHealth) => void): () => void;
  /** Appends a `clock-corrected` record if the clock was set since the last record; else costs nothing. */
  noteClock(): Promise<void>;
  /** Tries at once to restore what failed; it is also tried by itself, at growing intervals. */
  restore(): Promise<JournalHealth>;
  /** Everything as JSON Lines, for `recoverJournal`; see {@link exportLines}. */
  export(): AsyncIterable<string>;
  /**
   * Removes the oldest records that the wish allows, whole files of the tape at a time; resolves with how many sales went.
   * Does nothing while a copy fails. Appends go on meanwhile.
   */
  prune(wish: PruneWish): Promise<number>;
  /**
   * Compares both copies, slowly and beside the selling; what is wrong, in words. A damaged database is built again by
   * itself. Ends soon, with nothing, when `signal` aborts.
   */
  scrub(signal: AbortSignal): Promise<readonly string[]>;
  /** Reads both copies from beginning to end and says what it finds; changes nothing. Appends wait meanwhile. */
  verify(): Promise<JournalReport>;
}
