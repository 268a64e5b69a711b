import { isRow, type Json, type Row } from './json.ts';

/**
 * A query string as PHP reads it: `a[b][0][c]=x` becomes nested objects, so that every name is a path of keys. Lists stay
 * objects with numeric keys; {@link elements} reads them.
 */
export function parseQuery(query: string): Row {
  const result: Row = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const path = name.split(/\[|\]\[|\]/).filter((key, index) => index === 0 || key !== '');
    put(result, path, value);
  }
  return result;
}

function put(row: Row, path: readonly string[], value: string): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    row[key] = value;
    return;
  }
  const inner = row[key];
  const target: Row = isRow(inner) ? inner : {};
  row[key] = target;
  put(target, rest, value);
}

/** The members of a PHP array in the order of the query string. */
export function elements(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  return isRow(value) ? Object.values(value) : [];
}
