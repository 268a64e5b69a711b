import { describe, expect, it } from 'vitest';
import type { SaleEntry } from '../../src/control/protocol.ts';
import type { MagentoOrder } from '../../src/showroom/facade.ts';
import { alignLedgers } from '../../src/showroom/ledgers.ts';

const sale = (number: number, total: string, state: SaleEntry['state'] = 'confirmed'): SaleEntry => ({
  kind: 'sale',
  documentId: `sale-${number}`,
  name: `receipt K1-0000000${number}`,
  receiptNumber: `K1-0000000${number}`,
  soldAt: '2026-11-23T10:00:00.000Z',
  total,
  currency: 'EUR',
  state,
  step: state,
  attempts: 1,
  lastAnswer: null,
  nextAttemptAt: null,
  orderNumber: state === 'confirmed' ? `00000000${number}` : null,
});

const order = (number: number, total: string, more: Partial<MagentoOrder> = {}): MagentoOrder => ({
  orderNumber: `00000000${number}`,
  receiptNumber: `K1-0000000${number}`,
  total,
  state: 'complete',
  invoice: '000000001',
  shipment: '000000001',
  stock: '1 × COF-01 from store-market',
  ...more,
});

const agreements = (till: SaleEntry[], orders: MagentoOrder[]): boolean[] =>
  alignLedgers(till, orders, { stale: false, online: true }).rows.map(({ agrees }) => agrees);

describe('alignLedgers', () => {
  it('puts each sale beside its order, in receipt order, and sums both sides', () => {
    const both = alignLedgers([sale(2, '5.00', 'waiting'), sale(1, '12.50')], [order(1, '12.50')], {
      stale: false,
      online: true,
    });
    expect(both.rows.map(({ receiptNumber, orders }) => [receiptNumber, orders.length])).toEqual([
      ['K1-00000001', 1],
      ['K1-00000002', 0],
    ]);
    expect(both.sums).toEqual({ sales: 2, sold: '17.50', orders: 1, ordered: '12.50' });
    expect(both.rows.map(({ agrees }) => agrees)).toEqual([true, false]);
  });

  it('agrees only to one order of the same total, invoiced and complete', () => {
    expect(agreements([sale(1, '5.00')], [order(1, '5.01')])).toEqual([false]);
    expect(agreements([sale(1, '5.00')], [order(1, '5.00', { invoice: null })])).toEqual([false]);
    expect(agreements([sale(1, '5.00')], [order(1, '5.00', { state: 'processing' })])).toEqual([false]);
    expect(agreements([sale(1, '5.00')], [order(1, '5.00', { shipment: null, stock: '' })])).toEqual([true]);
  });

  it('shows a doubled sale as doubled, unless the second order was cancelled', () => {
    const twice = [order(1, '5.00'), order(2, '5.00', { receiptNumber: 'K1-00000001' })];
    expect(agreements([sale(1, '5.00')], twice)).toEqual([false]);
    const cancelled = [order(1, '5.00'), order(2, '5.00', { receiptNumber: 'K1-00000001', state: 'canceled' })];
    const both = alignLedgers([sale(1, '5.00')], cancelled, { stale: true, online: true });
    expect(both.rows[0]).toMatchObject({ agrees: true, orders: { length: 2 } });
    expect(both).toMatchObject({ stale: true, sums: { orders: 1, ordered: '5.00' } });
  });

  it('shows an order that no sale stands for, last', () => {
    const both = alignLedgers([sale(1, '5.00')], [order(9, '7.00', { receiptNumber: null }), order(1, '5.00')], {
      stale: false,
      online: true,
    });
    expect(both.rows.map(({ till, orders }) => [till?.total, orders[0]?.orderNumber])).toEqual([
      ['5.00', '000000001'],
      [undefined, '000000009'],
    ]);
  });

  it('says in words where a sale stands', () => {
    const untouched = { ...sale(1, '5.00', 'waiting'), attempts: 0 };
    const begun = { ...sale(2, '5.00', 'waiting'), step: 'placing the order' };
    const parked = { ...sale(3, '5.00', 'parked'), step: 'Magento does not know COF-01' };
    const words = (online: boolean) =>
      alignLedgers([untouched, begun, parked, sale(4, '5.00')], [], { stale: false, online }).rows.map(
        ({ till }) => till?.words,
      );
    expect(words(true)).toEqual([
      'waits for its turn',
      'placing the order',
      'Magento does not know COF-01',
      'in Magento',
    ]);
    expect(words(false).slice(0, 2)).toEqual(['waits for the network', 'waits for the network']);
  });

  it('knows an order by its number before it carries the receipt’s', () => {
    const entry = { ...sale(1, '5.00', 'waiting'), orderNumber: '000000007' };
    expect(agreements([entry], [order(7, '5.00', { receiptNumber: null })])).toEqual([true]);
  });
});
