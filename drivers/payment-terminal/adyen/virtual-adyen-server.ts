import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { VirtualAdyenTerminal } from './virtual-adyen-terminal.ts';

export interface VirtualAdyenServer {
  readonly port: number;
  close(): Promise<void>;
}

const longestRequest = 256 * 1024;

/** Puts a simulated Adyen terminal behind HTTPS, as a real one is; 127.0.0.1 only. `port` 0: any free one. */
export async function serveAdyenTerminal(
  terminal: VirtualAdyenTerminal,
  /** PEM. */
  identity: { readonly key: string; readonly certificate: string },
  port = 0,
): Promise<VirtualAdyenServer> {
  const server = createServer({ key: identity.key, cert: identity.certificate }, (request, response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= longestRequest) chunks.push(chunk);
    });
    request.on('end', () => {
      if (request.method !== 'POST' || request.url !== '/nexo/' || size > longestRequest) {
        response.writeHead(404).end();
        return;
      }
      terminal.receive(Buffer.concat(chunks).toString('utf8')).then(
        (reply) => {
          if (reply.kind === 'cut') request.socket.destroy();
          else response.writeHead(reply.status, { 'content-type': 'application/json' }).end(reply.text);
        },
        () => response.writeHead(500).end(),
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    // Listening on TCP, so that the address is no pipe's name.
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
