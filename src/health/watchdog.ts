import { type Clock, type Duration, milliseconds, seconds } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { ServiceManager } from '../platform/service-manager.ts';

/** Something that must answer for this process to count as well. */
export interface Probe {
  /** e.g. `the store`. */
  readonly name: string;
  /** Rejecting is an answer too: what fails is told elsewhere, and a restart in the middle of a sale mends no disk. */
  answer(): Promise<void>;
}

export interface WatchdogParts {
  readonly manager: ServiceManager;
  readonly probes: readonly Probe[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** As long as a start may need to look through a large journal, told anew while it does. */
const startTold = seconds(40);
const startWithin = seconds(180);

/** Tells the supervisor, until `signal` aborts, that a long start is not a stuck one. */
export async function tellStarting({ manager, clock }: WatchdogParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await manager.tell({ kind: 'starting', within: startWithin });
    await clock.sleep(startTold, signal);
  }
}

/**
 * Tells the supervisor three times in its patience that this process is well: its event loop turns, because this runs in it, and
 * every probe answers. What hangs is restarted by the supervisor, because nothing is told any more. Ends when `signal` aborts.
 */
export async function tellAlive(parts: WatchdogParts, signal: AbortSignal): Promise<void> {
  const { manager, clock } = parts;
  if (manager.watchdog === null) return;
  const every = milliseconds(manager.watchdog / 3);
  while (!signal.aborted) {
    const silent = await silentProbes(parts, every, signal);
    if (signal.aborted) return;
    if (silent.length === 0) await manager.tell({ kind: 'alive' });
    else parts.log.error({ silent }, 'does not answer; the supervisor will restart this process');
    await clock.sleep(every, signal);
  }
}

/** The names of those that did not answer within `patience`. */
async function silentProbes(
  { probes, clock, log }: WatchdogParts,
  patience: Duration,
  signal: AbortSignal,
): Promise<string[]> {
  const silent = await Promise.all(
    probes.map(async ({ name, answer }) => {
      const answered = new AbortController();
      const end = (): void => answered.abort();
      signal.addEventListener('abort', end, { once: true });
      let known = false;
      answer()
        .catch((error: unknown) => log.debug({ name, error: messageOf(error) }, 'a probe failed'))
        .finally(() => {
          known = true;
          end();
        });
      await clock.sleep(patience, answered.signal);
      signal.removeEventListener('abort', end);
      return known ? null : name;
    }),
  );
  return silent.filter((name) => name !== null);
}
