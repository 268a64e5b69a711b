import type { Clock, Duration } from '../../platform/clock.ts';

/**
 * A signal that follows `signal` only after `grace`: a call that changes Magento, once sent, is given time to come to an end
 * when the terminal is asked to stop, because a known outcome is worth some seconds.
 */
export function patientSignal(
  signal: AbortSignal,
  clock: Clock,
  grace: Duration,
): { readonly signal: AbortSignal; readonly release: () => void } {
  const late = new AbortController();
  let cancel = (): void => {};
  const onAbort = (): void => {
    const timer = clock.schedule(grace, () => late.abort());
    cancel = () => timer.cancel();
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    signal: late.signal,
    release() {
      signal.removeEventListener('abort', onAbort);
      cancel();
    },
  };
}
