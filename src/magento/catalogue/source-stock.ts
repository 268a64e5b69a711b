import { z } from 'zod';
import { sku } from '../../platform/ids.ts';
import type { SourceStock } from '../../snapshot/catalogue.ts';
import { type Mapped, mapped, number, text } from './mapped.ts';

const body = z.object({ sku: text, source_code: z.string(), quantity: number, status: number });

/** One item of `GET /V1/inventory/source-items`. It does not contain reservations. */
export function mapSourceStock(item: unknown): Mapped<SourceStock> {
  return mapped(body, item, (stock) => ({
    ok: true,
    record: {
      sku: sku(stock.sku),
      sourceCode: stock.source_code,
      quantity: stock.quantity,
      inStock: stock.status === 1,
    },
  }));
}
