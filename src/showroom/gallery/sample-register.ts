import { money } from '../../money/money.ts';
import { instant } from '../../platform/clock.ts';
import { terminalId } from '../../platform/ids.ts';
import { silentLogger } from '../../platform/log.ts';
import { priceCart } from '../../pricing/price-cart.ts';
import type { Effect } from '../../register/effect.ts';
import {
  type FoundReceipt,
  type LastSale,
  nothingKnown,
  type RegisterFacts,
  type RegisterSettings,
  type ServiceFacts,
  type StorageFacts,
} from '../../register/facts.ts';
import type { RegisterInput } from '../../register/input.ts';
import type { StaffMember } from '../../register/staff.ts';
import { initialState, type RegisterState } from '../../register/state.ts';
import { step } from '../../register/step.ts';
import { keyMeaning, type TillKey } from '../../screens/key-meaning.ts';
import { textsEn } from '../../screens/texts-en.ts';
import { findCustomers } from '../../till/customers.ts';
import { createGoods, type GoodsSettings, plainGoods } from '../../till/goods.ts';
import type { TillSettings } from '../../till/ports.ts';
import { priceContents } from '../../till/prices.ts';
import { registerSettings } from '../../till/register-settings.ts';
import { sampleCatalogue } from './sample-shop.ts';

/** How the sample till is set up. */
export const sampleSettings: TillSettings = {
  terminalId: terminalId('K1'),
  cashier: 'Anna',
  texts: textsEn,
  currency: { code: 'EUR', symbol: '€', decimalSeparator: '.', symbolFirst: false },
  destination: { countryId: 'DE', regionId: 0, postcode: '10115' },
  guestGroupId: 0,
  notes: [5, 10, 20, 50].map((note) => money(note)),
  largestChange: money(500),
};

/** The register alone, with the small shop's facts: effects are collected, not carried out. */
export class SampleRegister {
  state: RegisterState;
  effects: readonly Effect[] = [];
  readonly clock = { now: () => instant('2026-11-23T09:00:00Z') };
  catalogue = sampleCatalogue();
  shortage: RegisterFacts['shortage'] = () => null;
  storage: StorageFacts = { low: false, newSales: true, payments: true };
  /** What differs from a plain counter. */
  settings: Partial<RegisterSettings> = {};
  goods: GoodsSettings = plainGoods;
  service: ServiceFacts = nothingKnown;
  lastSale: LastSale | null = null;
  /** By the text that is scanned or typed. */
  readonly receipts = new Map<string, FoundReceipt>();
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
    const parts = {
      catalogue: this.catalogue,
      priceCart,
      clock: this.clock,
      log: silentLogger,
      settings: sampleSettings,
    };
    return {
      freshId: `id-${this.#ids}`,
      goods: createGoods(this.catalogue, this.goods),
      findCustomers: (text) => findCustomers(this.catalogue, text),
      price: (contents) => priceContents(parts, contents),
      shortage: (item, wanted) => this.shortage(item, wanted),
      storage: () => this.storage,
      receipt: (text) => this.receipts.get(text) ?? { kind: 'not-found' },
      lastSale: () => this.lastSale,
      isReceipt: (code) => this.receipts.has(code),
      now: this.clock.now(),
      service: () => this.service,
      badge: (code) => this.badges.get(code) ?? null,
      settings: {
        ...registerSettings({ settings: sampleSettings, paymentTerminal: null, scale: null }),
        cards: true,
        scale: this.#scale,
        ...this.settings,
      },
    };
  }
}
