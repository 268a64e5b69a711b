import type { Brand } from '../platform/brand.ts';
import { HoldfastError } from '../platform/errors.ts';

/** How many, or how much by weight: at most four decimal places (Magento's `decimal(12,4)`), more than zero. */
export type Quantity = Brand<number, 'Quantity'>;

/** The most that one line may hold; more is taken for a slip of the finger or a barcode typed as a quantity. */
export const largestQuantity = 9999;

export const one: Quantity = 1 as Quantity;

/** Checks and brands; throws `quantity.bad` for zero, negative, more than four places, or absurdly large. */
export function quantity(value: number): Quantity {
  const scaled = value * 10_000;
  if (!(value > 0) || value > largestQuantity || Math.abs(scaled - Math.round(scaled)) > 1e-6) {
    throw new HoldfastError('quantity.bad', `Not a quantity that can be sold: ${value}`, {
      remedy: 'never',
      hint: `A quantity is more than 0 and at most ${largestQuantity}, with up to four decimal places.`,
    });
  }
  return (Math.round(scaled) / 10_000) as Quantity;
}

/** `3`, `0.25`. */
export const formatQuantity = (value: Quantity): string => String(value);
