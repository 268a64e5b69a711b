import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identifyDevices } from '../../src/cli/identify.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-identify-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function file(path: string, content = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

it('finds nothing on a machine that has nothing', () => {
  expect(identifyDevices(root)).toEqual([]);
});

it('names serial ports by the name that stays, and says what hangs on them', () => {
  file('dev/ttyUSB0');
  file('dev/ttyACM0');
  file('dev/ttyS0');
  file('sys/class/tty/ttyS0/type', '4\n');
  file('dev/ttyS1');
  file('sys/class/tty/ttyS1/type', '0\n');
  link('dev/serial/by-id/usb-FTDI_FT232R-if00-port0', '../../ttyUSB0');
  link('dev/serial/by-id/usb-Honeywell_1450g-if00', '../../ttyACM9');
  file('dev/ttyACM9');
  expect(identifyDevices(root).map(({ path, hint }) => [path, hint])).toEqual([
    ['/dev/serial/by-id/usb-FTDI_FT232R-if00-port0', 'USB-serial adapter: printer, display, scale or keypad'],
    ['/dev/serial/by-id/usb-Honeywell_1450g-if00', 'scanner (driver line)'],
    ['/dev/ttyACM0', 'its name may change when it is plugged in again'],
    ['/dev/ttyS0', 'built in'],
  ]);
});

it('reads what a USB printer calls itself', () => {
  file('dev/usb/lp0');
  file('sys/class/usbmisc/lp0/device/ieee1284_id', 'MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;\n');
  file('dev/usb/lp1');
  file('sys/class/usbmisc/lp1/device/ieee1284_id', 'MFG:Star;CMD:STAR;MDL:TSP143 (STR_T-001);\n');
  expect(identifyDevices(root).map(({ what, hint }) => [what, hint])).toEqual([
    ['USB printer: EPSON TM-T20II', 'receipt printer (driver escpos, link type file)'],
    ['USB printer: Star TSP143 (STR_T-001)', 'receipt printer (driver star, link type file)'],
  ]);
});

it('finds scanners that are keyboards, GPIO chips by label, and I²C buses', () => {
  file('dev/input/event3');
  link('dev/input/by-id/usb-Newland_HR22-event-kbd', '../event3');
  file('sys/class/input/event3/device/name', 'Newland HR22\n');
  file('sys/class/gpio/gpiochip512/label', 'pinctrl-bcm2711\n');
  file('sys/class/gpio/gpiochip512/base', '512\n');
  file('sys/class/gpio/gpiochip512/ngpio', '58\n');
  file('dev/gpiochip0');
  file('dev/i2c-1');
  expect(identifyDevices(root).map(({ path, what }) => [path, what])).toEqual([
    ['/dev/input/by-id/usb-Newland_HR22-event-kbd', 'keyboard-like device (now event3): Newland HR22'],
    ['/sys/class/gpio/gpiochip512', 'GPIO chip pinctrl-bcm2711, 58 lines from 512'],
    ['/dev/gpiochip0', 'GPIO chip'],
    ['/dev/i2c-1', 'I²C bus'],
  ]);
});

it('says when a device is there but may not be used', () => {
  // A name that leads nowhere can't be opened by anybody, not even by root.
  link('dev/i2c-7', 'nowhere');
  expect(identifyDevices(root)).toMatchObject([{ path: '/dev/i2c-7', usable: false }]);
});
