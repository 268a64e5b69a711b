import type { Instant } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';

/** `YYYY-MM-DD`. */
export type Day = string;

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Which day it is in the shop: Magento's date windows are whole days in the store's time zone
 * (`Magento\Framework\Stdlib\DateTime\Timezone::isScopeDateInInterval`). Throws `pricing.bad-time-zone` for an unknown zone.
 */
export function storeDay(at: Instant, timeZone: string): Day {
  let format = formats.get(timeZone);
  if (format === undefined) {
    try {
      // The Swedish way of writing dates is ISO 8601's.
      format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    } catch (cause) {
      throw new HoldfastError('pricing.bad-time-zone', `The shop's time zone is unknown: "${timeZone}"`, {
        remedy: 'operator',
        hint: 'Check the time zone in Magento (Stores > Configuration > General > Locale Options) and refresh the snapshot.',
        cause,
      });
    }
    formats.set(timeZone, format);
  }
  return format.format(at);
}

/** Whether `day` lies in a window whose ends belong to it; null: open on that side. */
export const dayInWindow = (day: Day, from: Day | null, to: Day | null): boolean =>
  (from === null || from <= day) && (to === null || day <= to);
