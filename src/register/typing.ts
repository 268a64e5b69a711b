import type { Money } from '../money/money.ts';
import { decimal, money } from '../money/money.ts';
import type { Quantity } from '../money/quantity.ts';
import type { PersonInput } from './input.ts';
import { quantityOrNull } from './open-sale.ts';

export type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';

/** Longest code that can be typed; Magento's SKUs have at most 64 characters, GTINs 14 digits. */
const longestTyped = 20;

/** The typed text with one more character; longer than that is a key held down and is not taken. */
export function type(typed: string, character: Digit | '.'): string {
  if (character === '.' && typed.includes('.')) return typed;
  return typed.length < longestTyped ? typed + character : typed;
}

/** `20`, `20.5`, `.50` as an amount in main units; null when it is none. */
export function amountTyped(typed: string): Money | null {
  const match = /^(\d{0,7})(?:\.(\d{0,2}))?$/.exec(typed);
  const [, whole = '', fraction = ''] = match ?? [];
  return whole + fraction === '' ? null : money(`${whole || '0'}.${fraction.padEnd(2, '0')}`);
}

/** `3`, `0.25` as a quantity; null for nothing, zero, absurdly many, or more than four places. */
export function quantityTyped(typed: string): Quantity | null {
  return /^(\d+\.?\d*|\.\d+)$/.test(typed) ? quantityOrNull(Number(typed)) : null;
}

/** The same, or zero. */
export const quantityTypedOrZero = (typed: string): number | null =>
  /^0*\.?0*$/.test(typed) && /0/.test(typed) ? 0 : quantityTyped(typed);

/** An amount as if it had been typed. */
export const asTyped = (amount: Money): string => decimal(amount);

/** Text typed on a number pad, as on a telephone: the same key again gives its next letter. */
export interface TypedText {
  readonly text: string;
  readonly letters: boolean;
  /** The key whose letters are being gone through; its letter is the last of `text`. */
  readonly tapped: { readonly digit: Digit; readonly position: number } | null;
}

/** What each key gives in turn (ITU-T E.161, its digit last). */
const lettersOf: Readonly<Record<Digit, string>> = {
  '0': ' 0',
  '1': '-.@_1',
  '2': 'ABC2',
  '3': 'DEF3',
  '4': 'GHI4',
  '5': 'JKL5',
  '6': 'MNO6',
  '7': 'PQRS7',
  '8': 'TUV8',
  '9': 'WXYZ9',
};

/** Longest text that can be typed; longer names and e-mail addresses are found by their beginning. */
const longestText = 40;

export const nothingTyped = (letters: boolean): TypedText => ({ text: '', letters, tapped: null });

export function tap(typed: TypedText, digit: Digit): TypedText {
  if (typed.letters && typed.tapped?.digit === digit) {
    const choices = lettersOf[digit];
    const position = (typed.tapped.position + 1) % choices.length;
    return { ...typed, text: typed.text.slice(0, -1) + choices.charAt(position), tapped: { digit, position } };
  }
  if (typed.text.length >= longestText) return typed;
  return typed.letters
    ? { ...typed, text: typed.text + lettersOf[digit].charAt(0), tapped: { digit, position: 0 } }
    : { ...typed, text: typed.text + digit, tapped: null };
}

/** Ends the letter in hand, so that the same key begins a new one; among digits it is the point. */
export function nextLetter(typed: TypedText): TypedText {
  if (typed.letters) return { ...typed, tapped: null };
  return typed.text.length < longestText ? { ...typed, text: `${typed.text}.` } : typed;
}

export const eraseLast = (typed: TypedText): TypedText => ({ ...typed, text: typed.text.slice(0, -1), tapped: null });

/** What a key makes of the text; null: it is none that writes. */
export function edited(typed: TypedText, input: PersonInput): TypedText | null {
  switch (input.kind) {
    case 'tap':
      return tap(typed, input.digit);
    case 'next-letter':
      return nextLetter(typed);
    case 'switch-letters':
      return { ...typed, letters: !typed.letters, tapped: null };
    case 'erase':
      return eraseLast(typed);
    default:
      return null;
  }
}
