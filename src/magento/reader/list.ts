import { z } from 'zod';
import { type JsonValue, unreachable } from '../../platform/brand.ts';
import { type ErrorDetails, HoldfastError } from '../../platform/errors.ts';
import type { MagentoClient, MagentoOutcome } from '../client/outcome.ts';
import { type SearchOptions, searchCriteria } from '../client/search-criteria.ts';

const listBody = z.object({
  // A page past the end: `[]`, or null when `fields` was given (measured on 2.4.7-p3).
  items: z.array(z.unknown()).nullable(),
  total_count: z.coerce.number().int().nonnegative().optional(),
});

export interface ListPage {
  readonly items: readonly unknown[];
  readonly total: number | null;
}

/** One page of a Magento list. Errors: as `ShopSource` says. */
export async function readList(
  client: MagentoClient,
  path: string,
  search: SearchOptions,
  signal: AbortSignal,
): Promise<ListPage> {
  return listPage(path, await read(client, `${path}?${searchCriteria(search)}`, signal));
}

/** All pages of a list that is small in any shop. */
export async function readWholeList(
  client: MagentoClient,
  path: string,
  search: Omit<SearchOptions, 'currentPage'>,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for (let currentPage = 1; ; currentPage++) {
    const page = await readList(client, path, { ...search, currentPage }, signal);
    items.push(...page.items);
    if (page.items.length < search.pageSize || items.length >= (page.total ?? Number.POSITIVE_INFINITY)) return items;
  }
}

/** The body of a GET. Errors: as `ShopSource` says. */
export async function read(client: MagentoClient, path: string, signal: AbortSignal): Promise<unknown> {
  const outcome = await client.request('GET', path, undefined, { signal });
  if (outcome.kind === 'ok') return outcome.body;
  throw shopError(path, outcome);
}

/** The answer to a POST that only asks. Errors: as `ShopSource` says. */
export async function ask(client: MagentoClient, path: string, body: JsonValue, signal: AbortSignal): Promise<unknown> {
  const outcome = await client.request('POST', path, body, { signal });
  if (outcome.kind === 'ok') return outcome.body;
  throw shopError(path, outcome);
}

export function listPage(path: string, body: unknown): ListPage {
  const parsed = listBody.safeParse(body);
  if (!parsed.success) throw badPage(path, 'is not a list');
  return { items: parsed.data.items ?? [], total: parsed.data.total_count ?? null };
}

export function badPage(path: string, why: string): HoldfastError {
  return new HoldfastError('shop.bad-page', `The shop's answer to ${endpoint(path)} ${why}.`, { remedy: 'retry' });
}

/** The query may name customers. */
const endpoint = (path: string): string => path.split('?', 1)[0] ?? path;

function shopError(path: string, outcome: Exclude<MagentoOutcome, { kind: 'ok' }>): HoldfastError {
  const fail = (code: string, message: string, details: ErrorDetails): HoldfastError =>
    new HoldfastError(code, message, details);
  switch (outcome.kind) {
    case 'unauthorized':
      return fail('shop.unauthorized', `The shop does not let this till in: ${outcome.message}`, {
        remedy: 'operator',
        hint:
          outcome.reason === 'sign-in'
            ? 'Check the user name and password under magento.auth; after a change wait half an hour or restart.'
            : `Check the token under magento.auth, that the integration may read ${endpoint(path)}, and that "Allow OAuth Access Tokens to be used as standalone Bearer tokens" is on in Magento.`,
      });
    case 'refused':
      return fail('shop.refused', `The shop refuses ${endpoint(path)}: ${outcome.message}`, {
        remedy: 'operator',
        hint: 'Check the store code, source and attributes in the configuration.',
      });
    case 'unavailable': {
      const message = `The shop can't be reached: ${outcome.message}`;
      return outcome.retryAfter === null
        ? fail('shop.unreachable', message, { remedy: 'retry' })
        : fail('shop.unreachable', message, { remedy: 'retry-after', retryAfter: outcome.retryAfter });
    }
    case 'unknown':
      return outcome.code === 'bad-answer' || outcome.code === 'answer-too-large'
        ? fail('shop.bad-page', `The shop's answer to ${endpoint(path)} is unreadable: ${outcome.message}`, {
            remedy: 'retry',
          })
        : fail('shop.unreachable', `The shop did not answer ${endpoint(path)}: ${outcome.message}`, {
            remedy: 'retry',
          });
    default:
      return unreachable(outcome);
  }
}
