import { type Duration, milliseconds, minutes, seconds } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';

/** When a document that did not get through is tried again; retried for ever, only ever less often. */
export interface RetryPolicy {
  /** After a failure that says nothing else. */
  readonly retryEvery: Duration;
  /** Longest pause that repeated failures lead to. */
  readonly longest: Duration;
  /** How often to look whether a shop that could not be reached is back. */
  readonly probeEvery: Duration;
  /** Spreads the terminals of a shop, so that they don't all come back in the same second. */
  readonly jitter: Duration;
}

export const defaultRetryPolicy: RetryPolicy = {
  retryEvery: seconds(60),
  longest: minutes(15),
  probeEvery: seconds(10),
  jitter: seconds(5),
};

/** What is not said is usual. Read at every use, so that whoever hands it in may change it meanwhile. */
export function completed(policy: Partial<RetryPolicy> = {}): RetryPolicy {
  return {
    get retryEvery() {
      return policy.retryEvery ?? defaultRetryPolicy.retryEvery;
    },
    get longest() {
      return policy.longest ?? defaultRetryPolicy.longest;
    },
    get probeEvery() {
      return policy.probeEvery ?? defaultRetryPolicy.probeEvery;
    },
    get jitter() {
      return policy.jitter ?? defaultRetryPolicy.jitter;
    },
  };
}

/** The pause after the `failures`-th failure in a row (from 1), doubling up to the longest. */
function backOff(failures: number, policy: RetryPolicy): number {
  return Math.min(policy.retryEvery * 2 ** Math.min(failures - 1, 20), Math.max(policy.longest, policy.retryEvery));
}

export const spread = (policy: RetryPolicy, random: Random): number => random.fraction() * policy.jitter;

/** A document that waits for its own reason: as told, else ever less often. */
export function pauseOfDocument(failures: number, retryAfter: Duration | null, policy: RetryPolicy): Duration {
  return retryAfter ?? milliseconds(backOff(failures, policy));
}

/** Nothing gets through: every minute, whatever came before, because the next may be the one. */
export function pauseOfLane(retryAfter: Duration | null, policy: RetryPolicy, random: Random): Duration {
  return milliseconds(Math.max(retryAfter ?? 0, policy.retryEvery) + spread(policy, random));
}

/** The shop asked for less: ever less often, and never before the time it named. */
export function pauseOfOverload(
  failures: number,
  retryAfter: Duration | null,
  policy: RetryPolicy,
  random: Random,
): Duration {
  return milliseconds(Math.max(retryAfter ?? 0, backOff(failures, policy)) + spread(policy, random));
}
