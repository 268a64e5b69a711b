import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, hundredths, money, subtract, sum, zero } from '../../src/money/money.ts';
import { taxLetters, taxTable } from '../../src/receipts/tax-table.ts';
import type { SaleLine } from '../../src/register/sale.ts';
import { basket, grossLine, saleOf } from './sales.ts';

describe('taxTable', () => {
  it('groups lines by rate, highest first, and adds up to the sale', () => {
    const sale = basket();
    const rows = taxTable(sale.lines, sale.totals);
    expect(rows.map(({ letter, percent }) => [letter, percent])).toEqual([
      ['A', 19],
      ['B', 7],
    ]);
    expect(rows[0]).toEqual({
      letter: 'A',
      percent: 19,
      gross: money('16.20'),
      tax: money('2.59'),
      net: money('13.61'),
    });
    expect(sale.lines.map((line) => taxLetters(line, rows))).toEqual(['B', 'B', 'A']);
  });

  it('lets the largest row take the cent that belongs to no line', () => {
    const sale = basket();
    const totals = { ...sale.totals, tax: add(sale.totals.tax, hundredths(1)) };
    const rows = taxTable(sale.lines, totals);
    expect(sum(rows.map(({ tax }) => tax))).toBe(totals.tax);
    expect(rows[0]?.tax).toBe(money('2.60'));
  });

  it('taxes a bundle by its parts', () => {
    const parts = [
      grossLine({ name: 'Wine', unitPrice: '11.90', percent: 19 }, 11),
      grossLine({ name: 'Bread', unitPrice: '1.07', percent: 7 }, 12),
    ];
    const own = saleOf(parts);
    const bundle: SaleLine = {
      ...grossLine({ name: 'Hamper', unitPrice: '12.97', percent: 0 }, 1),
      rowTotal: own.totals.subtotal,
      tax: own.totals.tax,
      children: parts,
    };
    const sale = saleOf([bundle]);
    const rows = taxTable(sale.lines, sale.totals);
    expect(rows.map(({ percent, tax }) => [percent, tax])).toEqual([
      [19, money('1.90')],
      [7, money('0.07')],
    ]);
    expect(taxLetters(bundle, rows)).toBe('AB');
  });

  it('always adds up, in every row and over all rows', () => {
    const line = fc.record({
      price: fc.integer({ min: 1, max: 1_000_000 }),
      count: fc.integer({ min: 1, max: 20 }),
      percent: fc.constantFrom(0, 5.5, 7, 19, 20, 25),
      off: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (inputs) => {
        const lines = inputs.map(({ price, count, percent, off }, index) => {
          const discount = Math.floor((price * count * off) / 100);
          const discounts = { rule: (discount / 100).toFixed(2) };
          return grossLine({ name: 'x', unitPrice: (price / 100).toFixed(2), count, percent, discounts }, index);
        });
        const sale = saleOf(lines);
        const rows = taxTable(sale.lines, sale.totals);
        expect(sum(rows.map(({ tax }) => tax))).toBe(sale.totals.tax);
        expect(sum(rows.map(({ gross }) => gross))).toBe(sale.totals.grandTotal);
        expect(sum(rows.map(({ net }) => net))).toBe(subtract(sale.totals.grandTotal, sale.totals.tax));
        for (const row of rows) expect(add(row.net, row.tax)).toBe(row.gross);
      }),
      { numRuns: 300 },
    );
  });

  it('is empty for nothing', () => {
    expect(taxTable([], { ...saleOf([]).totals, grandTotal: zero })).toEqual([]);
  });
});
