import { z } from 'zod';
import { mapAttribute } from '../../../src/magento/catalogue/attribute.ts';
import { attachCoupons, mapCartRule, mapCoupon } from '../../../src/magento/catalogue/cart-rule.ts';
import { type Category, mapCategory, withAnchorCategories } from '../../../src/magento/catalogue/category.ts';
import { mapCustomerGroup } from '../../../src/magento/catalogue/customer-group.ts';
import type { Mapped } from '../../../src/magento/catalogue/mapped.ts';
import { linkVariants, type MappedProduct, mapPricedProduct } from '../../../src/magento/catalogue/product.ts';
import { mapTaxRate, mapTaxRule } from '../../../src/magento/catalogue/tax.ts';
import { type Instant, instant } from '../../../src/platform/clock.ts';
import { type Sku, sku } from '../../../src/platform/ids.ts';
import type {
  CatalogueAttribute,
  CatalogueRulePrice,
  PriceBook,
  PricedProduct,
  PriceSettings,
  TaxPlace,
} from '../../../src/pricing/price-book.ts';

/** A shop as recorded: everything but the tax settings, which each recorded cart brings along. */
export interface RecordedShop {
  /** The price book under the configuration values that were in force (`tax/…`); they go over the shop's own. */
  readonly bookUnder: (settings: Readonly<Record<string, string | null>>) => PriceBook;
  /** When the carts were made, as far as the recording tells: a moment on the day its rule prices are for. */
  readonly recordedAt: Instant;
  /** Where goods go when a cart does not say: into the shop. */
  readonly shop: TaxPlace;
  /** Bodies that were left out, with the reason. */
  readonly rejected: readonly string[];
}

const answer = z.object({ body: z.unknown() });
const listBody = z.union([z.object({ items: z.array(z.unknown()).nullish() }), z.array(z.unknown())]);
const text = z.union([z.string(), z.number().transform(String)]);
const notOverRest = z.object({
  catalogrule_product_price: z
    .array(z.object({ rule_date: z.string(), customer_group_id: text, sku: z.string(), rule_price: text }))
    .nullish(),
  tax_and_other_config: z.array(z.object({ path: z.string(), value: text.nullish() })).nullish(),
});
const storeConfig = z.object({
  id: z.number(),
  website_id: z.number(),
  timezone: z.string(),
  base_currency_code: z.string(),
});

/** The raw REST bodies of `oracle/catalog.json` as a shop, by the same mappers that fill a till's snapshot. */
export function readCatalogue(json: unknown): RecordedShop {
  const bodies = z.record(z.string(), z.unknown()).parse(json);
  const rejected: string[] = [];
  const items = (key: string): readonly unknown[] => {
    const body = listBody.safeParse(answer.safeParse(bodies[key]).data?.body);
    if (!body.success) return [];
    return Array.isArray(body.data) ? body.data : (body.data.items ?? []);
  };
  const all = <Record>(key: string, map: (item: unknown) => Mapped<Record>): Record[] =>
    items(key).flatMap((item) => {
      const result = map(item);
      if (result.ok) return [result.record];
      rejected.push(`${key}: ${result.reason}`);
      return [];
    });

  const extra = notOverRest.parse(bodies['_not_over_rest'] ?? {});
  const config = new Map((extra.tax_and_other_config ?? []).map(({ path, value }) => [path, value ?? '']));
  const store = storeConfig.parse(items('store_configs')[0]);
  const attributes = readAttributes(bodies, all);
  const rulePrices = extra.catalogrule_product_price ?? [];
  const products = readProducts(all('products', mapPricedProduct), attributes, {
    categories: new Map(all('categories_list', mapCategory).map((category) => [category.id, category])),
    rootCategoryId: rootCategoryOf(items('store_groups'), store.website_id),
    pricesBySku: cataloguePrices(rulePrices),
  });
  const customerGroups = all('customer_groups', mapCustomerGroup);
  const taxRules = all('tax_rules', mapTaxRule);
  const taxRates = all('tax_rates', mapTaxRate);
  const cartRules = attachCoupons(all('sales_rules', mapCartRule), all('coupons', mapCoupon));
  const origin = originOf((path) => config.get(path) ?? '');

  return {
    rejected,
    recordedAt: recordedAt(rulePrices, products),
    shop: shopPlace(items('sources'), origin),
    bookUnder: (settings) => {
      const value = (path: string): string => settings[path] ?? config.get(path) ?? '';
      const defaultGroup = Number(value('customer/create_account/default_group') || 1);
      return {
        settings: {
          websiteId: store.website_id,
          storeId: store.id,
          timeZone: store.timezone,
          currency: store.base_currency_code,
          pricesIncludeTax: value('tax/calculation/price_includes_tax') === '1',
          taxAlgorithm: algorithmOf(value('tax/calculation/algorithm')),
          taxAfterDiscount: value('tax/calculation/apply_after_discount') === '1',
          discountIncludesTax: value('tax/calculation/discount_tax') === '1',
          crossBorderTrade: value('tax/calculation/cross_border_trade_enabled') === '1',
          taxBasedOn: value('tax/calculation/based_on') === 'origin' ? 'origin' : 'destination',
          taxOnOriginalPrice: value('tax/calculation/apply_tax_on') === '1',
          origin: originOf(value),
          defaultCustomerTaxClassId: customerGroups.find((group) => group.id === defaultGroup)?.taxClassId ?? 0,
        },
        product: (wanted) => products.get(wanted),
        cartRules,
        taxRules,
        taxRates,
        customerGroups,
        attributes,
      };
    },
  };
}

type Reader = <Record>(key: string, map: (item: unknown) => Mapped<Record>) => Record[];

/** A list of attributes, and single ones under keys of their own. */
function readAttributes(
  bodies: Readonly<Record<string, unknown>>,
  all: Reader,
): ReadonlyMap<string, CatalogueAttribute> {
  const found = new Map<string, CatalogueAttribute>();
  for (const attribute of all('attributes', mapAttribute)) found.set(attribute.code, attribute);
  for (const [key, value] of Object.entries(bodies)) {
    const attribute = key.startsWith('attribute_') ? mapAttribute(answer.safeParse(value).data?.body) : undefined;
    if (attribute?.ok) found.set(attribute.record.code, attribute.record);
  }
  return found;
}

interface ProductContext {
  readonly categories: ReadonlyMap<number, Category>;
  readonly rootCategoryId: number | null;
  readonly pricesBySku: ReadonlyMap<string, readonly CatalogueRulePrice[]>;
}

function readProducts(
  mapped: readonly MappedProduct[],
  attributes: ReadonlyMap<string, CatalogueAttribute>,
  context: ProductContext,
): ReadonlyMap<Sku, PricedProduct> {
  const byId = new Map(mapped.map(({ product }) => [product.id, product]));
  const attributeById = new Map([...attributes.values()].map((attribute) => [attribute.id, attribute]));
  return new Map(
    mapped.map((one) => {
      const product = linkVariants(
        one,
        (id) => byId.get(id),
        (id) => attributeById.get(id),
      );
      const visible = Number(product.attributes['visibility'] ?? 4) > 1;
      return [
        product.sku,
        {
          ...product,
          categoryIds: withAnchorCategories(product.categoryIds, visible, context.categories, context.rootCategoryId),
          cataloguePrices: context.pricesBySku.get(product.sku) ?? [],
        },
      ];
    }),
  );
}

type RulePriceRow = NonNullable<z.infer<typeof notOverRest>['catalogrule_product_price']>[number];

function cataloguePrices(rows: readonly RulePriceRow[]): ReadonlyMap<string, readonly CatalogueRulePrice[]> {
  const found = new Map<string, CatalogueRulePrice[]>();
  for (const row of rows) {
    const prices = found.get(row.sku) ?? [];
    prices.push({
      customerGroupId: Number(row.customer_group_id),
      price: Number(row.rule_price),
      day: row.rule_date.slice(0, 10),
    });
    found.set(sku(row.sku), prices);
  }
  return found;
}

function rootCategoryOf(groups: readonly unknown[], websiteId: number): number | null {
  const shape = z.object({ website_id: z.number(), root_category_id: z.number() });
  for (const group of groups) {
    const { data } = shape.safeParse(group);
    if (data?.website_id === websiteId) return data.root_category_id;
  }
  return null;
}

/** `shipping/origin/*`; a recording without it was made by a shop whose tax defaults are where it stands. */
function originOf(config: (path: string) => string): TaxPlace {
  const value = (...paths: string[]): string => paths.map(config).find((found) => found !== '') ?? '';
  const postcode = value('shipping/origin/postcode', 'tax/defaults/postcode');
  return {
    countryId: value('shipping/origin/country_id', 'tax/defaults/country', 'general/country/default'),
    regionId: Number(value('shipping/origin/region_id', 'tax/defaults/region')) || 0,
    postcode: postcode === '*' ? '' : postcode,
  };
}

/** The address of a shop that customers come to, in the country of the origin. */
function shopPlace(sources: readonly unknown[], origin: TaxPlace): TaxPlace {
  const shape = z.object({
    enabled: z.boolean(),
    country_id: z.string(),
    region_id: z.number().nullish(),
    region: z.string().nullish(),
    city: z.string().nullish(),
    postcode: z.string().nullish(),
  });
  for (const source of sources) {
    const { data } = shape.safeParse(source);
    if (!data?.enabled || data.country_id !== origin.countryId || data.region_id == null) continue;
    return {
      countryId: data.country_id,
      regionId: data.region_id,
      postcode: data.postcode ?? '',
      region: data.region ?? data.city ?? '',
    };
  }
  return origin;
}

function algorithmOf(value: string): PriceSettings['taxAlgorithm'] {
  if (value === 'UNIT_BASE_CALCULATION' || value === 'ROW_BASE_CALCULATION') return value;
  return 'TOTAL_BASE_CALCULATION';
}

/**
 * Magento keeps rule prices for yesterday, today and tomorrow: today is the middle of the days recorded. Without them, the day of
 * the last change to a product.
 */
function recordedAt(rows: readonly RulePriceRow[], products: ReadonlyMap<Sku, PricedProduct>): Instant {
  const days = [...new Set(rows.map((row) => row.rule_date.slice(0, 10)))].sort();
  const changes = [...products.values()].map((product) => String(product.attributes['updated_at'] ?? '')).sort();
  const day = days[Math.floor((days.length - 1) / 2)] ?? changes.at(-1)?.slice(0, 10);
  return instant(`${day || '2000-01-01'}T12:00:00Z`);
}
