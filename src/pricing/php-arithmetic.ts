/**
 * Magento computes prices as PHP doubles. Where its totals depend on how PHP (8.1 to 8.3, as Magento 2.4.7 runs on) rounds,
 * prints or compares a value, the same is done here and nowhere else; everywhere else money is exact.
 *
 * JavaScript's own `+ - * /` and `Math.floor` need no imitation: both languages use IEEE 754 doubles.
 */

import { hundredths, type Money } from '../money/money.ts';

/** A value as PHP's condition code meets it: what a database column or a computed figure gives. */
export type PhpScalar = string | number | boolean;
export type PhpValue = PhpScalar | null | readonly PhpScalar[];

const powersOfTen = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const powerOfTen = (exponent: number): number => powersOfTen[exponent] ?? 10 ** exponent;

/** Half away from zero, as `php_round_helper` with `PHP_ROUND_HALF_UP`. */
const roundHalfAway = (value: number): number => (value >= 0 ? Math.floor(value + 0.5) : Math.ceil(value - 0.5));

/**
 * `round($value, 2)`. PHP before 8.4 rounds to 15 significant digits first ("pre-rounding"), so that 1.005, in binary a little
 * less, becomes 1.01 (`ext/standard/math.c`, `_php_math_round`). Every price and tax of Magento goes through it
 * (`Magento\Directory\Model\PriceCurrency::round`).
 */
export function phpRound(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const places = 2;
  const precisionPlaces = 14 - Math.floor(Math.log10(Math.abs(value)));
  let scaled: number;
  if (precisionPlaces > places && precisionPlaces - 15 < places) {
    const preRounded = roundHalfAway(
      precisionPlaces >= 0 ? value * powerOfTen(precisionPlaces) : value / powerOfTen(-precisionPlaces),
    );
    scaled = preRounded / powerOfTen(Math.min(60, precisionPlaces - places));
  } else {
    scaled = value * 100;
    if (Math.abs(scaled) >= 1e15) return value;
  }
  return roundHalfAway(scaled) / 100;
}

/**
 * A figure of Magento's as exact money. Fractions of a hundredth, which only fractional quantities leave, are stored with four
 * places (`decimal(20,4)`) and rounded from there.
 */
export const asMoney = (value: number): Money =>
  hundredths(Math.round(phpRound(Number.isInteger(value) ? value : Number(value.toFixed(4))) * 100));

/** A percentage as Magento stores it, with four places: computing 7 % gives 7.000000000000001. */
export const asPercent = (value: number): number => Number(value.toFixed(4));

/**
 * `(string) $float`: 14 significant digits (ini `precision`). Magento keys its rounding remainders by such texts, so two
 * percentages that differ in the fifteenth digit share one remainder.
 */
export const phpFloatText = (value: number): string =>
  String(Number.isSafeInteger(value) ? value : Number(value.toPrecision(14)));

/** A remainder's first value: so small that it only decides what is binary noise around half a cent. */
const firstRemainder = 0.000001;

/** As {@link CarriedRounding} does for the first amount under a key. */
export const roundAlone = (amount: number): number => (amount === 0 ? amount : phpRound(amount + firstRemainder));

/**
 * A rounding remainder carried from amount to amount under a key (`DeltaPriceRound::round`, `AbstractCalculator::deltaRound`):
 * each amount is rounded with what the amounts before it lost or gained. Zero amounts are left alone.
 */
export class CarriedRounding {
  readonly #remainders = new Map<string, number>();

  round(amount: number, key: string): number {
    if (amount === 0) return amount;
    const exact = amount + (this.#remainders.get(key) ?? firstRemainder);
    const rounded = phpRound(exact);
    this.#remainders.set(key, exact - rounded);
    return rounded;
  }

  forget(key: string): void {
    this.#remainders.delete(key);
  }
}

/** `is_numeric`: a number, or text holding one with optional blanks around it. */
export function isNumeric(value: PhpValue): boolean {
  if (typeof value === 'number') return true;
  return typeof value === 'string' && /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(value);
}

export function phpText(value: PhpScalar | null): string {
  if (value === null || value === false) return '';
  if (value === true) return '1';
  return typeof value === 'number' ? phpFloatText(value) : value;
}

/**
 * `$a <=> $b` of PHP 8 for scalars: numbers and numeric texts by value, anything else as text, byte by byte; a boolean turns
 * both sides into booleans.
 */
export function phpCompare(a: PhpScalar, b: PhpScalar): number {
  if (typeof a === 'boolean' || typeof b === 'boolean') return Number(phpTruth(a)) - Number(phpTruth(b));
  if (isNumeric(a) && isNumeric(b)) return Number(a) - Number(b);
  const left = phpText(a);
  const right = phpText(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `(bool) $value`: false for nothing, 0, `""` and `"0"`. */
export const phpTruth = (value: PhpScalar | null): boolean =>
  !(value === null || value === false || value === '' || value === '0' || value === 0);
