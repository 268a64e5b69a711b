import type { Device } from '../device.ts';

export interface Drawer extends Device {
  /** Sends the pulse; resolves with whether it could be sent. Never throws. */
  open(): Promise<boolean>;
  readonly position: 'open' | 'closed' | 'unknown';
}
