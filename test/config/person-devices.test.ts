import { describe, expect, it } from 'vitest';
import { describeSettings } from '../../src/config/describe.ts';
import { display, gpio, keypad, scanner } from '../../src/config/person-devices-schema.ts';

const link = { type: 'serial', path: '/dev/ttyUSB0' };

describe('the settings of keypads, displays and scanners', () => {
  it('need only what can’t be guessed', () => {
    expect(keypad.parse({ driver: 'matrix', rows: [5, 6, 13, 19], columns: [12, 16, 20, 21] })).toEqual({
      driver: 'matrix',
      rows: [5, 6, 13, 19],
      columns: [12, 16, 20, 21],
      layout: [],
      scanEvery: 5,
      samples: 3,
      repeat: null,
    });
    expect(keypad.parse({ driver: 'evdev', path: '/dev/input/event3' })).toMatchObject({ layout: {}, repeat: false });
    expect(display.parse({ driver: 'hd44780-i2c' })).toEqual({
      driver: 'hd44780-i2c',
      bus: 1,
      address: '0x27',
      size: '20x4',
      rom: 'A00',
    });
    expect(display.parse({ driver: 'epson-dm-d', link })).toMatchObject({ link: { baudRate: 9600 } });
    expect(scanner.parse({ driver: 'evdev', path: '/dev/input/event4' })).toMatchObject({ ignoreRepeatsWithin: 0 });
    expect(gpio.parse({})).toEqual({ driver: 'auto', chip: '' });
  });

  it.each([
    [keypad, { driver: 'usb' }, 'driver must be "ascii", "matrix", "evdev"'],
    [display, { driver: 'lcd' }, 'driver must be "cd5220", "epson-dm-d", "hd44780-gpio", "hd44780-i2c"'],
    [display, { driver: 'cd5220', link, size: '20x4' }, '"16x2"|"20x2"'],
    [display, { driver: 'hd44780-i2c', address: '27' }, 'an I²C address such as "0x27"'],
    [display, { driver: 'hd44780-gpio', pins: { rs: 1 } }, 'expected number'],
    [keypad, { driver: 'matrix', rows: [5], columns: [-1] }, 'Too small'],
    [scanner, { driver: 'evdev' }, 'expected string'],
  ])('say what is wrong: %#', (schema, written, words) => {
    const result = schema.safeParse(written);
    expect(result.success).toBe(false);
    expect(result.error?.issues.map(({ message }) => message).join()).toContain(words);
  });

  it('are documented for every driver', () => {
    const setting = (key: string) => describeSettings().find((each) => each.key === key);
    expect(setting('devices.keypad.driver')?.type).toBe('"ascii" | "matrix" | "evdev"');
    expect(setting('devices.customerDisplay.driver')?.type).toContain('"hd44780-gpio"');
    expect(setting('devices.keypad.layout')?.meaning).toMatch(/ascii: .*; matrix: .*; evdev: /);
    expect(setting('devices.display.pins.rs')).toBeDefined();
    expect(setting('devices.printer.link.type')?.type).toBe('"serial" | "tcp" | "file"');
  });
});
