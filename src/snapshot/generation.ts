import type { Sku } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import { type Position, recordAt, recordsOf } from './blocks.ts';
import type { CustomerRecord, ProductRecord, SnapshotInfo, SourceStock } from './catalogue.ts';
import { type Delta, listPath, type SingleKind } from './delta.ts';
import { unseal } from './envelope.ts';
import { meaningsOf, normalBarcode } from './gtin.ts';
import { mayHave } from './hash-index.ts';
import { blockKey, type HashIndexName, listKey, type Manifest, range, recordPath, recordPrefix } from './layout.ts';
import { LeastRecentlyUsed } from './lru.ts';
import { type AnyRecord, keyOf, type ListedKind, nameOf, ownerOf, phoneEnding } from './records.ts';
import { SealedReader } from './sealed-reader.ts';
import type { SnapshotRecords } from './shop-source.ts';
import type { Subject } from './word-index.ts';
import { scoreOf, searchWords } from './word-search.ts';

/** Decoded products kept: a shop's busy articles, about a megabyte. */
const productsKept = 500;
/** Blocks read in one go when all products are gone through. */
const blocksAtOnce = 200;
/** Of the names found first, so many may belong to records that have changed since. */
const mostReplaced = 50;

/**
 * One whole generation, read straight from the store. Values were checked against their checksum, and written by this room in
 * this format, before they are taken for what they say they are. Throws `snapshot.damaged`.
 */
export class Generation {
  readonly info: SnapshotInfo;
  readonly manifest: Manifest;
  readonly delta: Delta;
  readonly #store: KeyValueStore;
  readonly #reader: SealedReader;
  readonly #number: number;
  readonly #products = new LeastRecentlyUsed<string, ProductRecord>(productsKept);
  readonly #lists = new Map<ListedKind, readonly unknown[]>();

  /** How many deltas had been applied. */
  #decodedAt = 0;

  constructor(store: KeyValueStore, manifest: Manifest, delta: Delta) {
    this.#store = store;
    this.delta = delta;
    this.#reader = new SealedReader(store);
    this.#number = manifest.generation;
    this.manifest = manifest;
    const { generation, takenAt, counts, rejected, rejectedCount, size } = manifest;
    this.info = { generation, takenAt, counts, rejected, rejectedCount, size };
  }

  product(sku: Sku): ProductRecord | undefined {
    this.#forgetOld();
    const key = sku.toLowerCase();
    const kept = this.#products.get(key);
    if (kept !== undefined) return kept;
    const stored = this.record('product', sku);
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
    const found = this.#named('product', text, limit * 2).flatMap(({ sku }) => this.product(sku) ?? []);
    return [...found.filter((product) => product.enabled), ...found.filter((product) => !product.enabled)].slice(
      0,
      limit,
    );
  }

  customer(id: number): CustomerRecord | undefined {
    return this.record('customer', id);
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
    return this.#named('customer', wanted, limit);
  }

  stock(sku: Sku): SourceStock | undefined {
    return this.record('source-stock', sku);
  }

  /** A record as the shop gave it last: by SKU or a customer's id. */
  record<Kind extends SingleKind>(kind: Kind, key: string | number): SnapshotRecords[Kind] | undefined {
    const changed = this.#changed<Kind>(recordPath(kind, key));
    return changed === undefined ? this.#own(kind, key) : (changed ?? undefined);
  }

  list<Kind extends ListedKind>(kind: Kind): readonly SnapshotRecords[Kind][] {
    this.#forgetOld();
    let list = this.#lists.get(kind);
    if (list === undefined) {
      list = (this.delta.get(listPath(kind)) ??
        this.#reader.presentJson(listKey(this.#number, kind))) as readonly unknown[];
      this.#lists.set(kind, list);
    }
    return list as readonly SnapshotRecords[Kind][];
  }

  /**
   * Some of the products as the shop gave them last, at most `most`, beginning with a block; `next`: where to go on; null: these
   * were the last. However many are new since the generation was taken, they come with the last.
   */
  async productsFrom(
    block: number,
    most: number,
    rest: () => Promise<void> | undefined,
  ): Promise<{ readonly products: readonly ProductRecord[]; readonly next: number | null }> {
    const from = blockKey(this.#number, 'product', block);
    const { before } = range(recordPrefix(this.#number, 'product'));
    const products = new Map<string, ProductRecord>();
    let next = block;
    for await (const [key, sealed] of this.#store.entries({ from, before, limit: blocksAtOnce })) {
      const records = recordsOf(key, unseal(key, sealed));
      if (products.size + records.length > most) return { products: [...products.values()], next };
      next += 1;
      for (const { record } of records) {
        await rest();
        const own = record as unknown as ProductRecord;
        const path = recordPath('product', own.sku);
        const current = this.delta.has(path) ? this.#changed<'product'>(path) : own;
        if (current) products.set(path, current);
      }
    }
    if (next - block === blocksAtOnce) return { products: [...products.values()], next };
    for (const path of this.delta.paths('product')) {
      await rest();
      const changed = this.#changed<'product'>(path);
      if (changed && this.#own('product', changed.sku) === undefined) products.set(path, changed);
    }
    return { products: [...products.values()], next: null };
  }

  /** By name, best first. */
  #named<Kind extends Subject>(kind: Kind, text: string, limit: number): readonly SnapshotRecords[Kind][] {
    const nameAt = (position: Position): string =>
      nameOf({ kind, record: this.#at(kind, position) } as AnyRecord)?.name ?? '';
    const replaced = Math.min(mostReplaced, this.delta.names(kind).size);
    const own = searchWords(this.#reader, this.#number, kind, text, limit + replaced, nameAt)
      .map(({ position, score }) => ({ record: this.#at(kind, position), score }))
      .filter(({ record }) => !this.delta.has(pathOf(kind, record)));
    const changed = [...this.delta.names(kind)].flatMap(([path, name]) => {
      const score = scoreOf(name, text);
      const record = score === null ? null : this.#changed<Kind>(path);
      return score === null || !record ? [] : [{ record, score }];
    });
    return [...own, ...changed]
      .sort((a, b) => a.score - b.score)
      .slice(0, limit)
      .map(({ record }) => record);
  }

  /** What was decoded before the last delta. */
  #forgetOld(): void {
    if (this.#decodedAt === this.delta.applied) return;
    this.#decodedAt = this.delta.applied;
    this.#products.clear();
    this.#lists.clear();
  }

  /** Where a variant belongs: Magento tells it with the configurable, not with the variant. */
  #parentOf(variant: Sku): ProductRecord['parent'] {
    const own = (product: ProductRecord) => product.configurable?.variants.find(({ sku }) => isSame(sku, variant));
    const parent = this.#all('parent', variant, 'product', (product) => own(product) !== undefined).at(-1);
    const values = parent && own(parent)?.values;
    if (parent === undefined || values === undefined) return null;
    const options = Object.entries(values).map(([optionId, optionValue]) => ({ optionId, optionValue }));
    return { sku: parent.sku, options };
  }

  /** All that have the key, in the order of their ids. */
  #all<Kind extends Subject>(
    index: HashIndexName,
    key: string,
    kind: Kind,
    hasIt: (record: SnapshotRecords[Kind]) => boolean,
  ): readonly SnapshotRecords[Kind][] {
    const own = mayHave(this.#reader, this.#number, this.manifest.indexes, index, key)
      .map((position) => this.#at(kind, position))
      .filter((record) => !this.delta.has(pathOf(kind, record)));
    const changed = this.delta.holders(index, key).flatMap((path) => this.#changed<Kind>(path) ?? []);
    return [...own, ...changed].filter(hasIt).sort((a, b) => a.id - b.id);
  }

  /** null: it is gone; undefined: it has not changed. */
  #changed<Kind extends SingleKind>(path: string): SnapshotRecords[Kind] | null | undefined {
    return this.delta.get(path) as unknown as SnapshotRecords[Kind] | null | undefined;
  }

  /** The generation's own record: of those an index names, the one read last. */
  #own<Kind extends SingleKind>(kind: Kind, key: string | number): SnapshotRecords[Kind] | undefined {
    const path = recordPath(kind, key);
    const positions = mayHave(this.#reader, this.#number, this.manifest.indexes, kind, String(key));
    for (const position of [...positions].reverse()) {
      const record = this.#at(kind, position);
      if (pathOf(kind, record) === path) return record;
    }
    return undefined;
  }

  #at<Kind extends SingleKind>(kind: Kind, position: Position): SnapshotRecords[Kind] {
    return recordAt(this.#reader, this.#number, kind, position) as unknown as SnapshotRecords[Kind];
  }
}

/** A record is of the kind it was read as; the compiler can't tie the two together. */
const pathOf = <Kind extends SingleKind>(kind: Kind, record: SnapshotRecords[Kind]): string =>
  recordPath(kind, keyOf({ kind, record } as unknown as AnyRecord));

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
