import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkCodewords, formatBits, qrCode, versionBits } from '../../../drivers/printer/qr-code.ts';

describe('qrCode', () => {
  it('corrects errors as the standard’s own arithmetic does', () => {
    // "HELLO WORLD" at level M of version 1, in alphanumeric mode: the example that textbooks work out by hand.
    const data = Uint8Array.of(32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17);
    expect([...checkCodewords(data, 10)]).toEqual([196, 35, 39, 119, 235, 215, 231, 226, 93, 23]);
  });

  it('has the format and version bits of ISO/IEC 18004, tables C.1 and D.1', () => {
    const bits = (all: readonly number[]): string => all.join('');
    expect(bits(formatBits(0))).toBe('101010000010010');
    expect(bits(formatBits(3))).toBe('101101101001011');
    expect(bits(formatBits(7))).toBe('100101010100000');
    expect(bits(versionBits(7))).toBe('000111110010010100');
    expect(bits(versionBits(13))).toBe('001101100001000111');
  });

  it('is what it was when a scanner read it', () => {
    const code = qrCode('Holdfast');
    const drawn = code?.modules.map((row) => row.map((dark) => (dark ? '#' : '.')).join('')).join('\n');
    expect(drawn).toMatchInlineSnapshot(`
      "#######...#.#.#######
      #.....#...###.#.....#
      #.###.#.###...#.###.#
      #.###.#.####..#.###.#
      #.###.#.#.###.#.###.#
      #.....#.##..#.#.....#
      #######.#.#.#.#######
      ........#.###........
      #.#####..#..#.#####..
      ##..##.#.#..##..##..#
      ##.#########.....#.#.
      .#.#.#...#......###..
      .########..#...#....#
      ........#######.##...
      #######.....#.#...##.
      #.....#.##.####..##..
      #.###.#.##..#..#....#
      #.###.#.#...#..####..
      #.###.#.#.##.#....#..
      #.....#........####..
      #######.#.##.#.....#."
    `);
  });

  // The shortest and the longest text of every version; each picture was read back with ZBar.
  it.each([
    [1, 21, 'd53d64a0afc737a1'],
    [14, 21, '956561048b28365c'],
    [15, 25, '06c2a72730f53d01'],
    [26, 25, '19ddee2a2324b094'],
    [27, 29, 'ea7ba63006043f74'],
    [42, 29, 'd1b217956677f825'],
    [43, 33, '6a6578ee9e048066'],
    [62, 33, '659562f70eb88c10'],
    [63, 37, '284645d95634fccb'],
    [84, 37, '197192530971dcf6'],
    [85, 41, '3c80dd1748218091'],
    [106, 41, '0180badb2f7ba227'],
    [107, 45, 'd421d9579603fbc7'],
    [122, 45, 'd7d4218fde3c8bba'],
    [123, 49, 'c7b755263842af25'],
    [152, 49, '2d1f6a5f5b7776e1'],
    [153, 53, '86ae1642567cef03'],
    [180, 53, 'acd3cd51c1564b1f'],
    [181, 57, 'b33aa3d118c95f19'],
    [213, 57, '21f81e16144874b3'],
    [214, 61, 'cf4ec7dfe80c491d'],
    [251, 61, '94841cf8df0766c1'],
    [252, 65, '456b22d23241fb9b'],
    [287, 65, '331d99a441f28649'],
    [288, 69, 'bcbd0252caad7eb9'],
    [331, 69, 'f290565b2bc527a3'],
  ])('draws %i bytes in %i modules a side', (length, side, picture) => {
    const letters = 'abcdefghij KLMNOP/:?=.';
    const text = Array.from({ length }, (_, at) => letters[(at * 7 + length) % letters.length]).join('');
    const code = qrCode(text);
    expect(code?.side).toBe(side);
    const drawn = code?.modules.map((row) => row.map(Number).join('')).join('\n') ?? '';
    expect(createHash('sha256').update(drawn).digest('hex').slice(0, 16)).toBe(picture);
  });

  it('refuses what no code of its versions holds', () => {
    expect(qrCode('x'.repeat(332))).toBeNull();
    expect(qrCode('€'.repeat(111))).toBeNull();
  });
});
