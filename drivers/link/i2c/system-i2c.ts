import { codeOf, HoldfastError, messageOf } from '../../../src/platform/errors.ts';
import { ConnectionEnd } from '../connection-end.ts';
import type { I2cOpener } from './i2c.ts';

/** What is used of `i2c-bus`. */
export interface I2cLibrary {
  openPromisified(
    bus: number,
  ): Promise<{ sendByte(address: number, byte: number): Promise<void>; close(): Promise<void> }>;
}

export interface SystemI2cOptions {
  /** The number in `/dev/i2c-1`. */
  readonly bus: number;
  /** 7 bits, e.g. 0x27. */
  readonly address: number;
  /** Loads the library; for tests. The real one is optional: it needs a compiler. */
  readonly load?: () => Promise<I2cLibrary>;
}

/** A device on an I²C bus of this machine, through the package `i2c-bus`, loaded when the first device opens it. */
export function systemI2c(options: SystemI2cOptions): I2cOpener {
  const { bus: number, address } = options;
  const load = options.load ?? (() => import('i2c-bus'));
  const place = `address 0x${address.toString(16).padStart(2, '0')} of I²C bus ${number}`;
  return {
    description: place,
    async open() {
      let library: I2cLibrary;
      try {
        library = await load();
      } catch (cause) {
        throw new HoldfastError('i2c.unavailable', 'the package "i2c-bus" is not installed on this machine', {
          remedy: 'operator',
          cause,
          hint: 'Install it ("npm install i2c-bus", needs a compiler).',
        });
      }
      const bus = await library.openPromisified(number);
      const end = new ConnectionEnd();
      return {
        onClose: (listener) => end.onClose(listener),
        async close() {
          if (end.end('closed by us')) await bus.close();
        },
        async sendByte(byte) {
          try {
            await bus.sendByte(address, byte);
          } catch (cause) {
            throw i2cError(cause, place, number);
          }
        },
      };
    },
  };
}

function i2cError(cause: unknown, place: string, bus: number): HoldfastError {
  const text = `${codeOf(cause) ?? ''} ${messageOf(cause)}`;
  if (/ENOENT/.test(text)) {
    return new HoldfastError('i2c.unavailable', `this machine has no I²C bus ${bus} (/dev/i2c-${bus})`, {
      remedy: 'operator',
      cause,
      hint: 'Switch I²C on: "raspi-config", or "dtparam=i2c_arm=on" in config.txt and the module i2c-dev.',
    });
  }
  if (/EACCES|EPERM/.test(text)) {
    return new HoldfastError('i2c.unavailable', `no permission to use I²C bus ${bus}`, {
      remedy: 'operator',
      cause,
      hint: 'Add the user that runs the till to the group i2c.',
    });
  }
  if (/EBUSY/.test(text)) {
    return new HoldfastError('i2c.unavailable', `${place} is used by a kernel driver`, {
      remedy: 'operator',
      cause,
      hint: 'Take the overlay for this device out of config.txt.',
    });
  }
  return new HoldfastError('i2c.no-answer', `nothing answers at ${place} (${messageOf(cause)})`, {
    remedy: 'retry',
    cause,
    hint: 'Check its four wires and its address ("i2cdetect -y 1" shows it).',
  });
}
