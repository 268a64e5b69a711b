import { type Clock, type Duration, hours, type Instant, minutes, seconds } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';

export interface UpkeepParts {
  /** Nobody sells, and nothing else that is heavy is under way. */
  readonly idle: () => boolean;
  /** Read through what is stored, slowly; what is damaged, in words. End soon when `signal` aborts. */
  readonly scrubs: readonly ((signal: AbortSignal) => Promise<readonly string[]>)[];
  /** Removes sales that are past their retention; their number. Ends soon when `signal` aborts. */
  readonly prune: (signal: AbortSignal) => Promise<number>;
  /** Space is short: prune soon, not only once a day. */
  readonly pruneSoon: () => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface UpkeepStatus {
  readonly scrubbedAt: Instant | null;
  /** What the last scrub found; empty: nothing. */
  readonly damage: readonly string[];
  readonly prunedAt: Instant | null;
  readonly prunedSales: number;
}

/** What is done while nobody sells: silent damage is looked for, and what need not be kept any longer is removed. */
export interface Upkeep {
  start(signal: AbortSignal): void;
  status(): UpkeepStatus;
  ended(): Promise<void>;
}

const lookEvery = seconds(30);
/** So long nobody must have sold. */
const restBefore = minutes(2);
const scrubEvery = hours(24);
const pruneEvery = hours(24);
const pruneSoonEvery = hours(1);

export function createUpkeep(parts: UpkeepParts): Upkeep {
  const { clock, log, idle } = parts;
  let status: UpkeepStatus = { scrubbedAt: null, damage: [], prunedAt: null, prunedSales: 0 };
  let scrubbed: number | null = null;
  let pruned: number | null = null;
  let busyAt = clock.monotonic();
  let loop: Promise<void> = Promise.resolve();

  const isDue = (last: number | null, every: Duration): boolean => last === null || clock.monotonic() - last >= every;

  async function prune(end: AbortSignal): Promise<void> {
    pruned = clock.monotonic();
    try {
      const prunedSales = await parts.prune(end);
      status = { ...status, prunedAt: clock.now(), prunedSales };
      if (prunedSales > 0) log.info({ sales: prunedSales }, 'confirmed sales past their retention were removed');
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'old sales could not be removed');
    }
  }

  /** Ends, and counts as not done, as soon as somebody sells. */
  async function scrub(end: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const damage: string[] = [];
    const giveUp = (): void => stop.abort();
    end.addEventListener('abort', giveUp, { once: true });
    const watching = watch(stop);
    try {
      for (const each of parts.scrubs) {
        damage.push(...(await each(stop.signal)));
        if (stop.signal.aborted) return;
      }
      scrubbed = clock.monotonic();
      status = { ...status, scrubbedAt: clock.now(), damage };
      if (damage.length > 0) log.error({ damage }, 'reading everything through found damage');
    } catch (error) {
      scrubbed = clock.monotonic();
      log.warn({ error: messageOf(error) }, 'what is stored could not be read through');
    } finally {
      stop.abort();
      end.removeEventListener('abort', giveUp);
      await watching;
    }
  }

  async function watch(stop: AbortController): Promise<void> {
    while (!stop.signal.aborted) {
      if (!idle()) stop.abort();
      else await clock.sleep(seconds(1), stop.signal);
    }
  }

  async function run(end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      await clock.sleep(lookEvery, end);
      if (!idle()) busyAt = clock.monotonic();
      if (end.aborted || clock.monotonic() - busyAt < restBefore) continue;
      if (isDue(pruned, parts.pruneSoon() ? pruneSoonEvery : pruneEvery)) await prune(end);
      if (isDue(scrubbed, scrubEvery)) await scrub(end);
    }
  }

  return {
    start(signal) {
      busyAt = clock.monotonic();
      loop = run(signal);
    },
    status: () => status,
    ended: () => loop,
  };
}
