import type { LiveJournal } from '../journal/live-journal.ts';
import { type Clock, hours, instant } from '../platform/clock.ts';

/**
 * Removes sales that Magento confirmed more than `days` ago; resolves with their number. What is still needed stays, with
 * everything after it. Nothing goes while the clock may be wrong.
 */
export async function pruneSales(
  journal: Pick<LiveJournal, 'prune'>,
  clock: Clock,
  days: number,
  signal: AbortSignal,
): Promise<number> {
  if (!clock.trusted()) return 0;
  return journal.prune({ olderThan: instant(clock.now() - hours(24 * days)), signal });
}
