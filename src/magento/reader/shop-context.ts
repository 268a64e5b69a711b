import { z } from 'zod';
import type { CatalogueAttribute } from '../../pricing/price-book.ts';
import { mapAttribute } from '../catalogue/attribute.ts';
import { type Category, mapCategory } from '../catalogue/category.ts';
import { number } from '../catalogue/mapped.ts';
import type { MagentoClient } from '../client/outcome.ts';
import { badPage, read, readWholeList } from './list.ts';

/** What products are read against. */
export interface ShopContext {
  readonly categories: ReadonlyMap<number, Category>;
  readonly rootCategoryId: number | null;
  readonly attributes: ReadonlyMap<number, CatalogueAttribute>;
}

const pageSize = 300;
const storeViews = z.array(z.object({ id: number, store_group_id: number }));
const storeGroups = z.array(z.object({ id: number, root_category_id: number }));

export async function readShopContext(
  client: MagentoClient,
  storeId: number,
  signal: AbortSignal,
): Promise<ShopContext> {
  const categories = (await readWholeList(client, '/V1/categories/list', { pageSize }, signal)).flatMap((item) => {
    const category = mapCategory(item);
    return category.ok ? [category.record] : [];
  });
  const attributes = (await readAttributes(client, signal)).flatMap((attribute) =>
    attribute.ok ? [attribute.record] : [],
  );
  return {
    categories: new Map(categories.map((category) => [category.id, category])),
    rootCategoryId: await readRootCategory(client, storeId, signal),
    attributes: new Map(attributes.map((attribute) => [attribute.id, attribute])),
  };
}

/** Every catalogue attribute, mapped. */
export async function readAttributes(
  client: MagentoClient,
  signal: AbortSignal,
): Promise<readonly ReturnType<typeof mapAttribute>[]> {
  const fields = 'items[attribute_id,attribute_code,frontend_input,backend_type],total_count';
  return (await readWholeList(client, '/V1/products/attributes', { pageSize, fields }, signal)).map(mapAttribute);
}

async function readRootCategory(client: MagentoClient, storeId: number, signal: AbortSignal): Promise<number | null> {
  const views = storeViews.safeParse(await read(client, '/V1/store/storeViews', signal));
  if (!views.success) throw badPage('/V1/store/storeViews', 'is not a list of store views');
  const groups = storeGroups.safeParse(await read(client, '/V1/store/storeGroups', signal));
  if (!groups.success) throw badPage('/V1/store/storeGroups', 'is not a list of stores');
  const view = views.data.find(({ id }) => id === storeId);
  return groups.data.find(({ id }) => id === view?.store_group_id)?.root_category_id ?? null;
}
