import { createServer, type Socket } from 'node:net';
import { listenOnLoopback } from '../loopback.ts';

/** A loopback port that a driver connects to as to a device in the network: the plug of a virtual device. */
export interface DevicePort {
  readonly port: number;
  /** Whether a till is plugged in. */
  readonly connected: boolean;
  /** False when no till is plugged in: the bytes are gone, as on a cable that ends in the air. */
  send(bytes: Uint8Array): boolean;
  /** Pulls the plug at once; the till may plug in again. */
  hangUp(): void;
  close(): Promise<void>;
}

export interface DevicePortOptions {
  /** 0: any free one. */
  readonly port: number;
  onData?(bytes: Uint8Array): void;
  onPlug?(): void;
  onUnplug?(): void;
}

/** One till at a time, as on a serial cable: a new connection replaces the one before it. */
export async function openDevicePort(options: DevicePortOptions): Promise<DevicePort> {
  let till: Socket | null = null;

  function unplug(): void {
    till?.resetAndDestroy();
    till = null;
    options.onUnplug?.();
  }

  const server = createServer((socket) => {
    till?.destroy();
    till = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      if (till === socket) options.onData?.(bytes);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (till === socket) unplug();
    });
    options.onPlug?.();
  });
  const listening = await listenOnLoopback(server, options.port);

  return {
    port: listening.port,
    get connected() {
      return till !== null;
    },
    send(bytes) {
      if (till === null) return false;
      till.write(bytes);
      return true;
    },
    hangUp: unplug,
    async close() {
      till?.destroy();
      await listening.close();
    },
  };
}
