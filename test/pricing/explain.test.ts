import { expect, it } from 'vitest';
import type { CurrencyFormat } from '../../src/money/money.ts';
import { one, quantity } from '../../src/money/quantity.ts';
import { sku } from '../../src/platform/ids.ts';
import { explainPrice, explainSale } from '../../src/pricing/explain.ts';
import { priceCart } from '../../src/pricing/price-cart.ts';
import { berlin, bookOf, cartOf, exclusive, inclusive, noon, product, rule } from './shop.ts';

const euro: CurrencyFormat = { code: 'EUR', symbol: '€', decimalSeparator: ',', symbolFirst: false };

const coupon = { code: 'TENOFF', usageLimit: 5, usagePerCustomer: 0, timesUsed: 1, expires: null };
const goods = product('COF-06', 24.95, {
  specialPrice: { price: 20, from: '2026-11-01', to: '2026-11-30' },
  tierPrices: [{ customerGroupId: null, quantity: 2, value: { type: 'percent', percent: 25 }, websiteId: 0 }],
});

const question = {
  sku: sku('COF-06'),
  quantity: quantity(2),
  customerGroupId: 0,
  coupon: null,
  at: noon,
  destination: berlin,
};

it('says every step from the regular price to what is to pay', () => {
  const book = bookOf({ products: [goods], rules: [rule(1, { name: 'Autumn' })], settings: inclusive });
  expect(explainPrice(question, book, euro)).toEqual([
    'COF-06 × 2 on 2026-11-23 in the shop, customer group NOT LOGGED IN:',
    'COF-06',
    '  the regular price: 24.95',
    '  tier price from 2, 25 % off the regular price: 18.7125 ← the least, so this one',
    '  special price from 2026-11-01 to 2026-11-30: 20.00',
    '  rounded to 18,71 €',
    '  2 × 18,71 € = 37,42 € including tax',
    '  rule "Autumn" (1): -3,74 €',
    '  tax DE-19, 19 % on 28,30 € after discounts: 5,38 € contained',
    'Goods 31,45 € before tax, 37,42 € with tax.',
    'rule "Autumn" (1): -3,74 €',
    'Discounts -3,74 € in all.',
    'tax DE-19, 19 % on 28,30 € after discounts: 5,38 € contained',
    'Tax 5,38 € in all; tax rounded for the whole sale, remainders carried from line to line.',
    '0,59 € of the discounts was tax, which is not charged either.',
    'To pay: 31.45 − 3.74 + 5.38 + 0.59 = 33,68 €.',
  ]);
});

it('says what became of a coupon, and what is not certain', () => {
  const book = bookOf({ products: [goods], rules: [rule(1, { coupon: 'specific', coupons: [coupon] })] });
  const accepted = explainPrice({ ...question, coupon: 'TENOFF' }, book, euro);
  expect(accepted).toContain('Coupon TENOFF accepted.');
  expect(accepted.at(-1)).toMatch(/^Not certain: Coupon TENOFF may be used 5 times/);
  expect(explainPrice({ ...question, coupon: 'NO' }, book, euro).join('\n')).toContain('Coupon NO gave nothing');
});

it('names the exchanged tax of a customer without tax', () => {
  const lines = explainPrice({ ...question, quantity: one, customerGroupId: 5 }, bookOf({ products: [goods] }), euro);
  expect(lines).toContain('  with the tax of this customer: 16,81 €');
  expect(lines).toContain('  no tax');
});

it('explains a whole sale from what the sale keeps, prices excluding tax', () => {
  const book = bookOf({ products: [goods, product('B', 3)], settings: exclusive });
  const totals = JSON.parse(
    JSON.stringify(
      priceCart(
        cartOf([
          ['COF-06', 1],
          ['B', 2],
        ]),
        book,
      ),
    ),
  );
  const lines = explainSale(totals, { coupon: null }, book.settings, euro);
  expect(lines.filter((line) => !line.startsWith(' '))).toEqual([
    'COF-06',
    'B',
    'Goods 26,00 € before tax, 30,94 € with tax.',
    'tax DE-19, 19 % on 26,00 € after discounts: 4,94 € added',
    'Tax 4,94 € in all; tax rounded for the whole sale, remainders carried from line to line.',
    'To pay: 26.00 − 0.00 + 4.94 = 30,94 €.',
  ]);
});
