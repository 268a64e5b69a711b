import type { Money } from '../money/money.ts';
import type { Quantity } from '../money/quantity.ts';
import type { Instant } from '../platform/clock.ts';
import type { ReceiptNumber } from '../platform/ids.ts';
import type { CartTotals } from '../pricing/totals.ts';
import type { ReturnableSale } from './open-return.ts';
import type { SaleContents, SaleItem } from './open-sale.ts';
import type { SaleBasis, SaleCustomer } from './sale.ts';
import type { GuardedTopic, StaffMember } from './staff.ts';

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
  /** The sale of a receipt that was scanned or of which the number was typed. */
  readonly receipt: (text: string) => FoundReceipt;
  /** The last receipt, if it is a sale's; null also while it can't be looked up. */
  readonly lastSale: () => LastSale | null;
  /** Whether a scanned code is a receipt's barcode. */
  readonly isReceipt: (code: string) => boolean;
  readonly now: Instant;
  /** Whose badge a scanned code is; null: nobody's. */
  readonly badge: (code: string) => StaffMember | null;
  /** How the terminal is, for the service menu. */
  readonly service: () => ServiceFacts;
  /** What can be kept, as of this moment. */
  readonly storage: () => StorageFacts;
  readonly settings: RegisterSettings;
}

export interface LastSale {
  readonly receiptNumber: ReceiptNumber;
  /** Its customer's; null: nobody known, or without one. */
  readonly email: string | null;
}

/** More is wanted than is left. */
export interface Shortage {
  /** Whether it is sold all the same, and said; or not sold. */
  readonly policy: 'warn' | 'refuse';
  readonly left: number;
}

/** How the terminal is, beside what is always on the display. */
export interface ServiceFacts {
  /** When the shop answered last, as people read it; null: not since the start. */
  readonly lastContact: string | null;
  /** What keeps the printer from printing; null: nothing, or there is none. */
  readonly paperProblem: string | null;
  readonly clockTrusted: boolean;
  /** Where it can be reached in the shop's network. */
  readonly addresses: readonly string[];
  readonly version: string;
  readonly terminalId: string;
  readonly devices: readonly { readonly name: string; readonly ready: boolean }[];
  /** What waits for a person, with why. */
  readonly parked: readonly { readonly receiptNumber: string; readonly words: string }[];
}

export const nothingKnown: ServiceFacts = {
  lastContact: null,
  paperProblem: null,
  clockTrusted: true,
  addresses: [],
  version: '',
  terminalId: '',
  devices: [],
  parked: [],
};

export type FoundReceipt =
  | ({ readonly kind: 'sale' } & ReturnableSale)
  | { readonly kind: 'not-found' }
  /** The journal's database is being restored. */
  | { readonly kind: 'unreadable' };

/** What the disk has room for. */
export interface StorageFacts {
  /** Nearly nothing is left: somebody should see to it. */
  readonly low: boolean;
  /** Whether a sale may be begun. */
  readonly newSales: boolean;
  /** Whether a sale that is paid now can be kept. */
  readonly payments: boolean;
}

/** One option of a bundle, of which a person chooses. */
export interface BundleQuestion {
  readonly title: string;
  readonly selections: readonly { readonly name: string; readonly selection: SaleItem['bundleSelections'][number] }[];
}

/** The catalogue as the register needs it. */
export interface Goods {
  /** By what was typed: quick key, PLU, SKU or GTIN. */
  typed(code: string): Found;
  /** The article that an amount without an article is sold as; null: there is none. */
  department(): SaleItem | null;
  /** By what was scanned: GTIN, else SKU. */
  scanned(code: string): Found;
  /** By the beginnings of words of the name; best first, at most a screenful. */
  named(text: string): readonly { readonly name: string; readonly found: Found }[];
}

export type Found =
  /** With how much of it the code itself stands for, or what a label says that it costs. */
  | {
      readonly kind: 'item';
      readonly item: SaleItem;
      readonly quantity?: Quantity;
      readonly labelPrice?: Money;
    }
  /** A bundle: one of the selections must be chosen for each of these options; `item` has the others' usual ones. */
  | { readonly kind: 'bundle'; readonly item: SaleItem; readonly options: readonly BundleQuestion[] }
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
  /** Smallest coin that cash is rounded to, e.g. 0.05; null: cash is exact. */
  readonly cashStep: Money | null;
  /** The shop's own tenders, in the order of their list. */
  readonly tenders: readonly TenderKind[];
  /** Currencies that are taken in cash beside the shop's own. */
  readonly foreignCash: readonly ForeignCash[];
  readonly discounts: {
    /** Percent that a cashier may give alone. */
    readonly largestPercent: number;
  };
  /** Words to choose a reason from. */
  readonly reasons: Readonly<Record<ReasonTopic, readonly string[]>>;
  /** Notes and coins that are counted one by one, largest first; none: only the sum is asked. */
  readonly denominations: readonly Money[];
  readonly staff: StaffSettings;
  /** Whether receipts are sent by e-mail. */
  readonly mailReceipts: boolean;
  /** Whether the card terminal can give money back. */
  readonly cardRefunds: boolean;
  readonly returns: {
    /** More than this needs leave. */
    readonly largest: Money;
    /** Older sales need leave; null: none do. */
    readonly days: number | null;
  };
}

/** What a reason is asked for. */
export type ReasonTopic = 'discount' | 'price' | 'cash-in' | 'cash-out' | 'return';

/** A tender of the shop's own. */
export interface TenderKind {
  readonly code: string;
  /** As people read it. */
  readonly name: string;
  /** Whether more than is due may be taken, and change given in cash. */
  readonly givesChange: boolean;
  /** Whether its number is asked. */
  readonly asksReference: boolean;
}

export interface ForeignCash {
  /** ISO 4217. */
  readonly currency: string;
  /** What one unit of it is worth in the shop's currency, as a decimal. */
  readonly rate: string;
}

export interface StaffSettings {
  /** Nobody is known: everybody may do everything. */
  readonly known: boolean;
  /** Whether nothing is sold before somebody has signed in. */
  readonly signIn: boolean;
  /** What needs leave. */
  readonly guarded: readonly GuardedTopic[];
}
