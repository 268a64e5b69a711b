import type { Clock, Duration } from '../platform/clock.ts';
import { milliseconds, seconds } from '../platform/clock.ts';
import type { Order } from './launch-state.ts';

/** What a release on trial can do at one moment. */
export interface TrialFacts {
  /** Names of the devices that are ready. */
  readonly devices: readonly string[];
  readonly snapshot: boolean;
  readonly journal: 'whole' | 'one-copy' | 'stopped';
  /** Whoever it belongs to has answered since it was started: its fleet's controller, or Magento for a terminal on its own. */
  readonly contact: boolean;
}

export interface TrialSettings {
  /** How long all has to be well, one moment after the other. */
  readonly steadyFor: Duration;
  /** How long it may take until it is. */
  readonly within: Duration;
}

/** What is still missing before a release counts as good, in plain words; empty: nothing. Pure. */
export function missingIn(
  facts: TrialFacts,
  { before, contact }: Pick<Order, 'before' | 'contact'>,
): readonly string[] {
  const missing = before.devices
    .filter((name) => !facts.devices.includes(name))
    .map((name) => `the ${name}, which was ready before, is not`);
  if (facts.journal === 'stopped') missing.push('the journal can’t be written');
  if (facts.journal === 'one-copy' && before.journal) missing.push('the journal is written in one copy only');
  if (before.snapshot && !facts.snapshot) missing.push('there is nothing to sell from');
  if (contact === 'required' && !facts.contact) missing.push('the server was not reached');
  return missing;
}

const lookEvery = seconds(1);

export type TrialEnd = { readonly verdict: 'good' | 'bad'; readonly words: string };

/** Looks on until the release has been well for long enough, or has had long enough; null: `signal` ended it first. */
export async function watchTrial(
  look: () => TrialFacts,
  wanted: Pick<Order, 'before' | 'contact'>,
  { steadyFor, within }: TrialSettings,
  clock: Clock,
  signal: AbortSignal,
): Promise<TrialEnd | null> {
  const start = clock.monotonic();
  let wellSince: number | null = null;
  for (;;) {
    const now = clock.monotonic();
    const missing = missingIn(look(), wanted);
    wellSince = missing.length === 0 ? (wellSince ?? now) : null;
    if (wellSince !== null && now - wellSince >= steadyFor) {
      return { verdict: 'good', words: 'It sells, with everything that was there before.' };
    }
    if (now - start >= within && wellSince === null) {
      return { verdict: 'bad', words: `${sentence(missing)}, in ${Math.round(within / 60_000)} minutes.` };
    }
    await clock.sleep(milliseconds(Math.min(lookEvery, Math.max(1, steadyFor))), signal);
    if (signal.aborted) return null;
  }
}

function sentence(missing: readonly string[]): string {
  const text = missing.join('; ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
