import { createServer, type Server, type Socket } from 'node:net';
import { type SerialSettings, serialLink } from '../../../drivers/link/serial-link.ts';
import { tcpLink } from '../../../drivers/link/socket-link.ts';
import type { ScaleProtocol } from '../../../drivers/scale/scale-protocol.ts';
import { createSerialScale, defaultScaleLimits } from '../../../drivers/scale/serial-scale.ts';
import type { VirtualScale, VirtualScaleOptions } from '../../../drivers/scale/virtual-scale.ts';
import { milliseconds, seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import type { ScaleRig } from '../../contract/scale-contract.ts';
import { pseudoPort } from '../pseudo-port.ts';

const clock = new SystemClock('Europe/Berlin');
const retry = { first: milliseconds(20), most: milliseconds(100), stableAfter: seconds(10), openTimeout: seconds(20) };
const limits = {
  ...defaultScaleLimits,
  answer: seconds(2),
  patience: milliseconds(400),
  again: milliseconds(20),
  poll: milliseconds(100),
};

type Make = new (options: VirtualScaleOptions) => VirtualScale;

/** A virtual scale behind a loopback port that can be switched off and taken off the line. */
class Stand {
  readonly scale: VirtualScale;
  plugged = true;
  #server: Server | null = null;
  #socket: Socket | null = null;
  #port = 0;

  constructor(make: Make, options: Omit<VirtualScaleOptions, 'send'> = {}) {
    this.scale = new make({ ...options, send: (bytes) => this.say(bytes) });
  }

  get port(): number {
    return this.#port;
  }

  say(bytes: Uint8Array): void {
    if (this.plugged) this.#socket?.write(bytes);
  }

  async setPower(on: boolean): Promise<void> {
    if (!on) {
      this.#socket?.destroy();
      await new Promise<void>((resolve) => (this.#server === null ? resolve() : this.#server.close(() => resolve())));
      this.#server = null;
      return;
    }
    const server = createServer((socket) => {
      this.#socket = socket;
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        if (this.plugged) this.scale.receive(bytes);
      });
    });
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: this.#port }, resolve));
    const address = server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
    this.#server = server;
  }
}

export async function tcpRig(make: Make, protocol: ScaleProtocol): Promise<ScaleRig> {
  const stand = new Stand(make);
  await stand.setPower(true);
  const opener = tcpLink({ host: '127.0.0.1', port: stand.port }, clock);
  return {
    driver: createSerialScale({ name: 'scale', opener, protocol, unit: 'kg', clock, log: silentLogger, retry, limits }),
    scale: stand.scale,
    say: (bytes) => stand.say(bytes),
    setCable: (plugged) => {
      stand.plugged = plugged;
    },
    setPower: (on) => stand.setPower(on),
    dispose: () => stand.setPower(false),
  };
}

/** With a pseudo-terminal that the driver opens as a serial port. */
export async function terminalRig(
  make: Make,
  protocol: ScaleProtocol,
  settings: Omit<SerialSettings, 'path'>,
): Promise<ScaleRig> {
  const stand = new Stand(make);
  await stand.setPower(true);
  const port = await pseudoPort(`tcp:127.0.0.1:${stand.port}`);
  const opener = serialLink({ ...settings, path: port.path }, clock);
  return {
    driver: createSerialScale({ name: 'scale', opener, protocol, unit: 'kg', clock, log: silentLogger, retry, limits }),
    scale: stand.scale,
    say: (bytes) => stand.say(bytes),
    setCable: (plugged) => {
      stand.plugged = plugged;
    },
    async setPower(on) {
      if (!on) await port.unplug();
      await stand.setPower(on);
      if (on) await port.plugIn();
    },
    async dispose() {
      await port.dispose();
      await stand.setPower(false);
    },
  };
}
