import type { Device } from '../device.ts';

/** The keys of a 4×4 till keypad by meaning; a layout in the configuration says which physical key is which. */
export type Key =
  | '0'
  | '1'
  | '2'
  | '3'
  | '4'
  | '5'
  | '6'
  | '7'
  | '8'
  | '9'
  /** `00` or decimal point. */
  | '.'
  /** Quantity ×. */
  | 'times'
  /** Take back: clears typed digits, else voids the last line. */
  | 'clear'
  /** Confirm; looks up what was typed. */
  | 'enter'
  /** Subtotal and pay. */
  | 'total'
  /** Menus: hold, recall, customer, coupon, service. */
  | 'menu';

export interface Keypad extends Device {
  onKey(listener: (key: Key) => void): () => void;
}
