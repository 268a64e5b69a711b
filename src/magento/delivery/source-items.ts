import { z } from 'zod';
import type { JsonValue } from '../../platform/brand.ts';
import { HoldfastError } from '../../platform/errors.ts';
import { searchCriteria } from '../client/search-criteria.ts';
import { skusInPieces } from '../reader/pages.ts';
import type { CallResult, Calls } from './calls.ts';

const body = z.object({
  items: z
    .array(z.object({ sku: z.string(), source_code: z.string(), quantity: z.coerce.number() }))
    .nullish()
    .transform((items) => items ?? []),
});

export type SourceQuantities =
  /** By SKU in lower case; one that the source never had is missing. */
  { readonly ok: true; readonly of: ReadonlyMap<string, number> } | Extract<CallResult, { ok: false }>;

/** How much of these articles a source has. It does not contain reservations. */
export async function readSourceQuantities(
  calls: Calls,
  sourceCode: string,
  skus: readonly string[],
): Promise<SourceQuantities> {
  const quantities = new Map<string, number>();
  for (const { filter, count } of skusInPieces(skus)) {
    const filters = [{ field: 'source_code', condition: 'eq', value: sourceCode } as const, filter];
    const query = searchCriteria({ filters, pageSize: count });
    const read = await calls.get('read-stock', `/V1/inventory/source-items?${query}`);
    if (!read.ok) return read;
    for (const { sku, quantity } of items(read.body)) quantities.set(sku.toLowerCase(), quantity);
  }
  return { ok: true, of: quantities };
}

function items(answer: JsonValue): z.infer<typeof body>['items'] {
  const parsed = body.safeParse(answer);
  if (parsed.success) return parsed.data.items;
  throw new HoldfastError('magento.bad-answer', 'Magento’s answer is not a list of source items', { remedy: 'retry' });
}
