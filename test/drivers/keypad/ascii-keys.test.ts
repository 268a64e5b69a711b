import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AsciiKeyDecoder, asciiLayout } from '../../../drivers/keypad/ascii-keys.ts';
import type { Key } from '../../../drivers/keypad/keypad.ts';
import { keyByte } from '../../../drivers/keypad/virtual-keypad.ts';
import { pieces } from '../fake-place.ts';

const decode = (text: string, layout = asciiLayout()): readonly Key[] =>
  new AsciiKeyDecoder(layout).decode(Buffer.from(text, 'latin1'));

describe('asciiLayout', () => {
  it('knows what serial keypads send', () => {
    expect(decode('12*3.5=+\x7f\bCMm')).toEqual([
      '1',
      '2',
      'times',
      '3',
      '.',
      '5',
      'enter',
      'total',
      'clear',
      'clear',
      'clear',
      'menu',
      'menu',
    ]);
  });

  it('takes the configuration’s changes and leaves the rest', () => {
    const layout = asciiLayout({ A: 'times', '#': 'enter', '+': 'none' });
    expect(decode('1A2#+*', layout)).toEqual(['1', 'times', '2', 'enter', 'times']);
  });

  it.each([
    [{ '#': 'return' }, '"return" is not a key'],
    [{ ab: 'enter' }, '"ab" is not one character'],
    [{ '': 'enter' }, '"" is not one character'],
    [{ '\x1b': 'clear' }, 'is not one character'],
    [{ '€': 'enter' }, 'is not one character'],
  ])('refuses %j and says why', (changes, words) => {
    expect(() => asciiLayout(changes as Record<string, string>)).toThrowError(
      expect.objectContaining({ code: 'keypad.bad-layout', message: expect.stringContaining(words) }),
    );
  });
});

describe('AsciiKeyDecoder', () => {
  it('takes CR LF for one key, but CR CR and LF LF for two', () => {
    expect(decode('1\r\n2\r\r3\n\n')).toEqual(['1', 'enter', '2', 'enter', 'enter', '3', 'enter', 'enter']);
  });

  it('reads function keys as the menu and swallows other sequences whole', () => {
    expect(decode('\x1bOP1\x1b[11~2\x1b[A\x1b[1;5C\x1bOM3')).toEqual(['menu', '1', 'menu', '2', '3']);
  });

  it('goes on after a lone ESC, two of them, and a sequence that never ends', () => {
    expect(decode('\x1b5')).toEqual(['5']);
    expect(decode('\x1b\x1bOP')).toEqual(['menu']);
    expect(decode('\x1b[111111117')).toEqual(['1', '7']);
  });

  it('reads back every key of the virtual keypad', () => {
    const keys: Key[] = [...'0123456789.'].map((key) => key as Key).concat('times', 'clear', 'enter', 'total', 'menu');
    const decoder = new AsciiKeyDecoder(asciiLayout());
    expect(keys.flatMap((key) => decoder.decode(keyByte(key)))).toEqual(keys);
  });

  it('gives the same keys however the stream is cut, whatever is in it', () => {
    const likely = fc.constantFrom(0x1b, 0x5b, 0x4f, 0x50, 0x0d, 0x0a, 0x31, 0x7e);
    fc.assert(
      fc.property(
        fc.array(fc.oneof(likely, fc.nat(255)), { maxLength: 60 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
        (bytes, cuts) => {
          const stream = Uint8Array.from(bytes);
          const decoder = new AsciiKeyDecoder(asciiLayout());
          const cut = pieces(stream, cuts).flatMap((piece) => decoder.decode(piece));
          expect(cut).toEqual(new AsciiKeyDecoder(asciiLayout()).decode(stream));
          expect(cut.length).toBeLessThanOrEqual(bytes.length);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
