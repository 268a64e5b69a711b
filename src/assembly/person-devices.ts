import { arch } from 'node:process';
import type { Beeper } from '../../drivers/beeper/beeper.ts';
import { createGpioBeeper } from '../../drivers/beeper/gpio-beeper.ts';
import { createCd5220Display } from '../../drivers/display/cd5220-display.ts';
import type { Display, DisplaySize } from '../../drivers/display/display.ts';
import { createDmDDisplay } from '../../drivers/display/dm-d-display.ts';
import { type Hd44780BusOpener, hd44780OverGpio, hd44780OverI2c } from '../../drivers/display/hd44780-bus.ts';
import { createHd44780Display } from '../../drivers/display/hd44780-display.ts';
import { createAsciiKeypad } from '../../drivers/keypad/ascii-keypad.ts';
import { createEvdevKeypad } from '../../drivers/keypad/evdev-keypad.ts';
import type { Keypad } from '../../drivers/keypad/keypad.ts';
import { createMatrixKeypad, usualMatrixLayout } from '../../drivers/keypad/matrix-keypad.ts';
import { createGpioLamp } from '../../drivers/lamp/gpio-lamp.ts';
import type { Lamp } from '../../drivers/lamp/lamp.ts';
import { deviceFileLink } from '../../drivers/link/device-file-link.ts';
import { anyGpio } from '../../drivers/link/gpio/any-gpio.ts';
import type { GpioOpener } from '../../drivers/link/gpio/gpio.ts';
import { gpiodGpio } from '../../drivers/link/gpio/gpiod-gpio.ts';
import { onoffGpio } from '../../drivers/link/gpio/onoff-gpio.ts';
import { systemI2c } from '../../drivers/link/i2c/system-i2c.ts';
import { recordSizeFor } from '../../drivers/link/input-event.ts';
import type { LinkOpener } from '../../drivers/link/link.ts';
import { createEvdevScanner } from '../../drivers/scanner/evdev-scanner.ts';
import { createLineScanner } from '../../drivers/scanner/line-scanner.ts';
import type { Scanner } from '../../drivers/scanner/scanner.ts';
import type { LinkConfig, TerminalConfig } from '../config/schema.ts';
import { type Clock, milliseconds } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';

type DevicesConfig = TerminalConfig['devices'];

/** What every device is made of. */
export interface DeviceParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Opens a configured line. */
  opener(link: LinkConfig): LinkOpener;
  /** The same line, watched for `holdfast devices monitor` under the device's name. */
  watched(name: string, opener: LinkOpener): LinkOpener;
  readonly gpio: GpioOpener;
}

/** The way to the pins; one for all devices. */
export function createGpio({ driver, chip }: DevicesConfig['gpio']): GpioOpener {
  switch (driver) {
    case 'onoff':
      return onoffGpio({ chip });
    case 'gpiod':
      return gpiodGpio({ chip });
    case 'auto':
      return anyGpio([onoffGpio({ chip }), gpiodGpio({ chip })]);
  }
}

/** Throws `keypad.bad-layout`, `keypad.too-slow` or `input.unknown-key`. */
export function createKeypad(config: DevicesConfig['keypad'], parts: DeviceParts): Keypad | null {
  if (config === null) return null;
  const { clock, log, gpio } = parts;
  const name = 'keypad';
  switch (config.driver) {
    case 'ascii':
      return createAsciiKeypad({
        name,
        clock,
        log,
        opener: parts.watched(name, parts.opener(config.link)),
        layout: config.layout,
      });
    case 'matrix':
      return createMatrixKeypad({
        name,
        clock,
        log,
        gpio,
        rows: config.rows,
        columns: config.columns,
        layout: config.layout.length === 0 ? usualMatrixLayout : config.layout,
        scanEvery: milliseconds(config.scanEvery),
        samples: config.samples,
        repeat:
          config.repeat === null
            ? null
            : { after: milliseconds(config.repeat.after), every: milliseconds(config.repeat.every) },
      });
    case 'evdev':
      return createEvdevKeypad({
        name,
        clock,
        log,
        opener: parts.watched(name, deviceFileLink(config.path, clock)),
        recordSize: recordSizeFor(arch),
        layout: config.layout,
        repeat: config.repeat,
      });
  }
}

/** Throws `display.bad-pins`. */
export function createDisplay(name: string, config: DevicesConfig['display'], parts: DeviceParts): Display | null {
  if (config === null) return null;
  const { clock, log, gpio } = parts;
  switch (config.driver) {
    case 'cd5220':
    case 'epson-dm-d': {
      const common = { name, clock, log, opener: parts.watched(name, parts.opener(config.link)) };
      return config.driver === 'cd5220'
        ? createCd5220Display({ ...common, size: displaySizes[config.size] })
        : createDmDDisplay({ ...common, size: displaySizes['20x2'] });
    }
    case 'hd44780-gpio':
    case 'hd44780-i2c': {
      const opener: Hd44780BusOpener =
        config.driver === 'hd44780-gpio'
          ? hd44780OverGpio(gpio, {
              rs: config.pins.rs,
              e: config.pins.e,
              data: [config.pins.d4, config.pins.d5, config.pins.d6, config.pins.d7],
            })
          : hd44780OverI2c(systemI2c({ bus: config.bus, address: Number(config.address) }));
      return createHd44780Display({ name, clock, log, opener, size: displaySizes[config.size], rom: config.rom });
    }
  }
}

const displaySizes: Readonly<Record<'16x2' | '20x2' | '20x4', DisplaySize>> = {
  '16x2': { columns: 16, rows: 2 },
  '20x2': { columns: 20, rows: 2 },
  '20x4': { columns: 20, rows: 4 },
};

export function createBeeper(config: DevicesConfig['beeper'], parts: DeviceParts): Beeper | null {
  if (config === null) return null;
  const { gpio, clock, log } = parts;
  return createGpioBeeper({ name: 'beeper', gpio, line: config.line, clock, log });
}

export function createHelpLamp(config: DevicesConfig['helpLamp'], parts: DeviceParts): Lamp | null {
  if (config === null) return null;
  const { gpio, clock, log } = parts;
  return createGpioLamp({ name: 'help lamp', gpio, line: config.line, clock, log });
}

export function createScanner(config: DevicesConfig['scanner'], parts: DeviceParts): Scanner | null {
  if (config === null) return null;
  const { clock, log } = parts;
  const name = 'scanner';
  const ignoreRepeatsWithin = milliseconds(config.ignoreRepeatsWithin);
  const watched = (opener: LinkOpener): LinkOpener => parts.watched(name, opener);
  return config.driver === 'line'
    ? createLineScanner({ name, clock, log, opener: watched(parts.opener(config.link)), ignoreRepeatsWithin })
    : createEvdevScanner({
        name,
        clock,
        log,
        opener: deviceFileLink(config.path, clock),
        recordSize: recordSizeFor(arch),
        ignoreRepeatsWithin,
        watched,
      });
}

/** Throws `config.invalid` when two devices are wired to the same pin, or to the same place on an I²C bus. */
export function checkPlaces(config: DevicesConfig): void {
  const users = new Map<string, string>();
  for (const { place, user } of [
    ...keypadPlaces(config.keypad),
    ...displayPlaces('devices.display', config.display),
    ...displayPlaces('devices.customerDisplay', config.customerDisplay),
    ...(config.beeper === null ? [] : [{ place: `GPIO ${config.beeper.line}`, user: 'devices.beeper' }]),
    ...(config.helpLamp === null ? [] : [{ place: `GPIO ${config.helpLamp.line}`, user: 'devices.helpLamp' }]),
  ]) {
    const other = users.get(place);
    if (other !== undefined && other !== user) {
      throw new HoldfastError('config.invalid', `${place} is used by ${other} and by ${user}.`, {
        remedy: 'operator',
        hint: 'Wire one of them to another place, and name that in the configuration.',
      });
    }
    users.set(place, user);
  }
}

interface Use {
  readonly place: string;
  readonly user: string;
}

function keypadPlaces(config: DevicesConfig['keypad']): readonly Use[] {
  if (config?.driver !== 'matrix') return [];
  return [...config.rows, ...config.columns].map((line) => ({ place: `GPIO ${line}`, user: 'devices.keypad' }));
}

function displayPlaces(user: string, config: DevicesConfig['display']): readonly Use[] {
  if (config?.driver === 'hd44780-gpio') {
    return Object.values(config.pins).map((line) => ({ place: `GPIO ${line}`, user }));
  }
  if (config?.driver !== 'hd44780-i2c') return [];
  return [{ place: `address ${config.address.toLowerCase()} of I²C bus ${config.bus}`, user }];
}
