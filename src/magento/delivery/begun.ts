import { z } from 'zod';
import type { Clock, Duration } from '../../platform/clock.ts';

/** A step that was begun and whose end was not written down: nobody knows whether it was done. */
export interface Begun<Step extends string = string> {
  readonly step: Step;
  readonly monotonic: number;
  readonly bootId: string;
  /** Magento answered, though not whether it was done (HTTP 500): it is no longer working on it. */
  readonly answered: boolean;
}

export const begunSchema = <const Steps extends readonly [string, ...string[]]>(steps: Steps) =>
  z.strictObject({ step: z.enum(steps), monotonic: z.number(), bootId: z.string(), answered: z.boolean() });

/** Marks a step as begun; written down before Magento is asked. */
export function begin<Progress extends { readonly begun: Begun | null }>(
  progress: Progress,
  step: NonNullable<Progress['begun']>['step'],
  clock: Clock,
): Progress {
  return { ...progress, begun: { step, monotonic: clock.monotonic(), bootId: clock.bootId, answered: false } };
}

/**
 * How long until Magento can't still be working on the step that was begun; 0 or less: it can't. Counted on the monotonic
 * clock only, since wall time may jump; after a restart of the machine nobody knows, and the whole time is waited again.
 */
export function settlesIn(begun: Omit<Begun, 'step'>, clock: Clock, settleAfter: Duration): number {
  if (begun.answered) return 0;
  const elapsed = begun.bootId === clock.bootId ? clock.monotonic() - begun.monotonic : 0;
  return settleAfter - Math.max(0, elapsed);
}

/** A begun step's stamp made good for this boot, so that its wait has a start that can be counted from. */
export function restamped<Progress extends { readonly begun: Begun | null }>(
  progress: Progress,
  clock: Clock,
): Progress {
  const { begun } = progress;
  const stillGood = begun === null || (begun.bootId === clock.bootId && begun.monotonic <= clock.monotonic());
  return stillGood
    ? progress
    : { ...progress, begun: { ...begun, monotonic: clock.monotonic(), bootId: clock.bootId } };
}
