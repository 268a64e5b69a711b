import type { KioskKey } from '../register/kiosk-face.ts';
import type { TillKey } from './key-meaning.ts';

/** What a key is to a customer at a kiosk (docs/keypad.md): four keys, and TOTAL where ENTER is not labelled OK. */
export function kioskKey(key: TillKey): KioskKey {
  switch (key) {
    case 'enter':
    case 'total':
      return 'yes';
    case 'clear':
      return 'no';
    case 'times':
      return 'language';
    case 'menu':
      return 'help';
    default:
      return 'other';
  }
}
