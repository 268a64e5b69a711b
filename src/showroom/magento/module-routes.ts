import type { Call, Route } from './api.ts';
import { addDays } from './dates.ts';
import { type Json, numberOf, type Row, rowsOf, textOf } from './json.ts';
import { changesAfter, newestChange } from './module-changes.ts';
import { postPaymentOutcome } from './module-payments.ts';
import { postReturn } from './module-returns.ts';
import { findSale, postSale } from './module-sales.ts';
import { notOverRest } from './recording.ts';
import type { Shop } from './shop.ts';

/** Catalogue rule prices of yesterday, today and tomorrow, by row id. */
function cataloguePrices({ shop, query }: Call): Json {
  const after = numberOf(query['after_id'] ?? query['afterId']);
  const limit = numberOf(query['limit'], 1000);
  return rulePrices(shop)
    .filter((row) => numberOf(row['id']) > after)
    .slice(0, limit);
}

/** The recorded table, its days moved to today: cron computes it anew every night. */
function rulePrices(shop: Shop): readonly Row[] {
  const place = (row: Row): string =>
    `${textOf(row['customer_group_id'])} ${textOf(row['sku'])} ${textOf(row['rule_date'])}`;
  const recorded = [...rowsOf(notOverRest(shop.catalogue)['catalogrule_product_price'])].sort((a, b) =>
    place(a) < place(b) ? -1 : 1,
  );
  const days = [...new Set(recorded.map((row) => textOf(row['rule_date'])))].sort();
  return recorded.map((row, index) => ({
    id: index + 1,
    sku: row['sku'] ?? null,
    customer_group_id: numberOf(row['customer_group_id']),
    website_id: numberOf(row['website_id'], 1),
    date: addDays(shop.today(), days.indexOf(textOf(row['rule_date'])) - 1),
    price: numberOf(row['rule_price']),
  }));
}

/** What the module tells of the shop's settings, with the defaults that the recorded shop had where nothing was set. */
const settingDefaults: Readonly<Record<string, string | null>> = {
  'tax/calculation/algorithm': 'TOTAL_BASE_CALCULATION',
  'tax/calculation/based_on': 'shipping',
  'tax/calculation/price_includes_tax': '0',
  'tax/calculation/shipping_includes_tax': '0',
  'tax/calculation/apply_after_discount': '1',
  'tax/calculation/discount_tax': '0',
  'tax/calculation/apply_tax_on': '0',
  'tax/calculation/cross_border_trade_enabled': null,
  'tax/classes/default_customer_tax_class': '3',
  'tax/classes/default_product_tax_class': '2',
  'tax/defaults/country': 'DE',
  'tax/defaults/region': '0',
  'tax/defaults/postcode': '*',
  'tax/weee/enable': '0',
  'currency/options/base': 'EUR',
  'currency/options/default': 'EUR',
  'catalog/price/scope': null,
  'general/locale/timezone': 'UTC',
  'general/locale/code': 'en_US',
  'web/secure/base_url': 'http://127.0.0.1:8080/',
  'shipping/origin/country_id': 'DE',
  'cataloginventory/options/can_subtract': '1',
  'cataloginventory/item_options/backorders': '0',
  'cataloginventory/item_options/manage_stock': '1',
};

const settings = ({ shop }: Call): Json =>
  Object.entries(settingDefaults).map(([path, unset]): Row => {
    const value = shop.configured(path) ?? unset;
    return { path, scope: 'store default', ...(value === null ? {} : { value }) };
  });

const sell = 'Holdfast_Terminal::sell';
const snapshot = 'Holdfast_Terminal::snapshot';

/** What the Holdfast module adds (provisioning/magento-module). */
export const moduleRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/V1/holdfast/status',
    resource: sell,
    handle: () => ({ contract: 1, version: '0.1.0' }),
  },
  { method: 'POST', path: '/V1/holdfast/sales', resource: sell, handle: postSale },
  { method: 'GET', path: '/V1/holdfast/sales/{saleId}', resource: sell, handle: findSale },
  { method: 'POST', path: '/V1/holdfast/returns', resource: 'Holdfast_Terminal::refund', handle: postReturn },
  {
    method: 'POST',
    path: '/V1/holdfast/payments/outcome',
    resource: 'Holdfast_Terminal::payment',
    handle: postPaymentOutcome,
  },
  { method: 'GET', path: '/V1/holdfast/snapshot/catalog-rule-prices', resource: snapshot, handle: cataloguePrices },
  { method: 'GET', path: '/V1/holdfast/snapshot/changes', resource: snapshot, handle: changesAfter },
  { method: 'GET', path: '/V1/holdfast/snapshot/changes/newest', resource: snapshot, handle: newestChange },
  { method: 'GET', path: '/V1/holdfast/snapshot/settings', resource: snapshot, handle: settings },
];
