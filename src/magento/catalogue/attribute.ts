import { z } from 'zod';
import type { CatalogueAttribute } from '../../pricing/price-book.ts';
import { type Mapped, mapped, number } from './mapped.ts';

const body = z.object({
  attribute_id: number,
  attribute_code: z.string(),
  frontend_input: z.string().nullish(),
  backend_type: z.string().nullish(),
});

/** `GET /V1/products/attributes/:code`, or one item of `GET /V1/products/attributes`. */
export function mapAttribute(item: unknown): Mapped<CatalogueAttribute> {
  return mapped(body, item, (attribute) => ({
    ok: true,
    record: {
      id: attribute.attribute_id,
      code: attribute.attribute_code,
      input: attribute.frontend_input ?? 'text',
      backendType: attribute.backend_type ?? 'varchar',
    },
  }));
}
