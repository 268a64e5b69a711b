import type { Instant } from '../platform/clock.ts';
import type { Sku } from '../platform/ids.ts';
import type { PriceBook, PricedProduct } from '../pricing/price-book.ts';

/** A product as the till knows it: what pricing needs, and what people need to find and recognise it. */
export interface ProductRecord extends PricedProduct {
  readonly name: string;
  readonly enabled: boolean;
  /** 1 not visible individually … 4 catalogue and search. */
  readonly visibility: number;
  /** GTINs in their normal form (GTIN-14 digits without leading zeros), from the configured attribute. */
  readonly barcodes: readonly string[];
  readonly plu: string | null;
  readonly decimalQuantity: boolean;
  readonly updatedAt: string;
  /** Variants: the configurable they belong to and the option values that choose them. */
  readonly parent: {
    readonly sku: Sku;
    readonly options: readonly { readonly optionId: string; readonly optionValue: number }[];
  } | null;
}

export interface CustomerRecord {
  readonly id: number;
  readonly groupId: number;
  readonly email: string;
  readonly firstname: string;
  readonly lastname: string;
  readonly phones: readonly string[];
  readonly updatedAt: string;
}

export interface SourceStock {
  readonly sku: Sku;
  readonly sourceCode: string;
  readonly quantity: number;
  readonly inStock: boolean;
}

/**
 * The local copy of the shop, as the till reads it. Always one whole generation: an import never shows half of itself.
 * Every method is synchronous; a scan must not wait.
 */
export interface Catalogue {
  readonly generation: SnapshotInfo | null;
  readonly prices: PriceBook;
  bySku(sku: Sku): ProductRecord | undefined;
  /** Any GTIN-8/12/13/14 with or without leading zeros; check digit verified by the caller. */
  byBarcode(gtin: string): ProductRecord | undefined;
  byPlu(plu: string): ProductRecord | undefined;
  /** Products whose name contains words starting with each of the given ones; best first. */
  search(text: string, limit: number): readonly ProductRecord[];
  customerById(id: number): CustomerRecord | undefined;
  /** By exact e-mail or phone, or by name words. */
  findCustomers(text: string, limit: number): readonly CustomerRecord[];
  /** Quantity at the terminal's source when the generation was taken. */
  stock(sku: Sku): SourceStock | undefined;
}

export interface SnapshotInfo {
  readonly generation: number;
  readonly takenAt: Instant;
  readonly counts: Readonly<Record<string, number>>;
  /** Records left out, with their reason; the first hundred. */
  readonly rejected: readonly { readonly kind: string; readonly key: string; readonly reason: string }[];
  readonly rejectedCount: number;
  /** Bytes on disk, roughly. */
  readonly size: number;
}
