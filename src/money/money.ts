import type { Brand } from '../platform/brand.ts';
import { HoldfastError } from '../platform/errors.ts';

/**
 * An exact amount: a whole number of hundredths of the currency's main unit. Hundredths whatever the currency, because
 * Magento computes every total to two places also where the currency shows none (`PriceCurrency::roundPrice`, 2.4.7).
 * Never a bare number: `+` on two of them does not compile into a Money again.
 */
export type Money = Brand<number, 'Money'>;

export const zero: Money = 0 as Money;

/** From a whole number of hundredths. */
export function hundredths(count: number): Money {
  if (!Number.isSafeInteger(count)) {
    throw new HoldfastError('money.not-exact', `Not a whole number of hundredths: ${count}`, { remedy: 'never' });
  }
  return (count === 0 ? 0 : count) as Money;
}

/** From a decimal as people and JSON write it: `"12.5"`, `12.50`, `"-0.05"`. More than two places are refused. */
export function money(decimal: string | number): Money {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,2})0*)?$/.exec(String(decimal));
  if (!match) throw new HoldfastError('money.bad-amount', `Not an amount: "${decimal}"`, { remedy: 'never' });
  const [, sign, whole = '0', fraction = ''] = match;
  const count = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return hundredths(sign === '-' ? -count : count);
}

export const add = (a: Money, b: Money): Money => hundredths(a + b);
export const subtract = (a: Money, b: Money): Money => hundredths(a - b);
export const negate = (a: Money): Money => hundredths(-a);
export const sum = (amounts: Iterable<Money>): Money => {
  let total = 0;
  for (const amount of amounts) total += amount;
  return hundredths(total);
};
export const minimum = (a: Money, b: Money): Money => (a < b ? a : b);
export const maximum = (a: Money, b: Money): Money => (a > b ? a : b);
/** A whole multiple, e.g. of a coin. */
export const times = (a: Money, count: number): Money => hundredths(a * count);

/** The plain decimal, always with two places: `"12.50"`. For JSON, Magento and logs. */
export function decimal(amount: Money): string {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** As a JSON number for Magento's REST bodies: the double nearest to the decimal, e.g. 12.5. */
export const toNumber = (amount: Money): number => amount / 100;

/** How a shop writes its amounts. */
export interface CurrencyFormat {
  /** ISO 4217. */
  readonly code: string;
  /** As printed, e.g. `€`. */
  readonly symbol: string;
  readonly decimalSeparator: ',' | '.';
  readonly symbolFirst: boolean;
}

/** As people read it: `12,50 €`. */
export function format(amount: Money, currency: CurrencyFormat): string {
  const digits = decimal(amount).replace('.', currency.decimalSeparator);
  return currency.symbolFirst ? `${currency.symbol}${digits}` : `${digits} ${currency.symbol}`;
}
