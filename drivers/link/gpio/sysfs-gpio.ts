import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../../src/platform/errors.ts';
import type { GpioChip } from './choose-chip.ts';

/** Where the kernel shows GPIO as files; missing on newer systems (Raspberry Pi OS trixie, fivdi/onoff#206). */
export const sysfsRoot = '/sys/class/gpio';

export interface SysfsChip extends GpioChip {
  /** Number of its line 0 in sysfs. Differs between kernels (512 or 571 on Raspberry Pis): always asked, never assumed. */
  readonly base: number;
}

/** The chips that sysfs shows; none when it is missing or not readable. */
export function sysfsChips(root: string): readonly SysfsChip[] {
  return namesIn(root)
    .filter((name) => /^gpiochip\d+$/.test(name))
    .flatMap((name) => {
      const label = textOf(join(root, name, 'label'));
      const base = Number(textOf(join(root, name, 'base')) ?? Number.NaN);
      const lines = Number(textOf(join(root, name, 'ngpio')) ?? Number.NaN);
      return label !== undefined && Number.isInteger(base) && Number.isInteger(lines)
        ? [{ name, label, base, lines }]
        : [];
    });
}

/**
 * Takes back a line that a killed process left exported: `onoff` would use it as it is and overlook every error in
 * setting its direction (measured with onoff 6.0.3). True when there was one.
 */
export function unexportStale(root: string, number: number): boolean {
  if (!existsSync(join(root, `gpio${number}`))) return false;
  try {
    writeFileSync(join(root, 'unexport'), String(number));
  } catch (error) {
    // EINVAL: a kernel driver holds the line, or somebody else took it back in this moment; exporting will tell.
    if (codeOf(error) !== 'EINVAL') throw error;
  }
  return true;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
