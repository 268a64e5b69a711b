import { z } from 'zod';

/** What `.meta()` says of a setting beside its description. */
export type Mark = 'device' | 'secret';

/** What a default or a null is wrapped around. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodNullable) {
    // Zod's core type of the inside is this one's public face.
    return unwrapped(schema.unwrap() as z.ZodType);
  }
  return schema;
}

/** Whether a setting itself bears the mark, however it is wrapped. */
export function isMarked(schema: z.ZodType, mark: Mark): boolean {
  if (schema.meta()?.[mark] === true) return true;
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodNullable) {
    return isMarked(schema.unwrap() as z.ZodType, mark);
  }
  return false;
}
