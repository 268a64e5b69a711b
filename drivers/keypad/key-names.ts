import { HoldfastError } from '../../src/platform/errors.ts';
import type { Key } from './keypad.ts';

export const keys: readonly Key[] = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  '.',
  'times',
  'clear',
  'enter',
  'total',
  'menu',
];

/** The key that a layout names; null for `none`, a key that must do nothing. Throws `keypad.bad-layout`. */
export function keyNamed(name: string, place: string): Key | null {
  if (name === 'none') return null;
  const key = keys.find((candidate) => candidate === name);
  if (key === undefined) throw badLayout(`"${name}" is not a key (for ${place})`);
  return key;
}

export function badLayout(message: string): HoldfastError {
  return new HoldfastError('keypad.bad-layout', `Keypad layout: ${message}`, {
    remedy: 'operator',
    hint: `The keys are ${keys.join(' ')}, or none for one that must do nothing.`,
  });
}
