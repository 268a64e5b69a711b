import type { Instant } from '../../platform/clock.ts';
import { isoDay } from '../../platform/zone-formats.ts';

/** `YYYY-MM-DD HH:MM:SS` in UTC, as Magento's tables and REST bodies have it. */
export const sqlTime = (at: Instant): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** `YYYY-MM-DD` in a zone: the day that rule prices and price windows go by. */
export const dayIn = (zone: string, at: Instant): string => isoDay(zone).format(at);

/** The day `count` days after a `YYYY-MM-DD`. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}
