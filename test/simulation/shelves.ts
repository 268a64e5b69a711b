import { type Shop, salableQuantity } from '../../src/showroom/magento/index.ts';
import { shelfOf } from '../../src/showroom/shelf.ts';
import type { Article } from './person.ts';

/** What there is to sell, and how much of it there was in the beginning. */
export interface Shelves {
  readonly articles: readonly Article[];
  /** By SKU, at the till's own source; without virtual goods, which Magento takes from where it likes. */
  readonly tracked: ReadonlyMap<string, number>;
}

/** The recorded shop's stock 2, "POS chain". */
const counterStock = 2;
const plenty = 100_000;

/** Fills the till's source, so that a year of sales finds its goods; what the shop had little of stays scarce. */
export function fillShelves(shop: Shop, sourceCode: string): Shelves {
  const articles: Article[] = [];
  const tracked = new Map<string, number>();
  for (const { sku, barcode, plu } of shelfOf(shop)) {
    const item = shop.ledger.sourceItems.find((each) => each.sku === sku && each.source_code === sourceCode);
    if (item === undefined || salableQuantity(shop, sku, counterStock) < 100) continue;
    item.quantity = plenty;
    item.status = 1;
    if (shop.product(sku)['type_id'] !== 'virtual') tracked.set(sku, plenty);
    articles.push({ barcode, plu });
  }
  return { articles, tracked };
}
