import type { Granted } from '../../src/fleet/delivery-messages.ts';
import type { BootId, Clock, Duration, Instant, Monotonic, Timer } from '../../src/platform/clock.ts';

/**
 * The terminal's monotonic clock, kept going here since it was told of. Progress is stamped by it, so that a lost reply is settled after the
 * same time whichever gateway, or the terminal itself, looks next. It is behind the terminal's own by what its telling took.
 */
export class TerminalClock implements Clock {
  readonly bootId: BootId;
  readonly #own: Clock;
  readonly #ahead: number;

  constructor(own: Clock, { monotonic, bootId }: Pick<Granted, 'monotonic' | 'bootId'>) {
    this.#own = own;
    this.#ahead = monotonic - own.monotonic();
    this.bootId = bootId as BootId; // the terminal's own, as it was told
  }

  monotonic(): Monotonic {
    return (this.#own.monotonic() + this.#ahead) as Monotonic; // of that boot
  }

  now(): Instant {
    return this.#own.now();
  }

  get zone(): string {
    return this.#own.zone;
  }

  trusted(): boolean {
    return this.#own.trusted();
  }

  sleep(duration: Duration, signal?: AbortSignal): Promise<void> {
    return this.#own.sleep(duration, signal);
  }

  schedule(duration: Duration, task: () => void): Timer {
    return this.#own.schedule(duration, task);
  }
}
