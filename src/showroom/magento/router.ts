import type { Call, Route } from './api.ts';
import { authorize, type Consumer } from './auth.ts';
import { checkedBody } from './contracts.ts';
import { noRoute, refused, WebapiError } from './errors.ts';
import { projected } from './fields.ts';
import { isRow, type Json, type Row, textOf } from './json.ts';
import { parseQuery } from './query.ts';
import type { Shop } from './shop.ts';

export interface RestRequest {
  readonly method: string;
  /** Path and query as sent, from `/rest` on. */
  readonly url: string;
  readonly body: string;
  readonly consumer: Consumer;
}

/** Store codes that may stand before `/V1`. */
const storeCodes = new Set(['default', 'all']);

interface Match {
  readonly route: Route;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Finds routes and runs their handlers, in Magento's order: route, permission, body, handler, `fields`. */
export class Router {
  readonly #routes: readonly { readonly route: Route; readonly segments: readonly string[] }[];

  constructor(routes: readonly Route[]) {
    const literals = (segments: readonly string[]): number =>
      segments.filter((segment) => !segment.startsWith('{')).length;
    this.#routes = routes
      .map((route) => ({ route, segments: route.path.split('/').slice(1) }))
      .sort((a, b) => literals(b.segments) - literals(a.segments));
  }

  /** The route of a request; throws 404, 405, or 400 for an unknown store code. */
  match(method: string, path: string): Match {
    if (!['GET', 'POST', 'PUT', 'DELETE'].includes(method)) {
      throw new WebapiError(405, { message: `The ${method} HTTP method is not supported.` });
    }
    const segments = path.replace(/\/$/, '').split('/').slice(1);
    if (segments[0] !== 'rest') throw noRoute();
    const version = segments[1] === 'V1' ? 1 : 2;
    if (version === 2 && !storeCodes.has(segments[1] ?? '')) throw refused('Specified request cannot be processed.');
    const wanted = segments.slice(version);
    for (const { route, segments: pattern } of this.#routes) {
      if (route.method !== method || pattern.length !== wanted.length) continue;
      const parameters = new Map<string, string>();
      const fits = pattern.every((segment, index) => {
        const given = wanted[index] ?? '';
        if (!segment.startsWith('{')) return segment === given;
        parameters.set(segment.slice(1, -1), decoded(given));
        return given !== '';
      });
      if (fits) return { route, parameters };
    }
    throw noRoute();
  }

  /** The permission that a call needs; Magento's own for all of it when there is no such call. */
  resourceOf(method: string, path: string): string {
    try {
      return this.match(method, path).route.resource;
    } catch {
      return 'Magento_Backend::all';
    }
  }

  async run({ route, parameters }: Match, request: RestRequest, shop: Shop, spend: Call['spend']): Promise<Json> {
    authorize(request.consumer, route.resource);
    const query = parseQuery(request.url.split('?')[1] ?? '');
    const contract = `${route.method} ${route.path.replaceAll(/\{[^}]+\}/g, '{}')}`;
    const call: Call = {
      shop,
      parameter: (name) => parameters.get(name) ?? '',
      id: (name) => {
        const text = parameters.get(name) ?? '';
        return /^\d+$/.test(text) ? Number(text) : 0;
      },
      query,
      body: route.method === 'POST' || route.method === 'PUT' ? checkedBody(contract, parseBody(request.body)) : {},
      customerId: request.consumer.kind === 'customer' ? request.consumer.customerId : null,
      spend,
    };
    const answer = await route.handle(call);
    return projected(answer, query['fields'] === undefined ? undefined : textOf(query['fields']));
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function parseBody(text: string): Row {
  if (text.trim() === '') return {};
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw refused('Decoding error.');
  }
  return isRow(value) ? value : {};
}
