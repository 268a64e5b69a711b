import { z } from 'zod';
import type { JsonValue } from '../../platform/brand.ts';

/** A return or an outcome that was posted to the module, or is about to be: the same again gets the same answer. */
const progressSchema = z.strictObject({
  version: z.literal(1),
  document: z.enum(['return', 'payment-outcome']),
  way: z.literal('module'),
});

export type ModuleDocumentProgress = Readonly<z.infer<typeof progressSchema>>;

export const postedDocument = (document: ModuleDocumentProgress['document']): ModuleDocumentProgress => ({
  version: 1,
  document,
  way: 'module',
});

/** From the journal: whether this kind of document was posted to the module. */
export function wasPosted(stored: JsonValue, document: ModuleDocumentProgress['document']): boolean {
  const parsed = progressSchema.safeParse(stored);
  return parsed.success && parsed.data.document === document;
}
