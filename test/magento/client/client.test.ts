import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createRequestBudget } from '../../../src/magento/client/budget.ts';
import { createMagentoClient, type MagentoClientOptions } from '../../../src/magento/client/client.ts';
import type { MagentoAuth } from '../../../src/magento/client/token.ts';
import { minutes, seconds } from '../../../src/platform/clock.ts';
import type { HttpTransport } from '../../../src/platform/http-transport.ts';
import type { LogFields, Logger } from '../../../src/platform/log.ts';
import { createNodeTransport } from '../../../src/platform/system-http-transport.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { recorded, wireBody } from './recorded.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const task of cleanUp.splice(0)) await task();
});

async function serve(handle: Handler): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => handle(request, response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

const logged: string[] = [];
const log: Logger = {
  debug: (fields: LogFields, message: string) => void logged.push(JSON.stringify([message, fields])),
  info: (fields, message) => log.debug(fields, message),
  warn: (fields, message) => log.debug(fields, message),
  error: (fields, message) => log.debug(fields, message),
  child: () => log,
};

function client(baseUrl: string, options: Partial<MagentoClientOptions> = {}) {
  const transport = createNodeTransport();
  cleanUp.push(() => transport.close());
  const clock = new ManualClock();
  const auth: MagentoAuth = { type: 'token', token: 'integration-secret' };
  return { clock, ...createMagentoClient({ baseUrl, storeCode: 'default', auth, transport, clock, log, ...options }) };
}

const admin: MagentoAuth = { type: 'admin', username: 'till', password: 'pass-secret' };
const jwt = (id: number, life = 3600): string =>
  `head.${Buffer.from(JSON.stringify({ uid: 1, iat: 1_000, exp: 1_000 + life, id })).toString('base64url')}.signature`;

/** Signs in with ever new tokens and lets in who shows the newest. */
function shopWithSignIn(accept: (token: string | undefined) => boolean, life?: number) {
  const seen = { signIns: 0, calls: 0 };
  const handle: Handler = (request, response) => {
    if (request.url?.endsWith('/integration/admin/token')) {
      seen.signIns += 1;
      json(response, 200, jwt(seen.signIns, life));
      return;
    }
    seen.calls += 1;
    if (accept(request.headers.authorization?.replace('Bearer ', ''))) json(response, 200, []);
    else json(response, 401, recorded('a13-expired-admin-token').response.body);
  };
  return { seen, handle };
}

describe('a call', () => {
  test('goes to the store view with JSON asked for and the token shown', async () => {
    const requests: unknown[] = [];
    const { url } = await serve((request, response, body) => {
      requests.push([request.method, request.url, request.headers.accept, request.headers.authorization, body]);
      json(response, 200, 'W1');
    });
    const magento = client(`${url}/`);
    expect(await magento.request('POST', '/V1/carts', { a: 'ü' })).toEqual({ kind: 'ok', status: 200, body: 'W1' });
    expect(requests).toEqual([
      ['POST', '/rest/default/V1/carts', 'application/json', 'Bearer integration-secret', '{"a":"ü"}'],
    ]);
  });

  test('reads a compressed answer', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify({ total_count: 3 })));
    });
    expect(await client(url).request('GET', '/V1/products')).toMatchObject({ kind: 'ok', body: { total_count: 3 } });
  });

  test('a compressed answer that is cut off is unknown', async () => {
    const whole = gzipSync(JSON.stringify({ text: 'x'.repeat(50_000) + Math.PI }));
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(whole.subarray(0, whole.length - 20));
    });
    expect(await client(url).request('GET', '/V1/products')).toMatchObject({ kind: 'unknown' });
  });

  test('an answer beyond the limit is not swallowed', async () => {
    const { url } = await serve((_, response) => json(response, 200, 'x'.repeat(5_000)));
    expect(await client(url, { maximumAnswer: 1_000 }).request('GET', '/V1/products')).toMatchObject({
      kind: 'unknown',
      code: 'answer-too-large',
      status: 200,
    });
  });

  test('no server: unavailable, not done', async () => {
    const { url, server } = await serve(() => {});
    await new Promise((resolve) => server.close(resolve));
    expect(await client(url).request('POST', '/V1/carts')).toMatchObject({
      kind: 'unavailable',
      code: 'no-connection',
    });
  });

  test('connection cut after the request arrived: unknown, and never repeated', async () => {
    let calls = 0;
    const { url } = await serve((request) => {
      calls += 1;
      request.socket.destroy();
    });
    expect(await client(url).request('PUT', '/V1/carts/1/order', {})).toMatchObject({
      kind: 'unknown',
      code: 'connection-lost',
      status: null,
    });
    expect(calls).toBe(1);
  });

  test('connection cut within the answer: unknown, with the status that had come', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"items":[');
      response.socket?.end();
    });
    expect(await client(url).request('POST', '/V1/carts', {})).toMatchObject({
      kind: 'unknown',
      code: 'connection-lost',
      status: 200,
    });
  });

  test('a write on a kept connection that the server closed is unknown; a read is repeated', async () => {
    const sockets = new Map<Socket, number>();
    let calls = 0;
    const { url } = await serve((request, response) => {
      calls += 1;
      const before = sockets.get(request.socket) ?? 0;
      sockets.set(request.socket, before + 1);
      if (before > 0) request.socket.destroy();
      else json(response, 200, []);
    });
    const magento = client(url);
    expect(await magento.request('GET', '/V1/a')).toMatchObject({ kind: 'ok' });
    expect(await magento.request('GET', '/V1/b')).toMatchObject({ kind: 'ok' });
    expect(calls).toBe(3);
    expect(await magento.request('GET', '/V1/c')).toMatchObject({ kind: 'ok' });
    expect(await magento.request('POST', '/V1/d', {})).toMatchObject({ kind: expect.stringMatching(/ok|unknown/) });
    expect(calls).toBeLessThanOrEqual(5);
  });

  test('no answer within the time allowed: unknown', async () => {
    let arrived = (): void => {};
    const request = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { url } = await serve(() => arrived());
    const magento = client(url);
    const outcome = magento.request('POST', '/V1/carts', {}, { timeout: seconds(5) });
    await request;
    await magento.clock.advance(seconds(5));
    expect(await outcome).toMatchObject({ kind: 'unknown', code: 'timeout' });
    expect(magento.clock.waiting).toBe(0);
  });

  test('no connection within the time allowed: not done', async () => {
    const transport: HttpTransport = {
      exchange: ({ signal }) =>
        new Promise((resolve) => {
          const end = { kind: 'failed', sent: false, status: null, code: 'aborted', message: 'aborted' } as const;
          signal.addEventListener('abort', () => resolve(end));
        }),
      close() {},
    };
    const magento = client('http://192.0.2.1', { transport, connectTimeout: seconds(3) });
    const outcome = magento.request('POST', '/V1/carts', {});
    await magento.clock.advance(seconds(3));
    expect(await outcome).toMatchObject({ kind: 'unavailable', code: 'connect-timeout' });
  });

  test('a server that does not speak TLS is no shop: nothing was sent', async () => {
    let requests = 0;
    const { url } = await serve(() => {
      requests += 1;
    });
    const magento = client(url.replace('http:', 'https:'));
    expect(await magento.request('POST', '/V1/carts', {})).toMatchObject({ kind: 'unavailable', code: 'tls' });
    expect(requests).toBe(0);
  });

  test('a name that does not exist', async () => {
    expect(await client('http://shop.invalid').request('GET', '/V1/products')).toMatchObject({
      kind: 'unavailable',
      code: 'no-such-host',
    });
  });

  test('the caller may give up: before sending it is not done, after it unknown', async () => {
    const giveUp = new AbortController();
    const { url } = await serve(() => giveUp.abort());
    const magento = client(url);
    expect(await magento.request('POST', '/V1/carts', {}, { signal: giveUp.signal })).toMatchObject({
      kind: 'unknown',
      code: 'cancelled',
    });
    expect(await magento.request('POST', '/V1/carts', {}, { signal: giveUp.signal })).toMatchObject({
      kind: 'unavailable',
      code: 'cancelled',
    });
  });
});

describe('who we are', () => {
  test('an integration token that is refused is not tried again', async () => {
    const shop = shopWithSignIn(() => false);
    const { url } = await serve(shop.handle);
    expect(await client(url).request('GET', '/V1/products')).toMatchObject({ kind: 'unauthorized', reason: 'token' });
    expect(shop.seen).toEqual({ signIns: 0, calls: 1 });
  });

  test('an admin token is fetched once, also by calls at the same time, and used until shortly before its end', async () => {
    const shop = shopWithSignIn(() => true, 600);
    const { url } = await serve(shop.handle);
    const magento = client(url, { auth: admin });
    await Promise.all([magento.request('GET', '/V1/a'), magento.request('GET', '/V1/b')]);
    await magento.clock.advance(seconds(500));
    await magento.request('GET', '/V1/c');
    expect(shop.seen.signIns).toBe(1);
    await magento.clock.advance(seconds(45));
    await magento.request('GET', '/V1/d');
    expect(shop.seen.signIns).toBe(2);
  });

  test('a token revoked early is replaced once and the call repeated', async () => {
    let valid = jwt(1);
    const shop = shopWithSignIn((token) => token === valid);
    const { url } = await serve(shop.handle);
    const magento = client(url, { auth: admin });
    await magento.request('GET', '/V1/a');
    valid = jwt(2);
    await magento.clock.advance(minutes(5));
    expect(await magento.request('PUT', '/V1/b')).toMatchObject({ kind: 'ok' });
    expect(shop.seen).toEqual({ signIns: 2, calls: 3 });
  });

  test('lacking permission, which looks the same, costs no sign-in per call', async () => {
    const shop = shopWithSignIn(() => false);
    const { url } = await serve(shop.handle);
    const magento = client(url, { auth: admin });
    for (let call = 0; call < 5; call++) {
      expect(await magento.request('GET', '/V1/a')).toMatchObject({ kind: 'unauthorized', reason: 'token' });
    }
    expect(shop.seen.signIns).toBe(1);
  });

  test('a wrong password is tried once in half an hour, so that the account is never locked', async () => {
    let signIns = 0;
    const { url } = await serve((_, response) => {
      signIns += 1;
      json(response, 401, recorded('a02-admin-token-wrong-password').response.body);
    });
    const magento = client(url, { auth: admin });
    for (let minute = 0; minute < 60; minute++) {
      const outcome = await magento.request('GET', '/V1/a');
      expect(outcome).toMatchObject({ kind: 'unauthorized', reason: 'sign-in' });
      await magento.clock.advance(minutes(1));
    }
    expect(signIns).toBe(2);
  });

  test('a sign-in that gets lost leaves the call itself not done', async () => {
    const { url } = await serve((request) => request.socket.destroy());
    expect(await client(url, { auth: admin }).request('PUT', '/V1/carts/1/order', {})).toMatchObject({
      kind: 'unavailable',
      code: 'sign-in-failed',
    });
  });

  test('no secret in logs or outcomes', async () => {
    logged.length = 0;
    const { url } = await serve((_, response) =>
      json(response, 401, recorded('a02-admin-token-wrong-password').response.body),
    );
    const outcomes = [
      await client(url, { auth: admin }).request('GET', '/V1/customers/search?email=anna@example.com'),
      await client(url).request('GET', '/V1/customers/search?email=anna@example.com'),
      await client('http://127.0.0.1:1').request('GET', '/V1/a?email=anna@example.com'),
    ];
    expect(logged.length).toBeGreaterThan(2);
    expect(JSON.stringify(outcomes) + logged.join()).not.toMatch(/secret|anna@/);
  });
});

test('maintenance ends in the page being recognised over the wire', async () => {
  const { url } = await serve((_, response) => {
    const page = recorded('h30-maintenance');
    response.writeHead(page.response.status, { 'content-type': 'text/html' });
    response.end(wireBody(page));
  });
  expect(await client(url).request('GET', '/V1/store/websites')).toMatchObject({
    kind: 'unavailable',
    code: 'maintenance',
  });
});

test('the request budget spreads calls evenly after a burst', async () => {
  const clock = new ManualClock();
  const budget = createRequestBudget(clock, { perMinute: 60, burst: 3 });
  const admitted: number[] = [];
  const start = clock.monotonic();
  for (let call = 0; call < 6; call++) void budget.admit().then(() => admitted.push(clock.monotonic() - start));
  await clock.advance(seconds(10));
  expect(admitted).toEqual([0, 0, 0, 1000, 2000, 3000]);
  await clock.advance(minutes(1));
  for (let call = 0; call < 4; call++) void budget.admit().then(() => admitted.push(-1));
  await clock.advance(seconds(0));
  expect(admitted.filter((at) => at === -1)).toHaveLength(3);
});
