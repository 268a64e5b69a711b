import type { TillParts } from './ports.ts';

type BellParts = Pick<TillParts, 'display' | 'beeper'>;

/** An input was not taken: whoever pressed the key must notice. */
export function ringRefused({ display, beeper }: BellParts): void {
  display?.beep();
  beeper?.sound('refused');
}

/** A sale is completed: heard only where it can't be seen. */
export function ringDone({ display, beeper }: BellParts): void {
  if (display?.health().state !== 'ready') beeper?.sound('done');
}
