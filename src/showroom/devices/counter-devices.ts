import { VirtualDisplay } from '../../../drivers/display/virtual-display.ts';
import { keyByte } from '../../../drivers/keypad/virtual-keypad.ts';
import { type CardHost, VirtualCardTerminal } from '../../../drivers/payment-terminal/virtual-card-terminal.ts';
import { paperWidths } from '../../../drivers/printer/document.ts';
import { paperSvg } from '../../../drivers/printer/paper-svg.ts';
import { paperText } from '../../../drivers/printer/paper-text.ts';
import { VirtualPrinter } from '../../../drivers/printer/virtual-printer.ts';
import { startVirtualPrinterServer } from '../../../drivers/printer/virtual-printer-server.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import type { CounterState, PaperSlip } from '../facade.ts';
import { keysOf } from '../keys.ts';
import type { Sockets } from '../till-config.ts';
import { openDevicePort } from './device-port.ts';

/** Everything on the counter that a till drives, plugged into loopback ports; and the hands that use it. */
export interface CounterDevices {
  readonly sockets: Omit<Sockets, 'shop'>;
  /** What the devices show now. */
  state(): Pick<CounterState, 'display' | 'paper' | 'printed' | 'drawer' | 'cardTerminal' | 'cardsOffline'>;
  readonly slips: readonly PaperSlip[];
  readonly problems: readonly string[];
  readonly cardTerminal: VirtualCardTerminal;
  press(keys: string): boolean;
  scan(code: string): boolean;
  closeDrawer(): void;
  paper(state: 'in' | 'out'): void;
  /** Mains power of what hangs on it: display and printer forget what they hold. The card terminal has its own battery. */
  power(on: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface CounterDevicesOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Who decides about cards. */
  readonly host: CardHost;
  onChange(): void;
}

const host = '127.0.0.1';
const paper = paperWidths[32];

export async function plugInDevices(options: CounterDevicesOptions): Promise<CounterDevices> {
  const { clock, random, log, host: cardHost, onChange } = options;
  const problems: string[] = [];
  const slips: PaperSlip[] = [];

  const keypad = await openDevicePort({ port: 0 });
  const scanner = await openDevicePort({ port: 0 });

  const display = new VirtualDisplay({
    size: { columns: 20, rows: 2 },
    onChange,
    onError: (problem) => problems.push(`display: ${problem}`),
  });
  const displayPort = await openDevicePort({
    port: 0,
    onData: (bytes) => display.receive(bytes),
    onPlug: onChange,
    onUnplug: onChange,
  });

  const cardTerminal: VirtualCardTerminal = new VirtualCardTerminal({
    clock,
    random,
    onChange,
    send: (bytes) => cardPort.send(bytes),
    hangUp: () => cardPort.hangUp(),
    host: cardHost,
    // What a reader has encrypted looks like noise to everybody else.
    blobFor: () => random.bytes(160),
  });
  cardTerminal.offlineMode = 'stored';
  const cardPort = await openDevicePort({
    port: 0,
    onPlug: () => cardTerminal.connected(),
    onData: (bytes) => cardTerminal.receive(bytes),
  });

  const printer = new VirtualPrinter({ paper, log });
  printer.on('changed', onChange);
  printer.on('receipt', (receipt) => {
    // Drawn smaller than printed, crisp edges would swallow whole strokes.
    const svg = paperSvg(receipt, paper).replaceAll(' shape-rendering="crispEdges"', '');
    slips.push({ number: slips.length + 1, text: paperText(receipt, paper), svg });
    onChange();
  });
  const printerServer = await startVirtualPrinterServer(printer, { host, port: 0 });

  return {
    sockets: {
      keypad: keypad.port,
      scanner: scanner.port,
      display: displayPort.port,
      printer: printerServer.port,
      cardTerminal: cardPort.port,
    },
    state: () => ({
      display: { rows: display.rows, lit: displayPort.connected, brightness: display.brightness },
      paper: printer.state.paper === 'out' ? 'out' : 'in',
      printed: slips.length,
      drawer: printer.state.drawer,
      cardTerminal: cardTerminal.screen,
      cardsOffline: cardTerminal.offlineMode,
    }),
    slips,
    get problems() {
      return [...problems, ...printer.problems.map((problem) => `printer: ${problem}`)];
    },
    cardTerminal,
    press(keys) {
      const bytes = keysOf(keys).map((key) => keyByte(key));
      return bytes.length > 0 && keypad.send(Buffer.concat(bytes));
    },
    scan: (code) => scanner.send(Buffer.from(`${code}\r`, 'utf8')),
    closeDrawer: () => printer.closeDrawer(),
    paper: (state) => (state === 'in' ? printer.loadPaper() : printer.loadPaper(0)),
    async power(on) {
      if (!on) {
        for (const port of [keypad, scanner, displayPort, cardPort]) port.hangUp();
        display.reset();
      }
      await printerServer.setPower(on);
    },
    async close() {
      await Promise.all([
        keypad.close(),
        scanner.close(),
        displayPort.close(),
        cardPort.close(),
        printerServer.close(),
      ]);
    },
  };
}
