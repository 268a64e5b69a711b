import { type Clock, seconds } from '../../src/platform/clock.ts';
import { isHoldfastError, messageOf } from '../../src/platform/errors.ts';
import type { Logger } from '../../src/platform/log.ts';
import type { ControllerStore } from './store/controller-store.ts';

/**
 * Of all controllers on one store, one at a time speaks to the broker: whoever holds the lease. Clocks of controllers must agree to within
 * {@link lasts} (NTP); should two ever think they lead, the broker ends the older one's connection, and every decision is a conditional
 * write anyway.
 */
const lasts = seconds(30);
const renewEvery = seconds(10);
const leaseId = 'fleet-line';

export interface LeadershipOptions {
  readonly store: ControllerStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** Which controller this is; no two the same. */
  readonly holder: string;
  /** Runs while this controller leads; `signal` aborts when it does not any more. */
  readonly lead: (signal: AbortSignal) => Promise<void>;
}

/** Runs until `signal` aborts; gives the lease back then, so that another takes over at once. */
export async function takeTurns(
  { store, clock, log, holder, lead }: LeadershipOptions,
  signal: AbortSignal,
): Promise<void> {
  let term: { readonly end: AbortController; readonly done: Promise<void>; until: number } | null = null;
  let wake = new AbortController();
  // Whoever gives the lease back, or takes it, writes it: no need to wait for the next look.
  const unwatch = store.onChange((collection) => {
    if (collection === 'leases' && term === null) wake.abort();
  });
  const stop = (): void => wake.abort();
  signal.addEventListener('abort', stop);
  const resign = async (): Promise<void> => {
    term?.end.abort();
    await term?.done;
    term = null;
  };
  while (!signal.aborted) {
    try {
      const isMine = await renew(store, clock, holder);
      if (isMine && term === null) {
        log.info({ holder }, 'this controller speaks to the fleet now');
        const end = new AbortController();
        term = { end, done: lead(end.signal), until: clock.now() + lasts };
      } else if (isMine && term !== null) {
        term.until = clock.now() + lasts;
      } else if (term !== null) {
        log.warn({ holder }, 'another controller speaks to the fleet now');
        await resign();
      }
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'the lease could not be renewed');
      // Nobody knows whether it is still held: once it may be over, it is.
      if (term !== null && clock.now() >= term.until) await resign();
    }
    if (!signal.aborted) await clock.sleep(renewEvery, wake.signal);
    wake = new AbortController();
  }
  signal.removeEventListener('abort', stop);
  unwatch();
  const wasLeading = term !== null;
  await resign();
  if (wasLeading) await giveBack(store, holder).catch(() => undefined);
}

/** True: this controller holds the lease, for {@link lasts} from now. */
async function renew(store: ControllerStore, clock: Clock, holder: string): Promise<boolean> {
  const found = await store.get('leases', leaseId);
  const now = clock.now();
  if (found !== null && found.value.holder !== holder && found.value.until > now) return false;
  try {
    const value = { holder, until: now + lasts };
    await store.write([{ collection: 'leases', id: leaseId, expected: found?.version ?? 0, value }]);
    return true;
  } catch (error) {
    if (isHoldfastError(error, 'controller-store.conflict')) return false;
    throw error;
  }
}

async function giveBack(store: ControllerStore, holder: string): Promise<void> {
  const found = await store.get('leases', leaseId);
  if (found?.value.holder !== holder) return;
  await store.write([{ collection: 'leases', id: leaseId, expected: found.version, value: null }]);
}
