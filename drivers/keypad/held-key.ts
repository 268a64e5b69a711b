import { type Clock, type Duration, type Monotonic, minutes } from '../../src/platform/clock.ts';
import type { Key } from './keypad.ts';

/** A key that is held down counts again `after` a while, then `every` so often. */
export interface Repeat {
  readonly after: Duration;
  readonly every: Duration;
}

/** A key held longer than this is stuck, or something lies on the keypad. */
const stuckAfter = minutes(1);

/** The key that was pressed last, for as long as it is held: it may repeat, and it may be stuck. */
export class HeldKey {
  readonly #clock: Clock;
  readonly #repeat: Repeat | null;
  #key: Key | null = null;
  #since = 0 as Monotonic;
  #repeats = 0;

  constructor(clock: Clock, repeat: Repeat | null) {
    this.#clock = clock;
    this.#repeat = repeat;
  }

  press(key: Key): void {
    this.#key = key;
    this.#since = this.#clock.monotonic();
    this.#repeats = 0;
  }

  release(): void {
    this.#key = null;
  }

  /** The key, when it is time for it to count once more; else null. */
  due(): Key | null {
    if (this.#key === null || this.#repeat === null) return null;
    const { after, every } = this.#repeat;
    if (this.#held < after + this.#repeats * every) return null;
    this.#repeats += 1;
    return this.#key;
  }

  /** What is wrong, in words; null: nothing. */
  get trouble(): string | null {
    return this.#key !== null && this.#held >= stuckAfter ? `the key "${this.#key}" is stuck` : null;
  }

  get #held(): number {
    return this.#clock.monotonic() - this.#since;
  }
}
