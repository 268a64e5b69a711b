import type { Sku } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import type { CustomerRecord, ProductRecord, SnapshotInfo, SourceStock } from './catalogue.ts';
import { damaged } from './envelope.ts';
import { meaningsOf, normalBarcode } from './gtin.ts';
import { indexKey, type LookupIndex, type Manifest, recordKey } from './layout.ts';
import { LeastRecentlyUsed } from './lru.ts';
import { type CodeOwner, type ListedKind, phoneEnding, type VariantParent } from './records.ts';
import { SealedReader } from './sealed-reader.ts';
import type { SnapshotRecords } from './shop-source.ts';
import { searchWords } from './word-index.ts';

/** Decoded products kept: a shop's busy articles, about a megabyte. */
const productsKept = 500;

/**
 * One whole generation, read straight from the store. Values were checked against their checksum, and written by this room in
 * this format, before they are taken for what they say they are. Throws `snapshot.damaged`.
 */
export class Generation {
  readonly info: SnapshotInfo;
  readonly manifest: Manifest;
  readonly #reader: SealedReader;
  readonly #number: number;
  readonly #products = new LeastRecentlyUsed<string, ProductRecord>(productsKept);
  readonly #lists = new Map<ListedKind, readonly unknown[]>();

  constructor(store: Pick<KeyValueStore, 'get'>, manifest: Manifest) {
    this.#reader = new SealedReader(store);
    this.#number = manifest.generation;
    this.manifest = manifest;
    const { generation, takenAt, counts, rejected, rejectedCount, size } = manifest;
    this.info = { generation, takenAt, counts, rejected, rejectedCount, size };
  }

  product(sku: Sku): ProductRecord | undefined {
    const key = recordKey(this.#number, 'product', sku);
    const kept = this.#products.get(key);
    if (kept !== undefined) return kept;
    const stored = this.#reader.json(key) as ProductRecord | undefined;
    if (stored === undefined) return undefined;
    const parent = stored.parent ?? (this.#lookup('parent', sku) as VariantParent | undefined) ?? null;
    const product = { ...stored, parent };
    this.#products.set(key, product);
    return product;
  }

  productByBarcode(scanned: string): ProductRecord | undefined {
    for (const meaning of meaningsOf(scanned)) {
      const owner = this.#lookup('barcode', meaning) as CodeOwner | undefined;
      if (owner !== undefined) return this.#present(owner.sku as Sku);
    }
    return undefined;
  }

  productByPlu(plu: string): ProductRecord | undefined {
    const owner = this.#lookup('plu', normalBarcode(plu)) as CodeOwner | undefined;
    return owner === undefined ? undefined : this.#present(owner.sku as Sku);
  }

  /** Best first; products that are not for sale after all others. */
  searchProducts(text: string, limit: number): readonly ProductRecord[] {
    const found = searchWords(this.#reader, this.#number, 'product', text, limit * 2).map((id) => {
      const key = indexKey(this.#number, 'id', id);
      return this.#present(this.#reader.presentJson(key) as Sku);
    });
    return [...found.filter((product) => product.enabled), ...found.filter((product) => !product.enabled)].slice(
      0,
      limit,
    );
  }

  customer(id: number): CustomerRecord | undefined {
    return this.#reader.json(recordKey(this.#number, 'customer', id)) as CustomerRecord | undefined;
  }

  findCustomers(text: string, limit: number): readonly CustomerRecord[] {
    return this.#customerIds(text.trim(), limit)
      .slice(0, limit)
      .map((id) => this.#reader.presentJson(recordKey(this.#number, 'customer', id)) as unknown as CustomerRecord);
  }

  stock(sku: Sku): SourceStock | undefined {
    return this.#reader.json(recordKey(this.#number, 'source-stock', sku)) as SourceStock | undefined;
  }

  list<Kind extends ListedKind>(kind: Kind): readonly SnapshotRecords[Kind][] {
    let list = this.#lists.get(kind);
    if (list === undefined) {
      list = this.#reader.presentJson(indexKey(this.#number, 'list', kind)) as readonly unknown[];
      this.#lists.set(kind, list);
    }
    return list as readonly SnapshotRecords[Kind][];
  }

  #customerIds(text: string, limit: number): readonly number[] {
    if (text.includes('@')) return (this.#lookup('email', text) ?? []) as readonly number[];
    if (/^[\d\s+()/.-]{4,}$/.test(text)) {
      const ending = phoneEnding(text);
      return ending === '' ? [] : ((this.#lookup('phone', ending) ?? []) as readonly number[]);
    }
    return searchWords(this.#reader, this.#number, 'customer', text, limit);
  }

  #lookup(index: LookupIndex, key: string): unknown {
    return this.#reader.json(indexKey(this.#number, index, key));
  }

  /** A product that an index names. */
  #present(sku: Sku): ProductRecord {
    const product = this.product(sku);
    if (product === undefined) throw damaged(recordKey(this.#number, 'product', sku), 'is missing');
    return product;
  }
}
