import { seconds } from '../../src/platform/clock.ts';
import type { Random } from '../../src/platform/random.ts';
import type { CounterState, Showroom } from '../../src/showroom/facade.ts';

/** Someone at the counter who scans, takes cash and cards, and looks at the display before the next move. */
export class Trader {
  readonly #showroom: Showroom;
  readonly #random: Random;
  readonly #barcodes: readonly string[];

  constructor(showroom: Showroom, barcodes: readonly string[], random: Random) {
    this.#showroom = showroom;
    this.#barcodes = barcodes;
    this.#random = random;
  }

  async openShift(): Promise<void> {
    await this.ready();
    this.#showroom.press('100.00 enter');
    await this.#showroom.until('a shift is open', async () => (await this.#showroom.status())?.shift.open === true);
  }

  /** Until keypad, scanner and card terminal have found the till again. */
  async ready(): Promise<void> {
    await this.#showroom.until(
      'all devices are ready',
      async () => (await this.#showroom.status())?.devices.every(({ state }) => state === 'ready') === true,
      patience,
    );
  }

  /** One sale, start to receipt. */
  async sell(): Promise<void> {
    await this.ringUp();
    const before = this.#showroom.state().printed;
    if (this.#random.fraction() < 0.4) await this.#payByCard();
    else this.#showroom.press('enter');
    await this.#showroom.until('the receipt', (state) => state.printed > before, patience);
  }

  /** Goods on the counter, and the total on the display. */
  async ringUp(): Promise<void> {
    const articles = 1 + Math.floor(this.#random.fraction() * 3);
    for (let article = 0; article < articles; article += 1) {
      if (this.#random.fraction() < 0.2) await this.#see('a quantity', () => this.#showroom.press('2 times'));
      await this.#see('an article', () => this.#showroom.scan(this.#pick()));
    }
    await this.#see('the total', () => this.#showroom.press('total'));
  }

  /** Confirms cash, and does not wait for anything. */
  confirmCash(): void {
    this.#showroom.press('enter');
  }

  async #payByCard(): Promise<void> {
    this.#showroom.press('times');
    let refused = false;
    const asked = (state: CounterState): boolean => {
      // Without the bank a card may be more than the policy allows; then the customer pays cash.
      refused = /Bank not/.test(shown(state));
      return refused || state.cardTerminal.state === 'waiting';
    };
    await this.#showroom.until('the card terminal', asked, patience);
    if (refused) this.#showroom.press('enter');
    else this.#showroom.tap();
  }

  /** Acts, and waits until the display says something else. */
  async #see(what: string, act: () => unknown): Promise<void> {
    const before = shown(this.#showroom.state());
    act();
    await this.#showroom.until(what, (state) => shown(state) !== before, patience);
  }

  #pick(): string {
    const index = Math.floor(this.#random.fraction() * this.#barcodes.length);
    return this.#barcodes[index] ?? '';
  }
}

const patience = seconds(30);
const shown = ({ display }: CounterState): string => display.rows.join('\n');
