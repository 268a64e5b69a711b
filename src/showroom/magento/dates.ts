import type { Instant } from '../../platform/clock.ts';

/** `YYYY-MM-DD HH:MM:SS` in UTC, as Magento's tables and REST bodies have it. */
export const sqlTime = (at: Instant): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

const formats = new Map<string, Intl.DateTimeFormat>();

/** `YYYY-MM-DD` in a zone: the day that rule prices and price windows go by. */
export function dayIn(zone: string, at: Instant): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(zone, format);
  }
  return format.format(at);
}

/** The day `count` days after a `YYYY-MM-DD`. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}
