import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../../platform/clock.ts';
import { codeOf, HoldfastError, isHoldfastError, messageOf } from '../../platform/errors.ts';
import type { Logger } from '../../platform/log.ts';
import { readPageFiles } from '../../platform/page-files.ts';
import type { Showroom } from '../facade.ts';
import { isDevice, screensPage } from '../gallery/screens-page.ts';
import { listenOnLoopback } from '../loopback.ts';
import { act } from './actions.ts';
import { createFeed } from './feed.ts';

export interface Counter {
  /** To open in a browser, e.g. `http://127.0.0.1:8080/`. */
  readonly url: string;
  close(): Promise<void>;
}

/** What the page needs of the showroom. */
export type CounterShowroom = Pick<
  Showroom,
  | 'press'
  | 'scan'
  | 'tap'
  | 'decline'
  | 'removeCard'
  | 'closeDrawer'
  | 'cardsOffline'
  | 'acquirer'
  | 'cards'
  | 'network'
  | 'paper'
  | 'power'
  | 'state'
  | 'receipts'
  | 'shelf'
  | 'ledger'
  | 'status'
  | 'onChange'
>;

export interface CounterOptions {
  readonly showroom: CounterShowroom;
  /** 0: any free one. Rejects with EADDRINUSE when it is taken. */
  readonly port: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Nothing from elsewhere is loaded, and no other page may put this one into a frame. */
const securityHeaders = {
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const longestBody = 4_096;

/**
 * Serves the counter page on 127.0.0.1. It answers only requests that name a loopback host, and acts only on those that no
 * other website can have sent.
 */
export async function startCounter(options: CounterOptions): Promise<Counter> {
  const { showroom, clock, log } = options;
  const files = readPageFiles(new URL('./page/', import.meta.url));
  const feed = createFeed(showroom, clock, log);

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error({ error: messageOf(error), path: request.url }, 'the counter could not answer');
      if (response.headersSent) response.destroy();
      else
        send(response, 500, 'application/json', JSON.stringify({ code: 'counter.failed', message: messageOf(error) }));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://counter');
    if (!isLoopbackHost(request.headers.host)) {
      send(response, 421, 'text/plain', 'This counter answers only on 127.0.0.1.\n');
    } else if (request.method === 'POST') {
      await handleAction(request, response, pathname);
    } else if (request.method !== 'GET') {
      send(response, 405, 'text/plain', 'GET or POST.\n', { allow: 'GET, POST' });
    } else if (pathname === '/api/events') {
      feed.add(response);
    } else if (pathname === '/api/catalogue') {
      send(response, 200, 'application/json', JSON.stringify(showroom.shelf()));
    } else if (pathname === '/screens') {
      const on = searchParams.get('on');
      send(response, 200, 'text/html; charset=utf-8', screensPage(isDevice(on) ? on : null));
    } else {
      sendFile(response, pathname);
    }
  }

  async function handleAction(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    // Another website can make a browser post, but not with this content type and without an Origin of its own.
    const { origin, host, 'content-type': type } = request.headers;
    if (type !== 'application/json' || (origin !== undefined && origin !== `http://${host}`)) {
      send(response, 403, 'text/plain', 'Only the counter page may do this.\n');
      return;
    }
    try {
      const done = await act(showroom, path.replace(/^\/api\//, ''), await readJson(request));
      send(response, 200, 'application/json', JSON.stringify({ done }));
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      const { code, message } = error;
      send(
        response,
        code === 'counter.unknown-action' ? 404 : 400,
        'application/json',
        JSON.stringify({ code, message }),
      );
    }
  }

  function sendFile(response: ServerResponse, path: string): void {
    const receipt = /^\/api\/receipts\/(\d{1,9})\.(svg|txt)$/.exec(path);
    const slip = receipt === null ? undefined : showroom.receipts()[Number(receipt[1]) - 1];
    const file = files.get(path);
    if (slip !== undefined) {
      const drawn = receipt?.[2] === 'svg';
      send(response, 200, drawn ? 'image/svg+xml' : 'text/plain; charset=utf-8', drawn ? slip.svg : slip.text);
    } else if (file !== undefined) {
      send(response, 200, file.type, file.content);
    } else {
      send(response, 404, 'text/plain', 'Not here.\n');
    }
  }

  try {
    const listening = await listenOnLoopback(server, options.port);
    return {
      url: `http://127.0.0.1:${listening.port}/`,
      async close() {
        feed.close();
        const closed = listening.close();
        server.closeAllConnections();
        await closed;
      },
    };
  } catch (error) {
    feed.close();
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    throw new HoldfastError('counter.port-taken', `Port ${options.port} is taken.`, {
      remedy: 'operator',
      cause: error,
    });
  }
}

/** Guards against DNS rebinding: a page elsewhere whose name was made to point at this machine. */
function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > longestBody)
      throw new HoldfastError('counter.bad-action', 'The body is too long.', { remedy: 'never' });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new HoldfastError('counter.bad-action', 'The body is not JSON.', { remedy: 'never', cause: error });
  }
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  content: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-cache',
    ...securityHeaders,
    ...headers,
  });
  response.end(content);
}
