import { silentLogger } from '../../src/platform/log.ts';
import { priceCart } from '../../src/pricing/price-cart.ts';
import type { Effect } from '../../src/register/effect.ts';
import {
  nothingKnown,
  type RegisterFacts,
  type RegisterSettings,
  type ServiceFacts,
  type StorageFacts,
} from '../../src/register/facts.ts';
import type { RegisterInput } from '../../src/register/input.ts';
import type { StaffMember } from '../../src/register/staff.ts';
import { initialState, type RegisterState } from '../../src/register/state.ts';
import { step } from '../../src/register/step.ts';
import { keyMeaning, type TillKey } from '../../src/screens/key-meaning.ts';
import { createGoods, findCustomers, type GoodsSettings, plainGoods } from '../../src/till/goods.ts';
import { priceContents } from '../../src/till/prices.ts';
import { registerSettings } from '../../src/till/register-settings.ts';
import { settings } from '../till/fakes/counter.ts';
import { sampleCatalogue } from '../till/fakes/shop.ts';
import { ManualClock } from '../tools/manual-clock.ts';

/** The register alone, with the small shop's facts: effects are collected, not carried out. */
export class RegisterDriver {
  state: RegisterState;
  effects: readonly Effect[] = [];
  readonly clock = new ManualClock('2026-11-23T09:00:00Z');
  catalogue = sampleCatalogue();
  shortage: RegisterFacts['shortage'] = () => null;
  storage: StorageFacts = { low: false, newSales: true, payments: true };
  /** What differs from a plain counter. */
  settings: Partial<RegisterSettings> = {};
  goods: GoodsSettings = plainGoods;
  service: ServiceFacts = nothingKnown;
  readonly badges = new Map<string, StaffMember>();
  #ids = 0;

  readonly #scale: boolean;

  constructor(shiftIsOpen = true, scale = false, signInNeeded = false) {
    this.#scale = scale;
    this.state = initialState(shiftIsOpen, signInNeeded);
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
    const parts = { catalogue: this.catalogue, priceCart, clock: this.clock, log: silentLogger, settings };
    return {
      freshId: `id-${this.#ids}`,
      goods: createGoods(this.catalogue, this.goods),
      findCustomers: (text) => findCustomers(this.catalogue, text),
      price: (contents) => priceContents(parts, contents),
      shortage: (item, wanted) => this.shortage(item, wanted),
      storage: () => this.storage,
      service: () => this.service,
      badge: (code) => this.badges.get(code) ?? null,
      settings: {
        ...registerSettings({ settings, paymentTerminal: null, scale: null }),
        cards: true,
        scale: this.#scale,
        ...this.settings,
      },
    };
  }
}
