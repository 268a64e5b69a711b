import { type Clock, type Duration, seconds } from '../../src/platform/clock.ts';
import type { Random } from '../../src/platform/random.ts';
import type { Showroom } from '../../src/showroom/facade.ts';

const patience: Duration = seconds(60);
/** Without a sale for so long, something on the display wants an answer. */
const glance: Duration = seconds(5);
const mostAttempts = 12;

export interface FastHandOptions {
  readonly showroom: Showroom;
  /** PLU numbers. */
  readonly articles: readonly string[];
  readonly random: Random;
  readonly clock: Clock;
  /** What was sold here before. */
  readonly acknowledged: readonly string[];
}

/**
 * Someone at the keypad who is faster than any trader: types whole sales without looking up. Remembers every receipt number
 * that the display or the paper has shown, because from then on the customer has paid and gone.
 */
export class FastHand {
  /** Receipt numbers that somebody outside the till has seen. */
  readonly acknowledged = new Set<string>();
  readonly #showroom: Showroom;
  readonly #articles: readonly string[];
  readonly #random: Random;
  readonly #clock: Clock;
  readonly #stopLooking: () => void;
  readonly #waiting = new Set<() => void>();

  constructor({ showroom, articles, random, clock, acknowledged }: FastHandOptions) {
    for (const receipt of acknowledged) this.acknowledged.add(receipt);
    this.#showroom = showroom;
    this.#articles = articles;
    this.#random = random;
    this.#clock = clock;
    this.#stopLooking = showroom.onChange(() => this.#look());
  }

  leave(): void {
    this.#stopLooking();
  }

  async openShift(): Promise<void> {
    await this.ready();
    if ((await this.#showroom.status())?.shift.open === true) return;
    this.#showroom.press('100.00 enter');
    await this.#showroom.until('a shift is open', async () => (await this.#showroom.status())?.shift.open === true);
  }

  /** Until keypad and printer have found the till again. */
  async ready(): Promise<void> {
    await this.#showroom.until(
      'all devices are ready',
      async () => (await this.#showroom.status())?.devices.every(({ state }) => state === 'ready') === true,
      patience,
    );
  }

  /** Types `sales` cash sales in one go; resolves when the first `awaited` of them have been acknowledged. */
  async sell(sales: number, awaited: number): Promise<void> {
    const enough = this.acknowledged.size + awaited;
    this.#showroom.press(Array.from({ length: sales }, () => this.#keysOfOneSale()).join(' '));
    for (let attempt = 1; !(await this.#has(enough)); attempt += 1) {
      if (attempt > mostAttempts) throw new Error(`The till sells no more. Display: ${this.#display()}`);
      // A notice ("Drawer did not open") has swallowed keys: clear what is there, and type one more.
      this.#showroom.press(`clear clear clear ${this.#keysOfOneSale()}`);
    }
  }

  #keysOfOneSale(): string {
    const lines = Array.from({ length: 1 + Math.floor(this.#random.fraction() * 3) }, () => {
      const article = this.#articles[Math.floor(this.#random.fraction() * this.#articles.length)] ?? '';
      return `${article} enter`;
    });
    return `${lines.join(' ')} total enter`;
  }

  #look(): void {
    const { display } = this.#showroom.state();
    const before = this.acknowledged.size;
    for (const number of receiptNumbersIn(display.rows.join(' '))) this.acknowledged.add(number);
    // The last slip is enough: nothing else has been added since the last look.
    for (const number of receiptNumbersIn(this.#showroom.receipts().at(-1)?.text ?? '')) this.acknowledged.add(number);
    if (this.acknowledged.size > before) for (const check of this.#waiting) check();
  }

  /** Whether so many are acknowledged, as soon as they are or after {@link glance}. */
  #has(count: number): Promise<boolean> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (this.acknowledged.size >= count) end(true);
      };
      const end = (answer: boolean): void => {
        timer.cancel();
        this.#waiting.delete(check);
        resolve(answer);
      };
      const timer = this.#clock.schedule(glance, () => end(false));
      this.#waiting.add(check);
      check();
    });
  }

  #display(): string {
    return this.#showroom.state().display.rows.join(' | ');
  }
}

/** Every receipt number in a text, in order. */
export function receiptNumbersIn(text: string): readonly string[] {
  return text.match(/\b[A-Z0-9][A-Z0-9-]*-\d{8}\b/g) ?? [];
}
