import { describe, expect, it } from 'vitest';
import type { LinkOpener } from '../../drivers/link/link.ts';
import {
  checkPlaces,
  createDisplay,
  createGpio,
  createKeypad,
  createScanner,
} from '../../src/assembly/person-devices.ts';
import { type TerminalConfigInput, terminalConfigSchema } from '../../src/config/schema.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { ManualClock } from '../tools/manual-clock.ts';

const link = { type: 'serial', path: '/dev/ttyUSB0' } as const;

type DevicesInput = NonNullable<TerminalConfigInput['devices']>;

function devicesOf(written: DevicesInput) {
  return terminalConfigSchema.shape.devices.parse(written);
}

const watchedDevices: string[] = [];
const nowhere: LinkOpener = { description: 'nowhere', open: () => Promise.reject(new Error('nothing is plugged in')) };
const parts = {
  clock: new ManualClock(),
  log: silentLogger,
  opener: () => nowhere,
  watched: (name: string, opener: LinkOpener) => {
    watchedDevices.push(name);
    return opener;
  },
  gpio: createGpio({ driver: 'gpiod', chip: '' }),
};

describe('the devices of the configuration', () => {
  it.each<[string, DevicesInput['keypad']]>([
    ['ascii', { driver: 'ascii', link }],
    ['matrix', { driver: 'matrix', rows: [5, 6, 13, 19], columns: [12, 16, 20, 21] }],
    ['evdev', { driver: 'evdev', path: '/dev/input/event3' }],
  ])('a keypad of the kind %s', (driver, written) => {
    const keypad = createKeypad(devicesOf({ keypad: written }).keypad, parts);
    expect(keypad?.health()).toMatchObject({ name: 'keypad', kind: 'keypad', driver, state: 'absent' });
  });

  it.each([
    ['cd5220', { columns: 16, rows: 2 }, { driver: 'cd5220', link, size: '16x2' }],
    ['epson-dm-d', { columns: 20, rows: 2 }, { driver: 'epson-dm-d', link }],
    [
      'hd44780-gpio',
      { columns: 20, rows: 4 },
      { driver: 'hd44780-gpio', pins: { rs: 26, e: 19, d4: 13, d5: 6, d6: 5, d7: 11 } },
    ],
    ['hd44780-i2c', { columns: 20, rows: 2 }, { driver: 'hd44780-i2c', size: '20x2' }],
  ] as const)('a display of the kind %s', (driver, size, written) => {
    const config = devicesOf({ customerDisplay: written });
    const display = createDisplay('customer display', config.customerDisplay, parts);
    expect(display?.health()).toMatchObject({ name: 'customer display', kind: 'display', driver });
    expect(display?.size).toEqual(size);
    expect(createDisplay('display', config.display, parts)).toBeNull();
  });

  it('a scanner in keyboard mode, watched like any other', () => {
    watchedDevices.length = 0;
    const scanner = createScanner(
      devicesOf({ scanner: { driver: 'evdev', path: '/dev/input/event4' } }).scanner,
      parts,
    );
    expect(scanner?.health()).toMatchObject({ name: 'scanner', driver: 'evdev' });
    expect(watchedDevices).toEqual(['scanner']);
  });

  it('start without the hardware, and say what is missing', async () => {
    const gpio = createGpio({ driver: 'auto', chip: 'no-such-chip' });
    const config = devicesOf({ keypad: { driver: 'matrix', rows: [5, 6, 13, 19], columns: [12, 16, 20, 21] } });
    const keypad = createKeypad(config.keypad, { ...parts, gpio });
    await keypad?.start();
    expect(keypad?.health().state).toBe('absent');
    expect(keypad?.health().condition).toMatch(/^GPIO can’t be used: .+; .+/);
    await keypad?.stop();
  });

  it('leave the till running without them, each with words that say what to do', async () => {
    const config = devicesOf({
      keypad: { driver: 'evdev', path: '/dev/input/by-id/no-keypad' },
      display: { driver: 'hd44780-i2c', bus: 250 },
      customerDisplay: { driver: 'epson-dm-d', link },
      scanner: { driver: 'evdev', path: '/dev/input/by-id/no-scanner' },
    });
    const real = { ...parts, clock: new SystemClock('Europe/Berlin') };
    const devices = [
      createKeypad(config.keypad, real),
      createDisplay('display', config.display, real),
      createDisplay('customer display', config.customerDisplay, real),
      createScanner(config.scanner, real),
    ].flatMap((device) => (device === null ? [] : [device]));
    await Promise.all(devices.map((device) => device.start()));
    expect(devices.map((device) => `${device.health().state}: ${device.health().condition}`)).toEqual([
      'absent: not plugged in: /dev/input/by-id/no-keypad',
      'absent: this machine has no I²C bus 250 (/dev/i2c-250)',
      'absent: nothing is plugged in',
      'absent: not plugged in: /dev/input/by-id/no-scanner',
    ]);
    await Promise.all(devices.map((device) => device.stop()));
  });

  it('are refused when two of them are wired to the same place', () => {
    const pins = { rs: 26, e: 19, d4: 13, d5: 6, d6: 5, d7: 11 };
    const keypad: DevicesInput['keypad'] = { driver: 'matrix', rows: [2, 3, 4, 17], columns: [27, 22, 10, 19] };
    expect(() => checkPlaces(devicesOf({ keypad, display: { driver: 'hd44780-gpio', pins } }))).toThrow(
      'GPIO 19 is used by devices.keypad and by devices.display.',
    );
    const i2c = { driver: 'hd44780-i2c', address: '0x3F' } as const;
    expect(() => checkPlaces(devicesOf({ display: i2c, customerDisplay: { ...i2c, address: '0x3f' } }))).toThrow(
      'address 0x3f of I²C bus 1 is used by devices.display and by devices.customerDisplay.',
    );
    expect(() => checkPlaces(devicesOf({ keypad, display: i2c, customerDisplay: { ...i2c, bus: 3 } }))).not.toThrow();
  });
});
