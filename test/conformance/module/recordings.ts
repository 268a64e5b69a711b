import { readdirSync, readFileSync } from 'node:fs';
import type { Json } from '../../../src/showroom/magento/json.ts';
import type { Exchange } from '../replay/exchange.ts';

const folder = new URL('../exchanges/module/', import.meta.url);
const differing = 'answers-of-the-module';

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));

/** Where the module that was built answers otherwise than the recorded prototype, on purpose; measured on Magento 2.4.7-p3. */
export const answersOfTheModule = read(differing) as Readonly<
  Record<string, { readonly why: string; readonly status: number; readonly body: Json }>
>;

const names: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json') && file !== `${differing}.json`)
  .map((file) => file.slice(0, -'.json'.length));

const all = names.map((name) => ({ name, content: read(name) as Partial<Exchange> }));

/** Every recorded HTTP exchange with the prototype of the module. */
export const moduleExchanges: readonly Exchange[] = all.flatMap(({ content }) =>
  content.request === undefined || content.response === undefined ? [] : [content as Exchange],
);

/** Everything else that was recorded: effects in the database, parallel calls, timings. */
export const observations: readonly string[] = all
  .filter(({ content }) => content.request === undefined)
  .map(({ name }) => name);

export function moduleExchange(name: string): Exchange {
  const found = moduleExchanges.find((exchange) => exchange.name === name);
  if (found === undefined) throw new Error(`${name} was not recorded`);
  return found;
}

/** What was observed. */
export const observed = (name: string): Json => (read(name) as { readonly observation: Json }).observation;

/** An answer without ids, which no two shops share, and without the prototype's stop-watch. */
export function withoutIds(body: Json): Json {
  if (Array.isArray(body)) return body.map(withoutIds);
  if (typeof body !== 'object' || body === null) return body;
  const ids = new Set(['order_id', 'invoice_id', 'shipment_id', 'creditmemo_id']);
  return Object.fromEntries(
    Object.entries(body)
      .filter(([key]) => key !== 'timings')
      .map(([key, value]) => [key, ids.has(key) ? 'an id' : withoutIds(value)]),
  );
}
