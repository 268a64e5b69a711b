import { sku } from '../../src/platform/ids.ts';
import type { PriceSettings } from '../../src/pricing/price-book.ts';
import type { ProductRecord } from '../../src/snapshot/catalogue.ts';
import type { RecordKind, ShopPage, ShopRecord, ShopSource } from '../../src/snapshot/shop-source.ts';

const pageSize = 300;
const nouns = [
  'Kaffee',
  'Tee',
  'Müsli',
  'Schokolade',
  'Hemd',
  'Hose',
  'Tasse',
  'Kerze',
  'Lampe',
  'Seife',
  'Brot',
  'Honig',
];
const kinds = ['Bio', 'fein', 'rot', 'blau', 'groß', 'klein', 'Natur', 'Premium', 'Klassik', 'mild', 'kräftig', 'neu'];
/** One of many words. */
const word = (list: readonly string[], seed: number): string => list[seed % list.length] ?? '';

/** What somebody types to find an article. */
export const twoBeginnings = (seed: number): string =>
  `${word(nouns, seed).slice(0, 3)} ${word(kinds, seed).slice(0, 2)}`;

/** As large and as varied as the recorded shop's products are: a record of about a kilobyte. */
export function article(id: number): ProductRecord {
  const code = String(id).padStart(10, '0');
  const attributes = {
    url_key: `article-${code}`,
    options_container: 'container2',
    msrp_display_actual_price_type: '0',
    required_options: '0',
    has_options: '0',
    ean: `40${code}1`,
    tax_class_id: '2',
    category_ids: ['3', String(4 + (id % 20))],
    short_description: `${word(kinds, id)} ${word(nouns, id * 7)} of the house, number ${id}`,
  };
  return {
    id,
    sku: sku(`ART-${code}`),
    type: 'simple',
    attributeSetId: 4,
    taxClassId: 2,
    weight: 1.2,
    categoryIds: [3, 4 + (id % 20)],
    price: 1 + (id % 5000) / 100,
    specialPrice: id % 10 === 0 ? { price: 0.99, from: '2026-01-01', to: null } : null,
    tierPrices:
      id % 8 === 0
        ? [{ customerGroupId: null, quantity: 10, value: { type: 'percent', percent: 5 }, websiteId: 0 }]
        : [],
    cataloguePrices: [],
    attributes,
    configurable: null,
    bundle: null,
    name: `${word(nouns, id)} ${word(kinds, id * 5)} ${word(kinds, id * 11)} ${id}`,
    enabled: true,
    visibility: 4,
    barcodes: [`40${code}1`],
    plu: String(id),
    decimalQuantity: false,
    updatedAt: '2026-11-23 05:37:26',
    parent: null,
  };
}

/** A shop in memory with as many products as wanted, and their stock. */
export class LargeShop implements ShopSource {
  readonly #products: number;

  constructor(products: number) {
    this.#products = products;
  }

  async page<Kind extends RecordKind>(kind: Kind, cursor: string | null): Promise<ShopPage<Kind>> {
    const at = Number(cursor ?? 0);
    const all = kind === 'product' || kind === 'source-stock' ? this.#products : single.has(kind) ? 1 : 0;
    const records = Array.from({ length: Math.min(pageSize, all - at) }, (_, index) => record(kind, at + index + 1));
    const end = at + records.length;
    // Made for the kind asked for; the compiler can't follow.
    return { records: records as unknown as ShopRecord<Kind>[], next: end < all ? String(end) : null, total: all };
  }
}

const place = { countryId: 'DE', regionId: 82, postcode: '10115' };
const settings: PriceSettings = {
  websiteId: 1,
  storeId: 1,
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
  pricesIncludeTax: true,
  taxAlgorithm: 'TOTAL_BASE_CALCULATION',
  taxAfterDiscount: true,
  discountIncludesTax: true,
  crossBorderTrade: false,
  origin: place,
  defaultCustomerTaxClassId: 3,
};
const single = new Map<RecordKind, unknown>([
  ['settings', settings],
  ['customer-group', { id: 0, code: 'NOT LOGGED IN', taxClassId: 3 }],
]);

function record(kind: RecordKind, id: number): { ok: true; key: string; record: unknown } {
  if (single.has(kind)) return { ok: true, key: kind, record: single.get(kind) };
  const product = article(id);
  const stock = { sku: product.sku, sourceCode: 'store', quantity: 10, inStock: true };
  return { ok: true, key: product.sku, record: kind === 'product' ? product : stock };
}
