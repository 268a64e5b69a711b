import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hundredths, money, subtract, sum } from '../../src/money/money.ts';
import { changeOf } from '../../src/register/open-sale.ts';
import { cashTender, mergeCash, quickAmounts } from '../../src/register/tendering.ts';

const notes = [5, 10, 20, 50].map((note) => money(note));

describe('cash', () => {
  test('quick amounts are what a customer is likely to hand over', () => {
    expect(quickAmounts(money('23.50'), notes)).toEqual([money(25), money(30), money(40), money(50)]);
    expect(quickAmounts(money(20), notes)).toEqual([money(25), money(30), money(40), money(50)]);
    expect(quickAmounts(money('0.99'), notes)).toEqual([money(5), money(10), money(20), money(50)]);
  });

  test('every quick amount is more than what is due and made of its notes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (due) => {
        const amounts = quickAmounts(hundredths(due), notes);
        expect(amounts.length).toBeGreaterThan(0);
        for (const amount of amounts) {
          expect(amount).toBeGreaterThan(due);
          expect(notes.some((note) => amount % note === 0)).toBe(true);
        }
      }),
    );
  });

  test('several goes of cash become one tender with the same money and change', () => {
    const amounts = fc.array(fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 9999 })));
    fc.assert(
      fc.property(amounts, (pairs) => {
        const tenders = pairs.map(([due, tendered]) => cashTender(hundredths(due), hundredths(tendered)));
        const merged = mergeCash(tenders);
        expect(merged.length).toBe(pairs.length === 0 ? 0 : 1);
        expect(sum(merged.map((each) => each.amount))).toBe(sum(tenders.map((each) => each.amount)));
        expect(changeOf(merged)).toBe(changeOf(tenders));
        for (const each of tenders) {
          if (each.kind === 'cash') expect(subtract(each.tendered, each.amount)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
