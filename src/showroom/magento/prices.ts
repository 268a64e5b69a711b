import { mapAttribute } from '../../magento/catalogue/attribute.ts';
import { attachCoupons, mapCartRule, mapCoupon } from '../../magento/catalogue/cart-rule.ts';
import { type Category, mapCategory, withAnchorCategories } from '../../magento/catalogue/category.ts';
import { mapCustomerGroup } from '../../magento/catalogue/customer-group.ts';
import type { Mapped } from '../../magento/catalogue/mapped.ts';
import { linkVariants, type MappedProduct, mapPricedProduct } from '../../magento/catalogue/product.ts';
import { mapTaxRate, mapTaxRule } from '../../magento/catalogue/tax.ts';
import type { Sku } from '../../platform/ids.ts';
import type { CatalogueAttribute, PriceBook, PricedProduct, PriceSettings } from '../../pricing/price-book.ts';
import { addDays } from './dates.ts';
import { numberOf, type Row, textOf } from './json.ts';
import type { Shop } from './shop.ts';

const books = new WeakMap<Shop, { readonly state: string; readonly book: PriceBook }>();

/** The shop's prices and rules as the price engine takes them; built anew only when the catalogue or the day changed. */
export function priceBook(shop: Shop): PriceBook {
  const state = `${shop.catalogueVersion} ${shop.today()}`;
  const known = books.get(shop);
  if (known?.state === state) return known.book;
  const book = buildPriceBook(shop);
  books.set(shop, { state, book });
  return book;
}

function buildPriceBook(shop: Shop): PriceBook {
  const rules = records(shop.data.salesRules, mapCartRule);
  const products = pricedProducts(shop);
  return {
    settings: priceSettings(shop),
    product: (wanted) => products.get(wanted),
    cartRules: attachCoupons(rules, records(shop.data.coupons, mapCoupon)),
    taxRules: records(shop.recordedItems('tax_rules'), mapTaxRule),
    taxRates: records(shop.recordedItems('tax_rates'), mapTaxRate),
    customerGroups: records(shop.recordedItems('customer_groups'), mapCustomerGroup),
    attributes: new Map([...catalogueAttributes(shop).values()].map((attribute) => [attribute.code, attribute])),
  };
}

function records<Record>(rows: readonly Row[], map: (row: Row) => Mapped<Record>): Record[] {
  return rows.flatMap((row) => {
    const result = map(row);
    return result.ok ? [result.record] : [];
  });
}

function pricedProducts(shop: Shop): ReadonlyMap<Sku, PricedProduct> {
  const categories = new Map(
    records(shop.recordedItems('categories_list'), mapCategory).map((category) => [category.id, category]),
  );
  const mapped = shop.data.products.flatMap((row): { row: Row; product: MappedProduct }[] => {
    const result = mapPricedProduct(row);
    return result.ok ? [{ row, product: withShopFacts(shop, row, result.record, categories) }] : [];
  });
  const byId = new Map(mapped.map(({ product }) => [product.product.id, product.product]));
  const attributes = catalogueAttributes(shop);
  return new Map(
    mapped.map(({ product }) => [
      product.product.sku,
      linkVariants(
        product,
        (id) => byId.get(id),
        (id) => attributes.get(id),
      ),
    ]),
  );
}

/** Adds what a product's own REST body lacks: catalogue-rule prices and the anchor categories above its own. */
function withShopFacts(
  shop: Shop,
  row: Row,
  mapped: MappedProduct,
  categories: ReadonlyMap<number, Category>,
): MappedProduct {
  const days = [-1, 0, 1].map((offset) => addDays(shop.today(), offset));
  return {
    ...mapped,
    product: {
      ...mapped.product,
      categoryIds: withAnchorCategories(mapped.product.categoryIds, numberOf(row['visibility']) > 1, categories, 2),
      cataloguePrices: shop
        .cataloguePrices(textOf(row['sku']))
        .flatMap((price) => days.map((day) => ({ ...price, day }))),
    },
  };
}

/** The attributes that were recorded, by id. */
function catalogueAttributes(shop: Shop): ReadonlyMap<number, CatalogueAttribute> {
  const recorded = ['attribute_ean', 'attribute_pos_size', 'attribute_tax_class'].map((call) => shop.recorded(call));
  return new Map(
    recorded.flatMap((body) => {
      const result = mapAttribute(body);
      return result.ok ? [[result.record.id, result.record] as const] : [];
    }),
  );
}

/** The recorded shop's settings: prices incl. tax, total algorithm, tax after discount, discount incl. tax. */
function priceSettings(shop: Shop): PriceSettings {
  const on = (path: string): boolean => shop.configured(path) === '1';
  const algorithm = shop.configured('tax/calculation/algorithm');
  return {
    websiteId: 1,
    storeId: 1,
    timeZone: shop.timeZone,
    currency: shop.configured('currency/options/base') ?? 'EUR',
    pricesIncludeTax: on('tax/calculation/price_includes_tax'),
    taxAlgorithm:
      algorithm === 'ROW_BASE_CALCULATION' || algorithm === 'UNIT_BASE_CALCULATION'
        ? algorithm
        : 'TOTAL_BASE_CALCULATION',
    taxAfterDiscount: on('tax/calculation/apply_after_discount'),
    discountIncludesTax: on('tax/calculation/discount_tax'),
    crossBorderTrade: on('tax/calculation/cross_border_trade_enabled'),
    origin: { countryId: shop.configured('tax/defaults/country') ?? 'DE', regionId: 0, postcode: '*' },
    defaultCustomerTaxClassId: 3,
  };
}
