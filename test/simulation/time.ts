import type { Timer } from '../../src/platform/clock.ts';

interface Appointment {
  readonly at: number;
  /** Of two at the same moment the one made first comes first. */
  readonly order: number;
  run: (() => void) | null;
}

/**
 * Calls `next` when everything that is ready has had its turn: promises, and what they set going. Nothing in a world waits for
 * more. Node runs a tick that a promise asked for when no promise is ready any more; unlike a turn of the event loop it costs
 * no system call.
 */
function whenSettled(next: () => void): void {
  queueMicrotask(() => process.nextTick(next));
}
/** Node clears away what is no longer used only between turns of the event loop. */
const appointmentsPerTurn = 10_000;

/**
 * The time of one world: a queue of appointments, kept one after the other, with nothing in between. A day is as long as
 * what happens in it.
 */
export class SimulatedTime {
  /** Milliseconds since the world began. */
  #now = 0;
  #made = 0;
  #kept = 0;
  readonly #heap: Appointment[] = [];

  get now(): number {
    return this.#now;
  }

  after(delay: number, run: () => void): Timer {
    const appointment: Appointment = { at: this.#now + Math.max(0, delay), order: this.#made++, run };
    this.#push(appointment);
    return {
      cancel: () => {
        appointment.run = null;
      },
    };
  }

  sleep(delay: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delay, resolve);
    });
  }

  /** Lets time pass until `end`, or until `done` says so. */
  pass(end: number, done: () => boolean = () => false): Promise<void> {
    return new Promise((resolve, reject) => {
      // One function for all of it, not a promise for each appointment: there are tens of thousands a day.
      const goOn = (): void => {
        try {
          const appointment = done() ? undefined : this.#takeUntil(end);
          if (appointment === undefined) {
            if (!done()) this.#now = Math.max(this.#now, end);
            resolve();
            return;
          }
          this.#now = appointment.at;
          appointment.run?.();
          this.#kept += 1;
          if (this.#kept % appointmentsPerTurn === 0) setImmediate(whenSettled, goOn);
          else whenSettled(goOn);
        } catch (error) {
          reject(error);
        }
      };
      whenSettled(goOn);
    });
  }

  /** The next appointment that still stands; undefined: there is none until `end`. */
  #takeUntil(end: number): Appointment | undefined {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > end) return undefined;
      this.#pop();
      if (next.run !== null) return next;
    }
  }

  #push(appointment: Appointment): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(appointment);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !before(appointment, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = appointment;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let below = heap[child];
      if (below === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && before(right, below)) {
        child += 1;
        below = right;
      }
      if (!before(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}

const before = (a: Appointment, b: Appointment): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
