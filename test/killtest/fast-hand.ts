import { type Duration, seconds } from '../../src/platform/clock.ts';
import type { Random } from '../../src/platform/random.ts';
import type { Showroom } from '../../src/showroom/facade.ts';

const patience: Duration = seconds(60);

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
  readonly #stopLooking: () => void;
  readonly #waiting = new Set<() => void>();

  /** `articles`: PLU numbers; `acknowledged`: what was sold here before. */
  constructor(showroom: Showroom, articles: readonly string[], random: Random, acknowledged: readonly string[]) {
    for (const receipt of acknowledged) this.acknowledged.add(receipt);
    this.#showroom = showroom;
    this.#articles = articles;
    this.#random = random;
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
    const before = this.acknowledged.size;
    const keys = Array.from({ length: sales }, () => this.#keysOfOneSale()).join(' ');
    this.#showroom.press(keys);
    await this.#until(() => this.acknowledged.size >= before + awaited);
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

  /** Rejects when the till does not get there, e.g. because it hangs. */
  #until(condition: () => boolean): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      const check = (): void => {
        if (!condition()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
    const tooLong = this.#showroom.until('the sale is acknowledged', condition, patience);
    // Whatever comes of the slower one is of no interest.
    tooLong.catch(() => undefined);
    return Promise.race([seen, tooLong]);
  }
}

/** Every receipt number in a text, in order. */
export function receiptNumbersIn(text: string): readonly string[] {
  return text.match(/\b[A-Z0-9][A-Z0-9-]*-\d{8}\b/g) ?? [];
}
