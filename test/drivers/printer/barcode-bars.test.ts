import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsOf } from '../../../drivers/printer/barcode-bars.ts';
import { code128, ean13 } from '../../../drivers/printer/escpos-symbols.ts';

/** Modules as a scanner sees them: 1 is black. */
const modules = (widths: readonly number[]): string =>
  widths.map((width, index) => (index % 2 === 0 ? '1' : '0').repeat(width)).join('');

describe('bars', () => {
  it('of EAN-13 are those of the standard', () => {
    // ISO/IEC 15420: 4006381333931, as every encoder draws it.
    expect(modules(barsOf('EAN13', Buffer.from('4006381333931'))?.widths ?? [])).toBe(
      '10100011010100111010111101111010001001011001101010100001010000101000010111010010000101100110101',
    );
  });

  it('of Code 128 have the check symbol of the standard', () => {
    // ISO/IEC 15417: start B 104, P 48, J 42, J 42, 1 17, 2 18, 3 19 → 104+48+84+126+68+90+114 = 634, mod 103 = 16.
    const widths = barsOf('CODE128', Buffer.from('{BPJJ123'))?.widths ?? [];
    expect(widths.slice(-13, -7).join('')).toBe('123122');
    expect(widths.slice(-7).join('')).toBe('2331112');
  });

  it('are as wide as the composer reckons, for any data it accepts', () => {
    const data = fc.string({ unit: fc.constantFrom(...'0123456789ABC-{ '), minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(data, (text) => {
        const symbol = code128(text)!;
        const bars = barsOf('CODE128', symbol.data);
        expect(bars?.text).toBe(text);
        expect(bars?.widths.reduce((sum, width) => sum + width, 0)).toBe(symbol.modules);
      }),
      { numRuns: 500 },
    );
    const symbol = ean13('4006381333931')!;
    expect(barsOf('EAN13', symbol.data)?.widths.reduce((sum, width) => sum + width, 0)).toBe(symbol.modules);
  });

  it('pack digits in pairs', () => {
    expect(code128('K1-00000042')?.modules).toBe(11 * (1 + 3 + 1 + 4 + 1) + 13);
  });

  it('are none for what is no bar code', () => {
    for (const wrong of ['', 'no set', '{B', '{Bä', '{C\x64', '{B{x']) {
      expect(barsOf('CODE128', Buffer.from(wrong, 'latin1'))).toBeNull();
    }
    expect(barsOf('EAN13', Buffer.from('4006381333932'))).toBeNull();
  });
});
