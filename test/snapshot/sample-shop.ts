import type { Duration } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { sku } from '../../src/platform/ids.ts';
import type { CustomerRecord, ProductRecord } from '../../src/snapshot/catalogue.ts';
import type { RecordKind, ShopPage, ShopRecord, ShopSource, SnapshotRecords } from '../../src/snapshot/shop-source.ts';
import { germanPrices } from '../tools/german-prices.ts';
import { ManualClock } from '../tools/manual-clock.ts';

/** Sleeps take no longer than a turn of the event loop, and move the clock on. */
export class BriskClock extends ManualClock {
  override sleep(duration: Duration, signal?: AbortSignal): Promise<void> {
    return signal?.aborted === true ? Promise.resolve() : this.advance(duration);
  }
}

export function product(id: number, name: string, more: Partial<ProductRecord> = {}): ProductRecord {
  return {
    id,
    sku: sku(`A-${id}`),
    type: 'simple',
    attributeSetId: 4,
    taxClassId: 2,
    weight: 1,
    categoryIds: [3],
    price: 9.95,
    specialPrice: null,
    tierPrices: [],
    cataloguePrices: [],
    attributes: { tax_class_id: '2' },
    configurable: null,
    bundle: null,
    name,
    enabled: true,
    visibility: 4,
    barcodes: [],
    plu: String(id),
    decimalQuantity: false,
    updatedAt: '2026-11-23 05:37:26',
    parent: null,
    ...more,
  };
}

export function customer(id: number, firstname: string, lastname: string, ...phones: string[]): CustomerRecord {
  const email = `${firstname}.${lastname}@example.com`.toLowerCase();
  return { id, groupId: 1, email, firstname, lastname, phones, updatedAt: '2026-11-23 05:37:26' };
}

/** A shop in memory. `before` sees each request first and may throw, wait or change the shop. */
export class SampleShop implements ShopSource {
  readonly requests: string[] = [];
  before: (kind: RecordKind, cursor: string | null) => void | Promise<void> = () => {};
  pageSize = 10;
  records: { [Kind in RecordKind]: ShopRecord<Kind>[] } = {
    settings: [good('settings', germanPrices)],
    'customer-group': [good('0', { id: 0, code: 'NOT LOGGED IN', taxClassId: 3 })],
    'tax-rule': [],
    'tax-rate': [],
    'catalogue-attribute': [good('size', { id: 138, code: 'size', input: 'select', backendType: 'int' })],
    'cart-rule': [],
    product: [],
    customer: [],
    'source-stock': [],
  };

  constructor(...products: ProductRecord[]) {
    this.products(...products);
  }

  products(...products: ProductRecord[]): this {
    this.records.product = products.map((record) => good(record.sku, record));
    return this;
  }

  customers(...customers: CustomerRecord[]): this {
    this.records.customer = customers.map((record) => good(String(record.id), record));
    return this;
  }

  async page<Kind extends RecordKind>(kind: Kind, cursor: string | null): Promise<ShopPage<Kind>> {
    this.requests.push(`${kind} ${cursor ?? '-'}`);
    await this.before(kind, cursor);
    const at = Number(cursor ?? 0);
    const end = at + this.pageSize;
    const all = this.records[kind];
    return { records: all.slice(at, end), next: end < all.length ? String(end) : null, total: all.length };
  }
}

export const good = <Kind extends RecordKind>(key: string, record: SnapshotRecords[Kind]): ShopRecord<Kind> => ({
  ok: true,
  key,
  record,
});

export const shopError = (code: string): HoldfastError =>
  new HoldfastError(code, code, { remedy: code === 'shop.unauthorized' ? 'operator' : 'retry' });

/** `count` products with names of their own, ids from 1. */
export const manyProducts = (count: number, name = 'Article'): ProductRecord[] =>
  Array.from({ length: count }, (_, index) => product(index + 1, `${name} ${index + 1}`));
