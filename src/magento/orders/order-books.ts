import { z } from 'zod';
import { HoldfastError } from '../../platform/errors.ts';
import type { MagentoClient } from '../client/outcome.ts';
import type { SearchFilter } from '../client/search-criteria.ts';
import { readWholeList } from '../reader/list.ts';

const number = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]).transform(Number);
const amount = number.nullish().transform((value) => value ?? 0);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const item = z.object({
  sku: text,
  parent_item_id: number.nullish(),
  is_virtual: amount,
  qty_ordered: amount,
  qty_invoiced: amount,
  qty_shipped: amount,
  qty_canceled: amount,
});

const order = z
  .object({
    entity_id: number,
    increment_id: z.string(),
    ext_order_id: text,
    quote_id: number.nullish(),
    customer_lastname: text,
    state: z.string(),
    grand_total: number,
    total_refunded: amount,
    items: z
      .array(item)
      .nullish()
      .transform((items) => items ?? []),
    status_histories: z
      .array(z.object({ comment: text }))
      .nullish()
      .transform((histories) => histories ?? []),
  })
  .transform((row) => {
    // Children follow their parents.
    const lines = row.items.filter(({ parent_item_id: parent }) => parent == null);
    return {
      orderId: row.entity_id,
      orderNumber: row.increment_id,
      externalId: row.ext_order_id,
      quoteId: row.quote_id ?? null,
      customerLastName: row.customer_lastname,
      state: row.state,
      total: row.grand_total,
      refunded: row.total_refunded,
      ordered: totalOf(lines, (line) => line.qty_ordered),
      invoiced: totalOf(lines, (line) => line.qty_invoiced),
      cancelled: totalOf(lines, (line) => line.qty_canceled),
      shippable: totalOf(
        lines.filter((line) => line.is_virtual !== 1),
        (line) => line.qty_ordered,
      ),
      shipped: totalOf(lines, (line) => line.qty_shipped),
      comments: row.status_histories.map(({ comment }) => comment),
    };
  });

/** An order with what was done about it. Amounts in the order's currency, quantities summed over its lines. */
export type OrderRow = Readonly<z.infer<typeof order>>;

const memo = z
  .object({ entity_id: number, increment_id: text, order_id: number, grand_total: amount })
  .transform((row) => ({ number: row.increment_id, orderId: row.order_id, total: row.grand_total }));
export type MemoRow = Readonly<z.infer<typeof memo>>;

const orderFields =
  'items[entity_id,increment_id,ext_order_id,quote_id,customer_lastname,state,grand_total,total_refunded,' +
  'items[sku,parent_item_id,is_virtual,qty_ordered,qty_invoiced,qty_shipped,qty_canceled],status_histories[comment]],total_count';
const memoFields = 'items[entity_id,increment_id,order_id,grand_total],total_count';
const pageSize = 100;
/** As many ids as an address line may carry. */
const idsAtOnce = 50;

/** Reads what Magento has of a till's orders, page by page. Throws `shop.…`. */
export class OrderBooks {
  readonly #client: MagentoClient;

  constructor(client: MagentoClient) {
    this.#client = client;
  }

  /** Those whose number or external id is one of `references`, and those made from the same carts as they. */
  async ordersOf(references: readonly string[], signal: AbortSignal): Promise<readonly OrderRow[]> {
    const found = new Map<number, OrderRow>();
    const keep = (orders: readonly OrderRow[]): void => {
      for (const each of orders) found.set(each.orderId, each);
    };
    for (const some of inPieces(references)) {
      keep(
        await this.#orders(
          [{ field: 'ext_order_id', or: ['increment_id'], condition: 'in', value: some.join(',') }],
          signal,
        ),
      );
    }
    const quotes = new Set([...found.values()].flatMap(({ quoteId }) => quoteId ?? []));
    for (const some of inPieces([...quotes])) {
      keep(await this.#orders([{ field: 'quote_id', condition: 'in', value: some.join(',') }], signal));
    }
    return [...found.values()].sort((one, other) => one.orderId - other.orderId);
  }

  /** Those that carry a receipt number of this till, made since then. */
  ordersOfTill(terminal: string, since: Date, signal: AbortSignal): Promise<readonly OrderRow[]> {
    const from = since.toISOString().slice(0, 19).replace('T', ' ');
    return this.#orders(
      [
        { field: 'ext_order_id', or: ['increment_id'], condition: 'like', value: `${terminal}-%` },
        { field: 'created_at', condition: 'gteq', value: from },
      ],
      signal,
    );
  }

  /** Credit memos of these orders. */
  async memosOf(orderIds: readonly number[], signal: AbortSignal): Promise<readonly MemoRow[]> {
    const found: MemoRow[] = [];
    for (const some of inPieces(orderIds)) {
      const filters = [{ field: 'order_id', condition: 'in', value: some.join(',') } as const];
      found.push(...(await this.#list('/V1/creditmemos', filters, memoFields, memo, signal)));
    }
    return found;
  }

  #orders(filters: readonly SearchFilter[], signal: AbortSignal): Promise<readonly OrderRow[]> {
    return this.#list('/V1/orders', filters, orderFields, order, signal);
  }

  async #list<Row>(
    path: string,
    filters: readonly SearchFilter[],
    fields: string,
    row: z.ZodType<Row>,
    signal: AbortSignal,
  ): Promise<readonly Row[]> {
    const sort = [{ field: 'entity_id', direction: 'ASC' } as const];
    const items = await readWholeList(this.#client, path, { filters, fields, sort, pageSize }, signal);
    const read = z.array(row).safeParse(items);
    if (read.success) return read.data;
    throw new HoldfastError('shop.bad-page', `The shop's answer to ${path} is not what was asked for`, {
      remedy: 'retry',
      cause: read.error,
    });
  }
}

function totalOf<Line>(lines: readonly Line[], of: (line: Line) => number): number {
  return Math.round(lines.reduce((sum, line) => sum + of(line), 0) * 10_000) / 10_000;
}

function* inPieces<Id>(ids: readonly Id[]): Generator<readonly Id[]> {
  for (let from = 0; from < ids.length; from += idsAtOnce) yield ids.slice(from, from + idsAtOnce);
}
