import { z } from 'zod';
import type { JsonValue } from '../../platform/brand.ts';
import { HoldfastError } from '../../platform/errors.ts';
import { pathSegment } from '../client/client.ts';
import type { MagentoClient } from '../client/outcome.ts';
import { searchCriteria } from '../client/search-criteria.ts';

export interface StockCalls {
  readonly client: MagentoClient;
  /** The stock that sells for the shop's website. */
  readonly stockId: number;
}

/** A SKU of which Magento would sell more than there is. */
export interface Overstated {
  readonly sku: string;
  readonly by: number;
}

/** At most so many SKUs a look, five hundred open orders: the shop has other things to do. */
const mostSkus = 50;
const ordersPerPage = 100;
const mostPages = 5;

const number = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]).transform(Number);
const amount = number.nullish().transform((value) => value ?? 0);
const list = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z
      .array(item)
      .nullish()
      .transform((items) => items ?? []),
  });

const sourceLinks = list(z.object({ source_code: z.string() }));
const sourceItems = list(z.object({ sku: z.string(), source_code: z.string(), quantity: amount, status: amount }));
const orderItem = z.object({
  sku: z.string().nullish(),
  product_type: z.string().nullish(),
  is_virtual: amount,
  qty_ordered: amount,
  qty_shipped: amount,
  qty_invoiced: amount,
  qty_canceled: amount,
  parent_item: z.object({ qty_ordered: amount, qty_shipped: amount }).nullish(),
});
const openOrders = list(z.object({ items: z.array(orderItem) })).extend({ total_count: amount });

/**
 * Magento's reservations, which REST does not show, are what the salable quantity differs by from the sources' quantities; they
 * must come to what open orders hold back. What they come to more is what nobody reserved. `unsure`: what could not be told,
 * because there was too much to read or it moved meanwhile. Throws `magento.stock-unreadable`.
 *
 * A shop's out-of-stock threshold (`min_qty`) lowers the salable quantity and hides as much.
 */
export async function overstatedQuantities(
  { client, stockId }: StockCalls,
  skus: readonly string[],
  signal: AbortSignal,
): Promise<{
  readonly overstated: readonly Overstated[];
  /** Of which it would sell less than there is, by a positive number. */
  readonly understated: readonly Overstated[];
  readonly unsure: readonly string[];
}> {
  const looked = skus.slice(0, mostSkus);
  const unsure = skus.slice(mostSkus);
  const before = await salables(client, stockId, looked, signal);
  const onShelves = await atSources(client, stockId, looked, signal);
  const heldBack = await openQuantities(client, signal);
  const after = await salables(client, stockId, looked, signal);
  if (heldBack === null) return { overstated: [], understated: [], unsure: [...skus] };
  const overstated: Overstated[] = [];
  const understated: Overstated[] = [];
  for (const sku of looked) {
    const salable = after.get(sku);
    // Magento has no salable quantity of what is no longer a product.
    if (salable === undefined) continue;
    if (salable !== before.get(sku)) {
      unsure.push(sku);
      continue;
    }
    const by = salable - (onShelves.get(sku) ?? 0) + (heldBack.get(sku) ?? 0);
    if (by > 0.0001) overstated.push({ sku, by: exact(by) });
    if (by < -0.0001) understated.push({ sku, by: exact(-by) });
  }
  return { overstated, understated, unsure };
}

/** As Magento keeps quantities. */
const exact = (quantity: number): number => Math.round(quantity * 10_000) / 10_000;

async function salables(
  client: MagentoClient,
  stockId: number,
  skus: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const sku of skus) {
    const path = `/V1/inventory/get-product-salable-quantity/${pathSegment(sku)}/${stockId}`;
    const asked = await client.request('GET', path, undefined, { signal });
    if (asked.kind === 'ok') found.set(sku, parse(number, asked.body));
    // An unknown SKU is answered by an exception (f33).
    else if (asked.kind !== 'unknown' || asked.code !== 'server-error') throw unreadable(asked.message);
  }
  return found;
}

async function atSources(
  client: MagentoClient,
  stockId: number,
  skus: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const ofStock = searchCriteria({ filters: [{ field: 'stock_id', condition: 'eq', value: stockId }], pageSize: 100 });
  const links = await read(client, `/V1/inventory/stock-source-links?${ofStock}`, sourceLinks, signal);
  const codes = new Set(links.items.map((link) => link.source_code));
  const ofSkus = searchCriteria({
    filters: [{ field: 'sku', condition: 'in', value: skus.join(',') }],
    pageSize: 1000,
  });
  const items = await read(client, `/V1/inventory/source-items?${ofSkus}`, sourceItems, signal);
  const quantities = new Map<string, number>();
  for (const item of items.items) {
    if (!codes.has(item.source_code) || item.status !== 1) continue;
    quantities.set(item.sku, (quantities.get(item.sku) ?? 0) + item.quantity);
  }
  return quantities;
}

/** By SKU, what orders not yet shipped hold back; null: there are too many of them to be read. */
async function openQuantities(client: MagentoClient, signal: AbortSignal): Promise<ReadonlyMap<string, number> | null> {
  const open = new Map<string, number>();
  for (let page = 1; page <= mostPages; page += 1) {
    const query = searchCriteria({
      filters: [{ field: 'state', condition: 'in', value: 'new,pending_payment,processing,holded,payment_review' }],
      sort: [{ field: 'entity_id', direction: 'ASC' }],
      pageSize: ordersPerPage,
      currentPage: page,
    });
    const orders = await read(client, `/V1/orders?${query}`, openOrders, signal);
    for (const item of orders.items.flatMap((order) => order.items)) {
      if (['configurable', 'bundle', 'grouped'].includes(item.product_type ?? '')) continue;
      const sku = item.sku ?? '';
      open.set(sku, (open.get(sku) ?? 0) + stillOpen(item));
    }
    if (page * ordersPerPage >= orders.total_count) return open;
  }
  return null;
}

/** Virtual goods leave the stock with the invoice; a child counts as shipped with its parent too. */
function stillOpen(item: z.infer<typeof orderItem>): number {
  const { parent_item: parent, qty_ordered: ordered } = item;
  const withParent =
    parent == null || parent.qty_ordered === 0 ? 0 : (ordered * parent.qty_shipped) / parent.qty_ordered;
  const done = item.is_virtual === 1 ? item.qty_invoiced : Math.max(item.qty_shipped, withParent);
  return Math.max(0, ordered - done - item.qty_canceled);
}

async function read<Schema extends z.ZodType>(
  client: MagentoClient,
  path: string,
  schema: Schema,
  signal: AbortSignal,
): Promise<z.infer<Schema>> {
  const asked = await client.request('GET', path, undefined, { signal });
  if (asked.kind !== 'ok') throw unreadable(asked.message);
  return parse(schema, asked.body);
}

function parse<Schema extends z.ZodType>(schema: Schema, body: JsonValue): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw unreadable(z.prettifyError(parsed.error));
}

const unreadable = (message: string): HoldfastError =>
  new HoldfastError('magento.stock-unreadable', `Magento's stock can't be read: ${message}`, { remedy: 'retry' });
