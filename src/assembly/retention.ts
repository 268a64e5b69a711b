import type { LiveJournal } from '../journal/live-journal.ts';
import { type Clock, hours, instant } from '../platform/clock.ts';
import { openPayments } from '../till/payment-records.ts';

/**
 * Removes sales that Magento confirmed more than `days` ago; resolves with their number. A card payment whose sale is still
 * open stays, with everything after it. Nothing goes while the clock may be wrong.
 */
export async function pruneSales(
  journal: Pick<LiveJournal, 'records' | 'prune'>,
  clock: Clock,
  days: number,
  signal: AbortSignal,
): Promise<number> {
  if (!clock.trusted()) return 0;
  const open = new Set((await openPayments(journal.records())).map(({ payment }) => payment.paymentId));
  return journal.prune({
    olderThan: instant(clock.now() - hours(24 * days)),
    isNeeded: ({ entry }) => entry.kind === 'payment' && open.has(entry.paymentId),
    signal,
  });
}
