import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, renameSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Device } from '../../drivers/device.ts';
import { createEvdevKeypad } from '../../drivers/keypad/evdev-keypad.ts';
import type { Key } from '../../drivers/keypad/keypad.ts';
import { deviceFileLink } from '../../drivers/link/device-file-link.ts';
import { createEvdevScanner } from '../../drivers/scanner/evdev-scanner.ts';
import { milliseconds, seconds } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { stroke, typedRecords } from './input-records.ts';
import { until } from './wait.ts';

/**
 * An event device stood for by a named pipe: opened, read without blocking and re-opened under its by-id name like the real
 * one. What a pipe can't show is ENODEV; there the name is gone, which the link notices, too.
 */
describe('input devices as files', () => {
  const clock = new SystemClock('Europe/Berlin');
  const retry = { first: milliseconds(10), most: milliseconds(50), stableAfter: seconds(60), openTimeout: seconds(8) };
  let folder: string;
  let byId: string;
  let device: Device | null;
  let kernel: number | null;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-input-'));
    byId = join(folder, 'usb-Maker_Keypad-event-kbd');
    device = null;
    kernel = null;
    symlinkSync('event3', byId);
  });
  afterEach(async () => {
    await device?.stop();
    if (kernel !== null) closeSync(kernel);
    rmSync(folder, { recursive: true, force: true });
  });

  function plugIn(name: string): void {
    const path = join(folder, name);
    execFileSync('mkfifo', [path]);
    const link = join(folder, 'new-link');
    symlinkSync(name, link);
    renameSync(link, byId);
    kernel = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  }
  function unplug(name: string): void {
    if (kernel !== null) closeSync(kernel);
    kernel = null;
    rmSync(join(folder, name));
  }
  const report = (records: Uint8Array): void => {
    writeSync(kernel ?? -1, records);
  };
  const reportWhenThereIsRoom = (records: Uint8Array): Promise<void> =>
    until(() => {
      try {
        report(records);
        return true;
      } catch {
        return false;
      }
    });
  const options = () => ({
    name: 'input',
    opener: deviceFileLink(byId, clock),
    recordSize: 24 as const,
    clock,
    log: silentLogger,
    retry,
  });

  it('a keypad is found by its name, lost and found again under another number', async () => {
    const keypad = createEvdevKeypad(options());
    device = keypad;
    const keys: Key[] = [];
    keypad.onKey((key) => keys.push(key));
    await keypad.start();
    expect(keypad.health()).toMatchObject({ state: 'absent', condition: `not plugged in: ${byId}` });
    plugIn('event3');
    await until(() => keypad.health().state === 'ready');
    report(stroke(24, 'KEY_KP4'));
    await until(() => keys.length === 1);
    report(stroke(24, 'KEY_KP5').slice(0, 40));
    unplug('event3');
    await until(() => keypad.health().state !== 'ready');
    plugIn('event7');
    await until(() => keypad.health().state === 'ready');
    report(stroke(24, 'KEY_KPENTER'));
    await until(() => keys.length >= 2);
    // Half a record from before is not completed by what comes after.
    expect(keys).toEqual(['4', 'enter']);
  });

  it('a scanner’s codes arrive whole, many at once', async () => {
    plugIn('event3');
    const scanner = createEvdevScanner(options());
    device = scanner;
    const codes: string[] = [];
    scanner.onScan((scan) => codes.push(scan.kind === 'code' ? scan.text : scan.reason));
    await scanner.start();
    const expected = Array.from({ length: 20 }, (_, index) => `HF-K1-${String(index).padStart(8, '0')}`);
    for (const code of expected) await reportWhenThereIsRoom(typedRecords(24, `${code}\r`));
    await until(() => codes.length === expected.length);
    expect(codes).toEqual(expected);
  });
});
