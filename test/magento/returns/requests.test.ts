import { describe, expect, it } from 'vitest';
import { readOrder } from '../../../src/magento/delivery/order.ts';
import { creditMemo, refundedItems } from '../../../src/magento/returns/credit-memo.ts';
import { goodsForTheShelf } from '../../../src/magento/returns/returned-goods.ts';
import type { JsonValue } from '../../../src/platform/brand.ts';
import type { ReceiptNumber } from '../../../src/platform/ids.ts';
import { sweepSale } from '../../sweep/sales.ts';
import { recorded } from '../delivery/recorded.ts';
import { berlin, line, saleOf } from '../delivery/sales.ts';
import { returnOf } from './returns.ts';

type Row = Record<string, JsonValue>;

/** An order as `GET /V1/orders/:id` shows it, with these items. */
const orderWith = (items: readonly Row[]) =>
  readOrder({
    entity_id: 96,
    increment_id: 'K1-00000500',
    state: 'complete',
    status: 'complete',
    grand_total: 13.21,
    total_paid: 13.21,
    items: items.map((item) => ({ name: 'an article', qty_ordered: 9, qty_invoiced: 9, ...item })),
    payment: {},
  });

const tea = saleOf([line({ sku: 'TEA-06', productId: 16, inclTax: '3.21', tax: '0.21' })], 500);

describe('the credit memo', () => {
  it('names every field that a recorded one did, with the same values', () => {
    const given = returnOf(tea, [{ line: 0 }], 500, { receiptNumber: 'K1-R-00000500' as ReceiptNumber });
    const order = orderWith([{ item_id: 118, product_id: 16, sku: 'TEA-06', name: 'Tea article 6' }]);
    const refunded = refundedItems(given.lines, order, false);
    if (!refunded.fits) throw new Error(refunded.words);
    expect(creditMemo(given, order, refunded.items, berlin)).toMatchObject(
      recorded('r09-A-refund-own-increment').request.body as Row,
    );
  });

  it('spreads what was sold on several lines over them, to the cent', () => {
    const sale = saleOf([line({ sku: 'TEA-06', productId: 16, quantity: 3, inclTax: '10.00', tax: '0.65' })], 1);
    const order = orderWith([
      { item_id: 1, sku: 'TEA-06', qty_invoiced: 1 },
      { item_id: 2, sku: 'tea-06', qty_invoiced: 4, qty_refunded: 1 },
    ]);
    const refunded = refundedItems(returnOf(sale, [{ line: 0 }], 2).lines, order, false);
    if (!refunded.fits) throw new Error(refunded.words);
    expect(refunded.items.map(({ item, quantity }) => [item.item_id, quantity])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    const sum = (field: 'row_total_incl_tax' | 'tax_amount'): number =>
      refunded.items.reduce((total, { figures }) => total + figures[field], 0);
    expect([sum('row_total_incl_tax'), sum('tax_amount')]).toEqual([1000, 65]);
  });

  it('does not take the same bundle with other parts for this one', () => {
    const sale = sweepSale('rich', 1);
    const given = returnOf(sale, [{ line: 1 }], 2);
    const bundle = { item_id: 1, product_id: 67, sku: 'BREAKFAST' };
    const parts = (ids: readonly number[]) =>
      ids.map((id, index) => ({ item_id: 10 + index, parent_item_id: 1, product_id: id, sku: `part ${id}` }));
    expect(refundedItems(given.lines, orderWith([bundle, ...parts([1, 11])]), true)).toMatchObject({ fits: true });
    expect(refundedItems(given.lines, orderWith([bundle, ...parts([1, 12])]), true)).toMatchObject({ fits: false });
  });
});

it('of the goods that came back the shelf gets variants and parts, nothing virtual, each article once', () => {
  const sale = sweepSale('rich', 1);
  const all = sale.lines.map((_, index) => ({ line: index }));
  expect(goodsForTheShelf(returnOf(sale, all, 2).lines)).toEqual([
    { sku: 'COF-01', quantity: 1 },
    { sku: 'TEA-01', quantity: 2 },
    { sku: 'TSHIRT-M', quantity: 1 },
  ]);
  const plain = sweepSale('plain', 1);
  const some = [{ line: 0 }, { line: 1, restock: false }, { line: 2 }];
  expect(goodsForTheShelf(returnOf(plain, some, 2).lines)).toEqual([{ sku: 'HOU-04', quantity: 3 }]);
});
