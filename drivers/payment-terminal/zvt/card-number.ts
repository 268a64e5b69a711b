import { hexDigits } from './bcd.ts';

/**
 * The card number of a message (bitmap 22): packed digits, `E` for a digit that the terminal masked, `F` as padding, `D` before
 * what must not be here. Masked at once to the first six and last four digits at most, whatever the terminal left visible.
 */
export function maskedCardNumber(packed: Uint8Array): string {
  const [number = ''] = hexDigits(packed).replace(/f+$/, '').split('d');
  const shown = number.replace(/[^\d]/g, '*');
  const first = /^\d{0,6}/.exec(shown)?.[0] ?? '';
  const last = /\d{0,4}$/.exec(shown)?.[0] ?? '';
  // Of a short number the end alone; a middle part that was left visible is hidden too.
  if (shown.length < 12) return last === '' ? '' : `****${last}`;
  return `${first}${'*'.repeat(shown.length - first.length - last.length)}${last}`;
}
