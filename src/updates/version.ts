import { z } from 'zod';

/** A release's version, e.g. `0.2.0` or `0.3.0-beta.1` (semver.org, without build metadata). */
export const versionSchema = z
  .string()
  .max(40)
  .regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}(-[0-9A-Za-z]+([.-][0-9A-Za-z]+)*)?$/, 'a version, e.g. 0.2.0');

/** Below 0: `one` is older. semver.org §11: a version with a suffix comes before the one without it. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [partsOf(one), partsOf(other)];
  for (const [index, part] of left.numbers.entries()) {
    const difference = part - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.suffix.length === 0 || right.suffix.length === 0) return right.suffix.length - left.suffix.length;
  for (let at = 0; at < Math.max(left.suffix.length, right.suffix.length); at += 1) {
    const difference = compareSuffixes(left.suffix[at], right.suffix[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function partsOf(version: string) {
  const dash = version.indexOf('-');
  const numbers = (dash < 0 ? version : version.slice(0, dash)).split('.').map(Number);
  return { numbers, suffix: dash < 0 ? [] : version.slice(dash + 1).split('.') };
}

/** Numbers by size and before words; what ends first comes first. */
function compareSuffixes(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return one === other ? 0 : one === undefined ? -1 : 1;
  const [left, right] = [Number(one), Number(other)];
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  if (!Number.isNaN(left)) return -1;
  if (!Number.isNaN(right)) return 1;
  return one < other ? -1 : one > other ? 1 : 0;
}
