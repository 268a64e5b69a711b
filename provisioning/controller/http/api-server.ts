import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Clock } from '../../../src/platform/clock.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../../../src/platform/errors.ts';
import type { Logger } from '../../../src/platform/log.ts';
import type { ControllerStore } from '../store/controller-store.ts';
import { type Asker, mayDo, type Route } from './route.ts';

/** Longer than any request of ours. Bytes. */
const longestBody = 1024 * 1024;

/** What is not a plain question and answer: a stream, a page, a webhook. True: it was answered. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>;

export interface ApiServerOptions {
  readonly routes: readonly Route[];
  /** Asked in order before the routes. */
  readonly raw: readonly RawHandler[];
  /** Who asks; null: nobody that is known. */
  readonly whoAsks: (request: IncomingMessage) => Promise<Asker | null>;
  readonly store: ControllerStore;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ApiServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Answers the API over HTTP. TLS is for a reverse proxy in front of it: it listens on this machine only unless told otherwise. */
export async function startApiServer(options: ApiServerOptions, host: string, port: number): Promise<ApiServer> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      const { status, body } = describe(error);
      if (status >= 500) options.log.error({ url: request.url, error: messageOf(error) }, 'a request failed');
      if (response.headersSent) response.destroy();
      else {
        // The rest of what is too long is not read, so nothing else can come on its connection.
        if (status === 413) response.setHeader('connection', 'close');
        sendJson(response, status, body);
      }
    });
  });
  await listen(server, host, port);
  // A TCP server that listens has an address.
  const { port: given } = server.address() as AddressInfo;
  return {
    port: given,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(options: ApiServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://controller');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  for (const handler of options.raw) if (await handler(request, response, url)) return;
  const found = findRoute(options.routes, request.method ?? 'GET', url.pathname);
  if (found === null)
    throw problem('controller.not-found', `There is nothing at ${request.method} ${url.pathname}`, 404);
  const { route, path } = found;
  const asker = await askerFor(options, route, request);
  const headers: [string, string][] = [];
  const query = readQuery(route, url);
  const body = route.body === null ? null : await readBody(request, route.body);
  const header = (name: string, value: string): void => {
    headers.push([name, value]);
  };
  const outcome = async (): Promise<unknown> => {
    try {
      return await route.handle({ asker, path, query, body, stream: request, header, cookies: readCookies(request) });
    } catch (error) {
      if (route.audited) await audit(options, asker, route, path, isHoldfastError(error) ? error.code : 'failed');
      throw error;
    }
  };
  const result = await outcome();
  if (route.audited) await audit(options, { ...asker, user: asker.user || userIn(result) }, route, path, 'done');
  for (const [name, value] of headers) response.appendHeader(name, value);
  if (typeof result === 'string') {
    response.setHeader('content-type', response.getHeader('content-type') ?? 'text/plain; charset=utf-8');
    response.end(result);
  } else sendJson(response, 200, result);
}

/** Whoever signs in is known only when it is done. */
function userIn(result: unknown): string {
  const isNamed = typeof result === 'object' && result !== null && 'user' in result;
  return isNamed && typeof result.user === 'string' ? result.user : '';
}

async function askerFor(options: ApiServerOptions, route: Route, request: IncomingMessage): Promise<Asker> {
  if (route.method !== 'GET') refuseOtherSites(request);
  const asker = await options.whoAsks(request);
  if (route.role === 'open') return asker ?? { user: '', role: 'viewer' };
  if (asker === null) throw problem('controller.sign-in', 'Sign in first', 401);
  if (mayDo(asker.role, route.role)) return asker;
  await audit(options, asker, route, {}, 'refused');
  throw problem('controller.not-allowed', `This needs the role "${route.role}"; ${asker.user} is "${asker.role}"`, 403);
}

/**
 * A page of another site must not act with a visitor's session. Browsers say where a request comes from (Fetch Metadata, Origin); what
 * is no browser sends neither and has no session cookie to be abused.
 */
function refuseOtherSites(request: IncomingMessage): void {
  const site = request.headers['sec-fetch-site'];
  const { origin, host } = request.headers;
  const isOther =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host));
  if (isOther) throw problem('controller.other-site', 'Requests from other sites are refused', 403);
}

function findRoute(routes: readonly Route[], method: string, pathname: string) {
  const parts = pathname.split('/');
  for (const route of routes) {
    if (route.method !== method) continue;
    const pattern = route.path.split('/');
    if (pattern.length !== parts.length) continue;
    const path: Record<string, string> = {};
    const fits = pattern.every((part, index) => {
      const given = parts[index] ?? '';
      if (!part.startsWith('{')) return part === given;
      path[part.slice(1, -1)] = decoded(given);
      return given !== '';
    });
    if (fits) return { route, path };
  }
  return null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw problem('controller.bad-request', 'The address can’t be read', 400);
  }
}

function readQuery(route: Route, url: URL): unknown {
  const read = route.query.safeParse(Object.fromEntries(url.searchParams));
  if (read.success) return read.data;
  throw problem('controller.bad-request', z.prettifyError(read.error), 400);
}

async function readBody(request: IncomingMessage, schema: z.ZodType): Promise<unknown> {
  const read = schema.safeParse(await readJson(request));
  if (read.success) return read.data;
  throw problem('controller.bad-request', z.prettifyError(read.error), 400);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not tear the connection down: there is an answer to be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > longestBody) throw problem('controller.bad-request', 'The request is too long', 413);
    chunks.push(chunk);
  }
  if (size === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw problem('controller.bad-request', `The request is not JSON: ${messageOf(error)}`, 400);
  }
}

export function readCookies(request: IncomingMessage): Record<string, string> {
  const cookies: Record<string, string> = {};
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0) cookies[part.slice(0, at).trim()] = part.slice(at + 1).trim();
  }
  return cookies;
}

async function audit(
  { store, clock }: ApiServerOptions,
  asker: Asker,
  route: Route,
  path: Readonly<Record<string, string>>,
  outcome: string,
): Promise<void> {
  const subject = path['terminal'] ?? '';
  const entry = {
    user: asker.user,
    action: `${route.method} ${route.path}`,
    what: route.summary,
    of: { ...path },
    outcome,
  };
  await store.append('audit', subject, entry, clock.now());
}

/** An error of the API itself, with the HTTP status that says so. */
class ApiProblem extends HoldfastError {
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(code, message, { remedy: 'never' });
    this.status = status;
  }
}

export const problem = (code: string, message: string, status: number): HoldfastError =>
  new ApiProblem(code, message, status);

function describe(error: unknown) {
  if (!isHoldfastError(error)) {
    return {
      status: 500,
      body: { code: 'controller.failed', message: 'The controller failed; its log says why', hint: null },
    };
  }
  const body = { code: error.code, message: error.message, hint: error.hint ?? null };
  if (error instanceof ApiProblem) return { status: error.status, body };
  if (error.code.startsWith('fleet.no-such-')) return { status: 404, body };
  if (error.code === 'fleet.bad-settings') return { status: 422, body };
  return { status: error.code.startsWith('controller-store.failed') ? 503 : 409, body };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
