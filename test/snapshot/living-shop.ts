import type { ProductRecord } from '../../src/snapshot/catalogue.ts';
import { figuresOfProduct } from '../../src/snapshot/price-figures.ts';
import type { ChangedPage, ChangingKind, PriceFigures, ShopChanges } from '../../src/snapshot/shop-changes.ts';
import type { ShopRecord } from '../../src/snapshot/shop-source.ts';
import { good, SampleShop, shopError } from './sample-shop.ts';

/** A shop in memory whose goods change as Magento's do: some changes are dated, some are not. */
export class LivingShop extends SampleShop {
  /** Products asked for prices, in all. */
  pricesAsked = 0;
  /** Ids of products that were read by id. */
  readonly readById: number[] = [];
  #second = 0;

  get all(): readonly ProductRecord[] {
    return this.records.product.flatMap((entry) => (entry.ok ? [entry.record] : []));
  }

  /** Somebody saves a product: dated. */
  save(sku: string, change: Partial<ProductRecord>): void {
    this.#second += 1;
    this.change(sku, { ...change, updatedAt: `2026-11-23 10:00:${String(this.#second).padStart(2, '0')}` });
  }

  /** A price import: not dated. */
  change(sku: string, change: Partial<ProductRecord>): void {
    const index = this.records.product.findIndex(({ key }) => key === sku);
    const entry = this.records.product[index];
    if (entry?.ok === true) this.records.product[index] = good(sku, { ...entry.record, ...change });
  }

  remove(sku: string): void {
    this.records.product = this.records.product.filter(({ key }) => key !== sku);
  }

  readonly changes: ShopChanges = {
    latest: async (kind) => this.#dated(kind, '').at(-1)?.record.updatedAt ?? null,
    changed: async <Kind extends ChangingKind>(kind: Kind, since: string, cursor: string | null) => {
      this.requests.push(`changed ${kind} since ${since} ${cursor ?? '-'}`);
      await this.before(kind, cursor);
      const all = this.#dated(kind, since);
      const at = Number(cursor ?? 0);
      const page = all.slice(at, at + this.pageSize);
      const next = at + this.pageSize < all.length ? String(at + this.pageSize) : null;
      const latest = page.at(-1)?.record.updatedAt ?? null;
      return { records: page, gone: [], latest, next, total: all.length } as unknown as ChangedPage<Kind>;
    },
    products: async (ids) => {
      this.readById.push(...ids);
      return this.records.product.filter((entry) => entry.ok && ids.includes(entry.record.id));
    },
    productsBySku: async (skus) => {
      this.requests.push(`products ${skus.join()}`);
      await this.before('product', null);
      return this.records.product.filter(({ key }) => isAmong(skus, key));
    },
    customers: async (ids) => {
      this.requests.push(`customers ${ids.join()}`);
      return this.records.customer.filter(({ key }) => ids.includes(Number(key)));
    },
    stock: async (skus) => {
      this.requests.push(`stock ${skus.join()}`);
      return this.records['source-stock'].filter(({ key }) => isAmong(skus, key));
    },
    existing: async (ids) => new Set(this.all.map(({ id }) => id).filter((id) => ids.includes(id))),
    productCount: async () => this.records.product.length,
    prices: async (skus) => {
      if (skus.length > 1_000) throw shopError('shop.refused');
      this.pricesAsked += skus.length;
      const groups = this.records['customer-group'].flatMap((entry) => (entry.ok ? [entry.record] : []));
      const found = new Map<string, PriceFigures>();
      for (const product of this.all) {
        const priced = product.type === 'simple' && skus.includes(product.sku);
        if (priced) found.set(product.sku.toLowerCase(), figuresOfProduct(product, groups));
      }
      return found;
    },
  };

  #dated(kind: ChangingKind, since: string) {
    const records: readonly ShopRecord<ChangingKind>[] = this.records[kind];
    return records
      .flatMap((entry) => (entry.ok && entry.record.updatedAt >= since ? [entry] : []))
      .sort((a, b) => (a.record.updatedAt < b.record.updatedAt ? -1 : 1));
  }
}

const isAmong = (skus: readonly string[], key: string): boolean =>
  skus.some((each) => each.toLowerCase() === key.toLowerCase());
