import type { Connection } from '../../device-lifecycle.ts';

/** One device on an I²C bus, as far as port expanders need it. */
export interface I2cDevice extends Connection {
  /** SMBus "send byte". Resolves when the device has acknowledged it; rejects `i2c.no-answer` or `i2c.unavailable`. */
  sendByte(byte: number): Promise<void>;
}

export interface I2cOpener {
  /** e.g. `I²C bus 1 address 0x27`. */
  readonly description: string;
  open(signal: AbortSignal): Promise<I2cDevice>;
}
