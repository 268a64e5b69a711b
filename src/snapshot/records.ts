import type { ProductRecord } from './catalogue.ts';
import type { HashIndexName } from './layout.ts';
import type { RecordKind, SnapshotRecords } from './shop-source.ts';
import type { Subject } from './word-index.ts';

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

/** What tells a record from others of its kind: two with the same are the same one, read twice. */
export function keyOf({ kind, record }: AnyRecord): string {
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
      return String(record.id);
  }
}

/** Says under what a record is to be found, beside its name. */
export function eachKey(entry: AnyRecord, tell: (index: HashIndexName, key: string) => void): void {
  switch (entry.kind) {
    case 'product': {
      const { sku, barcodes, plu, configurable } = entry.record;
      tell('product', sku);
      for (const barcode of barcodes) tell('barcode', barcode);
      if (plu !== null) tell('plu', plu);
      for (const variant of configurable?.variants ?? []) tell('parent', variant.sku);
      break;
    }
    case 'customer': {
      const { id, email, phones } = entry.record;
      tell('customer', String(id));
      tell('email', email);
      for (const ending of new Set(phones.map(phoneEnding))) if (ending !== '') tell('phone', ending);
      break;
    }
    case 'source-stock':
      tell('source-stock', entry.record.sku);
      break;
    default:
  }
}

/** The name whose words a record is found by; null: it is not. */
export function nameOf(entry: AnyRecord): { readonly subject: Subject; readonly name: string } | null {
  switch (entry.kind) {
    case 'product':
      return { subject: 'product', name: entry.record.name };
    case 'customer':
      return { subject: 'customer', name: `${entry.record.firstname} ${entry.record.lastname}` };
    default:
      return null;
  }
}

/** Whose a barcode or PLU is: the first in the shop that has it, unless that one is not for sale and a later one is. */
export function ownerOf<Product extends Pick<ProductRecord, 'enabled'>>(
  holders: readonly Product[],
): Product | undefined {
  return holders.find((product) => product.enabled) ?? holders[0];
}

/** `+49 30 123450`, `0049 30 123450` and `030 123450` end alike: the last eight digits decide. */
export function phoneEnding(text: string): string {
  return text.replace(/\D/g, '').replace(/^0+/, '').slice(-8);
}
