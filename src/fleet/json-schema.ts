import { z } from 'zod';
import type { JsonValue } from '../platform/brand.ts';

/** Anything that JSON can say. */
export const json: z.ZodType<JsonValue> = z.json();
