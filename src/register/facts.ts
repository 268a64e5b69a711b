import type { Money } from '../money/money.ts';
import type { Quantity } from '../money/quantity.ts';
import type { CartTotals } from '../pricing/totals.ts';
import type { SaleContents, SaleItem } from './open-sale.ts';
import type { SaleBasis, SaleCustomer } from './sale.ts';

/** What the register may ask while it decides. Everything answers at once: nothing here waits for disk or network. */
export interface RegisterFacts {
  /** A UUIDv7 that was never used, for the sale or payment that this step may bring into being. */
  readonly freshId: string;
  readonly goods: Goods;
  /** By customer number, e-mail, phone or name; best first, at most a screenful. */
  readonly findCustomers: (text: string) => readonly SaleCustomer[];
  readonly price: (contents: SaleContents) => PriceAnswer;
  /** Whether so much of an article is more than the shop has left, and whether that matters. */
  readonly shortage: (item: SaleItem, wanted: Quantity) => Shortage | null;
  /** What can be kept, as of this moment. */
  readonly storage: () => StorageFacts;
  readonly settings: RegisterSettings;
}

/** More is wanted than is left. */
export interface Shortage {
  /** Whether it is sold all the same, and said; or not sold. */
  readonly policy: 'warn' | 'refuse';
  readonly left: number;
}

/** What the disk has room for. */
export interface StorageFacts {
  /** Nearly nothing is left: somebody should see to it. */
  readonly low: boolean;
  /** Whether a sale may be begun. */
  readonly newSales: boolean;
  /** Whether a sale that is paid now can be kept. */
  readonly payments: boolean;
}

/** The catalogue as the register needs it. */
export interface Goods {
  /** By what was typed: PLU, SKU or GTIN. */
  typed(code: string): Found;
  /** By what was scanned: GTIN, else SKU. */
  scanned(code: string): Found;
  /** By the beginnings of words of the name; best first, at most a screenful. */
  named(text: string): readonly { readonly name: string; readonly found: Found }[];
}

export type Found =
  | { readonly kind: 'item'; readonly item: SaleItem }
  /** Configurable: one of these must be chosen. */
  | { readonly kind: 'variants'; readonly name: string; readonly items: readonly SaleItem[] }
  | {
      readonly kind: 'not-for-sale';
      readonly name: string;
      /** `set`: Magento's grouped product, sold only by its parts. */
      readonly reason: 'disabled' | 'no-variants' | 'set';
    }
  /** A GTIN whose check digit does not fit. */
  | { readonly kind: 'misread' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'no-catalogue' };

export type PriceAnswer =
  | { readonly ok: true; readonly totals: CartTotals; readonly basis: SaleBasis }
  /** Why there is no price, in plain words. */
  | { readonly ok: false; readonly reason: string };

export interface RegisterSettings {
  /** Notes and coins that customers pay with; the quick amounts are made of them. */
  readonly notes: readonly Money[];
  /** The most that may be handed back; more is taken for a slip of the finger. */
  readonly largestChange: Money;
  /** Whether a card terminal is configured. */
  readonly cards: boolean;
  /** Whether there is a scale; without one, weights are typed. */
  readonly scale: boolean;
}
