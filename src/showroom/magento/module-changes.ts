import type { Call } from './api.ts';
import { refused, WebapiError } from './errors.ts';
import { type Json, numberOf, type Row, rowOf, rowsOf, textOf } from './json.ts';
import type { NotedChange } from './ledger.ts';
import type { Shop } from './shop.ts';

/** Of older changes nothing is known any more. */
const mostKept = 20_000;

/** What the triggers watch, as it was when they last looked: kind and reference, then the row's contents. */
type Watched = ReadonlyMap<string, { readonly kind: string; readonly ref: string; readonly contents: string }>;

/** Beside the shop, not in it: a shop that is read from a file was not written meanwhile. */
const seen = new WeakMap<Shop, Watched>();

/**
 * Notes what was written since the last look, as the module's database triggers do with each write. Of a shop whose feed nobody has
 * asked for yet nothing is noted.
 */
export function noteChanges(shop: Shop): void {
  const before = seen.get(shop);
  if (before !== undefined) look(shop, before);
}

/** `GET /V1/holdfast/snapshot/changes/newest`. */
export function newestChange({ shop }: Call): Json {
  return { changes: [], next_cursor: upToDate(shop).at(-1)?.id ?? 0 };
}

/** `GET /V1/holdfast/snapshot/changes`. */
export function changesAfter({ shop, query }: Call): Json {
  const cursor = numberOf(query['cursor']);
  const limit = numberOf(query['limit'], 1000);
  if (cursor < 0 || limit < 1) throw refused('cursor must not be negative');
  const noted = upToDate(shop);
  const [oldest, newest] = [noted[0]?.id ?? 0, noted.at(-1)?.id ?? 0];
  if (cursor > newest || (cursor > 0 && cursor < oldest - 1)) {
    throw new WebapiError(410, { message: `Changes after ${cursor} are no longer kept; read everything anew.` });
  }
  const changes = noted.filter(({ id }) => id > cursor).slice(0, limit);
  // Nothing that this shop does is slow to be committed: no number is left out.
  return { changes: changes.map((change): Row => ({ ...change })), next_cursor: changes.at(-1)?.id ?? cursor };
}

function upToDate(shop: Shop): readonly NotedChange[] {
  const before = seen.get(shop);
  if (before === undefined) seen.set(shop, watched(shop));
  else look(shop, before);
  return shop.ledger.changes;
}

function look(shop: Shop, before: Watched): void {
  const now = watched(shop);
  const { changes } = shop.ledger;
  const note = (kind: string, ref: string, op: NotedChange['op']): void => {
    changes.push({ id: shop.next('change'), kind, ref, op, at: shop.now() });
  };
  for (const [key, { kind, ref, contents }] of now) {
    const old = before.get(key);
    if (old === undefined) note(kind, ref, 'i');
    else if (old.contents !== contents) note(kind, ref, 'u');
  }
  // The rows that belong to a product go with it unseen: a foreign key fires no trigger.
  for (const [key, { kind, ref }] of before) {
    const withProduct = kind.startsWith('product_') || kind === 'tier_price';
    if (!now.has(key) && !withProduct) note(kind, ref, 'd');
  }
  changes.splice(0, Math.max(0, changes.length - mostKept));
  seen.set(shop, now);
}

/** Attributes by the table that holds their values. */
const tables: Readonly<Record<string, string>> = {
  price: 'product_decimal',
  special_price: 'product_decimal',
  special_from_date: 'product_datetime',
  special_to_date: 'product_datetime',
  status: 'product_int',
  visibility: 'product_int',
  tax_class_id: 'product_int',
  name: 'product_varchar',
};

function watched(shop: Shop): Watched {
  const found = new Map<string, { kind: string; ref: string; contents: string }>();
  const watch = (kind: string, ref: string, contents: Json): void => {
    found.set(`${kind} ${ref}`, { kind, ref, contents: JSON.stringify(contents) });
  };
  for (const product of shop.data.products) watchProduct(product, watch);
  for (const { sku, source_code: source, ...item } of shop.ledger.sourceItems) {
    watch('source_item', `${source}/${sku}`, { ...item });
  }
  for (const customer of shop.data.customers) watch('customer', textOf(customer['id']), customer);
  for (const rule of shop.data.salesRules) {
    const coupons = shop.data.coupons.filter((coupon) => coupon['rule_id'] === rule['rule_id']);
    const { times_used: _used, ...set } = rule;
    watch('cart_rule', textOf(rule['rule_id']), { ...set, codes: coupons.map((coupon) => coupon['code'] ?? null) });
  }
  return found;
}

function watchProduct(product: Row, watch: (kind: string, ref: string, contents: Json) => void): void {
  const sku = textOf(product['sku']);
  const values: Record<string, Row> = {};
  const columns: Row = {};
  const put = (code: string, value: Json): void => {
    const table = tables[code];
    if (table === undefined) columns[code] = value;
    else values[table] = { ...values[table], [code]: value };
  };
  const { custom_attributes: attributes, tier_prices: tiers, extension_attributes: extension, ...own } = product;
  for (const [code, value] of Object.entries(own)) put(code, value);
  for (const attribute of rowsOf(attributes)) put(textOf(attribute['attribute_code']), attribute['value'] ?? null);
  watch('product', sku, columns);
  for (const [table, set] of Object.entries(values)) watch(table, sku, set);
  if (rowsOf(tiers).length > 0) watch('tier_price', sku, tiers ?? null);
  const { category_links: links, website_ids: websites, ...rest } = rowOf(extension);
  watch('category_product', sku, links ?? null);
  watch('product_website', sku, websites ?? null);
  // Options of configurables and bundles, which are saved with the product.
  if (Object.keys(rest).length > 0) watch('product_text', sku, rest);
}
