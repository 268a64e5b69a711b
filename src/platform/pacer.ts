import { type Clock, type Duration, milliseconds } from './clock.ts';

/** Longest piece of work between two chances for a key press. */
const longestStretch = milliseconds(8);

/**
 * Lets others run during long work: called often, it returns at once until a stretch is over, and then after `pause`. A
 * stretch is measured rather than counted because terminals differ tenfold in speed.
 */
export function createPacer(clock: Clock, pause: Duration = milliseconds(0)): () => Promise<void> | undefined {
  let since = clock.monotonic();
  return () => {
    if (clock.monotonic() - since < longestStretch) return undefined;
    return clock.sleep(pause).then(() => {
      since = clock.monotonic();
    });
  };
}
