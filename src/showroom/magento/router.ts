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

interface Candidate {
  readonly route: Route;
  readonly segments: readonly string[];
  /** What its body is checked by. */
  readonly contract: string;
  readonly literals: number;
}

const shapeOf = (method: string, segments: readonly string[]): string => `${method} ${segments.length}`;

interface Match {
  readonly route: Route;
  readonly contract: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Finds routes and runs their handlers, in Magento's order: route, permission, body, handler, `fields`. */
export class Router {
  /** By method and number of segments; of those the ones with most literals first. */
  readonly #routes = new Map<string, Candidate[]>();

  constructor(routes: readonly Route[]) {
    const candidates = routes.map((route): Candidate => {
      const segments = route.path.split('/').slice(1);
      const contract = `${route.method} ${route.path.replaceAll(/\{[^}]+\}/g, '{}')}`;
      return { route, segments, contract, literals: segments.filter((segment) => !segment.startsWith('{')).length };
    });
    for (const candidate of candidates.sort((a, b) => b.literals - a.literals)) {
      const shape = shapeOf(candidate.route.method, candidate.segments);
      const same = this.#routes.get(shape);
      if (same === undefined) this.#routes.set(shape, [candidate]);
      else same.push(candidate);
    }
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
    for (const { route, segments: pattern, contract } of this.#routes.get(shapeOf(method, wanted)) ?? []) {
      const fits = pattern.every((segment, index) =>
        segment.startsWith('{') ? wanted[index] !== '' : segment === wanted[index],
      );
      if (!fits) continue;
      const parameters = new Map<string, string>();
      for (const [index, segment] of pattern.entries()) {
        if (segment.startsWith('{')) parameters.set(segment.slice(1, -1), decoded(wanted[index] ?? ''));
      }
      return { route, contract, parameters };
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

  async run(
    { route, contract, parameters }: Match,
    request: RestRequest,
    shop: Shop,
    spend: Call['spend'],
  ): Promise<Json> {
    authorize(request.consumer, route.resource);
    const query = parseQuery(request.url.split('?')[1] ?? '');
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
