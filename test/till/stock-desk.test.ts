import { describe, expect, test } from 'vitest';
import type { Unconfirmed } from '../../src/journal/journal.ts';
import { undelivered } from '../../src/journal/ledger.ts';
import { unconfirmedOf } from '../../src/journal/unconfirmed.ts';
import { quantity } from '../../src/money/quantity.ts';
import { type DocumentId, sku } from '../../src/platform/ids.ts';
import type { SaleItem } from '../../src/register/open-sale.ts';
import { type OversellPolicy, StockDesk, stockLeft } from '../../src/till/stock-desk.ts';
import { sampleReturn } from '../journal/sample-documents.ts';
import { sampleLine as line, sampleSale } from '../journal/sample-sale.ts';
import { product } from '../snapshot/sample-shop.ts';

const item = (of: string, more: Partial<SaleItem> = {}): SaleItem => ({
  sku: sku(of),
  variant: null,
  name: of,
  barcode: null,
  configurableOptions: [],
  bundleSelections: [],
  decimalQuantity: false,
  ...more,
});

const selection = (selectionId: string, of: string) => ({
  selectionId,
  sku: sku(of),
  quantity: 1,
  isDefault: true,
  price: null,
  priceType: null,
});

function world(options: { policy?: OversellPolicy; own?: string } = {}) {
  const stock = new Map<string, { quantity: number; inStock: boolean }>([
    ['A-1', { quantity: 10, inStock: true }],
    ['A-2', { quantity: 0.5, inStock: true }],
    ['A-3', { quantity: 4, inStock: false }],
  ]);
  const bundle = {
    dynamicPrice: true,
    options: [{ optionId: 1, title: '', required: true, selections: [selection('9', 'A-1')] }],
  };
  const products = [
    product(1, 'One', { attributes: options.own === undefined ? {} : { pos_oversell: options.own } }),
    product(2, 'Two'),
    product(3, 'Three'),
    product(5, 'Basket', { type: 'bundle', bundle }),
  ];
  let unconfirmed: Unconfirmed[] = [];
  const desk = new StockDesk({
    catalogue: {
      bySku: (wanted) => products.find((each) => each.sku === wanted.toUpperCase()),
      stock(wanted) {
        const found = stock.get(wanted.toUpperCase());
        return found && { sku: wanted, sourceCode: 'store', ...found };
      },
    },
    unconfirmed: () => unconfirmed,
    policy: options.policy ?? 'warn',
    attribute: 'pos_oversell',
  });
  let number = 0;
  const standing = (id: DocumentId) => ({ sequence: number, delivery: undelivered(id) });
  return {
    desk,
    stock,
    sell(sold: SaleItem, much: number): void {
      number += 1;
      const sale = sampleSale({ counter: number, change: { lines: [{ ...line, ...sold, quantity: quantity(much) }] } });
      unconfirmed = [...unconfirmed, unconfirmedOf({ kind: 'sale', sale, ...standing(sale.saleId) })];
    },
    takeBack(sold: SaleItem, much: number, restock: boolean): void {
      number += 1;
      const lines = [{ ...line, ...sold, quantity: quantity(much), saleLine: 0, restock }];
      const taken = sampleReturn({ counter: number, of: 1, change: { lines } });
      unconfirmed = [...unconfirmed, unconfirmedOf({ kind: 'return', return: taken, ...standing(taken.returnId) })];
    },
    confirm: () => {
      unconfirmed = unconfirmed.slice(1);
    },
  };
}

describe('what is left', () => {
  test('the shop’s quantity less what was sold here and the shop does not know of', () => {
    const { desk, sell } = world();
    expect(desk.left(sku('A-1'))).toBe(10);
    sell(item('A-1'), 3);
    sell(item('A-1'), 2);
    expect(desk.left(sku('a-1'))).toBe(5);
    sell(item('A-2', { decimalQuantity: true }), 0.2);
    sell(item('A-2', { decimalQuantity: true }), 0.1);
    expect(desk.left(sku('A-2'))).toBe(0.2);
    sell(item('A-1'), 20);
    expect(desk.left(sku('A-1'))).toBe(0);
    expect(desk.left(sku('A-3'))).toBe(0);
    expect(desk.left(sku('A-99'))).toBeNull();
    expect(stockLeft(0.3, 0.1)).toBe(0.2);
  });

  test('what came back to be sold again counts as left, what is broken does not', () => {
    const { desk, sell, takeBack, confirm } = world();
    sell(item('A-1'), 3);
    takeBack(item('A-1'), 1, true);
    takeBack(item('A-1'), 1, false);
    expect(desk.left(sku('A-1'))).toBe(8);
    confirm();
    expect(desk.left(sku('A-1'))).toBe(8);
    takeBack(item('A-5', { bundleSelections: [{ optionId: 1, selectionId: '9', quantity: 2 }] }), 1, true);
    expect(desk.left(sku('A-1'))).toBe(10);
  });

  test('variants and the parts of bundles are what leaves the shelf', () => {
    const { desk, sell } = world();
    sell(item('SHIRT', { variant: sku('A-1') }), 1);
    sell(item('A-5', { bundleSelections: [{ optionId: 1, selectionId: '9', quantity: 2 }] }), 3);
    expect(desk.left(sku('A-1'))).toBe(3);
  });

  test('a confirmed sale counts until stock has been read that was read after it', () => {
    const { desk, stock, sell, confirm } = world();
    sell(item('A-1'), 4);
    expect(desk.left(sku('A-1'))).toBe(6);
    desk.readingBegins();
    // While stock is being read: this sale's may have been read before.
    confirm();
    desk.readingEnded();
    expect(desk.left(sku('A-1'))).toBe(6);
    desk.readingBegins();
    stock.set('A-1', { quantity: 6, inStock: true });
    desk.readingEnded();
    expect(desk.left(sku('A-1'))).toBe(6);
  });

  test('a sale confirmed before stock began to be read counts no more', () => {
    const { desk, stock, sell, confirm } = world();
    sell(item('A-1'), 4);
    desk.left(sku('A-1'));
    confirm();
    desk.readingBegins();
    stock.set('A-1', { quantity: 6, inStock: true });
    desk.readingEnded();
    expect(desk.left(sku('A-1'))).toBe(6);
  });
});

describe('more than is left', () => {
  test.each<[OversellPolicy, string | undefined, 'warn' | 'refuse' | null]>([
    ['warn', undefined, 'warn'],
    ['refuse', undefined, 'refuse'],
    ['allow', undefined, null],
    ['refuse', 'allow', null],
    ['allow', 'Refuse ', 'refuse'],
    ['warn', '17', 'warn'],
  ])('the shop says %s, the product %s', (policy, own, expected) => {
    const { desk } = world({ policy, ...(own === undefined ? {} : { own }) });
    expect(desk.shortage(item('A-1'), quantity(10))).toBeNull();
    expect(desk.shortage(item('A-1'), quantity(11))).toEqual(expected && { policy: expected, left: 10 });
  });

  test('what has no stock at this source is not missed; a bundle has what its parts have', () => {
    const { desk } = world({ policy: 'refuse' });
    expect(desk.shortage(item('A-99'), quantity(500))).toBeNull();
    const basket = item('A-5', { bundleSelections: [{ optionId: 1, selectionId: '9', quantity: 3 }] });
    expect(desk.shortage(basket, quantity(3))).toBeNull();
    expect(desk.shortage(basket, quantity(4))).toEqual({ policy: 'refuse', left: 10 });
  });
});
