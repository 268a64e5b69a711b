import { instant, type Stamp } from '../platform/clock.ts';
import type { ClockCorrection } from './journal.ts';

/** Milliseconds by which wall time may part from monotonic time before somebody must have set it. */
const tolerance = 2000;

/**
 * What the journal must say about the clock before a record stamped `now` follows one stamped `last`: that it has been set
 * in between, or is now trusted for the first time in this boot. Null: nothing. Records stay as they were stamped; with this
 * their true time can be told.
 */
export function clockCorrection(last: Stamp | null, now: Stamp): ClockCorrection | null {
  if (last === null || last.bootId !== now.bootId) return null;
  const from = last.at + (now.monotonic - last.monotonic);
  const wasSet = Math.abs(now.at - from) > tolerance;
  const isFirstTrusted = now.trusted && !last.trusted;
  return wasSet || isFirstTrusted ? { kind: 'clock-corrected', from: instant(from), to: now.at } : null;
}
