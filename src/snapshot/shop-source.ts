import type {
  CartRule,
  CatalogueAttribute,
  CustomerGroup,
  PriceSettings,
  TaxRate,
  TaxRule,
} from '../pricing/price-book.ts';
import type { CustomerRecord, ProductRecord, SourceStock } from './catalogue.ts';

/** The records a snapshot consists of, by kind. */
export interface SnapshotRecords {
  settings: PriceSettings;
  'customer-group': CustomerGroup;
  'tax-rule': TaxRule;
  'tax-rate': TaxRate;
  'cart-rule': CartRule;
  'catalogue-attribute': CatalogueAttribute;
  product: ProductRecord;
  customer: CustomerRecord;
  'source-stock': SourceStock;
}

export type RecordKind = keyof SnapshotRecords;

/** One record from the shop: checked, or refused with a reason that names the field. */
export type ShopRecord<Kind extends RecordKind> =
  | { readonly ok: true; readonly key: string; readonly record: SnapshotRecords[Kind] }
  | { readonly ok: false; readonly key: string; readonly reason: string };

export interface ShopPage<Kind extends RecordKind> {
  readonly records: readonly ShopRecord<Kind>[];
  /** Where to go on; null: this was the last page. Opaque, JSON-safe, durable: an import resumes with it after a crash. */
  readonly next: string | null;
  /** How many there are in all, if the shop says so. */
  readonly total: number | null;
}

/**
 * Where a snapshot comes from; `src/magento` implements it over REST. Pages come in a stable order.
 * Errors: `shop.unreachable` (retry, or retry-after if the shop named a time), `shop.unauthorized` and `shop.refused` (operator),
 * `shop.bad-page` (retry: truncated or malformed JSON).
 */
export interface ShopSource {
  page<Kind extends RecordKind>(kind: Kind, cursor: string | null, signal: AbortSignal): Promise<ShopPage<Kind>>;
}
