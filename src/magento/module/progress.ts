import { z } from 'zod';
import type { JsonValue } from '../../platform/brand.ts';

/** What is known of one sale's way into Magento by the module. */
const progressSchema = z.strictObject({
  version: z.literal(1),
  recipe: z.literal('module'),
  /** The sale was posted and what became of it was not written down: it is asked for before it is posted again. */
  posted: z.boolean(),
});

export type ModuleProgress = Readonly<z.infer<typeof progressSchema>>;

export const notPosted: ModuleProgress = { version: 1, recipe: 'module', posted: false };
export const posted: ModuleProgress = { ...notPosted, posted: true };

/** From the journal; null for what this recipe did not write. */
export function readModuleProgress(stored: JsonValue): ModuleProgress | null {
  const parsed = progressSchema.safeParse(stored);
  return parsed.success ? parsed.data : null;
}
