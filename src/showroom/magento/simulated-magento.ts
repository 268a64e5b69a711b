import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../../platform/clock.ts';
import { HoldfastError, messageOf } from '../../platform/errors.ts';
import type { Logger } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import type { Authentication } from './auth.ts';
import { type Faults, parseFaults } from './faults.ts';
import type { Latency } from './latency.ts';
import { type RecordedCatalogue, recordedCatalogue } from './recording.ts';
import { MagentoRest, type MagentoRestOptions, type ObservedCall, type RestAnswer } from './rest.ts';
import { Shop } from './shop.ts';

export interface SimulatedMagentoOptions extends Omit<MagentoRestOptions, 'shop'> {
  /** 0: any free one. Only this machine can reach it. */
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Default: the recorded shop's. */
  readonly catalogue?: RecordedCatalogue;
  /** Where the shop's state is read from at the start, if the file is there, and saved at the end. */
  readonly stateFile?: string;
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
  /** Whether the shop has the Holdfast module; switchable while it runs. */
  holdfastModule: boolean;
  /** `oauth/consumer/enable_integration_as_bearer`. */
  setIntegrationAsBearer(on: boolean): void;
  /** Pulls the shop's plug: connections are cut and refused until {@link plug}. */
  unplug(): Promise<void>;
  plug(): Promise<void>;
  save(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a shop on loopback that answers as the recorded Magento 2.4.7-p3 with MSI did (test/conformance). */
export async function startSimulatedMagento(options: SimulatedMagentoOptions): Promise<SimulatedMagento> {
  const { clock, random, log } = options;
  const shop = new Shop(options.catalogue ?? recordedCatalogue(), clock, random);
  if (options.stateFile !== undefined && existsSync(options.stateFile)) restore(shop, options.stateFile);
  const rest = new MagentoRest({ ...options, shop });

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
    const body = await bodyOf(request);
    if (url.split('?')[0] === '/_showroom/faults') return serveFaults(method, body, response);
    const { accept, authorization } = request.headers;
    const answer = await rest.answer({ method, url, accept, authorization, body });
    if (answer === null) request.socket.destroy();
    else send(response, answer);
  };

  const serveFaults = (method: string, body: string, response: ServerResponse): void => {
    try {
      if (method === 'DELETE') rest.faults.clear();
      else if (method === 'PUT') rest.faults.set(parseFaults(JSON.parse(body)));
      else if (method === 'POST') for (const fault of parseFaults(JSON.parse(body))) rest.faults.add(fault);
      send(response, jsonAnswer(200, rest.faults.list()));
    } catch (error) {
      send(response, jsonAnswer(400, { message: messageOf(error) }));
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
    faults: rest.faults,
    authentication: rest.authentication,
    integrationToken: rest.integrationToken,
    get calls() {
      return rest.calls;
    },
    get latency() {
      return rest.latency;
    },
    set latency(latency) {
      rest.latency = latency;
    },
    get holdfastModule() {
      return rest.holdfastModule;
    },
    set holdfastModule(on) {
      rest.holdfastModule = on;
    },
    setIntegrationAsBearer: (on) => rest.authentication.setIntegrationAsBearer(on),
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

const jsonAnswer = (status: number, value: unknown): RestAnswer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: Buffer.from(JSON.stringify(value)),
});

function send(response: ServerResponse, answer: RestAnswer): void {
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'content-length': answer.body.length,
    'cache-control': 'no-store',
    ...(answer.retryAfter === undefined ? {} : { 'retry-after': String(answer.retryAfter) }),
  });
  response.end(answer.body);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
