import { accessSync, constants, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Something that a device could be on. */
export interface FoundDevice {
  /** What to write into the configuration: the name that stays the same over restarts, where there is one. */
  readonly path: string;
  readonly what: string;
  /** What it probably is, and with which driver it would be used. */
  readonly hint: string;
  /** Whether the user who asks may read and write it. */
  readonly usable: boolean;
}

/** What is plugged into the machine whose files lie below `root` (`/`): reads names in /dev and /sys, opens nothing. */
export function identifyDevices(root: string): FoundDevice[] {
  return [
    ...serialPorts(root),
    ...usbPrinters(root),
    ...inputDevices(root),
    ...gpioChips(root),
    ...numbered(root, 'dev', /^i2c-\d+$/).map((name) => ({
      ...place(root, `/dev/${name}`),
      what: 'I²C bus',
      hint: 'character displays with an I²C backpack (usually at 0x27 or 0x3f)',
    })),
  ];
}

/** Names of makers that say what hangs on a USB-serial adapter or CDC port. */
const makers: readonly { readonly pattern: RegExp; readonly hint: string }[] = [
  {
    pattern: /honeywell|metrologic|datalogic|psc|symbol|zebra|newland|opticon|unitech/i,
    hint: 'scanner (driver line)',
  },
  { pattern: /epson|bixolon|citizen|hprt|xprinter/i, hint: 'receipt printer (driver escpos)' },
  { pattern: /star_micronics|star-micronics/i, hint: 'receipt printer (driver star)' },
  { pattern: /mettler|toledo/i, hint: 'scale (driver toledo-8217, 9600 7E1)' },
  { pattern: /cas_|ohaus/i, hint: 'scale (driver cas, 9600 8N1)' },
  { pattern: /verifone|ingenico|worldline|pax_/i, hint: 'card terminal' },
  {
    pattern: /ftdi|prolific|ch34|1a86|silicon_labs|cp210/i,
    hint: 'USB-serial adapter: printer, display, scale or keypad',
  },
];

function serialPorts(root: string): FoundDevice[] {
  const named = entries(root, 'dev/serial/by-id').map((name) => ({
    name,
    tty: target(root, `dev/serial/by-id/${name}`),
  }));
  const stable = named.map(({ name, tty }) => ({
    ...place(root, `/dev/serial/by-id/${name}`),
    what: `serial port (now /dev/${tty})`,
    hint: makers.find(({ pattern }) => pattern.test(name))?.hint ?? 'serial device',
  }));
  const bare = numbered(root, 'dev', /^tty(USB|ACM|AMA|S)\d+$/)
    .filter((tty) => !named.some((each) => each.tty === tty) && exists(root, tty))
    .map((tty) => ({
      ...place(root, `/dev/${tty}`),
      what: 'serial port',
      hint: /USB|ACM/.test(tty) ? 'its name may change when it is plugged in again' : 'built in',
    }));
  return [...stable, ...bare];
}

/** The kernel lists four 16550 ports on every PC, whether or not they are there; those have type 0. */
const exists = (root: string, tty: string): boolean =>
  !/^ttyS/.test(tty) || (text(root, `sys/class/tty/${tty}/type`) ?? '0') !== '0';

function usbPrinters(root: string): FoundDevice[] {
  return numbered(root, 'dev/usb', /^lp\d+$/).map((name) => {
    const identity = text(root, `sys/class/usbmisc/${name}/device/ieee1284_id`) ?? '';
    const model = ['MFG', 'MDL'].flatMap((key) => fieldOf(identity, key)).join(' ');
    const star = /star/i.test(model) && !/esc/i.test(fieldOf(identity, 'CMD').join());
    return {
      ...place(root, `/dev/usb/${name}`),
      what: model === '' ? 'USB printer' : `USB printer: ${model}`,
      hint: `receipt printer (driver ${star ? 'star' : 'escpos'}, link type file)`,
    };
  });
}

/** A field of an IEEE 1284 device id: `MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;`. */
function fieldOf(identity: string, key: string): string[] {
  const [, value] = new RegExp(`(?:^|;)\\s*${key}[A-Z]*:([^;]*)`).exec(identity) ?? [];
  return value === undefined ? [] : [value.trim()];
}

function inputDevices(root: string): FoundDevice[] {
  return entries(root, 'dev/input/by-id')
    .filter((name) => name.endsWith('-event-kbd'))
    .map((name) => {
      const event = target(root, `dev/input/by-id/${name}`);
      const scanner = makers[0]?.pattern.test(name) === true || /barcode|scanner/i.test(name);
      return {
        ...place(root, `/dev/input/by-id/${name}`),
        what: `keyboard-like device (now ${event}): ${text(root, `sys/class/input/${event}/device/name`) ?? 'no name'}`,
        hint: scanner ? 'scanner (driver evdev)' : 'keyboard or keypad (driver evdev)',
      };
    });
}

function gpioChips(root: string): FoundDevice[] {
  const chips = entries(root, 'sys/class/gpio').filter((name) => /^gpiochip\d+$/.test(name));
  const described = chips.map((name) => {
    const label = text(root, `sys/class/gpio/${name}/label`) ?? '?';
    const base = text(root, `sys/class/gpio/${name}/base`) ?? '?';
    const lines = text(root, `sys/class/gpio/${name}/ngpio`) ?? '?';
    const header = /^pinctrl-(bcm2\d+|rp1)$/.test(label) ? ': the Raspberry Pi’s pin header' : '';
    return {
      ...place(root, `/sys/class/gpio/${name}`),
      what: `GPIO chip ${label}, ${lines} lines from ${base}`,
      hint: `named by its label "${label}"${header}`,
    };
  });
  const nodes = numbered(root, 'dev', /^gpiochip\d+$/).map((name) => ({
    ...place(root, `/dev/${name}`),
    what: 'GPIO chip',
    hint: 'used through gpiod where sysfs is gone',
  }));
  return [...described, ...nodes];
}

const numbered = (root: string, folder: string, pattern: RegExp): string[] =>
  entries(root, folder).filter((name) => pattern.test(name));

function entries(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

function text(root: string, path: string): string | null {
  try {
    return readFileSync(join(root, path), 'utf8').trim();
  } catch {
    return null;
  }
}

function target(root: string, path: string): string {
  try {
    return basename(readlinkSync(join(root, path)));
  } catch {
    return basename(path);
  }
}

function place(root: string, path: string): { path: string; usable: boolean } {
  try {
    accessSync(join(root, path), constants.R_OK | constants.W_OK);
    return { path, usable: true };
  } catch {
    return { path, usable: false };
  }
}
