import type { KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { z } from 'zod';
import { unseal } from '../../payments/blobs/sealing.ts';
import { forwardRequest, type statusAnswer } from '../../payments/simulated-acquirer.ts';
import { messageOf } from '../../platform/errors.ts';
import type { Logger } from '../../platform/log.ts';
import { listenOnLoopback } from '../loopback.ts';
import type { AcquirerBooks } from './books.ts';

export interface AcquirerServer {
  readonly port: number;
  /** So many answers are lost after the work was done. */
  dropReplies: number;
  close(): Promise<void>;
}

export interface AcquirerServerOptions {
  readonly books: AcquirerBooks;
  /** Opens what tills have sealed to it. */
  readonly privateKey: KeyObject;
  readonly port: number;
  readonly log: Logger;
}

const longestBody = 200_000;

/** The acquirer's API on loopback, as `src/payments/simulated-acquirer.ts` describes it. */
export async function startAcquirerServer({
  books,
  privateKey,
  port,
  log,
}: AcquirerServerOptions): Promise<AcquirerServer> {
  const server = createServer((request, response) => {
    answer(request)
      .catch((error: unknown) => {
        log.warn({ error: messageOf(error) }, 'the acquirer could not answer');
        return { status: 400, body: { message: messageOf(error) } };
      })
      .then(({ status, body }) => {
        if (acquirer.dropReplies > 0) {
          acquirer.dropReplies -= 1;
          request.socket.resetAndDestroy();
        } else send(response, status, body);
      })
      .catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage): Promise<{ readonly status: number; readonly body: unknown }> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://acquirer');
    if (request.method === 'GET' && pathname === '/events') {
      return { status: 200, body: { events: books.events(Number(searchParams.get('after') ?? '0')) } };
    }
    const paymentId = /^\/payments\/([0-9a-f-]{36})$/.exec(pathname)?.[1];
    if (paymentId === undefined) return { status: 404, body: { message: 'Not here.' } };
    if (request.method === 'PUT') {
      const { amount, currency, reference, blob } = forwardRequest.parse(JSON.parse(await read(request)));
      // What it holds is the acquirer's business; that it can be opened is the proof that it was sealed for this payment.
      if (blob !== null) unseal(Buffer.from(blob, 'base64'), paymentId, privateKey);
      books.forward({ paymentId, amount, currency, reference });
    }
    return standing(paymentId);
  }

  function standing(paymentId: string): { readonly status: number; readonly body: unknown } {
    const now = books.standing(paymentId);
    switch (now.kind) {
      case 'forwarded':
        return { status: 200, body: statusOf({ status: now.kind, psp: now.psp }) };
      case 'approved':
        return {
          status: 200,
          body: statusOf({ status: now.kind, psp: now.psp, authorizationCode: now.authorizationCode }),
        };
      case 'declined':
        return { status: 200, body: statusOf({ status: now.kind, reason: now.reason }) };
      default:
        return { status: 404, body: { message: 'Not known.' } };
    }
  }

  const listening = await listenOnLoopback(server, port);
  const acquirer: AcquirerServer = {
    port: listening.port,
    dropReplies: 0,
    async close() {
      const closed = listening.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return acquirer;
}

type Status = z.infer<typeof statusAnswer>;

const statusOf = (known: Partial<Status> & Pick<Status, 'status'>): Status => ({
  psp: null,
  authorizationCode: null,
  reason: '',
  ...known,
});

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > longestBody) throw new RangeError('too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
