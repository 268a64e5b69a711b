import { z } from 'zod';
import type { PriceFigures } from '../../snapshot/shop-changes.ts';
import { day, number, optionalNumber, text } from './mapped.ts';

const basePrices = z.array(z.object({ price: number, store_id: number, sku: text }));
const specialPrices = z.array(
  z.object({ price: optionalNumber, store_id: number, sku: text, price_from: day, price_to: day }),
);
const tierPrices = z.array(
  z.object({
    price: number,
    price_type: z.string(),
    website_id: number,
    sku: text,
    customer_group: z.string(),
    quantity: number,
  }),
);

/** What `Magento\Catalog\Model\Product\Price\TierPriceFactory` calls the group of everybody (recorded: f18). */
const allGroups = 'all groups';
const allStores = 0;

/**
 * The answers of `POST /V1/products/{base,special,tier}-prices-information` as figures by SKU in lower case, for one store; null when
 * they are not what they should be. A price of the store stands before one of all stores.
 */
export function mapPriceInformation(
  answers: { readonly base: unknown; readonly special: unknown; readonly tier: unknown },
  storeId: number,
): ReadonlyMap<string, PriceFigures> | null {
  const base = basePrices.safeParse(answers.base);
  const special = specialPrices.safeParse(answers.special);
  const tier = tierPrices.safeParse(answers.tier);
  if (!base.success || !special.success || !tier.success) return null;
  const figures = new Map<string, PriceFigures>();
  const change = (sku: string, more: (known: PriceFigures) => Partial<PriceFigures>): void => {
    const known = figures.get(sku.toLowerCase()) ?? { price: null, special: null, tiers: [] };
    figures.set(sku.toLowerCase(), { ...known, ...more(known) });
  };
  for (const { sku, price } of ofStore(base.data, storeId)) change(sku, () => ({ price }));
  for (const { sku, price, price_from: from, price_to: to } of ofStore(special.data, storeId)) {
    if (price !== null) change(sku, () => ({ special: { price, from, to } }));
  }
  for (const { sku, customer_group: group, quantity, price, price_type, website_id: websiteId } of tier.data) {
    const type = price_type === 'discount' ? 'percent' : 'fixed';
    const of = group.toLowerCase() === allGroups ? null : group;
    change(sku, ({ tiers }) => ({ tiers: [...tiers, { group: of, quantity, type, amount: price, websiteId }] }));
  }
  return figures;
}

/** The store's own after those of all stores, so that they prevail. */
function ofStore<Entry extends { readonly store_id: number }>(
  entries: readonly Entry[],
  storeId: number,
): readonly Entry[] {
  return [
    ...entries.filter(({ store_id: store }) => store === allStores),
    ...entries.filter(({ store_id: store }) => store === storeId && store !== allStores),
  ];
}
