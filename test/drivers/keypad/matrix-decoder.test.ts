import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MatrixDecoder, type MatrixScan } from '../../../drivers/keypad/matrix-decoder.ts';

/** `#` is a contact, anything else none; one word a row. */
const scanOf = (picture: string): MatrixScan => picture.split(' ').map((row) => [...row].map((cell) => cell === '#'));
const nothing = '.... .... .... ....';

function pressesOf(pictures: readonly string[], samples = 3): string[] {
  const decoder = new MatrixDecoder(4, 4, samples);
  return pictures.flatMap((picture, index) =>
    decoder.scan(scanOf(picture)).map(({ row, column }) => `${index}: ${row},${column}`),
  );
}

describe('MatrixDecoder', () => {
  const key = '.... .#.. .... ....';

  it('counts a key at the third equal scan, once, and again after it was let go', () => {
    expect(pressesOf([key, key, key, key, key, nothing, nothing, nothing, key, key, key])).toEqual([
      '2: 1,1',
      '10: 1,1',
    ]);
  });

  it('takes neither one disturbed scan nor a bouncing contact for a key', () => {
    expect(pressesOf([nothing, key, nothing, key, key, nothing, nothing])).toEqual([]);
    expect(pressesOf([key, nothing, key, key, nothing, key, key, key])).toEqual(['7: 1,1']);
    // Bouncing while it is let go is no second press.
    expect(pressesOf([key, key, key, nothing, key, nothing, nothing, key, nothing, nothing, nothing])).toEqual([
      '2: 1,1',
    ]);
  });

  it('takes two keys at once, in one row, in one column or anywhere', () => {
    for (const both of ['##.. .... .... ....', '#... #... .... ....', '#... .... .... ...#']) {
      expect(pressesOf([both, both, both])).toHaveLength(2);
    }
  });

  it('believes no key of a rectangle, and keeps those that were held before', () => {
    const two = '#... #... .... ....';
    const ghost = '##.. ##.. .... ....';
    expect(pressesOf([ghost, ghost, ghost, ghost])).toEqual([]);
    expect(pressesOf([two, two, two, ghost, ghost, ghost, ghost, two, two, two, two])).toEqual(['2: 0,0', '2: 1,0']);
    // When one corner is let go, what remains is unmistakable.
    const three = '##.. #... .... ....';
    expect(pressesOf([ghost, ghost, ghost, three, three, three])).toEqual(['5: 0,0', '5: 0,1', '5: 1,0']);
  });

  it('believes no column in which everything appears pressed', () => {
    const grounded = '.#.. .#.. .#.. .#..';
    expect(pressesOf([grounded, grounded, grounded, grounded])).toEqual([]);
    const besides = '.#.. .#.# .#.. .#..';
    expect(pressesOf([grounded, besides, besides, besides])).toEqual(['3: 1,3']);
  });

  it('reports exactly the keys that were held long enough, however their contacts bounced', () => {
    const noise = fc.array(fc.boolean(), { maxLength: 6 });
    const press = fc.record({ row: fc.nat(3), column: fc.nat(3), down: noise, up: noise });
    fc.assert(
      fc.property(fc.array(press, { maxLength: 12 }), fc.integer({ min: 2, max: 5 }), (presses, samples) => {
        const decoder = new MatrixDecoder(4, 4, samples);
        const reported: string[] = [];
        for (const { row, column, down, up } of presses) {
          // Bouncing is shorter than the scans that decide, on both sides.
          const bounces = (states: readonly boolean[]): boolean[] =>
            states.flatMap((state) => [state, !state]).slice(0, 2 * samples);
          const settled = (state: boolean): boolean[] => Array.from({ length: samples }, () => state);
          for (const state of [...bounces(down), ...settled(true), ...bounces(up), ...settled(false)]) {
            const seen = Array.from({ length: 4 }, (_, r) =>
              Array.from({ length: 4 }, (_cell, c) => state && r === row && c === column),
            );
            reported.push(...decoder.scan(seen).map((position) => `${position.row},${position.column}`));
          }
        }
        expect(reported).toEqual(presses.map(({ row, column }) => `${row},${column}`));
      }),
      { numRuns: 2_000 },
    );
  });
});
