import type { Device } from '../device.ts';

/** Something that can be heard: for a till without a display, and for those who don't look at it. */
export interface Beeper extends Device {
  /** `refused`: three short tones; `done`: one long one. Never throws; a new sound waits for the one before it. */
  sound(what: 'refused' | 'done'): void;
}
