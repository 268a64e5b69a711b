import { expect, it } from 'vitest';
import { terminalId } from '../../../src/platform/ids.ts';
import { type AbsentFacts, judgeAbsent } from '../../../src/reconciliation/orders/judge-absent.ts';
import type { ShopOrder } from '../../../src/reconciliation/orders/shop-books.ts';

const K7 = terminalId('K7');
let id = 0;
function order(externalId: string, change: Partial<ShopOrder> = {}): ShopOrder {
  id += 1;
  return {
    orderId: id,
    orderNumber: `00000000${id}`,
    externalId,
    quoteId: id,
    customerLastName: '',
    state: 'complete',
    total: 10,
    refunded: 0,
    ordered: 1,
    invoiced: 1,
    cancelled: 0,
    shippable: 1,
    shipped: 1,
    comments: [],
    ...change,
  };
}
const facts = (change: Partial<AbsentFacts> = {}): AbsentFacts => ({
  terminal: K7,
  from: 3,
  last: 5,
  before: null,
  ...change,
});

it('names the receipts that no order carries, from the first that was not confirmed to the last that was given', () => {
  const orders = [order('K7-00000002'), order('K7-00000004')];
  expect(judgeAbsent(facts(), orders)).toEqual({ missing: ['K7-00000003', 'K7-00000005'], doubled: [] });
  // Nothing waited: what came before was confirmed while the terminal lived.
  expect(judgeAbsent(facts({ from: 6 }), orders).missing).toEqual([]);
});

it('goes on behind the last report as far as receipts have arrived', () => {
  expect(judgeAbsent(facts({ from: 6 }), [order('K7-00000008')]).missing).toEqual(['K7-00000006', 'K7-00000007']);
});

it('leaves out what the device that took its place has sold', () => {
  const orders = [order('K7-00001006'), order('K7-00001006')];
  expect(judgeAbsent(facts({ from: 6, before: 1006 }), orders)).toEqual({ missing: [], doubled: [] });
});

it('knows an order that was made under the receipt number, and other terminals by their names', () => {
  const direct = order('', { orderNumber: 'K7-00000003' });
  const others = [order('K70-00000004'), order('K1-00000005'), order('somebody')];
  expect(judgeAbsent(facts(), [direct, ...others]).missing).toEqual(['K7-00000004', 'K7-00000005']);
});

it('finds what is there twice; what is cancelled is there, and is not twice', () => {
  const twice = [order('K7-00000003', { orderNumber: 'a' }), order('K7-00000003', { orderNumber: 'b' })];
  const cancelled = [order('K7-00000004', { state: 'canceled' }), order('K7-00000005', { state: 'canceled' })];
  expect(judgeAbsent(facts(), [...twice, ...cancelled, order('K7-00000005')])).toEqual({
    missing: [],
    doubled: [{ receiptNumber: 'K7-00000003', orderNumbers: ['a', 'b'] }],
  });
});

it('does not count to a number that nobody gave', () => {
  expect(judgeAbsent(facts({ from: 6 }), [order('K7-99999999')]).missing).toHaveLength(10_001);
});
