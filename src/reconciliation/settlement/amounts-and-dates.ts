import { hundredths, type Money } from '../../money/money.ts';
import { type Instant, instant } from '../../platform/clock.ts';
import { HoldfastError } from '../../platform/errors.ts';

/** An amount as banks write it: grouped or not, with a sign before or after. Empty: zero. Throws `settlement.bad-row`. */
export function readAmount(text: string, decimalSeparator: '.' | ','): Money {
  const grouping = decimalSeparator === '.' ? /[,'\s\u00a0]/g : /[.'\s\u00a0]/g;
  const [, before, digits = '', after] = /^([+-]?)(.*?)([+-]?)$/s.exec(text.trim()) ?? [];
  const bare = digits.replace(grouping, '');
  if (bare === '') return hundredths(0);
  const pattern = decimalSeparator === '.' ? /^(\d{1,12})(?:\.(\d{1,2})0*)?$/ : /^(\d{1,12})(?:,(\d{1,2})0*)?$/;
  const match = pattern.exec(bare);
  if (match === null) throw badRow(`"${shown(text)}" is no amount`);
  const [, whole = '0', fraction = ''] = match;
  const count = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return hundredths(before === '-' || after === '-' ? -count : count);
}

export const dateFormats = ['iso', 'dd.mm.yyyy', 'dd/mm/yyyy', 'mm/dd/yyyy', 'yyyymmdd'] as const;
export type DateFormat = (typeof dateFormats)[number];

const patterns: Readonly<Record<DateFormat, RegExp>> = {
  iso: /^(?<y>\d{4})-(?<m>\d{2})-(?<d>\d{2})/,
  'dd.mm.yyyy': /^(?<d>\d{1,2})\.(?<m>\d{1,2})\.(?<y>\d{4})/,
  'dd/mm/yyyy': /^(?<d>\d{1,2})\/(?<m>\d{1,2})\/(?<y>\d{4})/,
  'mm/dd/yyyy': /^(?<m>\d{1,2})\/(?<d>\d{1,2})\/(?<y>\d{4})/,
  yyyymmdd: /^(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})/,
};

/**
 * A date with or without a time of day. A bank's time zone is seldom told: it counts as UTC, which is near enough for windows of
 * days. Empty: null. Throws `settlement.bad-row`.
 */
export function readDate(text: string, format: DateFormat): Instant | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const match = patterns[format].exec(trimmed);
  const { y = '', m = '', d = '' } = match?.groups ?? {};
  const rest = trimmed.slice(match?.[0].length ?? 0);
  const time = /^[T ]?(\d{2}:\d{2}(?::\d{2})?)?.*?(Z|[+-]\d{2}:?\d{2})?$/.exec(rest);
  const iso = `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}T${time?.[1] ?? '00:00'}${time?.[2] ?? 'Z'}`;
  try {
    return instant(iso);
  } catch {
    throw badRow(`"${shown(text)}" is no date like ${format}`);
  }
}

/** What was found, short, and without anything that may be a card's number. */
export const shown = (text: string): string => text.slice(0, 24).replace(/\d(?=(?:\D*\d){4})/g, '*');

export const badRow = (words: string): HoldfastError =>
  new HoldfastError('settlement.bad-row', words, { remedy: 'operator' });
