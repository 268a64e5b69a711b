import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readBattery } from '../../src/platform/power-supply.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-power-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function supply(name: string, values: Readonly<Record<string, string>>): void {
  mkdirSync(join(folder, name));
  for (const [file, value] of Object.entries(values)) writeFileSync(join(folder, name, file), `${value}\n`);
}

it('reads the battery that runs the machine, not the mouse’s', () => {
  supply('AC', { type: 'Mains', online: '0' });
  supply('BAT0', { type: 'Battery', capacity: '43', status: 'Discharging' });
  supply('hid-mouse', { type: 'Battery', scope: 'Device', capacity: '90', status: 'Discharging' });
  expect(readBattery(folder)).toEqual({ charge: 43, onMains: false });
});

it('sees a UPS on mains, and nothing where there is nothing', () => {
  expect(readBattery(folder)).toBeNull();
  expect(readBattery(join(folder, 'none'))).toBeNull();
  supply('ups', { type: 'UPS', capacity: '100', status: 'Full' });
  expect(readBattery(folder)).toEqual({ charge: 100, onMains: true });
});
