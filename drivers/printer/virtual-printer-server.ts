import { createServer, type Server, type Socket } from 'node:net';
import type { VirtualPrinter } from './virtual-printer.ts';

/** A virtual printer on the network, as a real one sits on port 9100. */
export interface VirtualPrinterServer {
  readonly host: string;
  readonly port: number;
  /** Whether somebody is connected: nobody else is let in until that has ended. */
  readonly connected: boolean;
  /** Off: connections break and nothing listens; on: the same port again. */
  setPower(on: boolean): Promise<void>;
  /** Ends the connection but not the printer: what it holds in memory stays, as with a flaky network. */
  dropConnection(): void;
  /** The cable: without it the line is silent, but open connections do not notice. */
  setCable(plugged: boolean): void;
  close(): Promise<void>;
}

/** Listens on `host` (loopback) and `port` (0: any free one). One connection at a time, as most printers have it. */
export async function startVirtualPrinterServer(
  printer: VirtualPrinter,
  where: { readonly host: string; readonly port: number },
): Promise<VirtualPrinterServer> {
  let socket: Socket | null = null;
  let plugged = true;

  const accept = (fresh: Socket): void => {
    fresh.on('error', () => undefined);
    if (socket !== null) {
      fresh.destroy();
      return;
    }
    socket = fresh;
    printer.connect((bytes) => {
      if (plugged) fresh.write(bytes);
    });
    fresh.on('data', (bytes) => {
      if (!plugged) return;
      printer.receive(bytes);
      if (printer.full) fresh.pause();
    });
    fresh.on('close', () => {
      if (socket !== fresh) return;
      socket = null;
      printer.connect(null);
    });
  };
  const stopListening = printer.on('changed', () => {
    if (!printer.full) socket?.resume();
  });

  let server: Server | null = await listen(accept, where.host, where.port);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : where.port;
  const stop = async (): Promise<void> => {
    const listening = server;
    server = null;
    socket?.destroy();
    socket = null;
    printer.connect(null);
    if (listening !== null) await new Promise<void>((resolve) => listening.close(() => resolve()));
  };
  return {
    host: where.host,
    port,
    get connected() {
      return socket !== null;
    },
    async setPower(on) {
      if (on === (server !== null)) return;
      printer.setPower(on);
      if (on) server = await listen(accept, where.host, port);
      else await stop();
    },
    dropConnection() {
      socket?.destroy();
    },
    setCable(now) {
      plugged = now;
    },
    async close() {
      stopListening();
      await stop();
    },
  };
}

function listen(accept: (socket: Socket) => void, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(accept);
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}
