import { unreachable } from '../platform/brand.ts';
import type { CardObjection } from './policy.ts';

/** Why a card that was taken offline is given back. `not-asked-for`: the terminal was told to take none. */
export type Objection = CardObjection | { readonly code: 'not-asked-for' };

/** For the display, the log and the case. */
export function objectionWords(objection: Objection): string {
  switch (objection.code) {
    case 'brand':
      return `${objection.brand} is not taken offline`;
    case 'entry-mode':
      return `${objection.entryMode} is not taken offline`;
    case 'not-asked-for':
      return 'not taken offline now';
    default:
      return unreachable(objection);
  }
}
