import { type Clock, type Duration, milliseconds } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import type { Reachability } from './lane.ts';
import { pauseOfLane, pauseOfOverload, type RetryPolicy, spread } from './retry-policy.ts';

/** Why and until when no sale is tried at all. Times are monotonic milliseconds. */
interface Hold {
  readonly until: number;
  /** When to look whether the shop is back; null: not to be asked before `until`. */
  readonly nextProbe: number | null;
  /** A probe has failed since, so that one that gets through means: back again. */
  readonly seenDown: boolean;
}

/** Whether the shop can be reached, as far as this terminal knows, and when it may be asked again. */
export class Connection {
  /** Null until something was tried. */
  online: boolean | null = null;
  /** The last answer that concerned every sale, in plain words. */
  words = 'Nothing tried yet';
  code: string | null = null;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #policy: RetryPolicy;
  #hold: Hold | null = null;
  #overloads = 0;
  #nextIdleProbe = 0;

  constructor(clock: Clock, random: Random, policy: RetryPolicy) {
    this.#clock = clock;
    this.#random = random;
    this.#policy = policy;
  }

  /** Until then no sale is to be tried; 0: none is held. */
  get heldUntil(): number {
    return this.#hold?.until ?? 0;
  }

  get nextIdleProbe(): number {
    return this.#nextIdleProbe;
  }

  /** When the next probe is due while sales are held; never before something is held. */
  get nextProbe(): number {
    return this.#hold?.nextProbe ?? Number.POSITIVE_INFINITY;
  }

  /** Everything may be tried now. */
  release(): void {
    this.#hold = null;
    this.#nextIdleProbe = 0;
  }

  /** Nothing gets through; or the shop asked for less. */
  failed(scope: 'lane' | 'overload', retryAfter: Duration | null, code: string, words: string): void {
    if (scope === 'lane') {
      this.#holdFor(pauseOfLane(retryAfter, this.#policy, this.#random), true, code, words);
      return;
    }
    this.#overloads += 1;
    this.#holdFor(pauseOfOverload(this.#overloads, retryAfter, this.#policy, this.#random), false, code, words);
  }

  /** The terminal itself failed; the shop has nothing to do with it and is not asked. */
  failedHere(code: string, words: string): void {
    this.#holdFor(this.#policy.retryEvery, false, code, words);
  }

  gotThrough(): void {
    this.#overloads = 0;
    this.#say(true, null, 'The shop answers');
  }

  /** What a probe has seen. True: the shop was away and is back. */
  saw(seen: Reachability): boolean {
    const now = this.#clock.monotonic();
    const hold = this.#hold;
    const reachable = seen.kind === 'reachable';
    this.#nextIdleProbe =
      now + (reachable ? this.#policy.retryEvery : this.#policy.probeEvery) + spread(this.#policy, this.#random);
    if (hold !== null && reachable && !hold.seenDown) {
      // It was there all along: what stopped the lane is not the connection, and asking more often would not help.
      this.#hold = { ...hold, nextProbe: null };
      return false;
    }
    this.#say(reachable, reachable ? null : seen.code, reachable ? 'The shop answers' : seen.answer);
    if (hold === null) return false;
    this.#hold = reachable
      ? { until: now + spread(this.#policy, this.#random), nextProbe: null, seenDown: false }
      : { ...hold, nextProbe: now + this.#policy.probeEvery, seenDown: true };
    return reachable;
  }

  #holdFor(pause: number, probing: boolean, code: string, words: string): void {
    const now = this.#clock.monotonic();
    this.#hold = { until: now + milliseconds(pause), nextProbe: probing ? now : null, seenDown: false };
    this.#say(false, code, words);
  }

  #say(online: boolean, code: string | null, words: string): void {
    this.online = online;
    this.code = code;
    this.words = words;
  }
}
