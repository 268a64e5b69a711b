import {
  type Clock,
  type Duration,
  type Instant,
  type Monotonic,
  milliseconds,
  minutes,
  seconds,
} from '../platform/clock.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { SnapshotInfo } from './catalogue.ts';
import type { ImportProgress } from './import.ts';

export interface RefresherOptions {
  /** Takes one snapshot and makes it current. */
  readonly take: (onProgress: (progress: ImportProgress) => void, signal: AbortSignal) => Promise<SnapshotInfo>;
  /** When the snapshot in use was taken; null: there is none, or it is damaged. */
  readonly takenAt: () => Instant | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Between two snapshots while the shop can be reached. */
  readonly every: Duration;
}

export interface RefresherStatus {
  readonly running: boolean;
  /** Why the last attempt failed; null: it did not. */
  readonly failure: { readonly code: string; readonly words: string; readonly hint: string | null } | null;
}

/** Keeps the snapshot fresh by itself, and takes one when asked. Never two at a time. */
export interface Refresher {
  /** Begins the loop; it ends when `signal` aborts. */
  start(signal: AbortSignal): void;
  /** The shop can be reached again, or the snapshot was found damaged: look at once. */
  wake(): void;
  /** Takes a snapshot now, or joins the one being taken. Rejects with the import's own errors. */
  pull(onProgress: (progress: ImportProgress) => void, signal: AbortSignal): Promise<SnapshotInfo>;
  status(): RefresherStatus;
  /** Resolves when nothing is being taken any more. */
  ended(): Promise<void>;
}

/** After a failure; sooner while the till has nothing to sell from. */
const retryWithout = seconds(5);
const retryWith = minutes(1);
/** Each terminal's interval is longer by up to this share, so that a fleet does not ask all at once. */
const spreadShare = 0.1;

export function createRefresher(options: RefresherOptions): Refresher {
  const { clock, log, every, takenAt } = options;
  const interval = every * (1 + spreadShare * options.random.fraction());
  const listeners = new Set<(progress: ImportProgress) => void>();
  let wake = new AbortController();
  let taking: Promise<SnapshotInfo> | null = null;
  let failure: RefresherStatus['failure'] = null;
  let ending: AbortSignal | null = null;
  let loop: Promise<void> = Promise.resolve();
  /** How old the snapshot was when it was first seen here; from then on its age is counted without the wall clock. */
  let seen: { readonly takenAt: Instant; readonly age: number; readonly at: Monotonic } | null = null;

  function take(signal: AbortSignal): Promise<SnapshotInfo> {
    taking ??= options
      .take((progress) => {
        for (const listener of listeners) listener(progress);
      }, signal)
      .then(
        (info) => {
          failure = null;
          return info;
        },
        (error: unknown) => {
          failure = describe(error);
          throw error;
        },
      )
      .finally(() => {
        taking = null;
      });
    return taking;
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (dueIn() <= 0) {
        try {
          await take(signal);
        } catch (error) {
          if (!signal.aborted) log.warn({ error: messageOf(error) }, 'no new snapshot');
        }
      }
      wake = new AbortController();
      await clock.sleep(milliseconds(Math.max(dueIn(), pauseAfterFailure())), AbortSignal.any([signal, wake.signal]));
    }
  }

  /**
   * Milliseconds until the next snapshot is due. One from the future says that the clock was wrong, not how old it is; a clock
   * that is set right later makes none older.
   */
  function dueIn(): number {
    const last = takenAt();
    if (last === null) return 0;
    if (seen?.takenAt !== last) {
      const age = clock.now() - last;
      seen = { takenAt: last, age: age < 0 ? interval : age, at: clock.monotonic() };
    }
    return Math.max(0, interval - seen.age - (clock.monotonic() - seen.at));
  }

  const pauseAfterFailure = (): number => {
    if (failure === null) return 0;
    return takenAt() === null ? retryWithout : retryWith;
  };

  return {
    start(signal) {
      ending = signal;
      loop = run(signal);
    },
    wake: () => wake.abort(),
    async pull(onProgress, signal) {
      listeners.add(onProgress);
      try {
        // An asker that goes away must not end an import that others wait for: only the terminal's own end does.
        return await Promise.race([take(ending ?? signal), rejectOnAbort(signal)]);
      } finally {
        listeners.delete(onProgress);
      }
    },
    status: () => ({ running: taking !== null, failure }),
    async ended() {
      await loop;
      await taking?.catch(() => undefined);
    },
  };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const give = (): void =>
      reject(new HoldfastError('snapshot.cancelled', 'Nobody waits for this snapshot any more.', { remedy: 'retry' }));
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
}

function describe(error: unknown): NonNullable<RefresherStatus['failure']> {
  if (!isHoldfastError(error)) return { code: 'snapshot.failed', words: messageOf(error), hint: null };
  return { code: error.code, words: error.message, hint: error.hint ?? null };
}
