import type { Call, Route } from './api.ts';
import { noSuchEntity, refused } from './errors.ts';
import { copyOf, type Json, numberOf, type Row, rowOf, rowsOf, textOf } from './json.ts';
import { elements } from './query.ts';
import { searchCriteria, searchResult } from './search-criteria.ts';

/** A list searched by its own fields; unknown ones match nothing. */
const searched = (rows: readonly Row[], { query }: Call): Json =>
  searchResult(rows, searchCriteria(query), {
    value: (row, field) => row[field === 'entity_id' && row['entity_id'] === undefined ? 'id' : field],
    checkField: () => undefined,
    view: (row) => row,
  });

const recordedList =
  (call: string) =>
  (request: Call): Json =>
    searched(request.shop.recordedItems(call), request);

const recordedBody =
  (call: string) =>
  ({ shop }: Call): Json =>
    shop.recorded(call);

function createCustomer({ shop, body }: Call): Json {
  const given = rowOf(body['customer']);
  const email = textOf(given['email']);
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) throw refused('"Email" is not a valid email address.');
  if (shop.data.customers.some((row) => textOf(row['email']).toLowerCase() === email.toLowerCase())) {
    throw refused('A customer with the same email address already exists in an associated website.');
  }
  const id = shop.data.customers.reduce((highest, row) => Math.max(highest, numberOf(row['id'])), 0) + 1;
  const customer: Row = {
    id,
    group_id: given['group_id'] ?? 1,
    created_at: shop.now(),
    updated_at: shop.now(),
    created_in: 'Default Store View',
    email,
    firstname: given['firstname'] ?? null,
    lastname: given['lastname'] ?? null,
    store_id: given['store_id'] ?? 1,
    website_id: given['website_id'] ?? 1,
    addresses: rowsOf(given['addresses']).map((address) => ({ ...copyOf(address), customer_id: id })),
    disable_auto_group_change: 0,
    extension_attributes: { is_subscribed: false },
  };
  shop.data.customers.push(customer);
  return customer;
}

/** Answers the rule as saved; null does not clear a date, the old one stays (measured). */
function saveRule({ shop, body, id }: Call): Json {
  const rule = shop.data.salesRules.find((row) => row['rule_id'] === id('ruleId'));
  if (rule === undefined) throw noSuchEntity('id', id('ruleId'));
  for (const [field, value] of Object.entries(rowOf(body['rule']))) {
    // The list of product ids is turned into text on the way (f13).
    if (value !== null && field !== 'product_ids') rule[field] = copyOf(value);
  }
  shop.catalogueVersion += 1;
  return rule;
}

const productsOfCategory = ({ shop, id }: Call): Json =>
  shop.data.products.flatMap((product): Row[] => {
    const links = rowsOf(rowOf(product['extension_attributes'])['category_links']);
    const link = links.find((candidate) => numberOf(candidate['category_id']) === id('categoryId'));
    return link === undefined
      ? []
      : [{ sku: product['sku'] ?? null, position: link['position'] ?? 0, category_id: String(id('categoryId')) }];
  });

/** Ignores the page size, as measured (f26). */
const modules = ({ shop, query }: Call): Json => {
  searchCriteria(query);
  return elements(shop.recorded('modules'));
};

const ownAccount = ({ shop, customerId }: Call): Json => shop.customer(customerId ?? 0);

const get = (path: string, resource: string, handle: Route['handle']): Route => ({
  method: 'GET',
  path,
  resource,
  handle,
});

const rules = 'Magento_SalesRule::quote';
const tax = 'Magento_Tax::manage_tax';
const store = 'Magento_Backend::store';
const categories = 'Magento_Catalog::categories';

/** Customers, groups, taxes, rules, categories and store configuration. */
export const referenceRoutes: readonly Route[] = [
  get('/V1/customers/me', 'self', ownAccount),
  get('/V1/customers/search', 'Magento_Customer::customer', (call) => searched(call.shop.data.customers, call)),
  get('/V1/customers/{customerId}', 'Magento_Customer::customer', ({ shop, id }) => shop.customer(id('customerId'))),
  { method: 'POST', path: '/V1/customers', resource: 'anonymous', handle: createCustomer },
  // Magento says so whoever asks, unless guest checkout login is switched on (h13).
  { method: 'POST', path: '/V1/customers/isEmailAvailable', resource: 'anonymous', handle: () => true },
  get('/V1/customerGroups/search', 'Magento_Customer::group', recordedList('customer_groups')),
  get('/V1/taxRules/search', tax, recordedList('tax_rules')),
  get('/V1/taxRates/search', tax, recordedList('tax_rates')),
  get('/V1/taxClasses/search', tax, recordedList('tax_classes')),
  get('/V1/salesRules/search', rules, (call) => searched(call.shop.data.salesRules, call)),
  { method: 'PUT', path: '/V1/salesRules/{ruleId}', resource: rules, handle: saveRule },
  get('/V1/coupons/search', rules, (call) => searched(call.shop.data.coupons, call)),
  get('/V1/categories', categories, recordedBody('categories_tree')),
  get('/V1/categories/list', categories, recordedList('categories_list')),
  get('/V1/categories/{categoryId}/products', categories, productsOfCategory),
  get('/V1/store/storeConfigs', store, recordedBody('store_configs')),
  get('/V1/store/storeViews', store, recordedBody('store_views')),
  get('/V1/store/websites', store, recordedBody('websites')),
  get('/V1/store/storeGroups', store, recordedBody('store_groups')),
  get('/V1/modules', 'Magento_Backend::admin', modules),
];
