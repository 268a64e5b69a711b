import { readdirSync, readFileSync } from 'node:fs';
import { classify as classifyHttp } from '../../../src/magento/client/classify.ts';
import type { MagentoOutcome } from '../../../src/magento/client/outcome.ts';
import type { Call } from '../../../src/magento/delivery/call.ts';
import type { JsonValue } from '../../../src/platform/brand.ts';

/** One exchange recorded from a real Magento 2.4.7-p3. */
export interface RecordedExchange {
  readonly name: string;
  readonly request: { readonly method: string; readonly path: string; readonly body: JsonValue };
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: JsonValue };
}

const folder = new URL('../../conformance/exchanges/', import.meta.url);

export function recorded(name: string): RecordedExchange {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as RecordedExchange;
}

/** Every exchange of a call that delivery makes, with which call it is. */
export function recordedCalls(): readonly { readonly call: Call; readonly exchange: RecordedExchange }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => recorded(file.replace(/\.json$/, '')))
    .flatMap((exchange) => {
      const call = exchange.request === undefined ? null : callOf(exchange);
      return call === null ? [] : [{ call, exchange }];
    });
}

const paths: readonly (readonly [string, RegExp, Call])[] = [
  ['POST', /^\/rest\/V1\/carts$/, 'open-cart'],
  ['POST', /^\/rest\/V1\/carts\/\d+\/items$/, 'add-item'],
  ['PUT', /^\/rest\/V1\/carts\/\d+\/coupons\//, 'apply-coupon'],
  ['POST', /^\/rest\/V1\/carts\/\d+\/shipping-information$/, 'set-address'],
  ['PUT', /^\/rest\/V1\/carts\/\d+\/order$/, 'place'],
  ['GET', /^\/rest\/V1\/carts\/\d+$/, 'read-cart'],
  ['GET', /^\/rest\/V1\/orders\?/, 'find-order'],
  ['GET', /^\/rest\/V1\/orders\/\d+$/, 'read-order'],
  ['POST', /^\/rest\/V1\/order\/\d+\/invoice$/, 'invoice'],
  ['POST', /^\/rest\/V1\/order\/\d+\/ship$/, 'ship'],
  ['POST', /^\/rest\/V1\/orders\/\d+\/cancel$/, 'cancel'],
  ['GET', /^\/rest\/V1\/shipments\?/, 'read-shipments'],
  ['POST', /^\/rest\/V1\/creditmemo\/refund$/, 'refund'],
  ['GET', /^\/rest\/V1\/creditmemos\?/, 'search-memos'],
  ['GET', /^\/rest\/V1\/inventory\/source-items\?/, 'read-stock'],
  ['POST', /^\/rest\/V1\/inventory\/source-items$/, 'lay-out'],
  ['POST', /^\/rest\/V1\/inventory\/bulk-partial-source-transfer$/, 'shelve'],
  ['POST', /^\/rest\/V1\/orders\/\d+\/comments$/, 'comment'],
  ['POST', /^\/rest\/V1\/orders\/\d+\/hold$/, 'hold'],
  ['GET', /^\/rest\/V1\/customers\/search\?/, 'search-customers'],
  ['POST', /^\/rest\/V1\/customers$/, 'create-customer'],
];

function callOf({ request }: RecordedExchange): Call | null {
  if (request.method === 'POST' && request.path === '/rest/V1/orders') {
    const entity = JSON.stringify(request.body ?? null);
    if (!entity.includes('"entity_id"')) return 'create';
    return entity.includes('"increment_id":"K') ? null : 'amend';
  }
  return paths.find(([method, path]) => method === request.method && path.test(request.path))?.[2] ?? null;
}

/** What the REST client makes of the recorded answer. */
export function outcomeOf({ response }: RecordedExchange): MagentoOutcome {
  const body =
    typeof response.body === 'string' && response.status === 503 ? response.body : JSON.stringify(response.body);
  return classifyHttp({ kind: 'answer', status: response.status, headers: response.headers, body }, null);
}
