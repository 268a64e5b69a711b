import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LinkOpener } from '../../../drivers/link/link.ts';
import type { LinkRig } from '../../contract/link-contract.ts';
import { pseudoPort } from '../pseudo-port.ts';
import { until } from '../wait.ts';

/** The other end of a line: a server on loopback or on a socket file that keeps what it was sent. */
export class Peer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #chunks: Buffer[] = [];
  #reading = true;
  #connections = 0;

  constructor() {
    this.#server = createServer((socket) => {
      this.#connections += 1;
      this.#sockets.add(socket);
      socket.on('data', (bytes) => this.#chunks.push(bytes));
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
      if (!this.#reading) socket.pause();
    });
  }

  async listen(where: ListenOptions): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(where, resolve));
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get connections(): number {
    return this.#connections;
  }

  received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  send(bytes: Uint8Array): void {
    for (const socket of this.#sockets) socket.write(bytes);
  }

  stopReading(): void {
    this.#reading = false;
    for (const socket of this.#sockets) socket.pause();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** A rig over a socket: `where` is asked anew at each plugging in, so that the same place comes back. */
export async function socketRig(
  where: (port: number) => ListenOptions,
  openerOf: (port: number) => LinkOpener,
): Promise<LinkRig> {
  let peer: Peer | null = new Peer();
  const port = await peer.listen(where(0));
  const earlier: Buffer[] = [];
  const unplug = async (): Promise<void> => {
    if (peer === null) return;
    earlier.push(peer.received());
    await peer.close();
    peer = null;
  };
  return {
    opener: openerOf(port),
    received: () => Buffer.concat([...earlier, peer?.received() ?? Buffer.alloc(0)]),
    send(bytes) {
      // The connection may be accepted a moment after the client believes it open.
      const deliver = (): void => {
        if (peer !== null && peer.connections === 0) setImmediate(deliver);
        else peer?.send(bytes);
      };
      deliver();
    },
    stopReading: () => peer?.stopReading(),
    unplug,
    async plugIn() {
      peer = new Peer();
      await peer.listen(where(port));
    },
    dispose: unplug,
  };
}

/** A rig over a pseudo-terminal: to the program under test it is a serial port that can be unplugged. */
export async function terminalRig(openerOf: (path: string) => LinkOpener): Promise<LinkRig> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-peer-'));
  const socket = join(folder, 'peer');
  const peer = new Peer();
  await peer.listen({ path: socket });
  const port = await pseudoPort(`unix-connect:${socket}`);
  await until(() => peer.connections > 0);
  return {
    opener: openerOf(port.path),
    received: () => peer.received(),
    send: (bytes) => peer.send(bytes),
    stopReading: () => peer.stopReading(),
    unplug: port.unplug,
    async plugIn() {
      const known = peer.connections;
      await port.plugIn();
      await until(() => peer.connections > known);
    },
    async dispose() {
      await port.dispose();
      await peer.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
