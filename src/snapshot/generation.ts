import type { Sku } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import { type Position, recordAt } from './blocks.ts';
import type { CustomerRecord, ProductRecord, SnapshotInfo, SourceStock } from './catalogue.ts';
import { meaningsOf, normalBarcode } from './gtin.ts';
import { mayHave } from './hash-index.ts';
import { type HashIndexName, listKey, type Manifest } from './layout.ts';
import { LeastRecentlyUsed } from './lru.ts';
import { type AnyRecord, type ListedKind, nameOf, ownerOf, phoneEnding } from './records.ts';
import { SealedReader } from './sealed-reader.ts';
import type { SnapshotRecords } from './shop-source.ts';
import { type Subject, searchWords } from './word-index.ts';

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
    const key = sku.toLowerCase();
    const kept = this.#products.get(key);
    if (kept !== undefined) return kept;
    const stored = this.#last('product', sku, 'product', (product) => isSame(product.sku, sku));
    if (stored === undefined) return undefined;
    const product = { ...stored, parent: stored.parent ?? this.#parentOf(sku) };
    this.#products.set(key, product);
    return product;
  }

  productByBarcode(scanned: string): ProductRecord | undefined {
    for (const meaning of meaningsOf(scanned)) {
      const owner = ownerOf(this.#all('barcode', meaning, 'product', ({ barcodes }) => barcodes.includes(meaning)));
      if (owner !== undefined) return this.product(owner.sku);
    }
    return undefined;
  }

  productByPlu(plu: string): ProductRecord | undefined {
    const code = normalBarcode(plu);
    const owner = ownerOf(this.#all('plu', code, 'product', (product) => product.plu === code));
    return owner === undefined ? undefined : this.product(owner.sku);
  }

  /** Best first; products that are not for sale after all others. */
  searchProducts(text: string, limit: number): readonly ProductRecord[] {
    const found = this.#named('product', text, limit * 2).flatMap(
      (position) => this.product(this.#at('product', position).sku) ?? [],
    );
    return [...found.filter((product) => product.enabled), ...found.filter((product) => !product.enabled)].slice(
      0,
      limit,
    );
  }

  customer(id: number): CustomerRecord | undefined {
    return this.#last('customer', String(id), 'customer', (customer) => customer.id === id);
  }

  findCustomers(text: string, limit: number): readonly CustomerRecord[] {
    const wanted = text.trim();
    if (wanted.includes('@')) {
      return this.#all('email', wanted, 'customer', ({ email }) => isSame(email, wanted)).slice(0, limit);
    }
    if (/^[\d\s+()/.-]{4,}$/.test(wanted)) {
      const ending = phoneEnding(wanted);
      if (ending === '') return [];
      const hasIt = ({ phones }: CustomerRecord): boolean => phones.some((phone) => phoneEnding(phone) === ending);
      return this.#all('phone', ending, 'customer', hasIt).slice(0, limit);
    }
    return this.#named('customer', wanted, limit).map((position) => this.#at('customer', position));
  }

  stock(sku: Sku): SourceStock | undefined {
    return this.#last('source-stock', sku, 'source-stock', (stock) => isSame(stock.sku, sku));
  }

  list<Kind extends ListedKind>(kind: Kind): readonly SnapshotRecords[Kind][] {
    let list = this.#lists.get(kind);
    if (list === undefined) {
      list = this.#reader.presentJson(listKey(this.#number, kind)) as readonly unknown[];
      this.#lists.set(kind, list);
    }
    return list as readonly SnapshotRecords[Kind][];
  }

  #named(kind: Subject, text: string, limit: number): readonly Position[] {
    const nameAt = (position: Position): string =>
      nameOf({ kind, record: this.#at(kind, position) } as AnyRecord)?.name ?? '';
    return searchWords(this.#reader, this.#number, kind, text, limit, nameAt);
  }

  /** Where a variant belongs: Magento tells it with the configurable, not with the variant. */
  #parentOf(variant: Sku): ProductRecord['parent'] {
    const own = (product: ProductRecord) => product.configurable?.variants.find(({ sku }) => isSame(sku, variant));
    const parent = this.#last('parent', variant, 'product', (product) => own(product) !== undefined);
    const values = parent && own(parent)?.values;
    if (parent === undefined || values === undefined) return null;
    const options = Object.entries(values).map(([optionId, optionValue]) => ({ optionId, optionValue }));
    return { sku: parent.sku, options };
  }

  /** The one that was read last, of those an index names and that have it indeed. */
  #last<Kind extends IndexedKind>(
    index: HashIndexName,
    key: string,
    kind: Kind,
    hasIt: (record: SnapshotRecords[Kind]) => boolean,
  ): SnapshotRecords[Kind] | undefined {
    for (const position of [...this.#positions(index, key)].reverse()) {
      const record = this.#at(kind, position);
      if (hasIt(record)) return record;
    }
    return undefined;
  }

  #all<Kind extends IndexedKind>(
    index: HashIndexName,
    key: string,
    kind: Kind,
    hasIt: (record: SnapshotRecords[Kind]) => boolean,
  ): readonly SnapshotRecords[Kind][] {
    return this.#positions(index, key)
      .map((position) => this.#at(kind, position))
      .filter(hasIt);
  }

  #positions(index: HashIndexName, key: string): readonly Position[] {
    return mayHave(this.#reader, this.#number, this.manifest.indexes, index, key);
  }

  #at<Kind extends IndexedKind>(kind: Kind, position: Position): SnapshotRecords[Kind] {
    return recordAt(this.#reader, this.#number, kind, position) as unknown as SnapshotRecords[Kind];
  }
}

type IndexedKind = 'product' | 'customer' | 'source-stock';

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
