import type { CustomerGroup } from '../pricing/price-book.ts';
import type { ProductRecord } from './catalogue.ts';
import type { PriceFigures } from './shop-changes.ts';

/** A product's price figures in one text, so that they can be compared; `groups` by their codes. */
export function figuresOfProduct(product: ProductRecord, groups: readonly CustomerGroup[]): PriceFigures {
  const codes = new Map(groups.map(({ id, code }) => [id, code]));
  return {
    price: product.price,
    special: product.specialPrice,
    tiers: product.tierPrices.map(({ customerGroupId, quantity, value, websiteId }) => ({
      group: customerGroupId === null ? null : (codes.get(customerGroupId) ?? String(customerGroupId)),
      quantity,
      type: value.type,
      amount: value.type === 'fixed' ? value.price : value.percent,
      websiteId,
    })),
  };
}

/** Whether two sets of figures mean the same; a price that the shop does not tell is not compared. */
export function sameFigures(a: PriceFigures, b: PriceFigures): boolean {
  const samePrice = a.price === null || b.price === null || a.price === b.price;
  return samePrice && inWords({ ...a, price: null }) === inWords({ ...b, price: null });
}

/** The same figures are the same text. */
export function inWords({ price, special, tiers }: PriceFigures): string {
  const inOrder = tiers
    .map(({ group, quantity, type, amount, websiteId }) => JSON.stringify([group, quantity, type, amount, websiteId]))
    .sort();
  return JSON.stringify([price, special && [special.price, special.from, special.to], inOrder]);
}
