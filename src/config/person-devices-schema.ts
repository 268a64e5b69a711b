import { z } from 'zod';
import { link } from './link-schema.ts';

/** What people type on, read from and scan with, and the pins that some of it is wired to. */

const gpioLine = z.int().min(0).max(511);

/** A device of which there are several kinds: says which ones when the driver is none of them. */
const byDriver = <const Options extends readonly [z.ZodObject, ...z.ZodObject[]]>(options: Options) =>
  z.discriminatedUnion('driver', options, {
    error: ({ code }) => (code === 'invalid_union' ? `driver must be ${options.map(driverOf).join(', ')}` : undefined),
  });

function driverOf({ shape }: z.ZodObject): string {
  const { driver } = shape;
  return driver instanceof z.ZodLiteral ? `"${driver.value}"` : 'another';
}

export const beeper = z
  .strictObject({ driver: z.literal('gpio'), line: gpioLine.meta({ description: 'GPIO line; high sounds it.' }) })
  .nullable()
  .default(null)
  .meta({
    description: 'An active buzzer behind a transistor: heard when a key is refused, and where there is no display.',
  });

export const helpLamp = z
  .strictObject({ driver: z.literal('gpio'), line: gpioLine.meta({ description: 'GPIO line; high lights it.' }) })
  .nullable()
  .default(null)
  .meta({ description: 'A lamp that blinks while somebody is wanted at a kiosk.' });

export const gpio = z
  .strictObject({
    driver: z.enum(['auto', 'onoff', 'gpiod']).default('auto').meta({
      description: 'onoff: /sys/class/gpio; gpiod: the programs of Debian’s package; auto: whichever there is.',
    }),
    chip: z.string().default('').meta({
      description: 'Label of the GPIO chip as "gpiodetect" shows it; empty: the one behind a Raspberry Pi’s connector.',
    }),
  })
  .prefault({})
  .meta({ description: 'How devices that are wired to pins are reached.' });

const eventDevice = z.string().min(1).meta({ description: 'e.g. /dev/input/by-id/usb-…-event-kbd' });

export const keypad = byDriver([
  z.strictObject({
    driver: z.literal('ascii'),
    link,
    layout: z.record(z.string(), z.string()).default({}).meta({
      description: 'ascii: character → key, what is not named keeps its usual meaning',
    }),
  }),
  z.strictObject({
    driver: z.literal('matrix'),
    rows: z.array(gpioLine).min(1).max(8).meta({ description: 'GPIO lines of the rows, the top row first.' }),
    columns: z.array(gpioLine).min(1).max(8).meta({ description: 'GPIO lines of the columns, the leftmost first.' }),
    layout: z.array(z.string()).min(1).max(8).default([]).meta({
      description: 'matrix: a text a row, e.g. "7 8 9 times", empty for a 4×4 keypad as docs/keypad.md shows it',
    }),
    scanEvery: z.int().min(1).max(25).default(5).meta({ description: 'Milliseconds between two looks at the keys.' }),
    samples: z.int().min(1).max(5).default(3).meta({ description: 'Equal looks after which a key counts.' }),
    repeat: z
      .strictObject({ after: z.int().min(100).default(600), every: z.int().min(20).default(150) })
      .nullable()
      .default(null)
      .meta({ description: 'matrix: milliseconds until a held key counts again, and between; null: it does not' }),
  }),
  z.strictObject({
    driver: z.literal('evdev'),
    path: eventDevice,
    layout: z.record(z.string(), z.string()).default({}).meta({
      description: 'evdev: kernel name or number of a key → key, what is not named keeps its usual meaning',
    }),
    repeat: z.boolean().default(false).meta({ description: 'evdev: whether a held key counts again' }),
  }),
]).meta({
  description:
    'ascii: one byte a key, as serial keypads send; matrix: keys wired to GPIO; evdev: USB number pads and what the kernel scans.',
});

const rom = z.enum(['A00', 'A02']).default('A00').meta({
  description: 'The characters that the module has: A00 (most modules) or A02 (European).',
});
const moduleSize = z.enum(['16x2', '20x2', '20x4']).default('20x4');

export const display = byDriver([
  z.strictObject({ driver: z.literal('cd5220'), link, size: z.enum(['16x2', '20x2']).default('20x2') }),
  z.strictObject({ driver: z.literal('epson-dm-d'), link }),
  z.strictObject({
    driver: z.literal('hd44780-gpio'),
    pins: z
      .strictObject({ rs: gpioLine, e: gpioLine, d4: gpioLine, d5: gpioLine, d6: gpioLine, d7: gpioLine })
      .meta({ description: 'The GPIO lines of the module’s pins; its R/W is tied to ground.' }),
    size: moduleSize,
    rom,
  }),
  z.strictObject({
    driver: z.literal('hd44780-i2c'),
    bus: z.int().min(0).max(255).default(1).meta({ description: 'The number in /dev/i2c-1.' }),
    address: z
      .string()
      .regex(/^0x[0-7][0-9a-fA-F]$/, 'an I²C address such as "0x27"')
      .default('0x27')
      .meta({ description: 'As "i2cdetect" shows it: 0x20 to 0x27 (PCF8574), 0x38 to 0x3f (PCF8574A).' }),
    size: moduleSize,
    rom,
  }),
]).meta({
  description:
    'cd5220 and epson-dm-d: pole displays; hd44780-gpio and hd44780-i2c: bare modules on pins or a backpack.',
});

const ignoreRepeats = z.int().min(0).max(5_000).default(0).meta({
  description:
    'Milliseconds in which the same code again is one scan seen twice; 0: two scans are always two articles.',
});

export const scanner = byDriver([
  z.strictObject({ driver: z.literal('line'), link, ignoreRepeatsWithin: ignoreRepeats }),
  z.strictObject({ driver: z.literal('evdev'), path: eventDevice, ignoreRepeatsWithin: ignoreRepeats }),
]).meta({
  description:
    'line: text ended by CR or LF, as serial and USB-CDC scanners send; evdev: USB scanners in keyboard mode.',
});
