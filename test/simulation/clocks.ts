import {
  type BootId,
  type Clock,
  type Duration,
  type Instant,
  instant,
  type Monotonic,
  type Timer,
} from '../../src/platform/clock.ts';
import type { SimulatedTime } from './time.ts';

/** When the worlds begin; a Monday morning in Berlin. */
const beginning = Date.parse('2026-11-23T06:00:00Z');
const zone = 'Europe/Berlin';

/** What the time really is, in the shop and everywhere else but in the till. */
export function trueClock(time: SimulatedTime): Clock {
  return {
    now: () => instant(beginning + time.now),
    monotonic: () => time.now as Monotonic,
    bootId: 'the world' as BootId,
    zone,
    trusted: () => true,
    sleep: (duration) => time.sleep(duration),
    schedule: (duration, task) => time.after(duration, task),
  };
}

/** The till's clock chip, which has no battery: it forgets while the power is off, drifts, and may be set to anything. */
export class WallTime {
  readonly #time: SimulatedTime;
  /** How far it is from the true time, milliseconds. */
  #error = 0;
  #since = 0;
  readonly #drift: number;
  trusted = false;

  /** `drift`: milliseconds it gains in a millisecond. */
  constructor(time: SimulatedTime, drift: number) {
    this.#time = time;
    this.#drift = drift;
  }

  now(): Instant {
    return instant(Math.round(beginning + this.#time.now + this.error));
  }

  get error(): number {
    return this.#error + (this.#time.now - this.#since) * this.#drift;
  }

  /** Someone sets it wrong, or it comes up with the time of its last shutdown. */
  set(error: number): void {
    this.#error = error;
    this.#since = this.#time.now;
  }
}

const sleeping = new WeakMap<AbortSignal, Set<() => void>>();

/** Whom a signal wakes: one listener for all of them, because adding and removing one costs more than most sleeps. */
function sleepersOf(signal: AbortSignal): Set<() => void> {
  const known = sleeping.get(signal);
  if (known !== undefined) return known;
  const sleepers = new Set<() => void>();
  sleeping.set(signal, sleepers);
  signal.addEventListener('abort', () => {
    for (const wake of [...sleepers]) wake();
  });
  return sleepers;
}

/** The clock of one life of the till's machine. When the power fails it stands still for ever. */
export class BootClock implements Clock {
  readonly bootId: BootId;
  readonly zone = zone;
  readonly #time: SimulatedTime;
  readonly #wall: WallTime;
  readonly #bootedAt: number;
  #dead = false;

  constructor(time: SimulatedTime, wall: WallTime, bootId: BootId, bootedAt: number) {
    this.#time = time;
    this.#wall = wall;
    this.bootId = bootId;
    this.#bootedAt = bootedAt;
  }

  die(): void {
    this.#dead = true;
  }

  now(): Instant {
    return this.#wall.now();
  }

  monotonic(): Monotonic {
    return (this.#time.now - this.#bootedAt) as Monotonic;
  }

  trusted(): boolean {
    return this.#wall.trusted;
  }

  sleep(duration: Duration, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      if (signal === undefined) {
        this.schedule(duration, resolve);
        return;
      }
      const sleepers = sleepersOf(signal);
      const wake = (): void => {
        timer.cancel();
        sleepers.delete(wake);
        resolve();
      };
      const timer = this.schedule(duration, wake);
      sleepers.add(wake);
    });
  }

  /** At least a millisecond, as Node's timers. */
  schedule(duration: Duration, task: () => void): Timer {
    return this.#time.after(Math.max(1, duration), () => {
      if (!this.#dead) task();
    });
  }
}
