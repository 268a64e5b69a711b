import type { Clock } from '../platform/clock.ts';
import { pinMatches } from '../platform/pin-hash.ts';
import type { StaffSettings } from '../register/facts.ts';
import type { StaffAnswer, StaffMember } from '../register/staff.ts';

/** Somebody with what makes the till know them. */
export interface Credentials {
  readonly member: StaffMember;
  /** As `holdfast staff hash-pin` makes it; null: no PIN. */
  readonly pinHash: string | null;
  /** What the badge's barcode says; null: no badge. */
  readonly badge: string | null;
}

/** How often a wrong PIN was typed, kept so that pulling the plug does not help. Neither method throws. */
export interface WrongPins {
  load(): { readonly count: number; readonly lockedUntil: number };
  save(wrong: { readonly count: number; readonly lockedUntil: number }): void;
}

/** Wrong PINs that are forgiven; each further one doubles the wait. */
const forgiven = 4;
const firstWait = 30_000;
const longestWait = 15 * 60_000;

/**
 * Knows the staff by PIN or badge. PINs are checked one at a time and away from the main thread; too many wrong ones and none is
 * looked at for a while. Badges go on working, and so does whoever is signed in.
 */
export class StaffDesk {
  readonly settings: StaffSettings;
  readonly #staff: readonly Credentials[];
  readonly #clock: Pick<Clock, 'now'>;
  readonly #store: WrongPins | null;
  #wrong: { readonly count: number; readonly lockedUntil: number };
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    staff: readonly Credentials[],
    settings: Omit<StaffSettings, 'known'>,
    clock: Pick<Clock, 'now'>,
    store: WrongPins | null = null,
  ) {
    this.settings = { ...settings, known: staff.length > 0 };
    this.#staff = staff;
    this.#clock = clock;
    this.#store = store;
    this.#wrong = store?.load() ?? { count: 0, lockedUntil: 0 };
  }

  badge(code: string): StaffMember | null {
    return this.#staff.find(({ badge }) => badge !== null && badge === code.trim())?.member ?? null;
  }

  /** Whose PIN it is. Never rejects. */
  check(pin: string): Promise<StaffAnswer> {
    const answer = this.#last.then(() => this.#check(pin));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #check(pin: string): Promise<StaffAnswer> {
    const left = this.#left();
    if (left > 0) return { kind: 'locked', seconds: Math.ceil(left / 1000) };
    const [member, ...others] = await this.#membersWith(pin);
    if (member !== undefined) {
      this.#remember(0, 0);
      return others.length === 0 ? { kind: 'known', member } : { kind: 'shared' };
    }
    const count = this.#wrong.count + 1;
    const wait = count <= forgiven ? 0 : Math.min(longestWait, firstWait * 2 ** (count - forgiven - 1));
    this.#remember(count, wait === 0 ? 0 : this.#clock.now() + wait);
    return { kind: 'unknown' };
  }

  /** All are looked at: a hash does not tell that two of them are of the same PIN. */
  async #membersWith(pin: string): Promise<readonly StaffMember[]> {
    const found: StaffMember[] = [];
    for (const { member, pinHash } of this.#staff) {
      if (pinHash !== null && (await pinMatches(pin, pinHash))) found.push(member);
    }
    return found;
  }

  /** A clock that was set back must not lock anybody out for longer than the longest wait. */
  #left(): number {
    return Math.min(this.#wrong.lockedUntil - this.#clock.now(), longestWait);
  }

  #remember(count: number, lockedUntil: number): void {
    if (count === 0 && this.#wrong.count === 0) return;
    this.#wrong = { count, lockedUntil };
    this.#store?.save(this.#wrong);
  }
}
