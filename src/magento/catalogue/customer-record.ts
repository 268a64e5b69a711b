import { z } from 'zod';
import type { CustomerRecord } from '../../snapshot/catalogue.ts';
import { type Mapped, mapped, number, text } from './mapped.ts';

const body = z.object({
  id: number,
  group_id: number,
  email: z.string(),
  firstname: text.nullish(),
  lastname: text.nullish(),
  updated_at: z.string().nullish(),
  addresses: z.array(z.object({ telephone: text.nullish() })).nullish(),
});

/** One item of `GET /V1/customers/search`. */
export function mapCustomer(item: unknown): Mapped<CustomerRecord> {
  return mapped(body, item, (customer) => ({
    ok: true,
    record: {
      id: customer.id,
      groupId: customer.group_id,
      email: customer.email,
      firstname: customer.firstname ?? '',
      lastname: customer.lastname ?? '',
      phones: [...new Set((customer.addresses ?? []).flatMap(({ telephone }) => telephone || []))],
      updatedAt: customer.updated_at ?? '',
    },
  }));
}
