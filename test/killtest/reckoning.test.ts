import { describe, expect, it } from 'vitest';
import type { SaleEntry } from '../../src/control/protocol.ts';
import type { LedgerRow } from '../../src/showroom/facade.ts';
import { type Evidence, reckon } from './reckoning.ts';

const entry = (counter: number, change: Partial<SaleEntry> = {}): SaleEntry => ({
  kind: 'sale',
  documentId: `sale-${counter}`,
  name: `receipt K1-0000000${counter}`,
  receiptNumber: `K1-0000000${counter}`,
  soldAt: '2026-11-23T09:00:00.000Z',
  total: '11.90',
  currency: 'EUR',
  state: 'confirmed',
  step: 'done',
  attempts: 1,
  lastAnswer: null,
  nextAttemptAt: null,
  orderNumber: `00000${counter}`,
  ...change,
});

function row(counter: number, orders: number): LedgerRow {
  const order = {
    orderNumber: `00000${counter}`,
    receiptNumber: `K1-0000000${counter}`,
    total: '11.90',
    state: 'complete',
    invoice: '1',
    shipment: '1',
    stock: '',
  };
  return {
    receiptNumber: `K1-0000000${counter}`,
    till: { total: '11.90', state: 'confirmed', words: 'in Magento', soldAt: '2026-11-23T09:00:00.000Z' },
    orders: Array.from({ length: orders }, () => order),
    agrees: orders === 1,
  };
}

const slip = (counter: number, total: string) => ({
  number: counter,
  svg: '',
  text: `Receipt K1-0000000${counter}\nTOTAL   ${total} €\n  |||CODE128|||\n  K1-0000000${counter}\n`,
});

const evidence = (change: Partial<Evidence> & { readonly rows?: readonly LedgerRow[] } = {}): Evidence => ({
  acknowledged: new Set(['K1-00000001', 'K1-00000002']),
  journal: [entry(1), entry(2)],
  ledgers: {
    rows: change.rows ?? [row(1, 1), row(2, 1)],
    sums: { sales: 2, sold: '23.80', orders: 2, ordered: '23.80' },
    stale: false,
  },
  paper: [slip(1, '11.90'), slip(2, '11.90')],
  deliveredElsewhere: new Set(),
  ...change,
});

describe('the reckoning after many power cuts', () => {
  it('has nothing to say when journal, paper and Magento agree', () => {
    expect(reckon(evidence())).toEqual({ sales: 2, lost: 0, doubled: 0, complaints: [] });
  });

  it.each([
    ['a sale that was acknowledged is not in the journal', { journal: [entry(1)] }, { sales: 2, lost: 1, doubled: 0 }],
    ['a sale never got to Magento', { rows: [row(1, 1), row(2, 0)] }, { sales: 2, lost: 1, doubled: 0 }],
    ['a sale still waits', { journal: [entry(1), entry(2, { state: 'waiting' })] }, { sales: 2, lost: 1, doubled: 0 }],
    ['a sale is two orders', { rows: [row(1, 1), row(2, 2)] }, { sales: 2, lost: 1, doubled: 1 }],
    ['an order belongs to no sale', { rows: [row(1, 1), row(2, 1), { ...row(3, 1), till: null }] }, { doubled: 1 }],
    ['a number was given twice', { paper: [slip(1, '11.90'), slip(1, '5.00')] }, { lost: 0, doubled: 1 }],
    ['a number is missing', { journal: [entry(1), entry(2), entry(4)], rows: [row(1, 1), row(2, 1), row(4, 1)] }, {}],
  ])('complains when %s', (_, change, expected) => {
    const found = reckon(evidence(change));
    expect(found).toMatchObject(expected);
    expect(found.complaints.length).toBeGreaterThan(0);
  });

  it('does not look for sales in this Magento that were delivered to another', () => {
    const delivered = evidence({ rows: [row(1, 0), row(2, 1)], deliveredElsewhere: new Set(['K1-00000001']) });
    expect(reckon(delivered)).toMatchObject({ lost: 0, doubled: 0 });
    expect(reckon({ ...delivered, journal: [entry(2)] })).toMatchObject({ lost: 1 });
  });
});
