import { type Clock, milliseconds, minutes } from '../../platform/clock.ts';
import type { MagentoClient } from './outcome.ts';

/** Bounds how often a terminal asks the shop anything, so that a hundred terminals don't stop it. */
export interface RequestBudget {
  /** Resolves when the next request may go; in the order asked. At once when `signal` aborts. */
  admit(signal?: AbortSignal): Promise<void>;
}

/** The client, asking no more than the budget allows. */
export function withBudget(client: MagentoClient, budget: RequestBudget): MagentoClient {
  return {
    async request(method, path, body, options) {
      await budget.admit(options?.signal);
      return client.request(method, path, body, options);
    },
  };
}

/** `perMinute` requests evenly, after a burst of up to `burst`. Clients that share one budget share its allowance. */
export function createRequestBudget(
  clock: Clock,
  limits: { readonly perMinute: number; readonly burst: number },
): RequestBudget {
  const interval = minutes(1) / limits.perMinute;
  /** When the allowance of the last admitted request is earned back (the "theoretical arrival time" of a leaky bucket). */
  let earned: number = clock.monotonic();
  return {
    async admit(signal) {
      const now = clock.monotonic();
      earned = Math.max(earned, now) + interval;
      const wait = earned - now - limits.burst * interval;
      if (wait > 0) await clock.sleep(milliseconds(wait), signal);
    },
  };
}
