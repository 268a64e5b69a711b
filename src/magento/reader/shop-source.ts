import type { Clock } from '../../platform/clock.ts';
import type { CartRule, PriceSettings } from '../../pricing/price-book.ts';
import type { ShopChanges } from '../../snapshot/shop-changes.ts';
import type { RecordKind, ShopPage, ShopRecord, ShopSource } from '../../snapshot/shop-source.ts';
import { attachCoupons, mapCartRule, mapCoupon } from '../catalogue/cart-rule.ts';
import { mapCustomerGroup } from '../catalogue/customer-group.ts';
import { mapCustomer } from '../catalogue/customer-record.ts';
import type { ProductAttributes } from '../catalogue/product-record.ts';
import { mapSourceStock } from '../catalogue/source-stock.ts';
import { mapTaxRate, mapTaxRule } from '../catalogue/tax.ts';
import type { MagentoClient } from '../client/outcome.ts';
import { createMagentoChanges } from './changes.ts';
import { readWholeList } from './list.ts';
import { mapItems, pageAfterId, pageByNumber, type RawPage } from './pages.ts';
import { readProducts } from './products.ts';
import { readAttributes, readShopContext, type ShopContext } from './shop-context.ts';

export interface MagentoShopOptions {
  readonly client: MagentoClient;
  readonly clock: Clock;
  /** Magento's tax and price settings, which its REST API does not tell. */
  readonly settings: PriceSettings;
  /** The MSI source this till sells from. */
  readonly sourceCode: string;
  readonly attributes: ProductAttributes;
  /** Products and customers on one page; Magento needs about 3.5 ms for each product. */
  readonly pageSize: number;
  /** Learn today's catalogue-rule prices for guests from the web shop's own; doubles the time. */
  readonly guestPrices: boolean;
}

export interface MagentoShop extends ShopSource {
  readonly changes: ShopChanges;
}

/** Source items on one page; a thousand cost Magento 50 ms. */
const stockPageSize = 1_000;
const couponPageSize = 1_000;

/**
 * A Magento shop, read over its REST API as of 2.4.7. The integration needs the resources `Magento_Catalog::catalog`, `::products`,
 * `::categories` and `::attributes_attributes`, `Magento_Customer::customer` and `::group`, `Magento_Tax::manage_tax`,
 * `Magento_SalesRule::quote`, `Magento_InventoryApi::source` and `Magento_Backend::store`.
 */
export function createMagentoShopSource(options: MagentoShopOptions): MagentoShop {
  const { client, clock, settings, attributes, guestPrices, pageSize } = options;
  let context: Promise<ShopContext> | null = null;

  /** Read once an import; again by the next, or after it failed. */
  function shopContext(signal: AbortSignal): Promise<ShopContext> {
    context ??= readShopContext(client, settings.storeId, signal).catch((error: unknown) => {
      context = null;
      throw error;
    });
    return context;
  }

  const readers: {
    readonly [Kind in RecordKind]: (cursor: string | null, signal: AbortSignal) => Promise<ShopPage<Kind>>;
  } = {
    async settings() {
      context = null;
      return { records: [{ ok: true, key: 'settings', record: settings }], next: null, total: 1 };
    },
    'customer-group': (cursor, signal) => numbered('/V1/customerGroups/search', cursor, signal, mapCustomerGroup),
    'tax-rule': (cursor, signal) => numbered('/V1/taxRules/search', cursor, signal, mapTaxRule),
    'tax-rate': (cursor, signal) => numbered('/V1/taxRates/search', cursor, signal, mapTaxRate),
    async 'catalogue-attribute'(_, signal) {
      const found = await readAttributes(client, signal);
      const records = found.map((attribute, index) => ({
        ...attribute,
        key: attribute.ok ? attribute.record.code : `#${index + 1}`,
      }));
      return { records, next: null, total: records.length };
    },
    async 'cart-rule'(cursor, signal) {
      const page = await pageByNumber(client, '/V1/salesRules/search', { pageSize, sortBy: 'rule_id' }, cursor, signal);
      return shopPage(page, await withCoupons(await mapItems<'cart-rule'>(clock, page.items, mapCartRule), signal));
    },
    async product(cursor, signal) {
      if (cursor === null) context = null;
      const page = await pageAfterId(client, '/V1/products', pageSize, cursor, signal);
      const reading = { client, clock, settings, attributes, guestPrices };
      return shopPage(page, await readProducts(reading, await shopContext(signal), page.items, signal));
    },
    async customer(cursor, signal) {
      const page = await pageAfterId(client, '/V1/customers/search', pageSize, cursor, signal);
      return shopPage(page, await mapItems<'customer'>(clock, page.items, mapCustomer));
    },
    async 'source-stock'(cursor, signal) {
      const filters = [{ field: 'source_code', condition: 'eq', value: options.sourceCode } as const];
      const search = { pageSize: stockPageSize, filters, sortBy: 'sku' };
      const page = await pageByNumber(client, '/V1/inventory/source-items', search, cursor, signal);
      return shopPage(page, await mapItems<'source-stock'>(clock, page.items, mapSourceStock));
    },
  };

  async function numbered<Kind extends 'customer-group' | 'tax-rule' | 'tax-rate'>(
    path: string,
    cursor: string | null,
    signal: AbortSignal,
    map: Parameters<typeof mapItems<Kind>>[2],
  ): Promise<ShopPage<Kind>> {
    const page = await pageByNumber(client, path, { pageSize }, cursor, signal);
    return shopPage(page, await mapItems<Kind>(clock, page.items, map));
  }

  async function withCoupons(
    records: readonly ShopRecord<'cart-rule'>[],
    signal: AbortSignal,
  ): Promise<readonly ShopRecord<'cart-rule'>[]> {
    const rules = records.flatMap((rule) => (rule.ok && rule.record.coupon !== 'none' ? [rule.record] : []));
    if (rules.length === 0) return records;
    const filters = [{ field: 'rule_id', condition: 'in', value: rules.map(({ id }) => id).join(',') } as const];
    const items = await readWholeList(client, '/V1/coupons/search', { filters, pageSize: couponPageSize }, signal);
    const coupons = items.flatMap((item) => {
      const coupon = mapCoupon(item);
      return coupon.ok ? [coupon.record] : [];
    });
    const complete = new Map<number, CartRule>(attachCoupons(rules, coupons).map((rule) => [rule.id, rule]));
    return records.map((rule) => (rule.ok ? { ...rule, record: complete.get(rule.record.id) ?? rule.record } : rule));
  }

  return {
    page: (kind, cursor, signal) => readers[kind](cursor, signal),
    changes: createMagentoChanges(
      { client, clock, settings, attributes, guestPrices },
      options.sourceCode,
      pageSize,
      shopContext,
    ),
  };
}

const shopPage = <Kind extends RecordKind>(page: RawPage, records: readonly ShopRecord<Kind>[]): ShopPage<Kind> => ({
  records,
  next: page.next,
  total: page.total,
});
