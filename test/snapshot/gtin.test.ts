import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandUpcE, hasCheckDigit, meaningsOf, normalBarcode } from '../../src/snapshot/gtin.ts';

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const withCheckDigit = (body: string): string => {
  for (let digit = 0; digit < 10; digit++) if (hasCheckDigit(body + digit)) return body + digit;
  throw new Error(`no check digit fits ${body}`);
};

describe('check digit', () => {
  test.each(['4006381333931', '96385074', '036000291452', '10614141000415', '4063000000025'])('%s is right', (gtin) => {
    expect(hasCheckDigit(gtin)).toBe(true);
  });

  test('exactly one last digit is right, at every length', () => {
    fc.assert(
      fc.property(fc.constantFrom(7, 11, 12, 13).chain(digits), (body) => {
        const right = Array.from({ length: 10 }, (_, digit) => hasCheckDigit(`${body}${digit}`)).filter(Boolean);
        expect(right).toHaveLength(1);
      }),
    );
  });

  test('any single wrong digit is noticed', () => {
    fc.assert(
      fc.property(digits(12), fc.nat(12), fc.integer({ min: 1, max: 9 }), (body, place, change) => {
        const gtin = withCheckDigit(body);
        const wrong = [...gtin];
        wrong[place] = String((Number(gtin[place]) + change) % 10);
        expect(hasCheckDigit(wrong.join(''))).toBe(false);
      }),
    );
  });

  test('leading zeros do not change it', () => {
    fc.assert(
      fc.property(digits(11), (body) => {
        const upcA = withCheckDigit(body);
        expect(hasCheckDigit(`0${upcA}`)).toBe(true);
        expect(hasCheckDigit(`00${upcA}`)).toBe(true);
      }),
    );
  });

  test.each(['', '1234567', '123456789', '1234567890123456', '40063813339a1'])('"%s" is no GTIN', (text) => {
    expect(hasCheckDigit(text)).toBe(false);
  });
});

describe('UPC-E', () => {
  // The examples of the GS1 General Specifications, and the common ones of scanner manuals.
  test.each([
    ['04252614', '042100005264'],
    ['01234565', '012345000065'],
    ['06397126', '063200009716'],
  ])('%s is %s', (short, long) => {
    expect(expandUpcE(short)).toBe(long);
  });

  test('whatever can be shortened comes back the same', () => {
    // Zero suppression as the standard states it, the other way round.
    const shorten = (system: string, maker: string, item: string): string | null => {
      if (/00$/.test(maker) && /^[012]$/.test(maker[2] ?? '') && /^00/.test(item)) {
        return `${system}${maker.slice(0, 2)}${item.slice(2)}${maker[2]}`;
      }
      if (/00$/.test(maker) && /^000/.test(item)) return `${system}${maker.slice(0, 3)}${item.slice(3)}3`;
      if (/0$/.test(maker) && /^0000/.test(item)) return `${system}${maker.slice(0, 4)}${item.slice(4)}4`;
      if (/^0000[5-9]$/.test(item)) return `${system}${maker}${item.slice(4)}`;
      return null;
    };
    const manufacturer = fc
      .tuple(digits(5), fc.constantFrom('00', '000', '0', ''))
      .map(([code, zeros]) => `${code.slice(0, 5 - zeros.length)}${zeros}`.slice(0, 5));
    const item = fc
      .tuple(digits(5), fc.constantFrom('00', '000', '0000'))
      .map(([code, zeros]) => `${zeros}${code}`.slice(0, 5));
    let shortened = 0;
    fc.assert(
      fc.property(fc.constantFrom('0', '1'), manufacturer, item, (system, maker, article) => {
        const short = shorten(system, maker, article);
        if (short === null) return;
        shortened += 1;
        const upcA = withCheckDigit(`${system}${maker}${article}`);
        expect(expandUpcE(`${short}${upcA.at(-1)}`)).toBe(upcA);
      }),
      { numRuns: 2_000 },
    );
    expect(shortened).toBeGreaterThan(100);
  });

  test('a wrong check digit or other number system is none', () => {
    expect(expandUpcE('04252615')).toBeNull();
    expect(expandUpcE('24252614')).toBeNull();
  });
});

describe('one article, many spellings', () => {
  test('leading zeros are not told apart', () => {
    fc.assert(
      fc.property(digits(8), fc.integer({ min: 0, max: 6 }), (code, zeros) => {
        expect(normalBarcode('0'.repeat(zeros) + code)).toBe(normalBarcode(code));
      }),
    );
  });

  test('the normal form is its own normal form', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(normalBarcode(normalBarcode(text))).toBe(normalBarcode(text));
      }),
    );
  });

  test('eight digits may be EAN-8 or UPC-E', () => {
    expect(meaningsOf('96385074')).toEqual(['96385074']);
    expect(meaningsOf('04252614')).toEqual(['4252614', '42100005264']);
    expect(meaningsOf(' 4006381333931 ')).toEqual(['4006381333931']);
    expect(meaningsOf('000000')).toEqual(['0']);
    expect(meaningsOf('ab-12')).toEqual(['AB-12']);
  });
});
