import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hundredths, money, subtract, sum } from '../../src/money/money.ts';
import { changeOf } from '../../src/register/open-sale.ts';
import { cashTenders, changeTenders, inCash, mergeCash, quickAmounts } from '../../src/register/tendering.ts';

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

  test('is rounded to the smallest coin, halves up', () => {
    const step = money('0.05');
    const rounded = ['0.01', '0.02', '0.03', '10.02', '10.03', '10.07', '10.08'].map((due) => inCash(money(due), step));
    expect(rounded).toEqual(['0', '0', '0.05', '10', '10.05', '10.05', '10.10'].map((due) => money(due)));
  });

  test('whatever is due and given, the tenders add up to the cent, and the drawer holds whole coins', () => {
    const cents = fc.integer({ min: 0, max: 5_000 });
    fc.assert(
      fc.property(cents, cents, fc.constantFrom(null, 5, 10, 50, 100), (due, coins, step) => {
        const coin = step === null ? null : hundredths(step);
        const tendered = hundredths(coins * (step ?? 1));
        const tenders = cashTenders(hundredths(due), tendered, coin);
        const paid = sum(tenders.map((each) => each.amount));
        expect(paid).toBe(tendered >= inCash(hundredths(due), coin) ? due : tendered);
        expect(changeOf(tenders) % (step ?? 1)).toBe(0);
        const change = changeTenders(hundredths(due), coin);
        expect(sum(change.map((each) => each.amount))).toBe(due === 0 ? 0 : -due);
        expect(changeOf(change)).toBe(inCash(hundredths(due), coin));
      }),
    );
  });

  test('several goes of cash become one tender with the same money and change', () => {
    const amounts = fc.array(fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 9999 })));
    fc.assert(
      fc.property(amounts, (pairs) => {
        const tenders = pairs.flatMap(([due, tendered]) => cashTenders(hundredths(due), hundredths(tendered), null));
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
