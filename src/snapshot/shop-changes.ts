import type { ShopPage, ShopRecord } from './shop-source.ts';

/** Kinds whose changes the shop dates. */
export type ChangingKind = 'product' | 'customer';

export interface ChangedPage<Kind extends ChangingKind> extends ShopPage<Kind> {
  /** When the last of them was changed, as the shop dates it; null for an empty page. */
  readonly latest: string | null;
  /** SKUs of products that are not this shop's any more. */
  readonly gone: readonly string[];
}

/** The figures that decide a product's price, as they are set; computed prices are not among them. */
export interface PriceFigures {
  /** null: the shop says nothing, as for a product that is not there or has no price of its own. */
  readonly price: number | null;
  readonly special: { readonly price: number; readonly from: string | null; readonly to: string | null } | null;
  readonly tiers: readonly {
    /** The customer group's code; null: all groups. */
    readonly group: string | null;
    readonly quantity: number;
    readonly type: 'fixed' | 'percent';
    readonly amount: number;
    readonly websiteId: number;
  }[];
}

/**
 * What a shop tells of its changes. Magento dates those of products and customers, but not all: price imports, stock and deletions
 * leave no trace and must be looked for. Dates are the shop's own text, in its own time: they order, and nothing else.
 * Errors: those of `ShopSource`.
 */
export interface ShopChanges {
  /** The date of the newest change; null: there is nothing yet. */
  latest(kind: ChangingKind, signal: AbortSignal): Promise<string | null>;
  /** What was changed at or after `since`, the oldest change first; a record may come twice. Cursor as in `ShopSource`. */
  changed<Kind extends ChangingKind>(
    kind: Kind,
    since: string,
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<ChangedPage<Kind>>;
  /** Products by the shop's ids; those that are not there, or not in this shop, are missing. */
  products(ids: readonly number[], signal: AbortSignal): Promise<readonly ShopRecord<'product'>[]>;
  /** Products by SKU, as {@link products} by id. */
  productsBySku(skus: readonly string[], signal: AbortSignal): Promise<readonly ShopRecord<'product'>[]>;
  customers(ids: readonly number[], signal: AbortSignal): Promise<readonly ShopRecord<'customer'>[]>;
  /** The terminal's source's stock of these articles. */
  stock(skus: readonly string[], signal: AbortSignal): Promise<readonly ShopRecord<'source-stock'>[]>;
  /** Which of the ids are still there. Cheaper in transit than {@link products}, not for the shop. */
  existing(ids: readonly number[], signal: AbortSignal): Promise<ReadonlySet<number>>;
  productCount(signal: AbortSignal): Promise<number | null>;
  /** By SKU in lower case; at most a thousand at a time. A SKU the shop does not know is missing. */
  prices(skus: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, PriceFigures>>;
}
