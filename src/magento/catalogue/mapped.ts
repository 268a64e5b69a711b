import { z } from 'zod';

/** What became of one REST body: a record, or the reason why it can't be used, naming the field. */
export type Mapped<Record> =
  | { readonly ok: true; readonly record: Record }
  | { readonly ok: false; readonly reason: string };

/** Magento gives ids and counts sometimes as numbers, sometimes as strings (measured on 2.4.7-p3). */
export const number = z.union([
  z.number(),
  z
    .string()
    .trim()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);

/** `null` and absent are the same to Magento: empty-valued keys are left out of replies. */
export const optionalNumber = number.nullish().transform((value) => value ?? null);

/** `true`, `1`, `"1"`. */
export const flag = z
  .union([z.boolean(), z.number(), z.string()])
  .nullish()
  .transform((value) => value === true || value === 1 || value === '1' || value === 'true');

export const text = z.union([z.string(), z.number().transform(String)]);

/** The day of Magento's `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`; null when there is none. */
export const day = z
  .string()
  .nullish()
  .transform((value) => (/^\d{4}-\d\d-\d\d/.test(value ?? '') ? (value ?? '').slice(0, 10) : null));

/** Checks a body against its schema, then makes the record. */
export function mapped<Body, Record>(
  schema: z.ZodType<Body>,
  body: unknown,
  make: (checked: Body) => Mapped<Record>,
): Mapped<Record> {
  const parsed = schema.safeParse(body);
  return parsed.success ? make(parsed.data) : { ok: false, reason: firstIssue(parsed.error) };
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'not readable' : `${issue.path.join('.') || 'body'}: ${issue.message}`;
}
