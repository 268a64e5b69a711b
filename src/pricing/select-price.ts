import type { BundleOptions, PricedProduct, TierPrice } from './price-book.ts';
import { type Day, dayInWindow } from './store-day.ts';
import type { PriceBasis } from './totals.ts';

/** What a price depends on besides the product and the quantity. */
export interface PriceMoment {
  readonly customerGroupId: number;
  readonly websiteId: number;
  /** The day in the store's zone. */
  readonly day: Day;
}

export type BundleSelection = BundleOptions['options'][number]['selections'][number];

/** A selection as it was chosen: how many of it go into one bundle. */
export interface ChosenSelection {
  readonly selection: BundleSelection;
  readonly product: PricedProduct;
  readonly quantity: number;
}

/**
 * The catalogue price of one unit: the least of the regular price, the tier price for this quantity, the special price in its
 * window and the day's catalogue-rule price (`Magento\Catalog\Model\Product\Type\Price::getFinalPrice`,
 * `CatalogRule\Observer\ProcessFrontFinalPriceObserver`). Not rounded; includes tax if the shop's prices do.
 */
export function selectPrice(product: PricedProduct, quantity: number, moment: PriceMoment): PriceBasis {
  const candidates: Candidate[] = [{ kind: 'regular', price: product.price, note: 'the regular price' }];
  const tier = tierPrice(product, quantity, moment);
  if (tier !== null) candidates.push(tier);
  const special = product.specialPrice;
  if (special !== null && dayInWindow(moment.day, special.from, special.to)) {
    candidates.push({
      kind: 'special',
      price: special.price,
      note: `special price ${window(special.from, special.to)}`,
    });
  }
  const rulePrice = cataloguePrice(product, moment);
  if (rulePrice !== null) candidates.push(rulePrice);
  return leastOf(candidates);
}

type Candidate = PriceBasis['candidates'][number];

function leastOf(candidates: readonly Candidate[]): PriceBasis {
  let least = candidates[0] as Candidate;
  for (const candidate of candidates) if (candidate.price < least.price) least = candidate;
  return { chosen: least.kind, candidates, unitPrice: Math.max(0, least.price) };
}

/**
 * `Magento\Catalog\Model\Product\Type\Price::getTierPrice`, quirks included: among tiers reached it prefers the higher quantity
 * and, at one quantity, the customer's own group, but only ever moves to a lower price.
 */
function tierPrice(product: PricedProduct, quantity: number, moment: PriceMoment): Candidate | null {
  let best: { readonly tier: TierPrice; readonly price: number } | null = null;
  let bestPrice = product.price;
  for (const tier of product.tierPrices) {
    if (!tierApplies(tier, quantity, moment) || isOverridden(tier, product, moment)) continue;
    if (best !== null && !outranks(tier, best.tier)) continue;
    const price = tier.value.type === 'fixed' ? tier.value.price : product.price * (1 - tier.value.percent / 100);
    if (price < bestPrice) {
      bestPrice = price;
      best = { tier, price };
    }
  }
  return best === null ? null : { kind: 'tier', price: best.price, note: tierNote(best.tier) };
}

const tierApplies = (tier: TierPrice, quantity: number, moment: PriceMoment): boolean =>
  (tier.customerGroupId === null || tier.customerGroupId === moment.customerGroupId) &&
  (tier.websiteId === 0 || tier.websiteId === moment.websiteId) &&
  quantity >= tier.quantity;

/** A website's own tier replaces the one for all websites (`Backend\GroupPrice\AbstractGroupPrice::preparePriceData`). */
const isOverridden = (tier: TierPrice, product: PricedProduct, moment: PriceMoment): boolean =>
  tier.websiteId === 0 &&
  product.tierPrices.some(
    (other) =>
      other.websiteId === moment.websiteId &&
      other.websiteId !== 0 &&
      other.quantity === tier.quantity &&
      other.customerGroupId === tier.customerGroupId,
  );

const outranks = (tier: TierPrice, best: TierPrice): boolean =>
  tier.quantity > best.quantity ||
  (tier.quantity === best.quantity && !(best.customerGroupId !== null && tier.customerGroupId === null));

function tierNote(tier: TierPrice): string {
  const off = tier.value.type === 'percent' ? `, ${tier.value.percent} % off the regular price` : '';
  const who = tier.customerGroupId === null ? '' : ` for customer group ${tier.customerGroupId}`;
  return `tier price from ${tier.quantity}${who}${off}`;
}

function cataloguePrice(product: PricedProduct, moment: PriceMoment): Candidate | null {
  const found = product.cataloguePrices.find(
    (price) => price.customerGroupId === moment.customerGroupId && price.day === moment.day,
  );
  return found === undefined
    ? null
    : { kind: 'catalogue-rule', price: found.price, note: `catalogue price rule of ${found.day}` };
}

const window = (from: Day | null, to: Day | null): string =>
  from === null && to === null
    ? 'without an end'
    : [from === null ? '' : `from ${from}`, to === null ? '' : `to ${to}`].filter((part) => part !== '').join(' ');

/**
 * The unit price of one part of a bundle whose price is made of its parts: the part's own price for the quantity that leaves
 * the shop, less the bundle's percentages (`Magento\Bundle\Model\Product\Price::getChildFinalPrice`).
 */
export function selectBundledPrice(
  bundle: PricedProduct,
  bundleQuantity: number,
  part: ChosenSelection,
  moment: PriceMoment,
): PriceBasis {
  const own = selectPrice(part.product, bundleQuantity * part.quantity, moment);
  const candidates: Candidate[] = [
    ...own.candidates,
    ...bundlePercentages(bundle, bundleQuantity, own.unitPrice, moment),
  ];
  return candidates.length === own.candidates.length ? own : leastOf(candidates);
}

/**
 * The unit price of a bundle with a price of its own: base price less the bundle's percentages, the day's catalogue-rule price if
 * that is less, plus what each chosen selection adds (`Magento\Bundle\Model\Product\Price::getFinalPrice`).
 */
export function selectFixedBundlePrice(
  bundle: PricedProduct,
  quantity: number,
  parts: readonly ChosenSelection[],
  moment: PriceMoment,
): PriceBasis {
  const base: Candidate[] = [{ kind: 'regular', price: bundle.price, note: 'the regular price' }];
  base.push(...bundlePercentages(bundle, quantity, bundle.price, moment));
  const rulePrice = cataloguePrice(bundle, moment);
  if (rulePrice !== null) base.push(rulePrice);
  const least = leastOf(base);
  let price = least.unitPrice;
  const percentBase = Math.min(bundle.price, rulePrice?.price ?? bundle.price);
  for (const part of parts) {
    const value = part.selection.price ?? 0;
    const added = (part.selection.priceType === 'percent' ? percentBase * (value / 100) : value) * part.quantity;
    const reduced = bundlePercentages(bundle, quantity, added, moment).map((candidate) => candidate.price);
    price += Math.min(added, ...reduced);
  }
  return { ...least, unitPrice: Math.max(0, price) };
}

/** A bundle's tier and special prices are percentages: of 80 "special" means 80 % of the price. */
function bundlePercentages(bundle: PricedProduct, quantity: number, price: number, moment: PriceMoment): Candidate[] {
  const candidates: Candidate[] = [];
  const percent = bundleTierPercent(bundle, quantity, moment);
  if (percent > 0) {
    candidates.push({ kind: 'tier', price: price - price * (percent / 100), note: `bundle's tier, ${percent} % off` });
  }
  const special = bundle.specialPrice;
  if (special !== null && dayInWindow(moment.day, special.from, special.to)) {
    candidates.push({
      kind: 'special',
      price: price * (special.price / 100),
      note: `bundle's special price, ${special.price} % of the price, ${window(special.from, special.to)}`,
    });
  }
  return candidates;
}

/** `Magento\Bundle\Model\Product\Price::getTierPrice`: only percentages count, and only ever a greater one. */
function bundleTierPercent(bundle: PricedProduct, quantity: number, moment: PriceMoment): number {
  let percent = 0;
  let reached = 1;
  let ofGroup = false;
  for (const tier of bundle.tierPrices) {
    if (tier.value.type !== 'percent' || !tierApplies(tier, quantity, moment) || tier.quantity < reached) continue;
    if (tier.quantity === reached && ofGroup && tier.customerGroupId === null) continue;
    if (tier.value.percent > percent) {
      percent = tier.value.percent;
      reached = tier.quantity;
      ofGroup = tier.customerGroupId !== null;
    }
  }
  return percent;
}
