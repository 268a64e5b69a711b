import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fieldNotSupported, fieldRequired, refused, WebapiError } from './errors.ts';
import { isRow, type Json, type Row } from './json.ts';
import { moduleContracts } from './module-contract.ts';

/**
 * What request bodies may hold, taken from the recorded shop's own Swagger (`GET /rest/all/schema?services=all`).
 * A type is `integer`, `number`, `string`, `boolean`, `any`, `@name` of another type, or `[]` and the type of its elements.
 */
interface Contracts {
  /** By `METHOD /V1/path/{}`. */
  readonly bodies: Readonly<
    Record<string, { readonly required: readonly string[]; readonly fields: Readonly<Record<string, string>> }>
  >;
  readonly types: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const recorded = JSON.parse(
  gunzipSync(readFileSync(new URL('./contracts.json.gz', import.meta.url))).toString('utf8'),
) as Contracts;

const contracts: Contracts = {
  bodies: { ...recorded.bodies, ...moduleContracts.bodies },
  types: { ...recorded.types, ...moduleContracts.types },
};

/** The scalar fields of a data interface, e.g. the columns of `sales-data-order-interface` that can be filtered by. */
export function scalarFields(type: string): ReadonlySet<string> {
  const fields = Object.entries(contracts.types[type] ?? {});
  return new Set(fields.filter(([, of]) => !of.startsWith('@') && !of.startsWith('[]')).map(([name]) => name));
}

/**
 * Checks a body the way `ServiceInputProcessor` does and turns scalars into the declared types; throws its 400s.
 * `route` is `METHOD /V1/path/{}`. Parameters that the service does not declare are ignored, unknown fields inside are not.
 */
export function checkedBody(route: string, body: Row): Row {
  const contract = contracts.bodies[route];
  if (contract === undefined) return body;
  for (const name of contract.required) if (body[name] === undefined) throw fieldRequired(name);
  return converted(contract.fields, body, () => undefined);
}

function converted(
  fields: Readonly<Record<string, string>>,
  row: Row,
  unknown: (field: string) => never | undefined,
  nested = (_field: string, convert: () => Json): Json => convert(),
): Row {
  const result: Row = {};
  for (const [name, value] of Object.entries(row)) {
    const type = fields[name] ?? fields[underscored(name)];
    if (type === undefined) unknown(name);
    else {
      const kept = fields[name] === undefined ? underscored(name) : name;
      result[kept] = type.includes('@')
        ? nested(name, () => convertedValue(type, name, value))
        : convertedValue(type, name, value);
    }
  }
  return result;
}

function convertedValue(type: string, field: string, value: Json): Json {
  if (value === null || type === 'any') return value;
  if (type.startsWith('[]')) {
    return Array.isArray(value) ? value.map((element) => convertedValue(type.slice(2), field, element)) : value;
  }
  if (type.startsWith('@')) return objectOf(type.slice(1), field, value);
  return scalarOf(type, field, value);
}

function objectOf(name: string, field: string, value: Json): Json {
  const fields = contracts.types[name] ?? {};
  const element = fields['[]'];
  if (element !== undefined) return convertedValue(`[]${element}`, field, value);
  if (!isRow(value)) return {};
  return converted(
    fields,
    value,
    (unknown) => {
      throw fieldNotSupported(camelCased(unknown));
    },
    within,
  );
}

/** Magento names the way to a value that it can't convert, object by object. */
function within(field: string, convert: () => Json): Json {
  try {
    return convert();
  } catch (error) {
    if (!(error instanceof WebapiError) || !error.message.startsWith('Error occurred during')) throw error;
    throw refused(`Error occurred during "${field}" processing. ${error.message}`);
  }
}

function scalarOf(type: string, field: string, value: Json): Json {
  const numeric =
    typeof value === 'number' ||
    (typeof value === 'string' && /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(value));
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  if (type === 'string' && typeof value === 'string') return value;
  if (type === 'boolean' && typeof value !== 'object')
    return value === true || value === 1 || value === '1' || value === 'true';
  if (type === 'number' && numeric) return Number(value);
  if (type === 'integer' && (numeric || typeof value === 'boolean')) return Math.trunc(Number(value));
  const expected = { number: 'float', integer: 'int' }[type] ?? type;
  const shown = typeof value === 'object' ? 'array' : String(value);
  throw refused(
    `Error occurred during "${field}" processing. The "${shown}" value's type is invalid. The "${expected}" type was expected. Verify and try again.`,
  );
}

const camelCased = (field: string): string =>
  field
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

const underscored = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
