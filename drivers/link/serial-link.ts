import { statSync } from 'node:fs';
import type { SerialPort } from 'serialport';
import { type Clock, seconds, type Timer } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import type { Link, LinkOpener } from './link.ts';
import { openError } from './open-error.ts';
import { OpenLink } from './open-link.ts';

/** As printed in every device's manual, e.g. 9600 8N1. */
export interface SerialSettings {
  /** e.g. `/dev/ttyUSB0`, or better a stable name under `/dev/serial/by-id`. */
  readonly path: string;
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
  readonly flowControl: 'none' | 'rts-cts' | 'xon-xoff';
}

/**
 * A serial port, through the package `serialport`, which is loaded when the first port is opened so that a machine without
 * it still starts. One `SerialPort` per connection: a closed one queues what is written and sends it at the next opening,
 * and only a port with a `data` listener notices that it was unplugged (both measured with serialport 13).
 */
export function serialLink(settings: SerialSettings, clock: Clock): LinkOpener {
  const { path, baudRate, dataBits, parity, stopBits } = settings;
  const description = `serial ${path} ${baudRate} ${dataBits}${parity.charAt(0).toUpperCase()}${stopBits}`;
  return {
    description,
    async open(signal) {
      const link = await openPort(await createPort(settings), path, clock);
      if (signal.aborted) {
        await link.close();
        throw openError(path, new Error('ABORT'));
      }
      return link;
    },
  };
}

async function createPort(settings: SerialSettings): Promise<SerialPort> {
  let serialport: typeof import('serialport');
  try {
    serialport = await import('serialport');
  } catch (cause) {
    throw new HoldfastError('link.unsupported', 'serial ports cannot be used on this machine', {
      remedy: 'operator',
      cause,
      hint: 'Install the package again ("npm ci"), so that its native part is built for this machine.',
    });
  }
  return new serialport.SerialPort({
    path: settings.path,
    baudRate: settings.baudRate,
    dataBits: settings.dataBits,
    parity: settings.parity,
    stopBits: settings.stopBits,
    rtscts: settings.flowControl === 'rts-cts',
    xon: settings.flowControl === 'xon-xoff',
    xoff: settings.flowControl === 'xon-xoff',
    autoOpen: false,
    lock: true,
  });
}

function openPort(port: SerialPort, path: string, clock: Clock): Promise<Link> {
  let fault = 'unplugged';
  const link = new OpenLink(
    {
      write: (bytes) =>
        new Promise((resolve, reject) => {
          if (!port.isOpen) {
            reject(new Error('unplugged'));
            return;
          }
          port.write(bytes, (error) => {
            if (error) reject(error);
          });
          port.drain((error) => (error ? reject(error) : resolve()));
        }),
      close: (discard) => closePort(port, discard),
    },
    clock,
  );
  port.on('data', (bytes: Buffer) => link.received(bytes));
  port.on('error', (error: Error) => {
    fault = `unplugged (${error.message})`;
    void link.ended(fault, true);
  });
  port.on('close', () => void link.ended(fault));
  return new Promise((resolve, reject) => {
    port.open((error) => {
      if (error) {
        reject(openError(path, error));
        return;
      }
      watchNode(link, path, clock);
      resolve(link);
    });
  });
}

/** How often to look whether the port's node is still the one that was opened. */
const lookEvery = seconds(2);

/**
 * A port that is unplugged in the very moment of its opening is at times not reported by `serialport` (seen with 13, under
 * load). The kernel removes the node, or another one takes its place: that is looked for as well.
 */
function watchNode(link: OpenLink, path: string, clock: Clock): void {
  const opened = nodeOf(path);
  let timer: Timer | null = null;
  let over = false;
  const look = (): void => {
    if (over) return;
    if (opened !== null && nodeOf(path) === opened) timer = clock.schedule(lookEvery, look);
    else void link.ended('unplugged', true);
  };
  link.onClose(() => {
    over = true;
    timer?.cancel();
  });
  look();
}

/** What names the device behind a path; null: nothing is there. */
function nodeOf(path: string): string | null {
  try {
    const { ino, rdev } = statSync(path);
    return `${ino} ${rdev}`;
  } catch {
    return null;
  }
}

function closePort(port: SerialPort, discard: boolean): Promise<void> {
  return new Promise((resolve) => {
    const close = (): void => {
      if (port.isOpen) port.close(() => resolve());
      else resolve();
    };
    if (discard && port.isOpen) port.flush(close);
    else close();
  });
}
