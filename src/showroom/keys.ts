import type { Key } from '../../drivers/keypad/keypad.ts';
import { HoldfastError } from '../platform/errors.ts';

const named: readonly Key[] = ['times', 'clear', 'enter', 'total', 'menu'];

/**
 * Keys by name with blanks between; digits and dots may be written together: `"1042 enter total 50.00 enter"`. Throws
 * `showroom.no-such-key`.
 */
export function keysOf(text: string): readonly Key[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) => (/^[\d.]+$/.test(word) ? ([...word] as Key[]) : [keyNamed(word)]));
}

function keyNamed(word: string): Key {
  const key = named.find((name) => name === word);
  if (key !== undefined) return key;
  throw new HoldfastError('showroom.no-such-key', `The keypad has no key "${word}".`, {
    remedy: 'never',
    hint: `Its keys are the digits, "." and ${named.join(', ')}.`,
  });
}
