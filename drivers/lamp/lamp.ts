import type { Device } from '../device.ts';

/** A light that says that somebody is wanted. */
export interface Lamp extends Device {
  /** Blinks until it is told to be dark. Never throws. */
  show(lit: boolean): void;
}
