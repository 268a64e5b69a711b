import { type Call, type Route, reported, unreported } from './api.ts';
import { stored } from './decimals.ts';
import { refused, WebapiError } from './errors.ts';
import {
  isSalable,
  legacyStockItem,
  moveSource,
  salabilityErrors,
  salableQuantity,
  sourceItem,
  stockOf,
  websiteStock,
} from './inventory.ts';
import { type Json, numberOf, type Row, rowOf, rowsOf, textOf } from './json.ts';
import type { SourceItem } from './ledger.ts';
import { elements } from './query.ts';
import { type Searchable, searchCriteria, searchResult } from './search-criteria.ts';
import type { Shop } from './shop.ts';

const sourceItemFields = new Set(['source_item_id', 'source_code', 'sku', 'quantity', 'status']);

function searchSourceItems({ shop, query }: Call): Json {
  const how: Searchable<SourceItem> = {
    value: (item, field) => ({ ...item })[field],
    checkField: (field) => {
      if (!sourceItemFields.has(field)) throw reported(shop);
    },
    view: (item) => ({ ...item }),
  };
  return searchResult(shop.ledger.sourceItems, searchCriteria(query), how);
}

/** Absolute quantities. SKUs and signs are not checked, source codes are. */
function saveSourceItems({ shop, body }: Call): Json {
  const rows = rowsOf(body['sourceItems']);
  const known = shop.data.sources.map((source) => source['source_code']);
  if (rows.some((row) => !known.includes(row['source_code'] ?? null))) throw refused('Could not save Source Item');
  for (const row of rows) {
    const [sku, code] = [textOf(row['sku']), textOf(row['source_code'])];
    const quantity = stored(numberOf(row['quantity']));
    const status = numberOf(row['status'], 1);
    const existing = sourceItem(shop, sku, code);
    if (existing === undefined) shop.ledger.sourceItems.push({ sku, source_code: code, quantity, status });
    else Object.assign(existing, { quantity, status });
  }
  return [];
}

/** All or nothing, relative: the only stock write that does not overwrite what others did. */
function transfer({ shop, body }: Call): Json {
  const [origin, destination] = [textOf(body['originSourceCode']), textOf(body['destinationSourceCode'])];
  const errors: { message: string; parameters: Json }[] = [];
  const missing = (sku: string, code: string): void => {
    errors.push({ message: '%message', parameters: { message: `Source item for ${sku} and ${code} does not exist` } });
  };
  const moves = rowsOf(body['items']).flatMap((row) => {
    const [sku, quantity] = [textOf(row['sku']), numberOf(row['qty'])];
    const from = sourceItem(shop, sku, origin);
    const to = sourceItem(shop, sku, destination);
    if (from === undefined) missing(sku, origin);
    else if (to === undefined) missing(sku, destination);
    else if (from.quantity < quantity) {
      errors.push({ message: 'Requested transfer amount for sku %sku is not available', parameters: { sku } });
    } else return [{ from, to, quantity }];
    return [];
  });
  if (errors.length > 0) throw new WebapiError(400, { message: 'Transfer validation failed', errors });
  for (const { from, to, quantity } of moves) {
    moveSource(shop, from, -quantity);
    moveSource(shop, to, quantity);
  }
  return [];
}

/** Products whose stock was ever set up; others fail outside the REST error handling (f33). */
function knownSku(call: Call, sku: string): string {
  if (!call.shop.ledger.sourceItems.some((item) => item.sku === sku)) throw unreported();
  return sku;
}

function areSalable({ shop, query }: Call): Json {
  const stockId = numberOf(query['stockId']);
  return elements(query['skus']).map((value) => {
    const sku = textOf(value);
    const product = shop.findProduct(sku);
    return { sku, stock_id: stockId, salable: product !== undefined && isSalable(shop, product, stockId) };
  });
}

function areSalableForQuantity({ shop, query }: Call): Json {
  const stockId = numberOf(query['stockId']);
  return elements(query['skuRequests']).map((value) => {
    const request = rowOf(value);
    const sku = textOf(request['sku']);
    const errors = salabilityErrors(shop, sku, stockId, numberOf(request['qty']));
    return { sku, stock_id: stockId, salable: errors.length === 0, errors: [...errors] };
  });
}

function stockStatus({ shop, parameter }: Call): Json {
  const product = shop.product(parameter('productSku'));
  const stockId = websiteStock(shop);
  return {
    product_id: product['id'] ?? null,
    stock_id: 1,
    qty: salableQuantity(shop, textOf(product['sku']), stockId),
    stock_status: isSalable(shop, product, stockId) ? 1 : 0,
    stock_item: legacyStockItem(shop, product),
  };
}

/** Answers the stock item's id. Only what was recorded in use is kept: backorders and decimal quantities. */
function saveStockItem({ shop, parameter, body }: Call): Json {
  const product = shop.product(parameter('productSku'));
  const sku = textOf(product['sku']);
  const row = rowOf(body['stockItem']);
  const settings = { ...shop.stockSettings(sku) };
  if (row['backorders'] !== undefined) settings.backorders = numberOf(row['backorders']);
  if (row['use_config_backorders'] === true) settings.backorders = null;
  if (row['is_qty_decimal'] !== undefined) settings.decimalQuantity = row['is_qty_decimal'] === true;
  shop.data.stockSettings[sku] = settings;
  return numberOf(legacyStockItem(shop, product)['item_id']);
}

/** A list that requests don't change, searched by its own fields. */
const searchedList =
  (rowsIn: (shop: Shop) => readonly Row[]) =>
  ({ shop, query }: Call): Json =>
    searchResult(rowsIn(shop), searchCriteria(query), {
      value: (row, field) => row[field],
      checkField: (field) => {
        if (!rowsIn(shop).some((row) => field in row)) throw reported(shop);
      },
      view: (row) => row,
    });

const recordedList = (call: string): ReturnType<typeof searchedList> =>
  searchedList((shop) => shop.recordedItems(call));

const salesStock = 'Magento_InventorySalesApi::stock';

export const inventoryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/V1/inventory/sources',
    resource: 'Magento_InventoryApi::source',
    handle: searchedList((shop) => shop.data.sources),
  },
  {
    method: 'GET',
    path: '/V1/inventory/stocks',
    resource: 'Magento_InventoryApi::stock',
    handle: recordedList('stocks'),
  },
  {
    method: 'GET',
    path: '/V1/inventory/stock-source-links',
    resource: 'Magento_InventoryApi::stock_source_link',
    handle: recordedList('stock_source_links'),
  },
  {
    method: 'GET',
    path: '/V1/inventory/source-items',
    resource: 'Magento_InventoryApi::source',
    handle: searchSourceItems,
  },
  {
    method: 'POST',
    path: '/V1/inventory/source-items',
    resource: 'Magento_InventoryApi::stock_source_item_assign',
    handle: saveSourceItems,
  },
  {
    method: 'POST',
    path: '/V1/inventory/bulk-partial-source-transfer',
    resource: 'Magento_Catalog::products',
    handle: transfer,
  },
  {
    method: 'GET',
    path: '/V1/inventory/get-product-salable-quantity/{sku}/{stockId}',
    resource: salesStock,
    handle: (call) => salableQuantity(call.shop, knownSku(call, call.parameter('sku')), call.id('stockId')),
  },
  {
    method: 'GET',
    path: '/V1/inventory/is-product-salable/{sku}/{stockId}',
    resource: salesStock,
    handle: ({ shop, parameter, id }) => isSalable(shop, shop.product(parameter('sku')), id('stockId')),
  },
  { method: 'GET', path: '/V1/inventory/are-products-salable', resource: salesStock, handle: areSalable },
  {
    method: 'GET',
    path: '/V1/inventory/is-product-salable-for-requested-qty/{sku}/{stockId}/{requestedQty}',
    resource: salesStock,
    handle: ({ shop, parameter, id }) => {
      const errors = salabilityErrors(shop, parameter('sku'), id('stockId'), numberOf(parameter('requestedQty')));
      return { salable: errors.length === 0, errors: [...errors] };
    },
  },
  {
    method: 'GET',
    path: '/V1/inventory/are-product-salable-for-requested-qty',
    resource: salesStock,
    handle: areSalableForQuantity,
  },
  {
    method: 'GET',
    path: '/V1/inventory/stock-resolver/{type}/{code}',
    resource: salesStock,
    handle: ({ shop, parameter }) => {
      const stock = stockOf(shop, parameter('type'), parameter('code'));
      if (stock === undefined) throw new WebapiError(404, { message: 'No linked stock found' });
      return stock;
    },
  },
  {
    method: 'GET',
    path: '/V1/stockItems/{productSku}',
    resource: 'Magento_Catalog::catalog_inventory',
    handle: ({ shop, parameter }) => legacyStockItem(shop, shop.product(parameter('productSku'))),
  },
  {
    method: 'GET',
    path: '/V1/stockStatuses/{productSku}',
    resource: 'Magento_Catalog::catalog_inventory',
    handle: stockStatus,
  },
  {
    method: 'PUT',
    path: '/V1/products/{productSku}/stockItems/{itemId}',
    resource: 'Magento_Catalog::catalog_inventory',
    handle: saveStockItem,
  },
];
