import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layRows, layText, pieces } from '../../src/screens/layout.ts';

const words = fc.array(fc.stringMatching(/^[a-zäöü€]{1,24}$/), { minLength: 1, maxLength: 8 });

describe('laying text out', () => {
  test('no word that fits is ever cut, and none is lost', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 4, max: 20 }), (list, width) => {
        const shown = pieces(list.join(' '), width);
        for (const piece of shown) expect([...piece].length).toBeLessThanOrEqual(width);
        const seen = shown.join(' ').split(' ');
        for (const word of list.filter((each) => [...each].length <= width)) expect(seen).toContain(word);
        expect(shown.join('').replaceAll(/[- ]/g, '')).toBe(list.join(''));
      }),
    );
  });

  test('every row is exactly as wide as the display, and the amount is never cut and there at first', () => {
    fc.assert(
      fc.property(words, fc.constantFrom(16, 20), fc.integer({ min: 0, max: 9 }), (list, columns, page) => {
        const row = { prefix: '12x ', text: list.join(' '), right: '1234.50' };
        const { rows } = layRows([row], { columns, rows: 2 }, page);
        expect(rows).toHaveLength(2);
        for (const each of rows) expect([...each].length).toBe(columns);
        expect(layRows([row], { columns, rows: 2 }, 0).rows[0]?.endsWith('1234.50')).toBe(true);
        expect(rows[0]?.endsWith('1234.50') || !rows[0]?.includes('1234')).toBe(true);
      }),
    );
  });

  test('the end of what is typed stays visible', () => {
    const { rows } = layRows([{ prefix: '3x ', typed: '12345678901234567890_' }], { columns: 16, rows: 1 }, 0);
    expect(rows).toEqual(['3x 901234567890_']);
  });

  test('long words come page by page, all of them', () => {
    const text = 'one two three four five six seven eight nine ten';
    const size = { columns: 10, rows: 2 };
    const { pages } = layText(text, size, 0);
    const shown = Array.from({ length: pages }, (_, page) => layText(text, size, page).rows).flat();
    expect(
      shown
        .map((row) => row.trim())
        .filter(Boolean)
        .join(' '),
    ).toBe(text);
    expect(layText(text, size, pages).rows).toEqual(layText(text, size, 0).rows);
  });
});
