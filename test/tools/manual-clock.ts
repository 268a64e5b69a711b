import {
  type BootId,
  type Clock,
  type Duration,
  type Instant,
  instant,
  type Monotonic,
  type Timer,
} from '../../src/platform/clock.ts';

interface Alarm {
  readonly at: number;
  readonly ring: () => void;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock that only goes when told: wall and monotonic time together. */
export class ManualClock implements Clock {
  readonly bootId = 'boot-1' as BootId;
  readonly zone = 'Europe/Berlin';
  /** What {@link trusted} answers. */
  isTrusted = true;
  #monotonic = 1_000;
  #wall: number;
  #alarms: Alarm[] = [];

  constructor(start: number | string = '2026-11-23T09:00:00Z') {
    this.#wall = instant(start);
  }

  now(): Instant {
    return this.#wall as Instant;
  }

  monotonic(): Monotonic {
    return this.#monotonic as Monotonic;
  }

  trusted(): boolean {
    return this.isTrusted;
  }

  /** Somebody or something sets the wall clock; monotonic time goes on as it was. */
  jump(by: Duration): void {
    this.#wall += by;
  }

  /** How many timers and sleeps are waiting. */
  get waiting(): number {
    return this.#alarms.length;
  }

  sleep(duration: Duration, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = this.schedule(duration, wake);
      signal?.addEventListener('abort', wake);
    });
  }

  schedule(duration: Duration, task: () => void): Timer {
    const alarm: Alarm = { at: this.#monotonic + duration, ring: task };
    this.#alarms.push(alarm);
    return { cancel: () => this.#remove(alarm) };
  }

  /** Lets time pass, ringing what falls due in its order; between two, whatever waited for the first gets its turn. */
  async advance(duration: Duration): Promise<void> {
    const end = this.#monotonic + duration;
    await turn();
    for (;;) {
      const due = this.#alarms.filter((alarm) => alarm.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#goTo(Math.max(due.at, this.#monotonic));
      this.#remove(due);
      due.ring();
      await turn();
    }
    this.#goTo(end);
  }

  #goTo(monotonic: number): void {
    this.#wall += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }

  #remove(alarm: Alarm): void {
    this.#alarms = this.#alarms.filter((other) => other !== alarm);
  }
}
