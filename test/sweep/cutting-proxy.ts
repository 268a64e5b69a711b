import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One thing that goes wrong on the way, counted from the moment it is armed; what comes after it gets through. */
export type Cut =
  | { readonly kind: 'none' }
  /** Both ends lose the connection before this byte (from 0) of all requests gets through. */
  | { readonly kind: 'request'; readonly atByte: number }
  /** Both ends lose it before this byte of all responses gets through: applied, wholly or partly unanswered. */
  | { readonly kind: 'response'; readonly atByte: number }
  /** The n-th request (from 1) is applied and answered by 500. */
  | { readonly kind: 'error-after'; readonly request: number }
  /** The n-th request does not reach the shop; its maintenance page answers. */
  | { readonly kind: 'maintenance'; readonly request: number }
  /** The n-th request reaches the shop twice, one after the other; the first answer comes back. */
  | { readonly kind: 'doubled'; readonly request: number }
  /** The n-th request is stuck on the way and arrives only at {@link CuttingProxy.release}. */
  | { readonly kind: 'held'; readonly request: number };

/** What went through since the proxy was armed. */
export interface Traffic {
  readonly requests: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Where each request begins in the bytes of all requests, and its response in those of all responses. */
  readonly starts: readonly { readonly request: number; readonly response: number }[];
}

interface Connection {
  readonly client: Socket;
  readonly server: Socket;
  /** Which request this connection is at, from 1; 0: none yet. */
  request: number;
  answering: boolean;
  /** The request under way, as it came. */
  sent: Buffer[];
}

const answer = (status: string, type: string, body: string): string =>
  [`HTTP/1.1 ${status}`, `content-type: ${type}`, 'connection: close', '', body].join('\r\n');
const internalError = answer(
  '500 Internal Server Error',
  'application/json; charset=utf-8',
  '{"message":"Internal Error. Details are available in Magento log file. Report ID: webapi-000000000000"}',
);
const maintenance = answer('503 Service Unavailable', 'text/html', '<h1>Service Temporarily Unavailable</h1>');

/** A real TCP proxy on loopback that cuts one connection at an exact byte. The client must make one request at a time. */
export class CuttingProxy {
  readonly #target: number;
  readonly #listener: Server;
  readonly #connections = new Set<Connection>();
  #cut: Cut = { kind: 'none' };
  #onCut: () => void = () => {};
  #spent = false;
  #held: Buffer[] | null = null;
  #requests = 0;
  #requestBytes = 0;
  #responseBytes = 0;
  #starts: { request: number; response: number }[] = [];

  private constructor(target: number) {
    this.#target = target;
    this.#listener = createServer((client) => this.#accept(client));
  }

  static async open(target: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target);
    proxy.#listener.listen(0, '127.0.0.1');
    await once(proxy.#listener, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** A request is stuck on the way. */
  get holding(): boolean {
    return this.#held !== null;
  }

  get spent(): boolean {
    return this.#spent;
  }

  get traffic(): Traffic {
    return {
      requests: this.#requests,
      requestBytes: this.#requestBytes,
      responseBytes: this.#responseBytes,
      starts: this.#starts,
    };
  }

  /** Counts from zero again; `onCut` is called in the moment of the cut. */
  arm(cut: Cut, onCut: () => void = () => {}): void {
    this.#cut = cut;
    this.#onCut = onCut;
    this.#spent = false;
    this.#held = null;
    this.#requests = 0;
    this.#requestBytes = 0;
    this.#responseBytes = 0;
    this.#starts = [];
    for (const connection of this.#connections) connection.request = 0;
  }

  /** Lets the stuck request arrive, late; resolves when the server has answered it (to nobody). */
  async release(): Promise<void> {
    const held = this.#held ?? [];
    this.#held = null;
    await this.#sendAlone(held);
  }

  /** Sends a request on a connection of its own; resolves when the server has answered it (to nobody). */
  async #sendAlone(request: readonly Buffer[]): Promise<void> {
    const server = connect(this.#target, '127.0.0.1');
    server.on('error', () => {});
    server.write(Buffer.concat(request));
    await Promise.race([once(server, 'data'), once(server, 'close')]);
    server.destroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    this.#listener.close();
    await once(this.#listener, 'close');
  }

  /** Everybody loses their connection. */
  cutAll(): void {
    for (const { client, server } of this.#connections) {
      client.destroy();
      server.destroy();
    }
  }

  #accept(client: Socket): void {
    const server = connect(this.#target, '127.0.0.1');
    const connection: Connection = { client, server, request: 0, answering: true, sent: [] };
    this.#connections.add(connection);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        server.destroy();
        this.#connections.delete(connection);
      });
    }
    client.on('data', (chunk) => this.#upstream(connection, chunk));
    server.on('data', (chunk) => this.#downstream(connection, chunk));
  }

  #upstream(connection: Connection, chunk: Buffer): void {
    if (connection.answering || connection.request === 0) {
      this.#requests += 1;
      connection.request = this.#requests;
      connection.answering = false;
      connection.sent = [];
      this.#starts.push({ request: this.#requestBytes, response: this.#responseBytes });
    }
    const cut = this.#cut;
    if (cut.kind === 'held' && connection.request === cut.request && (!this.#spent || this.#held !== null)) {
      this.#spent = true;
      this.#held = [...(this.#held ?? []), chunk];
      return;
    }
    if (cut.kind === 'maintenance' && connection.request === cut.request && !this.#spent) {
      this.#spent = true;
      connection.client.end(maintenance);
      return;
    }
    connection.sent.push(chunk);
    const room = cut.kind === 'request' && !this.#spent ? cut.atByte - this.#requestBytes : Number.POSITIVE_INFINITY;
    this.#requestBytes += chunk.length;
    if (chunk.length <= room) connection.server.write(chunk);
    else this.#cutAfter(connection, connection.server, chunk.subarray(0, room));
  }

  #downstream(connection: Connection, chunk: Buffer): void {
    connection.answering = true;
    const cut = this.#cut;
    if (cut.kind === 'error-after' && !this.#spent && connection.request === cut.request) {
      this.#spent = true;
      this.#onCut();
      connection.server.removeAllListeners('data');
      connection.client.end(internalError);
      return;
    }
    if (cut.kind === 'doubled' && !this.#spent && connection.request === cut.request) {
      this.#spent = true;
      connection.server.pause();
      void this.#sendAlone(connection.sent).then(() => {
        this.#downstream(connection, chunk);
        connection.server.resume();
      });
      return;
    }
    const room = cut.kind === 'response' && !this.#spent ? cut.atByte - this.#responseBytes : Number.POSITIVE_INFINITY;
    this.#responseBytes += chunk.length;
    if (chunk.length <= room) connection.client.write(chunk);
    else this.#cutAfter(connection, connection.client, chunk.subarray(0, room));
  }

  #cutAfter(connection: Connection, receiver: Socket, rest: Buffer): void {
    this.#spent = true;
    this.#onCut();
    const end = (): void => {
      connection.client.destroy();
      connection.server.destroy();
    };
    if (rest.length === 0) end();
    else receiver.write(rest, end);
  }
}
