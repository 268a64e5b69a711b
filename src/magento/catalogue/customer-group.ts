import { z } from 'zod';
import type { CustomerGroup } from '../../pricing/price-book.ts';
import { type Mapped, mapped, number, text } from './mapped.ts';

const body = z.object({ id: number, code: text, tax_class_id: number });

/** One item of `GET /V1/customerGroups/search`. */
export function mapCustomerGroup(item: unknown): Mapped<CustomerGroup> {
  return mapped(body, item, ({ id, code, tax_class_id }) => ({
    ok: true,
    record: { id, code, taxClassId: tax_class_id },
  }));
}
