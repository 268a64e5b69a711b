import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, type Money, subtract, sum } from '../../src/money/money.ts';
import { quantity } from '../../src/money/quantity.ts';
import { instant } from '../../src/platform/clock.ts';
import { type ReturnId, sku } from '../../src/platform/ids.ts';
import type { PriceSettings } from '../../src/pricing/price-book.ts';
import { priceCart } from '../../src/pricing/price-cart.ts';
import { leftOf, returnLines, returnTotals, type TakenBack } from '../../src/register/open-return.ts';
import type { CompletedReturn } from '../../src/register/return.ts';
import type { CompletedSale, SaleTotals } from '../../src/register/sale.ts';
import { sampleSale } from '../journal/sample-sale.ts';
import { settings } from '../till/fakes/counter.ts';
import { sampleCatalogue } from '../till/fakes/shop.ts';

/** A sale of the small shop under the given settings. */
function sold(counts: readonly number[], weight: number, shop: Partial<PriceSettings>, percent: number): CompletedSale {
  const book = sampleCatalogue().prices;
  const goods = [
    { lineId: 1, sku: sku('APPLE'), quantity: quantity(counts[0] ?? 1) },
    { lineId: 2, sku: sku('COFFEE'), quantity: quantity(counts[1] ?? 1) },
    { lineId: 3, sku: sku('CHEESE'), quantity: quantity(weight) },
  ];
  const totals = priceCart(
    {
      lines: goods,
      customerGroupId: 0,
      customerId: null,
      coupon: null,
      at: instant('2026-11-23T09:00:00Z'),
      destination: settings.destination,
      reductions: percent === 0 ? [] : [{ lineId: null, value: { kind: 'percent', percent }, name: 'x' }],
    },
    { ...book, settings: { ...book.settings, ...shop } },
  );
  const sale = sampleSale({ counter: 1 });
  const [line] = sale.lines;
  if (line === undefined) throw new Error('the sample sells something');
  return { ...sale, lines: totals.lines.map((figures) => ({ ...line, ...figures })), totals };
}

function back(sale: CompletedSale, before: readonly CompletedReturn[], taken: readonly TakenBack[]): CompletedReturn {
  const lines = returnLines({ sale, before }, taken, true);
  return {
    version: 1,
    returnId: `r-${before.length}` as ReturnId,
    receiptNumber: sale.receiptNumber,
    terminalId: sale.terminalId,
    shiftId: sale.shiftId,
    cashier: '',
    stamp: sale.stamp,
    currency: sale.currency,
    of: { saleId: sale.saleId, receiptNumber: sale.receiptNumber },
    customer: null,
    lines,
    totals: returnTotals({ sale, before }, lines, taken),
    refunds: [],
    reason: '',
    approvedBy: null,
  };
}

const balanced = ({ subtotal, discount, tax, taxCompensation }: SaleTotals): Money =>
  add(add(subtract(subtotal, discount), tax), taxCompensation);

describe('what is brought back of a sale', () => {
  test('in however many goes, it is in the end the sale to the cent, in every figure, and never more', () => {
    const shop = fc.record({
      pricesIncludeTax: fc.boolean(),
      taxAfterDiscount: fc.boolean(),
      taxAlgorithm: fc.constantFrom('TOTAL_BASE_CALCULATION' as const, 'UNIT_BASE_CALCULATION' as const),
    });
    const counts = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 3 }));
    const weight = fc.integer({ min: 1, max: 30_000 }).map((grams) => grams / 10_000);
    fc.assert(
      fc.property(shop, counts, weight, fc.integer({ min: 0, max: 50 }), fc.infiniteStream(fc.nat(2)), (...given) => {
        const [settingsOfShop, amounts, kilos, percent, draws] = given;
        const sale = sold(amounts, kilos, settingsOfShop, percent);
        const before: CompletedReturn[] = [];
        for (const draw of draws) {
          const left = leftOf({ sale, before });
          if (left.every((each) => each === 0)) break;
          const index = left[draw] ? draw : left.findIndex((each) => each > 0);
          // Weighed goods come back whole, others piece by piece.
          const returned = back(sale, before, [{ index, quantity: index === 2 ? kilos : 1 }]);
          expect(balanced(returned.totals)).toBe(returned.totals.grandTotal);
          before.push(returned);
        }
        for (const figure of ['grandTotal', 'tax', 'subtotal', 'discount', 'taxCompensation'] as const) {
          expect(sum(before.map(({ totals }) => totals[figure]))).toBe(sale.totals[figure]);
        }
        sale.lines.forEach((line, index) => {
          const parts = before.flatMap(({ lines }) => lines).filter(({ saleLine }) => saleLine === index);
          expect(sum(parts.map((part) => part.rowTotalInclTax))).toBe(line.rowTotalInclTax);
          expect(sum(parts.map((part) => part.tax))).toBe(line.tax);
        });
      }),
      { numRuns: 200 },
    );
  });
});
