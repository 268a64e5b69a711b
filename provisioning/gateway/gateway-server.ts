import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewayStatus } from './gateway.ts';

/** What a gateway tells whoever watches over it: `GET /health` (200 while its broker is reached, else 503) and `GET /metrics`. */
export class GatewayServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Throws what listening throws. */
  static async start(
    { host, port }: { readonly host: string; readonly port: number },
    status: () => GatewayStatus,
    /** Answers what is its own; false: it is not. */
    routes: (request: IncomingMessage, response: ServerResponse) => Promise<boolean> = async () => false,
  ): Promise<GatewayServer> {
    const own = (request: IncomingMessage, response: ServerResponse): void => {
      const { pathname } = new URL(request.url ?? '/', 'http://gateway');
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      if (isRead && pathname === '/health') {
        const { gateway, connection, working, ended, lastConfirmationAt } = status();
        const isWell = connection.name === 'online';
        const words = connection.name === 'waiting' ? connection.words : connection.name;
        response.writeHead(isWell ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
        response.end(
          JSON.stringify({ state: isWell ? 'ok' : 'no-broker', words, gateway, working, ended, lastConfirmationAt }),
        );
      } else if (isRead && pathname === '/metrics') {
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
        response.end(gatewayMetrics(status()));
      } else {
        response.writeHead(404, { 'content-type': 'text/plain' });
        response.end('There are /health and /metrics.\n');
      }
    };
    const server = createServer((request, response) => {
      routes(request, response).then(
        (isAnswered) => (isAnswered ? undefined : own(request, response)),
        () => response.destroy(),
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return new GatewayServer(server);
  }

  get port(): number {
    // A TCP server that listens has an address.
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** In Prometheus' text format 0.0.4 (docs/gateway.md lists the names). */
function gatewayMetrics({ connection, working, ended, lastConfirmationAt }: GatewayStatus): string {
  const lines: string[] = [];
  const family = (name: string, type: 'gauge' | 'counter', help: string): void => {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
  };
  family('holdfast_gateway_online', 'gauge', '1 while the broker is reached.');
  lines.push(`holdfast_gateway_online ${connection.name === 'online' ? 1 : 0}`);
  family('holdfast_gateway_working', 'gauge', 'Documents that terminals have granted to this gateway.');
  lines.push(`holdfast_gateway_working ${working}`);
  family('holdfast_gateway_deliveries_total', 'counter', 'Attempts by how they ended; lost: the terminal was gone.');
  for (const [outcome, count] of Object.entries(ended)) {
    lines.push(`holdfast_gateway_deliveries_total{outcome="${outcome}"} ${count}`);
  }
  family(
    'holdfast_gateway_last_confirmation_seconds',
    'gauge',
    'When a document was last confirmed, Unix time; 0: never.',
  );
  lines.push(`holdfast_gateway_last_confirmation_seconds ${(lastConfirmationAt ?? 0) / 1000}`);
  return `${lines.join('\n')}\n`;
}
