import type { Call, Route } from './api.ts';
import { noSuchEntity, refused } from './errors.ts';
import { isEnabled, isSalable, legacyStockItem, websiteStock } from './inventory.ts';
import { copyOf, type Json, listOf, numberOf, type Row, rowOf, rowsOf, textOf } from './json.ts';
import { variantsOf } from './quotes.ts';
import { renderInfo } from './render-info.ts';
import { type Searchable, searchCriteria, searchResult } from './search-criteria.ts';
import { attributeOf, type Shop, setAttribute } from './shop.ts';

/** Columns of `catalog_product_entity` and what else every product can be filtered by, beside its custom attributes. */
const staticFields = new Set(
  'entity_id sku name price status visibility type_id attribute_set_id created_at updated_at weight has_options required_options special_price special_from_date special_to_date tax_class_id category_id category_ids url_key website_id store_id news_from_date news_to_date cost description short_description'.split(
    ' ',
  ),
);

function fieldValue(product: Row, field: string): Json | undefined {
  if (field === 'entity_id') return product['id'] ?? null;
  if (field === 'category_id' || field === 'category_ids') return listOf(attributeOf(product, 'category_ids'));
  if (field === 'website_id') return listOf(rowOf(product['extension_attributes'])['website_ids']);
  if (field in product) return product[field];
  return attributeOf(product, field) ?? (staticFields.has(field) ? null : undefined);
}

/** Searching by attributes; an unknown one is refused in a filter (h43) and ignored in a sort order (h41). */
function productSearch(shop: Shop): Searchable<Row> {
  return {
    value: fieldValue,
    checkField: (field) => {
      const known = staticFields.has(field) || shop.data.products.some((row) => attributeOf(row, field) !== undefined);
      if (!known) throw refused('The "%1" attribute name is invalid. Reset the name and try again.', [field]);
    },
    view: (product) => product,
  };
}

const products = ({ shop, query }: Call): Json =>
  searchResult(shop.data.products, searchCriteria(query), productSearch(shop));

/** One product, with the stock item and without the links' emptiness that lists have. */
function productView(shop: Shop, product: Row): Row {
  const view = copyOf(product);
  view['extension_attributes'] = { ...rowOf(view['extension_attributes']), stock_item: legacyStockItem(shop, product) };
  return view;
}

/** The answer to a save lacks the (empty) links and tier prices (f50). */
function savedView(shop: Shop, product: Row): Row {
  const { product_links: links, tier_prices: tiers, ...view } = productView(shop, product);
  return {
    ...view,
    ...(listOf(links).length > 0 ? { product_links: links ?? [] } : {}),
    ...(listOf(tiers).length > 0 ? { tier_prices: tiers ?? [] } : {}),
  };
}

/** `POST /V1/products` and `PUT /V1/products/:sku`: changes what is given; a new SKU makes a new product. */
function saveProduct({ shop, body }: Call, sku: string): Json {
  const given = rowOf(body['product']);
  const product = shop.findProduct(sku) ?? newProduct(shop, sku);
  for (const [field, value] of Object.entries(given)) {
    if (field === 'custom_attributes' || field === 'extension_attributes' || field === 'id') continue;
    product[field] = copyOf(value);
  }
  for (const attribute of rowsOf(given['custom_attributes'])) {
    const code = textOf(attribute['attribute_code']);
    setAttribute(product, code, attributeValue(code, attribute['value'] ?? null));
  }
  const { stock_item: _stock, ...extension } = rowOf(given['extension_attributes']);
  product['extension_attributes'] = { ...rowOf(product['extension_attributes']), ...copyOf(extension) };
  product['updated_at'] = shop.now();
  shop.catalogueVersion += 1;
  return savedView(shop, product);
}

/** Prices are stored as decimals: an empty special price becomes 0 and sells for 0 (f50); null removes it (f51). */
function attributeValue(code: string, value: Json): Json {
  if (value === null || !/price$/.test(code)) return copyOf(value);
  return numberOf(value).toFixed(6);
}

function newProduct(shop: Shop, sku: string): Row {
  const id = shop.data.products.reduce((highest, row) => Math.max(highest, numberOf(row['id'])), 0) + 1;
  const product: Row = {
    id,
    sku,
    name: sku,
    attribute_set_id: 4,
    price: 0,
    status: 1,
    visibility: 4,
    type_id: 'simple',
    created_at: shop.now(),
    updated_at: shop.now(),
    extension_attributes: { website_ids: [1], category_links: [] },
    product_links: [],
    options: [],
    media_gallery_entries: [],
    tier_prices: [],
    custom_attributes: [{ attribute_code: 'tax_class_id', value: '2' }],
  };
  shop.data.products.push(product);
  return product;
}

/** The product's source items stay: a queue consumer would clean them (b51). */
function deleteProduct({ shop, parameter }: Call): Json {
  const product = shop.product(parameter('sku'));
  shop.data.products = shop.data.products.filter((row) => row !== product);
  shop.catalogueVersion += 1;
  return true;
}

const wantedProducts = ({ shop, body }: Call): readonly Row[] =>
  listOf(body['skus']).flatMap((sku): Row[] => {
    const product = shop.findProduct(textOf(sku));
    return product === undefined ? [] : [product];
  });

const basePrices = (call: Call): Json =>
  wantedProducts(call).flatMap((product): Row[] =>
    product['price'] === undefined || ['configurable', 'bundle'].includes(textOf(product['type_id']))
      ? []
      : [{ price: product['price'], store_id: 0, sku: product['sku'] ?? null }],
  );

const specialPrices = (call: Call): Json =>
  wantedProducts(call).flatMap((product): Row[] => {
    const price = attributeOf(product, 'special_price');
    if (price === undefined) return [];
    return [
      {
        price: numberOf(price),
        store_id: 0,
        sku: product['sku'] ?? null,
        price_from: attributeOf(product, 'special_from_date') ?? null,
        price_to: attributeOf(product, 'special_to_date') ?? null,
      },
    ];
  });

function tierPrices(call: Call): Json {
  const groups = call.shop.recordedItems('customer_groups');
  return wantedProducts(call).flatMap((product) =>
    rowsOf(product['tier_prices']).map((tier): Row => {
      const extension = rowOf(tier['extension_attributes']);
      const percentage = extension['percentage_value'];
      const group = groups.find((candidate) => candidate['id'] === tier['customer_group_id']);
      return {
        price: percentage ?? tier['value'] ?? null,
        price_type: percentage === undefined ? 'fixed' : 'discount',
        website_id: extension['website_id'] ?? 0,
        sku: product['sku'] ?? null,
        customer_group: group?.['code'] ?? 'all groups',
        quantity: tier['qty'] ?? null,
      };
    }),
  );
}

/** Salable, visible, enabled products only; without sums or criteria around them. */
function productsRenderInfo({ shop, query }: Call): Json {
  const stockId = websiteStock(shop);
  const shown = shop.data.products.filter(
    (product) => isEnabled(product) && numberOf(product['visibility']) > 1 && isSalable(shop, product, stockId),
  );
  const result = searchResult(shown, searchCriteria(query), productSearch(shop));
  return { items: rowsOf(result['items']).map((product) => renderedOnce(shop, product)) };
}

const rendered = new WeakMap<Row, { readonly state: string; readonly info: Row }>();

/** Prices are the same until the catalogue changes or the day; nobody changes an answer. */
function renderedOnce(shop: Shop, product: Row): Row {
  const state = `${shop.catalogueVersion} ${shop.today()}`;
  const known = rendered.get(product);
  if (known?.state === state) return known.info;
  const info = renderInfo(shop, product);
  rendered.set(product, { state, info });
  return info;
}

/** What a variant is loaded with there, in this order (f37): enough to choose, not the whole product. */
const variantAttributes =
  'required_options has_options pos_size tax_class_id category_ids url_key msrp_display_actual_price_type'.split(' ');

function configurableChildren({ shop, parameter }: Call): Json {
  return variantsOf(shop, shop.product(parameter('sku'))).map((variant): Row => {
    const { extension_attributes: _extension, options: _options, ...columns } = variant;
    const attributes = variantAttributes.flatMap((code): Row[] => {
      const value = attributeOf(variant, code);
      return value === undefined ? [] : [{ attribute_code: code, value }];
    });
    return { ...columns, custom_attributes: attributes };
  });
}

const extensionList =
  (field: string) =>
  ({ shop, parameter }: Call): Json =>
    listOf(rowOf(shop.product(parameter('sku'))['extension_attributes'])[field]);

function bundleChildren({ shop, parameter }: Call): Json {
  const options = rowsOf(rowOf(shop.product(parameter('sku'))['extension_attributes'])['bundle_product_options']);
  return options.flatMap((option) => rowsOf(option['product_links']).map((link): Row => ({ ...link, price: null })));
}

/** The attributes that were recorded; a real shop has some hundred more. */
const recordedAttributes = (shop: Shop): Row[] =>
  ['attribute_ean', 'attribute_pos_size', 'attribute_tax_class'].map((call) => rowOf(shop.recorded(call)));

const attributes = ({ shop, query }: Call): Json =>
  searchResult(recordedAttributes(shop), searchCriteria(query), {
    value: (row, field) => row[field],
    checkField: () => undefined,
    view: (row) => row,
  });

function attribute({ shop, parameter }: Call): Json {
  const code = parameter('attributeCode');
  const found = recordedAttributes(shop).find((row) => row['attribute_code'] === code);
  if (found === undefined) throw noSuchEntity('attributeCode', code);
  return found;
}

const catalogue = 'Magento_Catalog::products';

export const productRoutes: readonly Route[] = [
  { method: 'GET', path: '/V1/products', resource: catalogue, handle: products },
  {
    method: 'GET',
    path: '/V1/products/{sku}',
    resource: catalogue,
    handle: ({ shop, parameter }) => productView(shop, shop.product(parameter('sku'))),
  },
  {
    method: 'POST',
    path: '/V1/products',
    resource: catalogue,
    handle: (call) => saveProduct(call, textOf(rowOf(call.body['product'])['sku'])),
  },
  {
    method: 'PUT',
    path: '/V1/products/{sku}',
    resource: catalogue,
    handle: (call) => saveProduct(call, call.parameter('sku')),
  },
  { method: 'DELETE', path: '/V1/products/{sku}', resource: catalogue, handle: deleteProduct },
  {
    method: 'GET',
    path: '/V1/products/attributes',
    resource: 'Magento_Catalog::attributes_attributes',
    handle: attributes,
  },
  {
    method: 'GET',
    path: '/V1/products/attributes/{attributeCode}',
    resource: 'Magento_Catalog::attributes_attributes',
    handle: attribute,
  },
  {
    method: 'POST',
    path: '/V1/products/base-prices-information',
    resource: 'Magento_Catalog::catalog',
    handle: basePrices,
  },
  {
    method: 'POST',
    path: '/V1/products/special-price-information',
    resource: 'Magento_Catalog::catalog',
    handle: specialPrices,
  },
  {
    method: 'POST',
    path: '/V1/products/tier-prices-information',
    resource: 'Magento_Catalog::catalog',
    handle: tierPrices,
  },
  { method: 'GET', path: '/V1/products-render-info', resource: 'anonymous', handle: productsRenderInfo },
  {
    method: 'GET',
    path: '/V1/configurable-products/{sku}/children',
    resource: catalogue,
    handle: configurableChildren,
  },
  {
    method: 'GET',
    path: '/V1/configurable-products/{sku}/options/all',
    resource: catalogue,
    handle: extensionList('configurable_product_options'),
  },
  {
    method: 'GET',
    path: '/V1/bundle-products/{sku}/children',
    resource: catalogue,
    handle: bundleChildren,
  },
  {
    method: 'GET',
    path: '/V1/bundle-products/{sku}/options/all',
    resource: catalogue,
    handle: extensionList('bundle_product_options'),
  },
];
