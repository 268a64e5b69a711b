import {
  type Clock,
  type Duration,
  hours,
  type Instant,
  type Monotonic,
  milliseconds,
  minutes,
  seconds,
} from '../platform/clock.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { zoneFormat } from '../platform/zone-formats.ts';
import type { SnapshotInfo } from './catalogue.ts';
import type { FollowReport, FollowWay } from './follow.ts';
import type { ImportProgress } from './import.ts';

export interface RefresherOptions {
  /** Takes one snapshot and makes it current. */
  readonly take: (onProgress: (progress: ImportProgress) => void, signal: AbortSignal) => Promise<SnapshotInfo>;
  /** When the snapshot in use was taken; null: there is none, or it is damaged. */
  readonly takenAt: () => Instant | null;
  /** Brings the snapshot in use up to date; one round. */
  readonly follow: (signal: AbortSignal) => Promise<FollowReport>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Between two rounds of following the shop's changes while it can be reached. */
  readonly every: Duration;
  /** When the whole shop is read anew each day: `HH:MM` in the terminal's zone. Each terminal does so up to an hour later. */
  readonly fullReadAt: string;
}

export interface RefresherStatus {
  /** A whole snapshot is being taken. */
  readonly running: boolean;
  /** When the snapshot was last brought up to date, whether anything had changed or not. */
  readonly followedAt: Instant | null;
  /** In which way that was done; null: the whole shop was read. */
  readonly followedBy: FollowWay | null;
  /** Why the last attempt failed; null: it did not. */
  readonly failure: { readonly code: string; readonly words: string; readonly hint: string | null } | null;
}

/** Keeps the snapshot true by itself, and takes a new one when asked. Never two things at a time. */
export interface Refresher {
  /** Begins the loop; it ends when `signal` aborts. */
  start(signal: AbortSignal): void;
  /** The shop can be reached again, or the snapshot was found damaged: see to it at once. */
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
/** Each terminal's interval is longer by up to this share, and its daily reading later by up to so much: a fleet does not ask all at once. */
const spreadShare = 0.1;
const dailySpread = hours(1);
const day = hours(24);

export function createRefresher(options: RefresherOptions): Refresher {
  const { clock, log, takenAt } = options;
  const followEvery = options.every * (1 + spreadShare * options.random.fraction());
  const dailyDelay = dailySpread * options.random.fraction();
  const listeners = new Set<(progress: ImportProgress) => void>();
  let wake = new AbortController();
  let taking: Promise<SnapshotInfo> | null = null;
  let following: Promise<void> = Promise.resolve();
  let stopFollowing = new AbortController();
  let followed: Monotonic | null = null;
  let followedAt: Instant | null = null;
  let followedBy: FollowWay | null = null;
  let readAnew = false;
  let failure: RefresherStatus['failure'] = null;
  let ending: AbortSignal | null = null;
  let loop: Promise<void> = Promise.resolve();
  /** How old the snapshot was when it was first seen here; from then on its age is counted without the wall clock. */
  let seen: { readonly takenAt: Instant; readonly age: number; readonly at: Monotonic } | null = null;

  function take(signal: AbortSignal): Promise<SnapshotInfo> {
    stopFollowing.abort();
    const tell = (progress: ImportProgress): void => {
      for (const listener of listeners) listener(progress);
    };
    taking ??= following
      .then(() => options.take(tell, signal))
      .then(
        (info) => {
          failure = null;
          readAnew = false;
          followed = clock.monotonic();
          followedAt = info.takenAt;
          followedBy = null;
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
      await taking?.catch(() => undefined);
      if (wholeDueIn() <= 0) {
        try {
          await take(signal);
        } catch (error) {
          if (!signal.aborted) log.warn({ error: messageOf(error) }, 'no new snapshot');
        }
      } else if (followDueIn() <= 0) {
        following = follow(signal);
        await following;
      }
      wake = new AbortController();
      if (signal.aborted) return;
      const next = Math.max(Math.min(wholeDueIn(), followDueIn()), pauseAfterFailure());
      await clock.sleep(milliseconds(next), wake.signal);
      if (wake.signal.aborted) followed = null;
    }
  }

  /** One round. Never rejects. */
  async function follow(signal: AbortSignal): Promise<void> {
    stopFollowing = new AbortController();
    const stopped = AbortSignal.any([signal, stopFollowing.signal]);
    try {
      const report = await options.follow(stopped);
      readAnew ||= report.readAnew;
      failure = null;
      followedAt = clock.now();
      followedBy = report.way;
    } catch (error) {
      if (stopped.aborted) return;
      // That the shop is out of reach is said elsewhere, and nothing to see to here.
      if (isHoldfastError(error, 'shop.unreachable')) return;
      failure = describe(error);
      log.warn({ error: messageOf(error) }, 'the snapshot could not be brought up to date');
    } finally {
      followed = clock.monotonic();
    }
  }

  const followDueIn = (): number => (followed === null ? 0 : Math.max(0, followEvery - (clock.monotonic() - followed)));

  /**
   * Milliseconds until the next whole snapshot is due. One from the future says that the clock was wrong, not how old it is; a
   * clock that is set right later makes none older.
   */
  function wholeDueIn(): number {
    const last = takenAt();
    if (last === null || readAnew) return 0;
    if (seen?.takenAt !== last) {
      const age = clock.now() - last;
      seen = { takenAt: last, age: age < 0 ? day : age, at: clock.monotonic() };
    }
    const due = untilTimeOfDay(options.fullReadAt, last, clock.zone) + dailyDelay;
    return Math.max(0, due - seen.age - (clock.monotonic() - seen.at));
  }

  const pauseAfterFailure = (): number => {
    if (failure === null) return 0;
    return takenAt() === null ? retryWithout : retryWith;
  };

  return {
    start(signal) {
      ending = signal;
      signal.addEventListener('abort', () => wake.abort(), { once: true });
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
    status: () => ({ running: taking !== null, followedAt, followedBy, failure }),
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

const hourAndMinute = zoneFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** Milliseconds from a moment to the next time the clock on the wall shows `HH:MM`; an hour amiss when the clocks change. */
function untilTimeOfDay(time: string, from: Instant, timeZone: string): number {
  const shown = hourAndMinute(timeZone).format(from);
  const wait = minutesOf(time) - minutesOf(shown);
  return minutes(wait > 0 ? wait : wait + 24 * 60);
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

function describe(error: unknown): NonNullable<RefresherStatus['failure']> {
  if (!isHoldfastError(error)) return { code: 'snapshot.failed', words: messageOf(error), hint: null };
  return { code: error.code, words: error.message, hint: error.hint ?? null };
}
