import type { Clock } from '../../src/platform/clock.ts';
import { minutes, seconds } from '../../src/platform/clock.ts';
import type { Random } from '../../src/platform/random.ts';
import type { CounterState, Showroom } from '../../src/showroom/facade.ts';
import { salableQuantity } from '../../src/showroom/magento/inventory.ts';

const patience = seconds(30);
/** The recorded shop's stock 2, "POS chain". */
const counterStock = 2;

/** How long the trader and the customers have waited, milliseconds. */
export interface Waits {
  /** From a key or a scan to what it changes on the display. */
  readonly display: number[];
  /** From the key that says "paid" to the printed receipt: the sale is durable then. */
  readonly receipt: number[];
}

/** Somebody who sells as fast as the till shows that it has understood. */
export class MarketTrader {
  readonly waits: Waits = { display: [], receipt: [] };
  readonly #showroom: Showroom;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #barcodes: readonly string[];

  constructor(showroom: Showroom, clock: Clock, random: Random) {
    this.#showroom = showroom;
    this.#clock = clock;
    this.#random = random;
    this.#barcodes = showroom
      .shelf()
      .filter(({ sku }) => salableQuantity(showroom.shop, sku, counterStock) >= 100)
      .map(({ barcode }) => barcode);
  }

  /** Shift opened, sold, a third of it without network, all of it brought into the shop, shift closed. */
  async day(sales: number): Promise<void> {
    const showroom = this.#showroom;
    await showroom.until('all devices are ready', async () => {
      const status = await showroom.status();
      return status?.devices.every(({ state }) => state === 'ready') === true;
    });
    if ((await showroom.status())?.shift.open !== true) {
      await showroom.control.openShift({ cashier: 'Ada', float: '100.00' });
    }
    showroom.paper('in');
    for (let sale = 0; sale < sales; sale += 1) {
      if (sale === Math.floor(sales / 3)) await showroom.network('off');
      if (sale === Math.floor((sales * 2) / 3)) await showroom.network('on');
      await this.#sell();
    }
    await showroom.control.sync('now');
    const drained = async (): Promise<boolean> => (await showroom.status())?.sales.waiting === 0;
    await showroom.until('all sales are in the shop', drained, minutes(5));
    await showroom.control.closeShift({ counted: null });
  }

  async #sell(): Promise<void> {
    const articles = 1 + Math.floor(this.#random.fraction() * 3);
    for (let article = 0; article < articles; article += 1) {
      const code = this.#barcodes[Math.floor(this.#random.fraction() * this.#barcodes.length)] ?? '';
      this.waits.display.push(await this.#see('an article', () => this.#showroom.scan(code)));
    }
    this.waits.display.push(await this.#see('the total', () => this.#showroom.press('total')));
    const { printed } = this.#showroom.state();
    const paid = (state: CounterState): boolean => state.printed > printed;
    this.waits.receipt.push(await this.#wait('the receipt', () => this.#showroom.press('enter'), paid));
    this.#showroom.closeDrawer();
  }

  #see(what: string, act: () => unknown): Promise<number> {
    const before = shown(this.#showroom.state());
    return this.#wait(what, act, (state) => shown(state) !== before);
  }

  /** Milliseconds from `act` until the counter looks so. */
  #wait(what: string, act: () => unknown, isSo: (state: CounterState) => boolean): Promise<number> {
    const showroom = this.#showroom;
    return new Promise((resolve, reject) => {
      const started = this.#clock.monotonic();
      const end = showroom.onChange(() => {
        if (!isSo(showroom.state())) return;
        end();
        late.cancel();
        resolve(this.#clock.monotonic() - started);
      });
      const late = this.#clock.schedule(patience, () => {
        end();
        reject(new Error(`Waited too long for ${what}. Display: ${shown(showroom.state())}`));
      });
      act();
    });
  }
}

const shown = ({ display }: CounterState): string => display.rows.join(' | ');
