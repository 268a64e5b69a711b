import { readFileSync } from 'node:fs';
import type { JsonValue } from '../../../src/platform/brand.ts';

export interface RecordedExchange {
  readonly request: { readonly method: string; readonly path: string; readonly body: JsonValue };
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: JsonValue };
}

/** An exchange with the real Magento, by its name in test/conformance/exchanges. */
export function recorded(name: string): RecordedExchange {
  const file = new URL(`../../conformance/exchanges/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as RecordedExchange;
}

/** The body as it came over the wire. */
export function wireBody({ response }: RecordedExchange): string {
  const isJson = response.headers['content-type']?.includes('json') === true;
  return isJson || typeof response.body !== 'string' ? JSON.stringify(response.body) : response.body;
}
