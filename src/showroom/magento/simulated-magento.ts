import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Clock, type Instant, milliseconds } from '../../platform/clock.ts';
import { HoldfastError, messageOf } from '../../platform/errors.ts';
import type { Logger } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { Authentication, authRoutes, type Credentials } from './auth.ts';
import { cartRoutes } from './carts.ts';
import { creditmemoRoutes } from './creditmemos.ts';
import { documentRoutes } from './documents.ts';
import { internalError, notAuthorized, PageError, WebapiError } from './errors.ts';
import { type FaultAction, Faults, parseFaults } from './faults.ts';
import { inventoryRoutes } from './inventory-routes.ts';
import { type Latency, latencyOf } from './latency.ts';
import { orderRoutes } from './orders.ts';
import { badGatewayPage, errorPage, maintenancePage } from './pages.ts';
import { productRoutes } from './products.ts';
import { type RecordedCatalogue, recordedCatalogue } from './recording.ts';
import { referenceRoutes } from './reference.ts';
import { Router } from './router.ts';
import { Shop } from './shop.ts';

export interface SimulatedMagentoOptions {
  /** 0: any free one. Only this machine can reach it. */
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Default: the recorded shop's. */
  readonly catalogue?: RecordedCatalogue;
  /** Default: none. */
  readonly latency?: Latency;
  readonly admin?: Credentials;
  /** Default: 32 random characters. */
  readonly integrationToken?: string;
  /** Default: true, as the recorded shop has it; a stock install says false. */
  readonly integrationAsBearer?: boolean;
  /** Life of tokens from sign-in, minutes; default 60. */
  readonly tokenMinutes?: number;
  /** Where the shop's state is read from at the start, if the file is there, and saved at the end. */
  readonly stateFile?: string;
}

/** One call, for whoever watches. */
export interface ObservedCall {
  readonly at: Instant;
  readonly method: string;
  readonly path: string;
  /** What was answered; null when the connection was cut. */
  readonly status: number | null;
}

export interface SimulatedMagento {
  /** Base address, without `/rest`. */
  readonly url: string;
  readonly port: number;
  /** The shop itself: read its `ledger`, change its catalogue. */
  readonly shop: Shop;
  readonly faults: Faults;
  readonly authentication: Authentication;
  /** The integration's access token, for `Authorization: Bearer`. */
  readonly integrationToken: string;
  /** The latest calls, oldest first, at most 500. */
  readonly calls: readonly ObservedCall[];
  latency: Latency;
  /** `oauth/consumer/enable_integration_as_bearer`. */
  setIntegrationAsBearer(on: boolean): void;
  /** Pulls the shop's plug: connections are cut and refused until {@link plug}. */
  unplug(): Promise<void>;
  plug(): Promise<void>;
  save(): Promise<void>;
  close(): Promise<void>;
}

/** Names and passwords of the showroom; nobody else's. */
const showroomAdmin: Credentials = { username: 'admin', password: 'showroom1' };

/** Starts a shop on loopback that answers as the recorded Magento 2.4.7-p3 with MSI did (test/conformance). */
export async function startSimulatedMagento(options: SimulatedMagentoOptions): Promise<SimulatedMagento> {
  const { clock, random, log } = options;
  const shop = new Shop(options.catalogue ?? recordedCatalogue(), clock, random);
  if (options.stateFile !== undefined && existsSync(options.stateFile)) restore(shop, options.stateFile);
  const integrationToken = options.integrationToken ?? shop.hexadecimal(32);
  const authentication = new Authentication(
    {
      admin: options.admin ?? showroomAdmin,
      integrationToken,
      integrationAsBearer: options.integrationAsBearer ?? true,
      tokenMinutes: options.tokenMinutes ?? 60,
      customerPassword: showroomAdmin.password,
    },
    random,
    () => clock.now(),
  );
  const router = new Router([
    ...authRoutes(authentication),
    ...cartRoutes,
    ...orderRoutes,
    ...documentRoutes,
    ...creditmemoRoutes,
    ...inventoryRoutes,
    ...productRoutes,
    ...referenceRoutes,
  ]);
  const faults = new Faults(random);
  const calls: ObservedCall[] = [];

  const server: Server = createServer((request, response) => {
    void serve(request, response).catch((error) => {
      log.error({ error: messageOf(error), url: request.url }, 'simulated Magento failed');
      response.destroy();
    });
  });
  // Tills keep their connections; a shop closes them only when it closes.
  server.keepAliveTimeout = 60_000;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? 'GET';
    const url = request.url ?? '/';
    const path = url.split('?')[0] ?? '/';
    if (path === '/_showroom/faults') return serveFaults(method, await bodyOf(request), response);
    const struck = faults.strike(method, path.replace(/^\/rest/, ''));
    const observed = (status: number | null): void => {
      calls.push({ at: clock.now(), method, path, status });
      if (calls.length > 500) calls.shift();
      log.debug({ method, path, status, faults: struck.map(({ kind }) => kind) }, 'simulated Magento call');
    };
    if (struck.some(({ kind }) => kind === 'drop-before')) {
      observed(null);
      request.socket.destroy();
      return;
    }
    const body = await bodyOf(request);
    for (const fault of struck) if (fault.kind === 'slow') await clock.sleep(milliseconds(fault.milliseconds));
    const instead = struck.find((fault) => fault.kind === 'answer');
    const answer =
      instead === undefined
        ? await answerOf(request, method, url, path, body)
        : faultAnswer(instead, shop, router.resourceOf(method, path));
    const kinds = new Set(struck.map(({ kind }) => kind));
    if (kinds.has('drop-after')) {
      observed(null);
      request.socket.destroy();
      return;
    }
    send(
      response,
      kinds.has('error-after') ? jsonAnswer(internalError(shop.hexadecimal(13))) : answer,
      kinds.has('truncate'),
    );
    observed(response.statusCode);
  };

  const answerOf = async (
    request: IncomingMessage,
    method: string,
    url: string,
    path: string,
    body: string,
  ): Promise<Answer> => {
    try {
      if (!acceptsJson(request.headers.accept)) throw new PageError(500, htmlType, errorPage(shop.hexadecimal(64)));
      const match = router.match(method, path);
      const total = latencyOf(handle.latency, `${match.route.method} ${match.route.path}`);
      let spent = 0;
      const spend = async (share: number): Promise<void> => {
        spent += share;
        if (total > 0) await clock.sleep(milliseconds(total * share));
      };
      const consumer = authentication.consumer(request.headers.authorization);
      const result = await router.run(match, { method, url, body, consumer }, shop, spend);
      await spend(1 - spent);
      return { status: 200, type: jsonType, text: JSON.stringify(result) };
    } catch (error) {
      if (error instanceof WebapiError) return jsonAnswer(error);
      if (error instanceof PageError) return { status: error.status, type: error.contentType, text: error.page };
      log.error({ error: messageOf(error), method, path }, 'simulated Magento could not answer');
      return jsonAnswer(internalError(shop.hexadecimal(13)));
    }
  };

  const serveFaults = (method: string, body: string, response: ServerResponse): void => {
    try {
      if (method === 'DELETE') faults.clear();
      else if (method === 'PUT') faults.set(parseFaults(JSON.parse(body)));
      else if (method === 'POST') for (const fault of parseFaults(JSON.parse(body))) faults.add(fault);
      send(response, { status: 200, type: jsonType, text: JSON.stringify(faults.list()) });
    } catch (error) {
      send(response, { status: 400, type: jsonType, text: JSON.stringify({ message: messageOf(error) }) });
    }
  };

  let port = options.port;
  const plug = async (): Promise<void> => {
    if (server.listening) return;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address !== null && typeof address === 'object') port = address.port;
  };
  const unplug = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const save = async (): Promise<void> => {
    if (options.stateFile === undefined) return;
    await writeFile(`${options.stateFile}.new`, shop.serialise());
    await rename(`${options.stateFile}.new`, options.stateFile);
  };

  try {
    await plug();
  } catch (error) {
    throw new HoldfastError(
      'showroom.port-taken',
      `The simulated shop can't listen on port ${port}: ${messageOf(error)}`,
      {
        remedy: 'operator',
        cause: error,
        hint: 'Choose another port, or end the program that uses this one.',
      },
    );
  }
  const handle: SimulatedMagento = {
    url: `http://127.0.0.1:${port}`,
    port,
    shop,
    faults,
    authentication,
    integrationToken,
    calls,
    latency: options.latency ?? 'none',
    setIntegrationAsBearer: (on) => authentication.setIntegrationAsBearer(on),
    unplug,
    plug,
    save,
    close: async () => {
      await unplug();
      await save();
    },
  };
  log.info({ url: handle.url }, 'simulated Magento is open');
  return handle;
}

function restore(shop: Shop, stateFile: string): void {
  try {
    shop.restore(readFileSync(stateFile, 'utf8'));
  } catch (error) {
    throw new HoldfastError('showroom.bad-state', `The simulated shop's books can't be read: ${messageOf(error)}`, {
      remedy: 'operator',
      cause: error,
      hint: `Remove ${stateFile} to open an empty shop.`,
    });
  }
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly retryAfter?: number;
}

const jsonType = 'application/json; charset=utf-8';
const htmlType = 'text/html; charset=UTF-8';

const jsonAnswer = (error: WebapiError): Answer => ({
  status: error.status,
  type: jsonType,
  text: JSON.stringify(error.body),
});

function faultAnswer(fault: Extract<FaultAction, { kind: 'answer' }>, shop: Shop, resource: string): Answer {
  const retryAfter = fault.retryAfter === undefined ? {} : { retryAfter: fault.retryAfter };
  switch (fault.status) {
    case 401:
      return { ...jsonAnswer(notAuthorized(resource)), ...retryAfter };
    case 429:
      return { status: 429, type: jsonType, text: JSON.stringify({ message: 'Too Many Requests' }), ...retryAfter };
    case 500:
      return { ...jsonAnswer(internalError(shop.hexadecimal(13))), ...retryAfter };
    case 502:
      return { status: 502, type: 'text/html', text: badGatewayPage, ...retryAfter };
    case 503:
      return { status: 503, type: htmlType, text: maintenancePage, ...retryAfter };
  }
}

/** Magento's REST API renders JSON and XML; for anything else it fails in HTML (g13). Only JSON is simulated. */
function acceptsJson(accept: string | undefined): boolean {
  return accept === undefined || /(application\/(json|\*)|\*\/\*|application\/xml)/.test(accept);
}

/** With `truncated`, only the first half of the text, as a proxy that gave up in the middle would pass it on. */
function send(response: ServerResponse, answer: Answer, truncated = false): void {
  const whole = Buffer.from(answer.text);
  const bytes = truncated ? whole.subarray(0, Math.floor(whole.length / 2)) : whole;
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'content-length': bytes.length,
    'cache-control': 'no-store',
    ...(answer.retryAfter === undefined ? {} : { 'retry-after': String(answer.retryAfter) }),
  });
  response.end(bytes);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
