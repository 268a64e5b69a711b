import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Json, Row } from './json.ts';

/** Bodies of the recorded shop's catalogue calls by name, as `oracle/catalog.json` holds them (test/conformance/README.md). */
export interface RecordedCatalogue {
  readonly [call: string]: { readonly request?: string; readonly body?: Json } & { readonly [field: string]: Json };
}

/** The catalogue of the recorded Magento 2.4.7-p3: 67 products, rules, taxes, customers, sources, stocks. */
export function recordedCatalogue(): RecordedCatalogue {
  const packed = readFileSync(new URL('./catalogue.json.gz', import.meta.url));
  return JSON.parse(gunzipSync(packed).toString('utf8')) as RecordedCatalogue;
}

/** The body of one recorded call; shared, not to be changed. */
export function recordedBody(catalogue: RecordedCatalogue, call: string): Json {
  return catalogue[call]?.body ?? null;
}

/** What REST does not give: catalogue rules, their computed prices, configuration values. */
export function notOverRest(catalogue: RecordedCatalogue): Row {
  return (catalogue['_not_over_rest'] ?? {}) as Row;
}
