import type { Server } from 'node:net';
import { HoldfastError } from '../platform/errors.ts';

export interface LoopbackServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Makes a server listen on 127.0.0.1 and nowhere else. `port` 0: any free one. Rejects with the system's error (EADDRINUSE). */
export async function listenOnLoopback(server: Server, port: number): Promise<LoopbackServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new HoldfastError('showroom.no-port', 'The server has no port.', { remedy: 'never' });
  }
  return {
    port: address.port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
