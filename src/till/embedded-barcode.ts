import type { Money } from '../money/money.ts';
import { hundredths } from '../money/money.ts';
import type { Quantity } from '../money/quantity.ts';
import { quantityOrNull } from '../register/open-sale.ts';
import { checkDigitOf } from '../snapshot/gtin.ts';

/**
 * How a shop's own labels carry a price or a weight in a GTIN-13 (prefixes 02 and 20–29 are free for that; GS1 General
 * Specifications §2.1.12). One letter a digit: digits of the prefix as they are, `I` the article's number, `V` the value, `K` the
 * value's own check digit, `C` the GTIN's check digit, `-` a digit that means nothing here. E.g. `28IIIIIVVVVVC`.
 */
export interface EmbeddedLayout {
  readonly layout: string;
  readonly value: 'price' | 'weight';
  /** Decimal places of the value: 2 for a price in cents, 3 for a weight in grams. */
  readonly decimals: number;
}

export type Embedded =
  | {
      readonly kind: 'embedded';
      /** The article's number as it stands in the code. */
      readonly number: string;
      /** The code with nothing in the value's place: shops keep it as the article's barcode. */
      readonly withoutValue: string;
      readonly price: Money | null;
      readonly weight: Quantity | null;
    }
  | { readonly kind: 'misread' };

/** What a scanned code says by the shop's layouts; null: it is an ordinary code. Leading zeros that a scanner drops are put back. */
export function readEmbedded(scanned: string, layouts: readonly EmbeddedLayout[]): Embedded | null {
  if (!/^\d{12,13}$/.test(scanned)) return null;
  const code = scanned.padStart(13, '0');
  const layout = layouts.find((each) => fits(code, each.layout));
  if (layout === undefined) return null;
  if (checkDigitOf(code.slice(0, -1)) !== code.slice(-1)) return { kind: 'misread' };
  const value = digitsAt(code, layout.layout, 'V');
  const stated = digitsAt(code, layout.layout, 'K');
  if (stated !== '' && valueCheckDigit(value) !== stated) return { kind: 'misread' };
  const amount = Number(value);
  const body = [...code.slice(0, -1)].map((digit, index) => ('VK'.includes(layout.layout[index] ?? '') ? '0' : digit));
  return {
    kind: 'embedded',
    number: digitsAt(code, layout.layout, 'I'),
    withoutValue: body.join('') + checkDigitOf(body.join('')),
    price: layout.value === 'price' && amount > 0 ? hundredths(Math.round(amount * 10 ** (2 - layout.decimals))) : null,
    weight: layout.value === 'weight' ? quantityOrNull(amount / 10 ** layout.decimals) : null,
  };
}

const fits = (code: string, layout: string): boolean =>
  layout.length === code.length && [...layout].every((letter, index) => !/\d/.test(letter) || letter === code[index]);

const digitsAt = (code: string, layout: string, letter: string): string =>
  [...code].filter((_, index) => layout[index] === letter).join('');

/** Products of a digit with each weighting factor, to one digit (GS1 General Specifications §7.9.2). */
const weighted = {
  '2-': [0, 2, 4, 6, 8, 9, 1, 3, 5, 7],
  '3': [0, 3, 6, 9, 2, 5, 8, 1, 4, 7],
  '5+': [0, 5, 1, 6, 2, 7, 3, 8, 4, 9],
  '5-': [0, 5, 9, 4, 8, 3, 7, 2, 6, 1],
} as const;

/** The check digit of a value of four (§7.9.3) or five digits (§7.9.4); of others there is none, and nothing fits. */
export function valueCheckDigit(value: string): string {
  const sumWith = (factors: readonly (keyof typeof weighted)[]): number =>
    [...value].reduce((sum, digit, index) => sum + (weighted[factors[index] ?? '3'][Number(digit)] ?? 0), 0);
  if (value.length === 4) return String((sumWith(['2-', '2-', '3', '5-']) * 3) % 10);
  if (value.length !== 5) return '';
  const missing = (10 - (sumWith(['5+', '2-', '5-', '5+', '2-']) % 10)) % 10;
  return String(weighted['5-'].indexOf(missing as 0));
}
