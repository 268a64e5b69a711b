import { isRow, type Json } from '../../../src/showroom/magento/json.ts';
import { type Bindings, familyOf, kindAt } from './bindings.ts';

/**
 * Compares a reply with the recorded one: the same keys and JSON types everywhere, the same values but for what no two runs
 * share: ids (bound), moments of writing, random hexadecimal digits, and the page a storefront link leads back to.
 * Returns one line for each difference.
 */
export function differences(
  bindings: Bindings,
  requestPath: string,
  recorded: Json,
  simulated: Json,
): readonly string[] {
  const family = familyOf(requestPath);
  const found: string[] = [];

  const compare = (left: Json, right: Json, path: readonly string[]): void => {
    const where = path.join('.') || 'body';
    if (Array.isArray(left) && Array.isArray(right)) {
      if (left.length !== right.length) found.push(`${where}: ${left.length} elements, here ${right.length}`);
      for (const [index, element] of left.entries()) {
        const other = right[index];
        if (other !== undefined) compare(element, other, [...path, '*']);
      }
    } else if (isRow(left) && isRow(right)) {
      for (const key of Object.keys(left)) if (!(key in right)) found.push(`${where}.${key}: missing here`);
      for (const key of Object.keys(right)) if (!(key in left)) found.push(`${where}.${key}: only here`);
      for (const [key, value] of Object.entries(left)) {
        const other = right[key];
        if (other !== undefined) compare(value, other, [...path, key]);
      }
    } else if (left === null || right === null || typeof left !== typeof right || isRow(left) !== isRow(right)) {
      if (left !== right) found.push(`${where}: recorded ${shown(left)}, here ${shown(right)}`);
    } else {
      const kind = kindAt(family, path, left);
      if (kind !== null) {
        if (!bindings.bind(kind, left, right))
          found.push(`${where}: ${kind} ${shown(left)} is not ${shown(right)} here`);
      } else if (path.includes('search_criteria') && isBound(bindings, left, right)) {
        // The criteria are repeated with the ids that were asked for.
      } else if (masked(path, left) !== masked(path, right)) {
        found.push(`${where}: recorded ${shown(left)}, here ${shown(right)}`);
      }
    }
  };

  compare(recorded, simulated, []);
  return found;
}

const isBound = (bindings: Bindings, left: Json, right: Json): boolean =>
  left !== right && (['quote', 'order'] as const).some((kind) => bindings.translate(kind, left) === right);

/** The value without what differs from run to run. */
function masked(path: readonly string[], value: Json): Json {
  const key = path.at(-1) ?? '';
  if (typeof value !== 'string') return value;
  if (key === 'created_at' || key === 'updated_at')
    return value.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, 'a moment');
  if (key === 'protect_code') return value.replace(/^[0-9a-f]{32}$/, '32 digits');
  if (key === 'filters' || key === 'value') return value;
  return value
    .replace(/webapi-[0-9a-f]{13}$/, 'webapi-13 digits')
    .replace(/Error log record number: [0-9a-f]{64}/, 'Error log record number: 64 digits')
    .replace(/("uenc":")[^"]*/, '$1page');
}

const shown = (value: Json): string => {
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
};
