import type { Clock } from '../../platform/clock.ts';
import { createPacer } from '../../platform/pacer.ts';
import { isoDay } from '../../platform/zone-formats.ts';
import type { PricedProduct, PriceSettings } from '../../pricing/price-book.ts';
import type { ProductRecord } from '../../snapshot/catalogue.ts';
import type { ShopRecord } from '../../snapshot/shop-source.ts';
import { withAnchorCategories } from '../catalogue/category.ts';
import { cataloguePriceFor, mapGuestPrice } from '../catalogue/guest-price.ts';
import type { Mapped } from '../catalogue/mapped.ts';
import { linkVariants, type MappedProduct, mapPricedProduct } from '../catalogue/product.ts';
import { isInWebsite, mapProductRecord, type ProductAttributes } from '../catalogue/product-record.ts';
import type { MagentoClient } from '../client/outcome.ts';
import { searchCriteria } from '../client/search-criteria.ts';
import { badPage, listPage, read, readList } from './list.ts';
import { inPieces, keyOfItem } from './pages.ts';
import type { ShopContext } from './shop-context.ts';

export interface ProductReading {
  readonly client: MagentoClient;
  readonly clock: Clock;
  readonly settings: PriceSettings;
  readonly attributes: ProductAttributes;
  /** Also ask for the prices guests see, to learn catalogue-rule prices; about doubles the time a product takes. */
  readonly guestPrices: boolean;
}

/** Visibility 1: not shown by itself (`Magento\Catalog\Model\Product\Visibility::VISIBILITY_NOT_VISIBLE`). */
const notVisible = 1;

/** The products of one page of `GET /V1/products`, each with what other calls tell of it. */
export async function readProducts(
  reading: ProductReading,
  context: ShopContext,
  items: readonly unknown[],
  signal: AbortSignal,
): Promise<readonly ShopRecord<'product'>[]> {
  const here = items.filter((item) => isInWebsite(item, reading.settings.websiteId));
  const rest = createPacer(reading.clock);
  const priced: { readonly item: unknown; readonly mapped: Mapped<MappedProduct> }[] = [];
  for (const item of here) {
    await rest();
    priced.push({ item, mapped: mapPricedProduct(item) });
  }
  const good = priced.flatMap(({ mapped }) => (mapped.ok ? [mapped.record] : []));
  const variants = await readVariants(reading.client, good, signal);
  const guestPrices = reading.guestPrices ? await readGuestPrices(reading, good, signal) : new Map<number, number>();
  const today = dayIn(reading.settings.timeZone, reading.clock);
  const records: ShopRecord<'product'>[] = [];
  for (const { item, mapped } of priced) {
    await rest();
    records.push({ ...recordOf(item, mapped), key: keyOfItem(item) });
  }
  return records;

  function recordOf(item: unknown, mapped: Mapped<MappedProduct>): Mapped<ProductRecord> {
    if (!mapped.ok) return mapped;
    const linked = linkVariants(
      mapped.record,
      (id) => variants.get(id),
      (id) => context.attributes.get(id),
    );
    const record = mapProductRecord(item, linked, reading.attributes);
    if (!record.ok) return record;
    const { websiteId } = reading.settings;
    const visible = record.record.visibility !== notVisible;
    const guestPrice = guestPrices.get(linked.id);
    return {
      ok: true,
      record: {
        ...record.record,
        categoryIds: withAnchorCategories(linked.categoryIds, visible, context.categories, context.rootCategoryId),
        cataloguePrices: guestPrice === undefined ? [] : cataloguePriceFor(linked, guestPrice, today, websiteId),
      },
    };
  }
}

/** The variants of all configurables on the page, by id; those on the page itself are not asked for again. */
async function readVariants(
  client: MagentoClient,
  products: readonly MappedProduct[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, PricedProduct>> {
  const known = new Map(products.map(({ product }) => [product.id, product]));
  const missing = new Set(products.flatMap(({ variantIds }) => variantIds).filter((id) => !known.has(id)));
  for (const ids of inPieces([...missing])) {
    const filters = [{ field: 'entity_id', condition: 'in', value: ids.join(',') } as const];
    const page = await readList(client, '/V1/products', { filters, pageSize: ids.length }, signal);
    for (const item of page.items) {
      const variant = mapPricedProduct(item);
      if (variant.ok) known.set(variant.record.product.id, variant.record.product);
    }
  }
  return known;
}

/** What guests pay, by product id; only for what is shown and can be bought by itself. */
async function readGuestPrices(
  { client, settings }: ProductReading,
  products: readonly MappedProduct[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const prices = new Map<number, number>();
  const single = products.filter(
    ({ product: { type } }) => type === 'simple' || type === 'virtual' || type === 'downloadable',
  );
  for (const ids of inPieces(single.map(({ product }) => product.id))) {
    const search = searchCriteria({
      filters: [{ field: 'entity_id', condition: 'in', value: ids.join(',') }],
      pageSize: ids.length,
      fields: 'items[id,price_info[final_price]]',
    });
    const path = `/V1/products-render-info?storeId=${settings.storeId}&currencyCode=${encodeURIComponent(settings.currency)}&${search}`;
    for (const item of listPage(path, await read(client, path, signal)).items) {
      const guest = mapGuestPrice(item);
      if (guest === null) throw badPage(path, 'has an item without a price');
      prices.set(guest.id, guest.price);
    }
  }
  return prices;
}

/** `YYYY-MM-DD` of now in the store's zone. */
const dayIn = (timeZone: string, clock: Clock): string => isoDay(timeZone).format(clock.now());
