import type { Instant } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import { isoDay } from '../platform/zone-formats.ts';

/** `YYYY-MM-DD`. */
export type Day = string;

/**
 * Which day it is in the shop: Magento's date windows are whole days in the store's time zone
 * (`Magento\Framework\Stdlib\DateTime\Timezone::isScopeDateInInterval`). Throws `pricing.bad-time-zone` for an unknown zone.
 */
export function storeDay(at: Instant, timeZone: string): Day {
  try {
    return isoDay(timeZone).format(at);
  } catch (cause) {
    throw new HoldfastError('pricing.bad-time-zone', `The shop's time zone is unknown: "${timeZone}"`, {
      remedy: 'operator',
      hint: 'Check the time zone in Magento (Stores > Configuration > General > Locale Options) and refresh the snapshot.',
      cause,
    });
  }
}

/** Whether `day` lies in a window whose ends belong to it; null: open on that side. */
export const dayInWindow = (day: Day, from: Day | null, to: Day | null): boolean =>
  (from === null || from <= day) && (to === null || day <= to);
