import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import type { ConnectionOptions, PeerCertificate } from 'node:tls';
import { createGunzip } from 'node:zlib';
import { codeOf, messageOf } from './errors.ts';
import type { HttpRequest, HttpResult, HttpTransport } from './http-transport.ts';

/**
 * Milliseconds that an idle connection is kept for the next call. Short, because a request that goes out just when the
 * server closes the connection gets no answer, and then nobody knows whether it was done.
 */
const keepIdle = 2_000;

export interface NodeTransportOptions {
  /** Certificate authorities (PEM) trusted instead of the machine's own, for shops with a private one. */
  readonly certificateAuthority?: string;
  /**
   * Whom a certificate must be made out to (its common name), instead of the host in the address: for devices that are
   * reached by their number in the network.
   */
  readonly isPeer?: (commonName: string) => boolean;
}

/** HTTP/1.1 over Node's own sockets, where it can be seen whether a connection stood before it failed. */
export function createNodeTransport(options: NodeTransportOptions = {}): HttpTransport {
  const agentOptions = { keepAlive: true, timeout: keepIdle };
  const trust = trustOf(options);
  const agent = new Agent(agentOptions);
  const tlsAgent = new TlsAgent({ ...agentOptions, ...trust });

  async function exchange(request: HttpRequest): Promise<HttpResult> {
    const first = await exchangeOnce(request, true);
    // A kept connection was closed under a read: harmless to repeat, on a connection of its own.
    const stale = first.result.kind === 'failed' && first.reused && first.result.status === null;
    if (stale && request.method === 'GET' && !request.signal.aborted)
      return (await exchangeOnce(request, false)).result;
    return first.result;
  }

  function exchangeOnce(
    request: HttpRequest,
    keptConnections: boolean,
  ): Promise<{ result: HttpResult; reused: boolean }> {
    return new Promise((resolve) => {
      let sent = false;
      let status: number | null = null;
      const secure = request.url.startsWith('https:');
      let outgoing: ClientRequest;
      const finish = (result: HttpResult): void => resolve({ result, reused: outgoing?.reusedSocket ?? false });
      const fail = (error: unknown): void => {
        const code = request.signal.aborted ? 'aborted' : (codeOf(error) ?? 'failed');
        finish({ kind: 'failed', sent, status, code, message: messageOf(error) });
      };
      try {
        outgoing = (secure ? httpsRequest : httpRequest)(request.url, {
          ...trust,
          method: request.method,
          headers: { ...request.headers, 'accept-encoding': 'gzip', ...lengthOf(request.body) },
          agent: keptConnections ? (secure ? tlsAgent : agent) : false,
          signal: request.signal,
        });
      } catch (error) {
        // An address that is no URL, a header with a line break in it: nothing went out.
        resolve({
          result: {
            kind: 'failed',
            sent: false,
            status: null,
            code: codeOf(error) ?? 'failed',
            message: messageOf(error),
          },
          reused: false,
        });
        return;
      }
      outgoing.on('socket', (socket) => {
        const connected = (): void => {
          sent = true;
          request.onConnected?.();
        };
        if (!socket.connecting) connected();
        else socket.once(secure ? 'secureConnect' : 'connect', connected);
      });
      outgoing.on('error', fail);
      outgoing.on('response', (response) => {
        status = response.statusCode ?? 0;
        const answered = status;
        readBody(response, request.maximumAnswer).then(
          (body) => finish({ kind: 'answer', status: answered, headers: headersOf(response), body }),
          (error: unknown) => {
            outgoing.destroy();
            fail(error);
          },
        );
      });
      outgoing.end(request.body ?? undefined);
    });
  }

  return {
    exchange,
    close() {
      agent.destroy();
      tlsAgent.destroy();
    },
  };
}

function trustOf({
  certificateAuthority,
  isPeer,
}: NodeTransportOptions): Pick<ConnectionOptions, 'ca' | 'checkServerIdentity'> {
  return {
    ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
    ...(isPeer === undefined
      ? {}
      : {
          checkServerIdentity: (_host: string, certificate: PeerCertificate) =>
            isPeer(String(certificate.subject.CN ?? ''))
              ? undefined
              : Object.assign(new Error(`The certificate is made out to "${certificate.subject.CN ?? ''}".`), {
                  code: 'ERR_TLS_CERT_ALTNAME_INVALID',
                }),
        }),
  };
}

function lengthOf(body: string | null): Record<string, string> {
  return body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
}

async function readBody(response: IncomingMessage, maximum: number): Promise<string> {
  const stream: Readable =
    response.headers['content-encoding'] === 'gzip'
      ? response.on('error', (error) => stream.destroy(error)).pipe(createGunzip())
      : response;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > maximum) {
      throw Object.assign(new Error(`The answer is larger than ${maximum} bytes.`), { code: 'too-large' });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

function headersOf(response: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
