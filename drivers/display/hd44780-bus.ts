import { type Clock, type Duration, milliseconds } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import type { Connection } from '../device-lifecycle.ts';
import type { GpioOpener, Level } from '../link/gpio/gpio.ts';
import type { I2cOpener } from '../link/i2c/i2c.ts';

export type Register = 'command' | 'data';

/** The six wires of an HD44780 module in 4-bit mode; R/W is never used (on GPIO it is tied to ground). */
export interface Hd44780Bus extends Connection {
  /** Puts four bits on D7–D4 and pulses E. Resolves when the module has taken them. */
  nibble(register: Register, bits: number): Promise<void>;
  /** What must be waited after each byte, so that its 37 µs are over; 0 where the bus itself is slower than that. */
  readonly byteTime: Duration;
}

export interface Hd44780BusOpener {
  /** What health calls the driver. */
  readonly driver: 'hd44780-gpio' | 'hd44780-i2c';
  readonly description: string;
  open(signal: AbortSignal): Promise<Hd44780Bus>;
}

/** Lines by the module's pin names; `d4` to `d7` lowest first. */
export interface Hd44780Pins {
  readonly rs: number;
  readonly e: number;
  readonly data: readonly [d4: number, d5: number, d6: number, d7: number];
}

/** Throws `display.bad-pins` when two pins share a line. */
export function hd44780OverGpio(gpio: GpioOpener, pins: Hd44780Pins): Hd44780BusOpener {
  const lines = [pins.rs, pins.e, ...pins.data];
  const twice = lines.find((line, index) => lines.indexOf(line) !== index);
  if (twice !== undefined) {
    throw new HoldfastError('display.bad-pins', `GPIO ${twice} is named for two pins of the display.`, {
      remedy: 'operator',
      hint: 'RS, E and D4 to D7 each need a line of their own (docs/hardware/display.md).',
    });
  }
  return {
    driver: 'hd44780-gpio',
    description: `display on ${gpio.description}`,
    async open(signal) {
      const port = await gpio.open(signal);
      try {
        if (port.pace === 'process-each') {
          throw new HoldfastError('display.too-slow', `a display can’t be driven through ${gpio.description}`, {
            remedy: 'operator',
            hint: 'Set devices.gpio.driver to onoff, use gpiod 2, or connect the display by I²C.',
          });
        }
        const outputs = await port.requestOutputs(
          lines,
          lines.map(() => 0),
        );
        const set = (register: Register, e: Level, bits: number): Promise<void> =>
          outputs.write([register === 'data' ? 1 : 0, e, bit(bits, 0), bit(bits, 1), bit(bits, 2), bit(bits, 3)]);
        return {
          // A line takes microseconds to change; waiting a whole millisecond leaves nothing to chance.
          byteTime: milliseconds(1),
          onClose: (listener) => port.onClose(listener),
          close: () => port.close(),
          async nibble(register, bits) {
            await set(register, 0, bits);
            await set(register, 1, bits);
            await set(register, 0, bits);
          },
        };
      } catch (error) {
        await port.close();
        throw error;
      }
    },
  };
}

const bit = (bits: number, index: number): Level => (((bits >> index) & 1) === 1 ? 1 : 0);

const rsBit = 0x01;
const eBit = 0x04;
const backlightBit = 0x08;

/**
 * A module behind a PCF8574 (the usual "I²C backpack"): P0 RS, P1 R/W, P2 E, P3 backlight, P4–P7 D4–D7. RS must be stable
 * before E rises, so a change of it is sent first. The bus has at most 100 kHz: one transfer takes 180 µs.
 */
export function hd44780OverI2c(i2c: I2cOpener): Hd44780BusOpener {
  return {
    driver: 'hd44780-i2c',
    description: `display at ${i2c.description}`,
    async open(signal) {
      const device = await i2c.open(signal);
      let shown: Register | null = null;
      return {
        byteTime: milliseconds(0),
        onClose: (listener) => device.onClose(listener),
        close: () => device.close(),
        async nibble(register, bits) {
          const pins = backlightBit | (register === 'data' ? rsBit : 0) | (bits << 4);
          if (shown !== register) await device.sendByte(pins);
          shown = register;
          await device.sendByte(pins | eBit);
          await device.sendByte(pins);
        },
      };
    },
  };
}

/** Sends a whole byte, upper half first, and waits until the module has carried it out (`extra`: beyond its 37 µs). */
export async function sendByte(
  bus: Hd44780Bus,
  clock: Clock,
  register: Register,
  byte: number,
  extra: Duration = milliseconds(0),
): Promise<void> {
  await bus.nibble(register, byte >> 4);
  await bus.nibble(register, byte & 0x0f);
  const pause = Math.max(bus.byteTime, extra);
  if (pause > 0) await clock.sleep(milliseconds(pause));
}
