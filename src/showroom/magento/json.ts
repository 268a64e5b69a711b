/** JSON that may be changed in place: what requests carry and what Magento keeps in its tables. */
export type Json = null | boolean | number | string | Json[] | Row;

/** One JSON object; a table row when it stands for stored data. */
export type Row = { [field: string]: Json };

export const isRow = (value: Json | undefined): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as an object; empty for anything else. */
export const rowOf = (value: Json | undefined): Row => (isRow(value) ? value : {});

/** The value as a list; empty for anything else. */
export const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** The objects of a list. */
export const rowsOf = (value: Json | undefined): Row[] => listOf(value).filter(isRow);

/** The value as text, PHP's way for scalars; empty for anything else. */
export function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The value as a number, numeric text included; `fallback` for anything else. */
export function numberOf(value: Json | undefined, fallback = 0): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : fallback;
}

/** A deep copy. */
export const copyOf = <Value extends Json>(value: Value): Value => copied(value) as Value; // the same shape

/** `structuredClone` takes ten times as long for what is plain JSON. */
function copied(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copied);
  const copy: Row = {};
  for (const [field, inner] of Object.entries(value)) copy[field] = copied(inner);
  return copy;
}

/** The row without the fields whose value is null: Magento's output processor leaves most of them out. */
export function withoutNulls(row: Row): Row {
  const rest: Row = {};
  for (const field of Object.keys(row)) {
    const value = row[field];
    if (value !== null && value !== undefined) rest[field] = value;
  }
  return rest;
}
