import type { CustomerRecord, ProductRecord } from './catalogue.ts';
import { indexKey, recordKey } from './layout.ts';
import type { PageBatch } from './page-batch.ts';
import type { RecordKind, SnapshotRecords } from './shop-source.ts';

/** The order in which a snapshot is read: what is small and decides most first. */
export const recordKinds: readonly RecordKind[] = [
  'settings',
  'customer-group',
  'tax-rule',
  'tax-rate',
  'catalogue-attribute',
  'cart-rule',
  'product',
  'customer',
  'source-stock',
];

/** Kinds that the price engine wants whole; kept as one list each. */
export type ListedKind = 'settings' | 'customer-group' | 'tax-rule' | 'tax-rate' | 'catalogue-attribute' | 'cart-rule';
export const listedKinds: readonly ListedKind[] = [
  'settings',
  'customer-group',
  'tax-rule',
  'tax-rate',
  'catalogue-attribute',
  'cart-rule',
];

/** A record of any kind, with its kind. */
export type AnyRecord = {
  readonly [Kind in RecordKind]: { readonly kind: Kind; readonly record: SnapshotRecords[Kind] };
}[RecordKind];

/** Under what a record is kept: at most one of a kind has it. */
function keyOf({ kind, record }: AnyRecord): string | number {
  switch (kind) {
    case 'settings':
      return 'settings';
    case 'catalogue-attribute':
      return record.code;
    case 'product':
    case 'source-stock':
      return record.sku;
    case 'customer-group':
    case 'tax-rule':
    case 'tax-rate':
    case 'cart-rule':
    case 'customer':
      return record.id;
  }
}

/** Who owns a barcode or PLU. */
export interface CodeOwner {
  readonly sku: string;
  readonly enabled: boolean;
}

/** Where a variant belongs: kept apart from it, because Magento tells it with the configurable, which may come later. */
export type VariantParent = NonNullable<ProductRecord['parent']>;

/** A code that another product has: the till finds that other one. */
export interface Clash {
  readonly kind: 'barcode' | 'plu';
  readonly reason: string;
}

/**
 * Puts a record and its index entries into the batch; a code that clashes is left out and told. `fresh`: the generation did not
 * have the record yet; else it is replaced, because pages shift while somebody works in the shop.
 */
export function putRecord(
  generation: number,
  entry: AnyRecord,
  batch: PageBatch,
): { readonly fresh: boolean; readonly clashes: readonly Clash[] } {
  const fresh = batch.putRecord(recordKey(generation, entry.kind, keyOf(entry)), entry.record);
  const clashes = entry.kind === 'product' ? putProductIndexes(generation, entry.record, batch) : [];
  if (entry.kind === 'customer') putCustomerIndexes(generation, entry.record, batch);
  return { fresh, clashes };
}

function putProductIndexes(generation: number, product: ProductRecord, batch: PageBatch): readonly Clash[] {
  const clashes: Clash[] = [];
  const claim = (kind: Clash['kind'], code: string): void => {
    const key = indexKey(generation, kind, code);
    const holder = batch.peek(key) as CodeOwner | undefined;
    // The first has it, unless that one is not for sale and this one is.
    const taken = holder !== undefined && holder.sku !== product.sku && (holder.enabled || !product.enabled);
    if (!taken) batch.putEntry(key, { sku: product.sku, enabled: product.enabled } satisfies CodeOwner);
    else if (product.enabled) clashes.push({ kind, reason: `${kind} ${code} belongs to ${holder.sku}` });
  };
  batch.putEntry(indexKey(generation, 'id', product.id), product.sku);
  for (const barcode of product.barcodes) claim('barcode', barcode);
  if (product.plu !== null) claim('plu', product.plu);
  for (const variant of product.configurable?.variants ?? []) {
    const options = Object.entries(variant.values).map(([optionId, optionValue]) => ({ optionId, optionValue }));
    batch.putEntry(indexKey(generation, 'parent', variant.sku), { sku: product.sku, options } satisfies VariantParent);
  }
  batch.putName('product', product.id, product.name);
  return clashes;
}

function putCustomerIndexes(generation: number, customer: CustomerRecord, batch: PageBatch): void {
  const addTo = (key: string): void => {
    const holders = (batch.peek(key) ?? []) as readonly number[];
    if (!holders.includes(customer.id)) batch.putEntry(key, [...holders, customer.id]);
  };
  addTo(indexKey(generation, 'email', customer.email));
  for (const phone of new Set(customer.phones.map(phoneEnding))) {
    if (phone !== '') addTo(indexKey(generation, 'phone', phone));
  }
  batch.putName('customer', customer.id, `${customer.firstname} ${customer.lastname}`);
}

/** `+49 30 123450`, `0049 30 123450` and `030 123450` end alike: the last eight digits decide. */
export function phoneEnding(text: string): string {
  return text.replace(/\D/g, '').replace(/^0+/, '').slice(-8);
}
