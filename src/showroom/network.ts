import { connect, createServer, type Socket } from 'node:net';
import { type Clock, type Duration, milliseconds } from '../platform/clock.ts';
import type { CableState } from './facade.ts';
import { type LoopbackServer, listenOnLoopback } from './loopback.ts';

/** The network cable between the till and the shop. */
export interface NetworkCable {
  /** Where the till connects. */
  readonly port: number;
  readonly state: CableState;
  /** Off cuts every connection at once, in the middle of whatever it carries, and refuses new ones. */
  set(state: CableState): void;
  close(): Promise<void>;
}

export interface NetworkCableOptions {
  /** Port of the shop on loopback. */
  readonly target: number;
  /** 0: any free one. */
  readonly port: number;
  readonly clock: Clock;
  /** What `slow` adds to every piece of data, in each direction. */
  readonly delay?: Duration;
}

/** A TCP proxy that can be unplugged. */
export async function startNetworkCable(options: NetworkCableOptions): Promise<NetworkCable> {
  const delay = options.delay ?? milliseconds(400);
  const sockets = new Set<Socket>();
  let state: CableState = 'on';

  const server = createServer({ allowHalfOpen: true }, (till) => {
    if (state === 'off') {
      // A listening port that resets is what a closed one looks like, without another process taking the port meanwhile.
      till.on('error', () => undefined);
      till.resetAndDestroy();
      return;
    }
    const shop = connect({ host: '127.0.0.1', port: options.target, allowHalfOpen: true });
    carry(till, shop);
    carry(shop, till);
  });

  function carry(from: Socket, to: Socket): void {
    sockets.add(from);
    from.setNoDelay(true);
    let last = Promise.resolve();
    /** In order, each piece late by the delay that holds when it arrives. */
    const later = (act: () => void): void => {
      const wait = state === 'slow' ? options.clock.sleep(delay) : undefined;
      last = last.then(() => wait).then(act);
    };
    from.on('data', (bytes) => later(() => to.write(bytes)));
    from.on('end', () => later(() => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      later(() => to.destroySoon());
    });
  }

  const listening: LoopbackServer = await listenOnLoopback(server, options.port);
  return {
    port: listening.port,
    get state() {
      return state;
    },
    set(next) {
      state = next;
      if (next === 'off') for (const socket of sockets) socket.resetAndDestroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await listening.close();
    },
  };
}
