import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

type Item = Record<string, unknown>;
type Catalogue = Record<string, { readonly body: unknown }>;

const file = new URL('../../conformance/oracle/catalog.json.gz', import.meta.url);

/** The bodies recorded from the real shop, by name; fresh, to be changed at will. */
export const recordedCatalogue = (): Catalogue =>
  JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Catalogue;

export interface RecordedShop {
  readonly url: string;
  /** Every request's path and query, decoded. */
  readonly requests: string[];
  /** Items by path, as `GET` lists them. */
  readonly lists: Record<string, Item[]>;
  /** Answers a request itself when it returns true. */
  interfere: (request: IncomingMessage, response: ServerResponse) => boolean;
  close(): Promise<void>;
}

/** The recorded shop behind Magento's list calls: filters, order and pages as the reader uses them. Nothing else. */
export async function serveRecordedShop(): Promise<RecordedShop> {
  const recorded = recordedCatalogue();
  const items = (name: string): Item[] => (recorded[name]!.body as { items: Item[] }).items;
  const lists: Record<string, Item[]> = {
    '/V1/products': items('products'),
    '/V1/products-render-info': items('products_render_info_guest'),
    '/V1/products/attributes': ['attribute_ean', 'attribute_pos_size', 'attribute_tax_class'].map(
      (name) => recorded[name]?.body as Item,
    ),
    '/V1/categories/list': items('categories_list'),
    '/V1/customers/search': items('customers'),
    '/V1/customerGroups/search': items('customer_groups'),
    '/V1/taxRules/search': items('tax_rules'),
    '/V1/taxRates/search': items('tax_rates'),
    '/V1/salesRules/search': items('sales_rules'),
    '/V1/coupons/search': items('coupons'),
    '/V1/inventory/source-items': items('source_items'),
  };
  const plain: Record<string, unknown> = {
    '/V1/store/storeViews': recorded['store_views']?.body,
    '/V1/store/storeGroups': recorded['store_groups']?.body,
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://shop');
    const path = url.pathname.replace('/rest/default', '');
    shop.requests.push(decodeURIComponent(path + url.search));
    if (shop.interfere(request, response)) return;
    const list = lists[path];
    const body = list === undefined ? plain[path] : search(list, url.searchParams);
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(body ?? { message: 'Request does not match any route.' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const shop: RecordedShop = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    lists,
    interfere: () => false,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return shop;
}

function search(list: readonly Item[], query: URLSearchParams): unknown {
  let found = [...list];
  for (let group = 0; query.has(`searchCriteria[filterGroups][${group}][filters][0][field]`); group++) {
    const part = (name: string): string =>
      query.get(`searchCriteria[filterGroups][${group}][filters][0][${name}]`) ?? '';
    found = found.filter((item) => holds(fieldOf(item, part('field')), part('condition_type'), part('value')));
  }
  const sortBy = query.get('searchCriteria[sortOrders][0][field]');
  if (sortBy !== null) found.sort((a, b) => compare(fieldOf(a, sortBy), fieldOf(b, sortBy)));
  const total = found.length;
  const size = Number(query.get('searchCriteria[pageSize]'));
  const page = Number(query.get('searchCriteria[currentPage]') ?? 1);
  const items = found.slice((page - 1) * size, page * size);
  return { items: items.length === 0 && query.has('fields') ? null : items, total_count: total };
}

const fieldOf = (item: Item, field: string): unknown => item[field === 'entity_id' ? 'id' : field];

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : 1;
}

function holds(value: unknown, condition: string, wanted: string): boolean {
  if (condition === 'gt') return Number(value) > Number(wanted);
  if (condition === 'in') return wanted.split(',').includes(String(value));
  if (condition === 'eq') return String(value) === wanted;
  throw new Error(`The recorded shop does not know the condition "${condition}".`);
}
