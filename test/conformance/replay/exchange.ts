import { readdirSync, readFileSync } from 'node:fs';
import type { Json } from '../../../src/showroom/magento/json.ts';

/** One recorded HTTP exchange with Magento 2.4.7-p3 (test/conformance/README.md). */
export interface Exchange {
  readonly name: string;
  /** Which credential was used. */
  readonly auth: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Json;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Json;
  };
}

const folder = new URL('../exchanges/', import.meta.url);

/** Names of everything recorded, observations included. */
export const recordedNames: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort();

/** One exchange; throws for an observation, which has no request. */
export function exchange(name: string): Exchange {
  const read = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Partial<Exchange>;
  if (read.request === undefined || read.response === undefined) throw new Error(`${name} is not one HTTP exchange`);
  return read as Exchange;
}

/** What an observation wrote down. */
export function observed(name: string): Json {
  const read = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as { readonly observation?: Json };
  return read.observation ?? null;
}
