import { z } from 'zod';
import type { CatalogueRulePrice, PricedProduct } from '../../pricing/price-book.ts';
import { number } from './mapped.ts';

const body = z.object({ id: number, price_info: z.object({ final_price: number }) });

/** A product's price as the web shop shows it to guests: one item of `GET /V1/products-render-info`, or null for anything else. */
export function mapGuestPrice(item: unknown): { readonly id: number; readonly price: number } | null {
  const parsed = body.safeParse(item);
  return parsed.success ? { id: parsed.data.id, price: parsed.data.price_info.final_price } : null;
}

const guests = 0;
/** Magento keeps prices with at most six places; less is rounding on the way. */
const tolerance = 0.000_05;

/**
 * The catalogue-rule price that a guest's price gives away, because REST has none: what lies below the regular, special and
 * tier price of that day can only come from a rule. Where no rule shows, there is none or it does not matter.
 */
export function cataloguePriceFor(
  product: PricedProduct,
  guestPrice: number,
  day: string,
  websiteId: number,
): readonly CatalogueRulePrice[] {
  const known = [product.price];
  const special = product.specialPrice;
  if (special !== null && (special.from ?? day) <= day && day <= (special.to ?? day)) known.push(special.price);
  for (const tier of product.tierPrices) {
    const forGuests = tier.customerGroupId === null || tier.customerGroupId === guests;
    if (!forGuests || tier.quantity > 1 || (tier.websiteId !== 0 && tier.websiteId !== websiteId)) continue;
    known.push(tier.value.type === 'fixed' ? tier.value.price : product.price * (1 - tier.value.percent / 100));
  }
  return guestPrice < Math.min(...known) - tolerance ? [{ customerGroupId: guests, price: guestPrice, day }] : [];
}
