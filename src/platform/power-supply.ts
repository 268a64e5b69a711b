import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface BatteryReading {
  /** Percent. */
  readonly charge: number;
  readonly onMains: boolean;
}

/**
 * The fullest battery or UPS that the kernel knows (Documentation/ABI/testing/sysfs-class-power); null: none. UPSs that only
 * their own daemon can ask are not seen.
 */
export function readBattery(folder = '/sys/class/power_supply'): BatteryReading | null {
  const batteries = supplies(folder).flatMap((name) => {
    const value = (file: string): string => textIn(join(folder, name, file));
    const charge = Number(value('capacity'));
    // A cordless mouse has a battery as well.
    const isOurs = ['Battery', 'UPS'].includes(value('type')) && value('scope') !== 'Device';
    if (!isOurs || value('capacity') === '' || !Number.isFinite(charge)) return [];
    return [{ charge, onMains: value('status') !== 'Discharging' }];
  });
  return batteries.sort((one, other) => other.charge - one.charge)[0] ?? null;
}

function supplies(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
