import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut, type TextElement, wrap } from '../../../drivers/printer/layout.ts';

const texts = (element: TextElement, columns: number): string[] => layOut(element, columns).map(({ text }) => text);

describe('wrap', () => {
  it('breaks between words, inside a word only where it must, and keeps empty lines', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('Donaudampfschiff', 5)).toEqual(['Donau', 'dampf', 'schif', 'f']);
    expect(wrap('a\n\nb', 10)).toEqual(['a', '', 'b']);
    expect(wrap('', 10)).toEqual(['']);
    expect(wrap('exactly ten', 11)).toEqual(['exactly ten']);
  });
});

describe('layOut', () => {
  it('puts the right part at the edge, on a line of its own when it does not fit beside the left', () => {
    expect(texts({ kind: 'left-right', left: 'Milk', right: '1.29' }, 12)).toEqual(['Milk    1.29']);
    expect(texts({ kind: 'left-right', left: 'Mountain cheese', right: '1.29' }, 12)).toEqual([
      'Mountain',
      'cheese  1.29',
    ]);
    expect(texts({ kind: 'left-right', left: 'Twelve chars', right: '1.29' }, 12)).toEqual([
      'Twelve chars',
      '        1.29',
    ]);
  });

  it('halves a line of wide characters', () => {
    expect(texts({ kind: 'text', text: 'one two', style: { wide: true } }, 12)).toEqual(['one', 'two']);
  });

  it('wraps a table cell inside itself, with a free column between cells', () => {
    const cells = [
      { text: 'Rate', share: 1 },
      { text: '12345', align: 'right', share: 1 },
      { text: 'left cell', share: 1 },
    ] as const;
    expect(texts({ kind: 'columns', cells }, 18)).toEqual(['Rate   12345 left', '             cell']);
  });

  it('fills the line with a rule', () => {
    expect(texts({ kind: 'rule', character: '=' }, 5)).toEqual(['=====']);
  });

  it('never makes a line too long, nor loses a letter', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ß', ' ', '€', 'Ω', '中', '\n'), maxLength: 60 });
    const element: fc.Arbitrary<TextElement> = fc.oneof(
      fc.record({ kind: fc.constant('text' as const), text }),
      fc.record({ kind: fc.constant('left-right' as const), left: text, right: text }),
      fc.record({
        kind: fc.constant('columns' as const),
        cells: fc.array(fc.record({ text, share: fc.integer({ min: 1, max: 3 }) }), { minLength: 1, maxLength: 4 }),
      }),
    );
    const letters = (value: string): string => [...value.replace(/\s/g, '')].sort().join('');
    fc.assert(
      fc.property(element, fc.constantFrom(32, 42, 48), (input, columns) => {
        const lines = texts(input, columns);
        expect(lines.length).toBeGreaterThan(0);
        for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns);
        const given =
          input.kind === 'text'
            ? input.text
            : input.kind === 'left-right'
              ? input.left + input.right
              : input.kind === 'columns'
                ? input.cells.map((cell) => cell.text).join('')
                : '';
        expect(letters(lines.join(''))).toBe(letters(given));
      }),
      { numRuns: 500 },
    );
  });
});
