import type { Duration } from '../src/platform/clock.ts';

/** Where a device is in its life (docs/architecture.md, "Devices"). */
export type DeviceState = 'absent' | 'opening' | 'ready' | 'lost' | 'reopening' | 'closed';

export interface DeviceHealth {
  readonly name: string;
  /** e.g. `printer`. */
  readonly kind: string;
  readonly driver: string;
  readonly state: DeviceState;
  /** In plain words, for the display and `holdfast status`: "paper is out", "not plugged in: /dev/ttyUSB0". */
  readonly condition: string;
  readonly since: Duration | null;
}

/** What every driver has in common. The constructor does nothing; `start` never throws for absent hardware. */
export interface Device {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  health(): DeviceHealth;
  onHealth(listener: (health: DeviceHealth) => void): () => void;
}
