import { z } from 'zod';
import type { ChangedPage, ChangingKind, PriceFigures, ShopChanges } from '../../snapshot/shop-changes.ts';
import type { ShopRecord } from '../../snapshot/shop-source.ts';
import { mapCustomer } from '../catalogue/customer-record.ts';
import { mapPriceInformation } from '../catalogue/price-information.ts';
import { isInWebsite } from '../catalogue/product-record.ts';
import { mapSourceStock } from '../catalogue/source-stock.ts';
import type { SearchFilter } from '../client/search-criteria.ts';
import { ask, badPage, type ListPage, readList } from './list.ts';
import { inPieces, keyOfItem, mapItems, skusInPieces } from './pages.ts';
import { type ProductReading, readProducts } from './products.ts';
import type { ShopContext } from './shop-context.ts';

const paths: Readonly<Record<ChangingKind, string>> = { product: '/V1/products', customer: '/V1/customers/search' };
const datedBody = z.object({ updated_at: z.string() });
const idBody = z.object({ id: z.coerce.number().int() });

/** Where a list by date is gone on with: page numbers only count what has the same date. */
const cursorBody = z.object({ since: z.string(), page: z.number().int() });

/** Changes as Magento tells them over REST; see `ShopChanges` for what it does not. */
export function createMagentoChanges(
  reading: ProductReading,
  sourceCode: string,
  pageSize: number,
  shopContext: (signal: AbortSignal) => Promise<ShopContext>,
): ShopChanges {
  const { client, clock, settings } = reading;

  async function productsOf(items: readonly unknown[], signal: AbortSignal): Promise<readonly ShopRecord<'product'>[]> {
    return items.length === 0 ? [] : readProducts(reading, await shopContext(signal), items, signal);
  }

  const readers: {
    readonly [Kind in ChangingKind]: (
      items: readonly unknown[],
      signal: AbortSignal,
    ) => Promise<readonly ShopRecord<Kind>[]>;
  } = {
    product: productsOf,
    customer: (items) => mapItems<'customer'>(clock, items, mapCustomer),
  };

  async function byId(
    kind: ChangingKind,
    ids: readonly number[],
    fields: string | null,
    signal: AbortSignal,
  ): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    for (const piece of inPieces(ids)) {
      const filters = [{ field: 'entity_id', condition: 'in', value: piece.join(',') } as const];
      const search = { filters, pageSize: piece.length, ...(fields === null ? {} : { fields }) };
      items.push(...(await readList(client, paths[kind], search, signal)).items);
    }
    return items;
  }

  async function bySku(
    path: string,
    others: readonly SearchFilter[],
    skus: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    for (const { filter, count } of skusInPieces(skus)) {
      const search = { filters: [...others, filter], pageSize: count };
      items.push(...(await readList(client, path, search, signal)).items);
    }
    return items;
  }

  return {
    async latest(kind, signal) {
      const sort = [{ field: 'updated_at', direction: 'DESC' } as const];
      const fields = 'items[updated_at],total_count';
      const { items } = await readList(client, paths[kind], { sort, pageSize: 1, fields }, signal);
      return dateOf(items[0]);
    },
    async changed(kind, since, cursor, signal) {
      const at = cursor === null ? { since, page: 1 } : cursorBody.parse(JSON.parse(cursor));
      const page = await readList(
        client,
        paths[kind],
        {
          filters: [{ field: 'updated_at', condition: 'gteq', value: at.since }],
          // Measured (f02b): with the date alone the order of one second's changes is not stable.
          sort: [
            { field: 'updated_at', direction: 'ASC' },
            { field: 'entity_id', direction: 'ASC' },
          ],
          pageSize,
          currentPage: at.page,
        },
        signal,
      );
      return changedPage(page, at, await readers[kind](page.items, signal));
    },
    products: async (ids, signal) => productsOf(await byId('product', ids, null, signal), signal),
    productsBySku: async (skus, signal) => productsOf(await bySku(paths.product, [], skus, signal), signal),
    customers: async (ids, signal) => readers.customer(await byId('customer', ids, null, signal), signal),
    async stock(skus, signal) {
      const ours = { field: 'source_code', condition: 'eq', value: sourceCode } as const;
      const items = await bySku('/V1/inventory/source-items', [ours], skus, signal);
      return mapItems<'source-stock'>(clock, items, mapSourceStock);
    },
    async existing(ids, signal) {
      const items = await byId('product', ids, 'items[id]', signal);
      return new Set(items.flatMap((item) => idBody.safeParse(item).data?.id ?? []));
    },
    async productCount(signal) {
      const search = { pageSize: 1, fields: 'items[id],total_count' };
      return (await readList(client, paths.product, search, signal)).total;
    },
    async prices(skus, signal): Promise<ReadonlyMap<string, PriceFigures>> {
      const body = { skus: [...skus] };
      const answers = {
        base: await ask(client, '/V1/products/base-prices-information', body, signal),
        special: await ask(client, '/V1/products/special-price-information', body, signal),
        tier: await ask(client, '/V1/products/tier-prices-information', body, signal),
      };
      const figures = mapPriceInformation(answers, settings.storeId);
      if (figures === null) throw badPage('/V1/products/…-prices-information', 'is not a list of prices');
      return figures;
    },
  };

  function changedPage<Kind extends ChangingKind>(
    { items, total }: ListPage,
    at: z.infer<typeof cursorBody>,
    records: readonly ShopRecord<Kind>[],
  ): ChangedPage<Kind> {
    const latest = dateOf(items.at(-1));
    const gone = items.filter((item) => !isInWebsite(item, settings.websiteId)).map(keyOfItem);
    // What is changed while the list is read moves to its end and would shift page numbers: so it is gone on with by date.
    const page = latest === null || latest <= at.since ? { ...at, page: at.page + 1 } : { since: latest, page: 1 };
    return { records, gone, latest, total, next: items.length < pageSize ? null : JSON.stringify(page) };
  }
}

function dateOf(item: unknown): string | null {
  return datedBody.safeParse(item).data?.updated_at ?? null;
}
