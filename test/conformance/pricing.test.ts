import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { priceCart } from '../../src/pricing/price-cart.ts';
import { compareCart } from './pricing/compare.ts';
import { readCatalogue } from './pricing/read-catalogue.ts';
import { readCarts, readJson } from './pricing/recording.ts';
import { cartInput, runPricing } from './pricing/run.ts';

const oracle = join(import.meta.dirname, 'oracle');
const shop = readCatalogue(await readJson(join(oracle, 'catalog.json.gz')));
const carts = readCarts(await readJson(join(oracle, 'carts.json.gz')));

describe('carts computed by a real Magento', () => {
  it('uses every rule, rate and product of the recorded shop', () => {
    expect(shop.rejected).toEqual([]);
    expect(shop.bookUnder({}).cartRules).toHaveLength(12);
  });

  it.each([...new Set(carts.map((cart) => cart.settings_name))])('settings %s: equal to the cent', (name) => {
    const differing = carts
      .filter((cart) => cart.settings_name === name)
      .map((cart) => ({
        cart: cart.def.id,
        differences: compareCart(
          cart,
          priceCart(cartInput(cart, shop, shop.recordedAt), shop.bookUnder(cart.settings)),
        ),
      }))
      .filter(({ differences }) => differences.length > 0);
    expect(differing).toEqual([]);
  });

  it('exits with 0 only if all are', async () => {
    expect(await runPricing([])).toBe(0);
    expect(await runPricing(['--at', '2031-06-01T12:00:00Z'])).toBe(1);
  });
});

describe('the comparison itself', () => {
  const cart = carts.find((candidate) => candidate.def.coupon === 'TENOFF' && candidate.applied_rule_ids !== null);
  if (cart === undefined) throw new Error('no cart with a coupon');
  const totals = priceCart(cartInput(cart, shop, shop.recordedAt), shop.bookUnder(cart.settings));
  const [first, ...others] = totals.lines;
  if (first === undefined) throw new Error('no line');

  it.each([
    ['subtotal', { ...totals, subtotal: totals.subtotal + 1 }],
    ['discount', { ...totals, discount: totals.discount - 1 }],
    ['tax', { ...totals, tax: totals.tax + 1 }],
    ['tax compensation', { ...totals, taxCompensation: totals.taxCompensation + 1 }],
    ['grand total', { ...totals, grandTotal: totals.grandTotal + 1 }],
    ['applied rules', { ...totals, appliedRuleIds: [...totals.appliedRuleIds].reverse() }],
    ['coupon', { ...totals, couponAccepted: null }],
    ['tax rates', { ...totals, taxes: [] }],
    ['row total', { ...totals, lines: [{ ...first, rowTotal: first.rowTotal - 1 }, ...others] }],
    ['price incl. tax', { ...totals, lines: [{ ...first, priceInclTax: first.priceInclTax + 1 }, ...others] }],
    ['discount percent', { ...totals, lines: [{ ...first, discountPercent: 1 }, ...others] }],
    ['number of lines', { ...totals, lines: others }],
  ])('notices another %s', (figure, changed) => {
    expect(compareCart(cart, changed as typeof totals).map((difference) => difference.figure)).toContain(figure);
  });
});
