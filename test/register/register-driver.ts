import { money } from '../../src/money/money.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { priceCart } from '../../src/pricing/price-cart.ts';
import type { Effect } from '../../src/register/effect.ts';
import type { RegisterFacts, StorageFacts } from '../../src/register/facts.ts';
import type { RegisterInput } from '../../src/register/input.ts';
import { initialState, type RegisterState } from '../../src/register/state.ts';
import { step } from '../../src/register/step.ts';
import { keyMeaning, type TillKey } from '../../src/screens/key-meaning.ts';
import { createGoods, findCustomers } from '../../src/till/goods.ts';
import { priceContents } from '../../src/till/prices.ts';
import { settings } from '../till/fakes/counter.ts';
import { sampleCatalogue } from '../till/fakes/shop.ts';
import { ManualClock } from '../tools/manual-clock.ts';

/** The register alone, with the small shop's facts: effects are collected, not carried out. */
export class RegisterDriver {
  state: RegisterState;
  effects: readonly Effect[] = [];
  readonly clock = new ManualClock('2026-11-23T09:00:00Z');
  readonly #catalogue = sampleCatalogue();
  shortage: RegisterFacts['shortage'] = () => null;
  storage: StorageFacts = { low: false, newSales: true, payments: true };
  #ids = 0;

  readonly #scale: boolean;

  constructor(shiftIsOpen = true, scale = false) {
    this.#scale = scale;
    this.state = initialState(shiftIsOpen);
  }

  input(input: RegisterInput, change: Partial<RegisterFacts> = {}): this {
    const { state, effects } = step(this.state, input, { ...this.#facts(), ...change });
    this.state = state;
    this.effects = effects;
    return this;
  }

  /** Keys as `Counter.press` takes them. */
  press(keys: string): this {
    for (const word of keys.split(/\s+/)) {
      for (const key of /^[\d.]+$/.test(word) ? [...word] : [word]) {
        const meaning = keyMeaning(this.state, key as TillKey);
        if (meaning) this.input(meaning);
      }
    }
    return this;
  }

  #facts(): RegisterFacts {
    this.#ids += 1;
    const parts = { catalogue: this.#catalogue, priceCart, clock: this.clock, log: silentLogger, settings };
    return {
      freshId: `id-${this.#ids}`,
      goods: createGoods(this.#catalogue),
      findCustomers: (text) => findCustomers(this.#catalogue, text),
      price: (contents) => priceContents(parts, contents),
      shortage: (item, wanted) => this.shortage(item, wanted),
      storage: () => this.storage,
      settings: { notes: settings.notes, largestChange: money(500), cards: true, scale: this.#scale },
    };
  }
}
