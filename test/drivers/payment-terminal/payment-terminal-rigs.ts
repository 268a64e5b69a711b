import { createServer, type Server, type Socket } from 'node:net';
import { serialLink } from '../../../drivers/link/serial-link.ts';
import { tcpLink } from '../../../drivers/link/socket-link.ts';
import { createSimulatedPaymentTerminal } from '../../../drivers/payment-terminal/simulated-payment-terminal.ts';
import { VirtualCardTerminal } from '../../../drivers/payment-terminal/virtual-card-terminal.ts';
import { usualLimits } from '../../../drivers/payment-terminal/zvt/transport.ts';
import { VirtualZvtTerminal } from '../../../drivers/payment-terminal/zvt/virtual-zvt-terminal.ts';
import { createZvtPaymentTerminal } from '../../../drivers/payment-terminal/zvt/zvt-payment-terminal.ts';
import { money } from '../../../src/money/money.ts';
import { milliseconds, seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { MemoryDisk } from '../../../src/platform/memory-disk.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import { systemRandom } from '../../../src/platform/system-random.ts';
import type { PaymentTerminalRig } from '../../contract/payment-terminal-contract.ts';
import { pseudoPort } from '../pseudo-port.ts';

const clock = new SystemClock('Europe/Berlin');
const retry = { first: milliseconds(20), most: milliseconds(100), stableAfter: seconds(10), openTimeout: seconds(60) };
const processing = milliseconds(10);
/** Patient, so that a slow machine changes nothing. */
const patient = seconds(60);
const limits = { ...usualLimits, betweenBytes: seconds(20), acknowledgement: patient, answer: patient };

interface Terminal {
  receive(bytes: Uint8Array): void;
  connected(): void;
}

/** A terminal of software behind a loopback port, or behind a pseudo-terminal that leads there; each byte may travel alone. */
class Stand {
  terminal: Terminal | null = null;
  readonly #fragments: boolean;
  #server: Server | null = null;
  #socket: Socket | null = null;
  #port = 0;

  constructor(fragments: boolean) {
    this.#fragments = fragments;
  }

  get port(): number {
    return this.#port;
  }

  say(bytes: Uint8Array): void {
    if (!this.#fragments) this.#socket?.write(bytes);
    else for (const byte of bytes) this.#socket?.write(Uint8Array.of(byte));
  }

  hangUp(): void {
    this.#socket?.destroy();
  }

  async setPower(on: boolean): Promise<void> {
    if (!on) {
      this.#socket?.destroy();
      await new Promise<void>((resolve) => (this.#server === null ? resolve() : this.#server.close(() => resolve())));
      this.#server = null;
      return;
    }
    const server = createServer({ noDelay: true }, (socket) => {
      this.#socket?.destroy();
      this.#socket = socket;
      this.terminal?.connected();
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        if (!this.#fragments) this.terminal?.receive(bytes);
        else for (const byte of bytes) this.terminal?.receive(Uint8Array.of(byte));
      });
    });
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: this.#port }, resolve));
    const address = server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
    this.#server = server;
  }
}

export async function simulatedRig(): Promise<PaymentTerminalRig> {
  const stand = new Stand(true);
  const terminal = new VirtualCardTerminal({
    clock,
    random: systemRandom,
    processing,
    send: (bytes) => stand.say(bytes),
    hangUp: () => stand.hangUp(),
  });
  stand.terminal = terminal;
  await stand.setPower(true);
  const opener = tcpLink({ host: '127.0.0.1', port: stand.port }, clock);
  return {
    driver: createSimulatedPaymentTerminal({ name: 'card terminal', opener, clock, log: silentLogger, retry }),
    clock,
    waiting: () => terminal.screen.state === 'waiting',
    presentCard: () => terminal.tap(),
    presentRefusedCard: () => terminal.decline(),
    stopAtTerminal: () => terminal.removeCard(),
    loseNextResult: () => {
      terminal.dropNextReply = true;
    },
    charged: () => terminal.approved().map(({ amount }) => money(amount)),
    setPower: (on) => stand.setPower(on),
    dispose: () => stand.setPower(false),
  };
}

function zvtTerminal(stand: Stand, transport: 'serial' | 'tcp'): VirtualZvtTerminal {
  const terminal = new VirtualZvtTerminal({
    clock,
    transport,
    processing,
    send: (bytes) => stand.say(bytes),
    hangUp: () => stand.hangUp(),
  });
  stand.terminal = terminal;
  return terminal;
}

const zvtOptions = (transport: 'serial' | 'tcp') => ({
  name: 'card terminal',
  transport,
  password: '000000',
  currency: 'EUR',
  printing: 'till' as const,
  columns: 42,
  characterSet: 'cp437' as const,
  files: new MemoryDisk().files('data'),
  clock,
  log: silentLogger,
  retry,
  limits,
});

const customerOf = (terminal: VirtualZvtTerminal) => ({
  clock,
  waiting: () => terminal.state === 'waiting',
  presentCard: () => terminal.tap(),
  presentRefusedCard: () => terminal.decline(),
  stopAtTerminal: () => terminal.pressStop(),
  loseNextResult: () => {
    terminal.faults.hangUpBefore = 'completion';
  },
  charged: () => terminal.charged,
});

export async function zvtTcpRig(): Promise<PaymentTerminalRig> {
  const stand = new Stand(true);
  const terminal = zvtTerminal(stand, 'tcp');
  await stand.setPower(true);
  const opener = tcpLink({ host: '127.0.0.1', port: stand.port }, clock);
  return {
    driver: createZvtPaymentTerminal({ ...zvtOptions('tcp'), opener }),
    ...customerOf(terminal),
    setPower: (on) => stand.setPower(on),
    dispose: () => stand.setPower(false),
  };
}

/** On a pseudo-terminal that the driver opens as a serial port: 9600 8N2. */
export async function zvtSerialRig(): Promise<PaymentTerminalRig> {
  const stand = new Stand(true);
  const terminal = zvtTerminal(stand, 'serial');
  await stand.setPower(true);
  const port = await pseudoPort(`tcp:127.0.0.1:${stand.port}`);
  const settings = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 2, flowControl: 'none' } as const;
  const opener = serialLink({ ...settings, path: port.path }, clock);
  const setPower = async (on: boolean): Promise<void> => {
    if (!on) await port.unplug();
    await stand.setPower(on);
    if (on) await port.plugIn();
  };
  return {
    driver: createZvtPaymentTerminal({ ...zvtOptions('serial'), opener }),
    ...customerOf(terminal),
    // A cable that comes out takes the port with it; it is plugged in again at once.
    loseNextResult: () => {
      terminal.faults.hangUpBefore = 'completion';
      const lost = stand.hangUp.bind(stand);
      stand.hangUp = () => {
        stand.hangUp = lost;
        lost();
        void port.unplug().then(port.plugIn);
      };
    },
    setPower,
    async dispose() {
      await port.dispose();
      await stand.setPower(false);
    },
  };
}
