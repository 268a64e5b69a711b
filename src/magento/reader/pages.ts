import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { createPacer } from '../../platform/pacer.ts';
import type { RecordKind, ShopRecord, SnapshotRecords } from '../../snapshot/shop-source.ts';
import type { Mapped } from '../catalogue/mapped.ts';
import type { MagentoClient } from '../client/outcome.ts';
import type { SearchFilter } from '../client/search-criteria.ts';
import { badPage, type ListPage, readList } from './list.ts';

/** Where a list is gone on with: after an id, or at a page number. Kept as text in the snapshot's import state. */
const cursorBody = z.object({ from: z.number().int(), total: z.number().int().nullable() });
type Cursor = z.infer<typeof cursorBody>;

function readCursor(cursor: string | null): Cursor | null {
  return cursor === null ? null : cursorBody.parse(JSON.parse(cursor));
}

export interface RawPage extends ListPage {
  readonly next: string | null;
}

const idBody = z.object({ id: z.coerce.number().int() });

/**
 * A page by key: the items after the last id seen. Unlike page numbers it neither skips nor repeats when somebody adds or deletes
 * while the list is read, and costs Magento the same.
 */
export async function pageAfterId(
  client: MagentoClient,
  path: string,
  pageSize: number,
  cursor: string | null,
  signal: AbortSignal,
): Promise<RawPage> {
  const at = readCursor(cursor);
  const page = await readList(
    client,
    path,
    {
      filters: [{ field: 'entity_id', condition: 'gt', value: at?.from ?? 0 }],
      sort: [{ field: 'entity_id', direction: 'ASC' }],
      pageSize,
    },
    signal,
  );
  const total = at === null ? page.total : at.total;
  if (page.items.length < pageSize) return { items: page.items, total, next: null };
  const last = idBody.safeParse(page.items.at(-1));
  const from = last.success ? last.data.id : Number.NaN;
  if (!(from > (at?.from ?? 0))) throw badPage(path, 'is not in the order of ids');
  return { items: page.items, total, next: JSON.stringify({ from, total } satisfies Cursor) };
}

/** A page by number, for lists that have no id to go by or are a page or two long. */
export async function pageByNumber(
  client: MagentoClient,
  path: string,
  search: { readonly pageSize: number; readonly filters?: readonly SearchFilter[]; readonly sortBy?: string },
  cursor: string | null,
  signal: AbortSignal,
): Promise<RawPage> {
  const { pageSize, filters = [], sortBy } = search;
  const currentPage = readCursor(cursor)?.from ?? 1;
  const sort = sortBy === undefined ? [] : [{ field: sortBy, direction: 'ASC' } as const];
  const { items, total } = await readList(client, path, { filters, sort, pageSize, currentPage }, signal);
  const more = items.length >= pageSize && (total === null || currentPage * pageSize < total);
  const next = more ? JSON.stringify({ from: currentPage + 1, total } satisfies Cursor) : null;
  return { items, total, next };
}

/** Each item mapped, or refused by its key; in stretches, because a page may hold a thousand. */
export async function mapItems<Kind extends RecordKind>(
  clock: Clock,
  items: readonly unknown[],
  map: (item: unknown) => Mapped<SnapshotRecords[Kind]>,
): Promise<readonly ShopRecord<Kind>[]> {
  const rest = createPacer(clock);
  const records: ShopRecord<Kind>[] = [];
  for (const item of items) {
    await rest();
    records.push({ ...map(item), key: keyOfItem(item) });
  }
  return records;
}

/** Ids asked for at once, so that the address stays below what proxies take. */
const idsAtOnce = 200;

export function inPieces(ids: readonly number[]): readonly (readonly number[])[] {
  const pieces: number[][] = [];
  for (let at = 0; at < ids.length; at += idsAtOnce) pieces.push(ids.slice(at, at + idsAtOnce));
  return pieces;
}

/** Characters of SKUs asked for at once, for the same reason. */
const skusLength = 2_000;
const encodedComma = 3;

/** Filters that together match these SKUs: Magento parts a list at its commas, so one with a comma is asked for by itself. */
export function skusInPieces(
  skus: readonly string[],
): readonly { readonly filter: SearchFilter; readonly count: number }[] {
  const pieces: string[][] = [];
  let length = skusLength;
  for (const sku of skus.filter((each) => !each.includes(','))) {
    const own = encodeURIComponent(sku).length + encodedComma;
    length += own;
    if (length > skusLength) {
      pieces.push([]);
      length = own;
    }
    pieces.at(-1)?.push(sku);
  }
  return [
    ...pieces.map((piece) => ({
      filter: { field: 'sku', condition: 'in', value: piece.join(',') } as const,
      count: piece.length,
    })),
    ...skus
      .filter((sku) => sku.includes(','))
      .map((value) => ({ filter: { field: 'sku', condition: 'eq', value } as const, count: 1 })),
  ];
}

const keyFields = ['sku', 'rule_id', 'attribute_code', 'id', 'code'] as const;

/** What people call an item by, for reports; also of one that is malformed. */
export function keyOfItem(item: unknown): string {
  if (typeof item !== 'object' || item === null) return '?';
  const fields: Partial<Record<string, unknown>> = { ...item };
  for (const name of keyFields) {
    const value = fields[name];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  }
  return '?';
}
