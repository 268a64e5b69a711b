import type { Key } from './keypad.ts';

/** The byte that a serial keypad sends for a key, in the usual layout: the other end of `ascii-keypad.ts`. */
export function keyByte(key: Key): Uint8Array {
  return Uint8Array.of((special[key] ?? key).charCodeAt(0));
}

const special: Readonly<Partial<Record<Key, string>>> = {
  times: '*',
  clear: '\x7f',
  enter: '\r',
  total: '+',
  menu: 'M',
};
