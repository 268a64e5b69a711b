import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantity } from '../../src/money/quantity.ts';
import { type SaleId, sku } from '../../src/platform/ids.ts';
import {
  addItem,
  changeLine,
  emptyContents,
  lastLine,
  type SaleContents,
  type SaleItem,
  takeBackLast,
} from '../../src/register/open-sale.ts';

const item = (name: string, decimalQuantity = true): SaleItem => ({
  sku: sku(name),
  variant: null,
  name,
  barcode: null,
  configurableOptions: [],
  bundleSelections: [],
  decimalQuantity,
});
const empty = emptyContents('sale-1' as SaleId);
const added = (contents: SaleContents, name: string, count: number): SaleContents => {
  const result = addItem(contents, item(name), quantity(count));
  return result.ok ? result.contents : contents;
};
const shape = (contents: SaleContents): (readonly [string, number])[] =>
  contents.lines.map((line) => [line.item.name, line.quantity] as const);

describe('an open sale', () => {
  test('keeps one line an article, wherever it is added', () => {
    const contents = added(added(added(empty, 'A', 1), 'B', 2), 'A', 0.1);
    expect(shape(contents)).toEqual([
      ['A', 1.1],
      ['B', 2],
    ]);
    expect(lastLine(contents)?.item.name).toBe('A');
  });

  test('variants and bundles with other contents are other articles', () => {
    const contents = ['T-S', 'T-M', 'T-S'].reduce((before, variant) => {
      const result = addItem(before, { ...item('T'), variant: sku(variant) }, quantity(1));
      return result.ok ? result.contents : before;
    }, empty);
    expect(contents.lines.map((line) => [line.item.variant, line.quantity])).toEqual([
      ['T-S', 2],
      ['T-M', 1],
    ]);
  });

  test('refuses parts of whole units, and more than a line may hold', () => {
    expect(addItem(empty, item('A', false), quantity(0.5))).toEqual({ ok: false, reason: 'whole-only' });
    const full = added(empty, 'A', 9999);
    expect(addItem(full, item('A'), quantity(1))).toEqual({ ok: false, reason: 'bad-quantity' });
  });

  test('a changed line is taken back as a whole', () => {
    const changed = changeLine(added(added(added(empty, 'A', 1), 'A', 1), 'B', 1), 1, quantity(5));
    expect(shape(changed)).toEqual([
      ['A', 5],
      ['B', 1],
    ]);
    expect(shape(takeBackLast(changed)?.contents ?? empty)).toEqual([['B', 1]]);
    expect(shape(changeLine(changed, 1, null))).toEqual([['B', 1]]);
  });

  test('adding and taking back is the identity, whatever was added before', () => {
    const addition = fc.tuple(fc.constantFrom('A', 'B', 'C'), fc.integer({ min: 1, max: 30_000 }));
    fc.assert(
      fc.property(fc.array(addition, { maxLength: 20 }), addition, (before, [name, parts]) => {
        const start = before.reduce((contents, [each, count]) => added(contents, each, count / 10_000), empty);
        const result = addItem(start, item(name), quantity(parts / 10_000));
        if (!result.ok) return;
        expect(takeBackLast(result.contents)?.contents).toEqual(start);
        // Down to the last one, the lines always equal what was added.
        let contents: SaleContents | undefined = result.contents;
        while (contents !== undefined) {
          for (const line of contents.lines) {
            const sums = contents.additions.filter((each) => each.lineId === line.lineId);
            expect(sums.reduce((sum, each) => sum + each.quantity, 0)).toBeCloseTo(line.quantity, 8);
          }
          contents = takeBackLast(contents)?.contents;
        }
      }),
    );
  });
});
