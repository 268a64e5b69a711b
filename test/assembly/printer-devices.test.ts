import { expect, it } from 'vitest';
import { createDevices } from '../../src/assembly/devices.ts';
import { FrameMonitor } from '../../src/assembly/frame-monitor.ts';
import { createReceipts } from '../../src/assembly/receipts.ts';
import { type TerminalConfig, terminalConfigSchema } from '../../src/config/schema.ts';
import { english } from '../../src/languages/language.ts';
import { instant } from '../../src/platform/clock.ts';
import { isHoldfastError } from '../../src/platform/errors.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import { ManualClock } from '../tools/manual-clock.ts';

const link = { type: 'tcp', host: '127.0.0.1', port: 9100 };
const address = { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' };

const parse = (devices: unknown) =>
  terminalConfigSchema.safeParse({
    terminal: { id: 'K1' },
    dataDir: '/tmp/x',
    magento: { baseUrl: 'http://x.example', sourceCode: 's', auth: { type: 'token', token: 't' }, address },
    devices,
  });

function configured(devices: unknown): TerminalConfig {
  const read = parse(devices);
  if (!read.success) throw read.error;
  return read.data;
}

function devicesOf(devices: unknown) {
  const clock = new ManualClock();
  return createDevices(configured(devices), clock, silentLogger, new FrameMonitor(clock), systemRandom);
}

it('makes the printer that the configuration names, and nothing else', () => {
  expect(devicesOf({ printer: { driver: 'star', link } }).printer?.health().driver).toBe('star');
  const { printer, scale, drawer } = devicesOf({ printer: { driver: 'escpos', link } });
  expect(printer?.health().driver).toBe('escpos');
  expect(scale).toBeNull();
  expect(drawer).toBeNull();
});

it('composes in the printer’s language', () => {
  const page = (driver: string): string => {
    const receipts = createReceipts(
      configured({ printer: { driver, link, columns: 32 } }),
      [english],
      null,
      () => true,
    );
    return Buffer.from(receipts.testPage(instant('2026-11-23T09:00:00Z')).bytes).toString('hex');
  };
  expect(page('escpos')).toMatch(/^1b401b7413/);
  expect(page('star')).toMatch(/^1b401b1d7404/);
});

it('refuses widths and drawers that a Star printer has not', () => {
  expect(parse({ printer: { driver: 'star', link, columns: 42 } }).success).toBe(false);
  const star = { driver: 'star', link };
  expect(devicesOf({ printer: star, drawer: { driver: 'printer' } }).drawer).not.toBeNull();
  try {
    devicesOf({ printer: star, drawer: { driver: 'printer', pin: 5 } });
    expect.unreachable();
  } catch (error) {
    expect(isHoldfastError(error, 'config.invalid')).toBe(true);
  }
});

it('sets a scale’s line as its make leaves the factory, unless told otherwise', () => {
  const serial = { type: 'serial', path: '/dev/ttyUSB0' };
  const lineOf = (driver: string) => configured({ scale: { driver, link: serial } }).devices.scale?.link;
  expect(lineOf('toledo-8217')).toMatchObject({ baudRate: 9600, dataBits: 7, parity: 'even', stopBits: 1 });
  expect(lineOf('cas')).toMatchObject({ baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 });
  expect(devicesOf({ scale: { driver: 'cas', link: serial } }).scale?.health().driver).toBe('cas');
});
