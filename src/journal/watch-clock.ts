import { type Clock, seconds } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { LiveJournal } from './journal-log.ts';

const lookEvery = seconds(10);

/** Until `signal` aborts: sees to it that a corrected clock is on record soon, also when nothing is sold. */
export async function watchClock(
  journal: Pick<LiveJournal, 'noteClock'>,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await journal.noteClock();
    } catch (error) {
      // The next record notes it.
      log.warn({ error: messageOf(error) }, 'a corrected clock could not be recorded');
    }
    await clock.sleep(lookEvery, signal);
  }
}
