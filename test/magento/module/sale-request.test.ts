import { describe, expect, it } from 'vitest';
import { saleRequest } from '../../../src/magento/module/sale-request.ts';
import { money } from '../../../src/money/money.ts';
import { sku } from '../../../src/platform/ids.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';
import { type Row, rowOf, rowsOf } from '../../../src/showroom/magento/json.ts';
import { sampleSale } from '../../journal/sample-sale.ts';
import { line, saleOf } from '../delivery/sales.ts';

const shop = { storeId: 1, sourceCode: 'store-berlin' };
const request = (sale: CompletedSale): Row => rowOf(rowOf(JSON.parse(JSON.stringify(saleRequest(sale, shop))))['sale']);
const lines = (sale: CompletedSale): Row[] => rowsOf(request(sale)['lines']);

describe('a sale as the module gets it', () => {
  it('carries identity, moment and figures, and the same every time', () => {
    const sale = sampleSale({ counter: 7, quantity: 2 });
    expect(request(sale)).toMatchObject({
      sale_id: sale.saleId,
      terminal_id: 'K1',
      receipt_number: 'K1-00000007',
      sold_at: '2026-11-23T08:07:00.000Z',
      store_id: 1,
      source_code: 'store-berlin',
      currency: 'EUR',
      customer_id: null,
      coupon_code: null,
      applied_rule_ids: '',
      totals: { subtotal: 20, subtotal_incl_tax: 23.8, discount_amount: 0, tax_amount: 3.8, grand_total: 23.8 },
      tenders: [{ method: 'cash', amount: 23.8, reference: '', provisional: false }],
    });
    expect(JSON.stringify(saleRequest(sale, shop))).toBe(JSON.stringify(saleRequest(structuredClone(sale), shop)));
  });

  it('names a card payment by our own key, never by the card', () => {
    const sale = sampleSale({ counter: 8, pay: 'card' });
    const [tender] = rowsOf(request(sale)['tenders']);
    expect(tender).toEqual({
      method: 'card',
      amount: 11.9,
      reference: '01900000-0001-7000-8000-000000000008',
      provisional: false,
    });
    expect(JSON.stringify(request(sale))).not.toContain('4444');
  });

  it('lists of a configurable what was handed over', () => {
    const shirt = { type: 'configurable' as const, variant: sku('TSHIRT-M') };
    const sale = saleOf([line({ sku: 'TSHIRT', productId: 66, inclTax: '24.90', tax: '3.98', change: shirt })]);
    expect(lines(sale).map((each) => each['sku'])).toEqual(['TSHIRT-M']);
  });

  const part = (wish: { sku: string; inclTax: string; tax: string; quantity?: number }, id: number) =>
    line({ ...wish, productId: id }, id);

  it('lists of a bundle its parts, as many as there were bundles of them', () => {
    const bundle = line({
      sku: 'BREAKFAST',
      productId: 67,
      quantity: 3,
      inclTax: '50.00',
      tax: '7.98',
      change: {
        type: 'bundle',
        children: [
          part({ sku: 'COF-01', inclTax: '30.00', tax: '4.79' }, 1),
          part({ sku: 'TEA-01', quantity: 2, inclTax: '20.00', tax: '3.19' }, 2),
        ],
      },
    });
    const listed = lines(saleOf([bundle]));
    expect(listed.map((each) => [each['sku'], each['qty'], each['row_total_incl_tax']])).toEqual([
      ['COF-01', 3, 30],
      ['TEA-01', 6, 20],
    ]);
  });

  it('adds a bundle’s own price as a line of its own', () => {
    const bundle = line({
      sku: 'BREAKFAST',
      productId: 67,
      inclTax: '9.90',
      tax: '1.58',
      change: { type: 'bundle', children: [part({ sku: 'COF-01', inclTax: '0', tax: '0' }, 1)] },
    });
    expect(lines(saleOf([bundle])).map((each) => [each['sku'], each['row_total_incl_tax']])).toEqual([
      ['COF-01', 0],
      ['BREAKFAST', 9.9],
    ]);
  });

  it('makes the taxes by rate add up to the line’s tax', () => {
    const taxes = [
      { code: 'A', percent: 10, base: money('8.39'), amount: money('0.84') },
      { code: 'B', percent: 9, base: money('8.39'), amount: money('0.75') },
    ];
    const sale = saleOf([line({ sku: 'HOU-04', productId: 34, inclTax: '9.99', tax: '1.60', change: { taxes } })]);
    expect(rowsOf(lines(sale)[0]?.['taxes']).map((tax) => tax['amount'])).toEqual([0.84, 0.76]);
  });

  it('gives tax without a known rate a name', () => {
    const change = { taxes: [], taxPercent: 19 };
    const sale = saleOf([line({ sku: 'HOU-04', productId: 34, inclTax: '9.99', tax: '1.60', change })]);
    expect(rowsOf(lines(sale)[0]?.['taxes'])).toEqual([{ code: '19 %', title: '19 %', percent: 19, amount: 1.6 }]);
    const free = saleOf([line({ sku: 'HOU-04', productId: 34, inclTax: '9.99', tax: '0', change: { taxes: [] } })]);
    expect(lines(free)[0]?.['taxes']).toEqual([]);
  });
});
