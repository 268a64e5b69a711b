import { HoldfastError } from '../platform/errors.ts';
import { isNumeric } from './php-arithmetic.ts';
import type { PriceBook, PriceSettings, TaxPlace, TaxRate, TaxRule } from './price-book.ts';

/** One step of the tax on a product: a rate, several rates of one priority together, or a compound priority. */
export interface AppliedRate {
  /** The rates' codes, written together: Magento's key of the tax. */
  readonly id: string;
  /** Percent of the price excluding all tax; a compound priority's share of the taxes before it is already in it. */
  readonly percent: number;
  readonly rates: readonly { readonly code: string; readonly percent: number }[];
}

/** What a product class is taxed with for one customer at one place. */
export interface TaxRateSet {
  /** All taxes together, percent of the price excluding tax. */
  readonly percent: number;
  readonly applied: readonly AppliedRate[];
}

/** Rates by product tax class: the buyer's, and those contained in the shop's tax-inclusive prices. */
export interface RateTable {
  readonly buyer: (productClassId: number) => TaxRateSet;
  readonly store: (productClassId: number) => number;
}

const untaxed: TaxRateSet = { percent: 0, applied: [] };

interface Cache {
  readonly rates: readonly TaxRate[];
  readonly sets: Map<string, TaxRateSet>;
}

/** Rate sets by class and place; a shop has few, and they change only with the snapshot. */
const caches = new WeakMap<readonly TaxRule[], Cache>();

/**
 * The rates for a cart. Error: `pricing.unknown-customer-group`.
 */
export function rateTable(book: PriceBook, customerGroupId: number, destination: TaxPlace): RateTable {
  const { settings } = book;
  const group = book.customerGroups.find((candidate) => candidate.id === customerGroupId);
  if (group === undefined) {
    throw new HoldfastError('pricing.unknown-customer-group', `The shop has no customer group ${customerGroupId}`, {
      remedy: 'operator',
      hint: 'Refresh the snapshot, or sell without the customer.',
    });
  }
  const place = settings.taxBasedOn === 'origin' ? settings.origin : destination;
  return {
    buyer: (productClassId) => rateSet(book, group.taxClassId, productClassId, place),
    store: (productClassId) =>
      rateSet(book, settings.defaultCustomerTaxClassId, productClassId, settings.origin).percent,
  };
}

function rateSet(book: PriceBook, customerClassId: number, productClassId: number, place: TaxPlace): TaxRateSet {
  // A product or customer of class "None" is not taxed (`Magento\Tax\Model\Calculation::getRate`).
  if (customerClassId === 0 || productClassId === 0 || place.countryId === '') return untaxed;
  const { taxRules, taxRates } = book;
  let cache = caches.get(taxRules);
  if (cache === undefined || cache.rates !== taxRates || cache.sets.size > largestCache) {
    cache = { rates: taxRates, sets: new Map() };
    caches.set(taxRules, cache);
  }
  const key = `${customerClassId}|${productClassId}|${place.countryId}|${place.regionId}|${place.postcode}`;
  let found = cache.sets.get(key);
  if (found === undefined) {
    found = combine(matchingRates(book, customerClassId, productClassId, place));
    cache.sets.set(key, found);
  }
  return found;
}

/** Carts for many foreign places must not pile up. */
const largestCache = 1000;

interface RatedRule {
  readonly rule: TaxRule;
  readonly rate: TaxRate;
}

/**
 * The rates that match, in Magento's order, each rate once (`Magento\Tax\Model\ResourceModel\Calculation::_getRates`).
 */
function matchingRates(
  book: PriceBook,
  customerClassId: number,
  productClassId: number,
  place: TaxPlace,
): readonly RatedRule[] {
  const matches = postcodeMatcher(place);
  const rates = new Map(book.taxRates.map((rate) => [rate.id, rate]));
  const found: RatedRule[] = [];
  for (const rule of book.taxRules) {
    if (!rule.customerTaxClassIds.includes(customerClassId)) continue;
    if (!rule.productTaxClassIds.includes(productClassId)) continue;
    for (const id of rule.taxRateIds) {
      const rate = rates.get(id);
      if (rate === undefined || rate.countryId !== place.countryId) continue;
      if (rate.regionId !== 0 && rate.regionId !== place.regionId) continue;
      if (matches(rate)) found.push({ rule, rate });
    }
  }
  found.sort(
    (a, b) =>
      a.rule.priority - b.rule.priority ||
      a.rule.id - b.rule.id ||
      b.rate.regionId - a.rate.regionId ||
      descending(postcodeText(a.rate), postcodeText(b.rate)) ||
      b.rate.rate - a.rate.rate,
  );
  const seen = new Set<number>();
  return found.filter(({ rate }) => !seen.has(rate.id) && seen.add(rate.id));
}

const postcodeText = (rate: TaxRate): string => (rate.postcode ?? '').toLowerCase();
const descending = (a: string, b: string): number => (a === b ? 0 : a < b ? 1 : -1);

/** Postcodes of these countries carry a suffix that ranges leave out. */
const suffixLength: ReadonlyMap<string, number> = new Map([
  ['US', 4],
  ['PT', 3],
]);

/** Magento compares postcodes by their first ten characters (`Magento\Tax\Helper\Data::getPostCodeSubStringLength`). */
const comparedLength = 10;

function postcodeMatcher(place: TaxPlace): (rate: TaxRate) => boolean {
  const original = place.postcode;
  const parts = /^(.+)-(.+)$/.exec(original);
  let postcode = original;
  let numeric = isNumeric(original);
  let range: readonly [string, string] | null = null;
  if (parts) {
    const [, first = '', second = ''] = parts;
    if (isNumeric(second) && second.length === suffixLength.get(place.countryId)) {
      numeric = true;
      postcode = first;
    } else {
      range = [first, second];
    }
  }
  const exact =
    range === null ? new Set(templates(postcode, parts ? original : null)) : new Set([postcode.toLowerCase()]);
  return (rate) => {
    if (rate.zipFrom !== null && rate.zipTo !== null) {
      if (range !== null) return rate.zipFrom >= Number(range[0]) && rate.zipTo <= Number(range[1]);
      const number = Number(postcode);
      return numeric && number >= rate.zipFrom && number <= rate.zipTo;
    }
    if (postcode === '*' && range === null) return true;
    const own = postcodeText(rate);
    return own === '' || own === '*' || exact.has(own);
  };
}

/** `101`, `101*`, and every shorter beginning with a star (`_createSearchPostCodeTemplates`). */
function templates(postcode: string, exact: string | null): string[] {
  let text = postcode.slice(0, comparedLength).toLowerCase();
  const found = [text, `${text}*`];
  if (exact !== null) {
    text = exact.slice(0, comparedLength).toLowerCase();
    found.push(text);
  }
  for (let length = text.length - 1; length > 0; length -= 1) found.push(`${text.slice(0, length)}*`);
  return found;
}

/**
 * Adds rates up: of each rule only the first rate counts, rules of one priority add, a higher priority is computed on the price
 * with the taxes before it unless the rule says "subtotal only" (`getCalculationProcess`, `_calculateRate`).
 */
function combine(rates: readonly RatedRule[]): TaxRateSet {
  const applied: AppliedRate[] = [];
  let total = 0;
  let ofPriority: { code: string; percent: number }[] = [];
  for (let index = 0; index < rates.length; index += 1) {
    const { rule, rate } = rates[index] as RatedRule;
    while (rates[index + 1]?.rule.id === rule.id) index += 1;
    ofPriority.push({ code: rate.code, percent: rate.rate });
    if (rates[index + 1]?.rule.priority === rule.priority) continue;
    const sum = ofPriority.reduce((percent, one) => percent + one.percent, 0);
    const percent = rule.calculateSubtotal ? sum : (100 + total) * (sum / 100);
    total += percent;
    applied.push({ id: ofPriority.map((one) => one.code).join(''), percent, rates: ofPriority });
    ofPriority = [];
  }
  return { percent: total, applied };
}

/** Whether tax-inclusive prices hold for this buyer as they are (`AbstractCalculator::isSameRateAsStore`). */
export const isStoreRate = (settings: PriceSettings, rate: number, storeRate: number): boolean =>
  settings.crossBorderTrade || Math.abs(rate - storeRate) < 0.00001;
