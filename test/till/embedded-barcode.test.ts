import { describe, expect, test } from 'vitest';
import { money } from '../../src/money/money.ts';
import { checkDigitOf } from '../../src/snapshot/gtin.ts';
import { type EmbeddedLayout, readEmbedded, valueCheckDigit } from '../../src/till/embedded-barcode.ts';

const layouts: readonly EmbeddedLayout[] = [
  { layout: '28IIIIIVVVVVC', value: 'price', decimals: 2 },
  { layout: '29IIIIIVVVVVC', value: 'weight', decimals: 3 },
  { layout: '02IIIIKVVVV-C', value: 'price', decimals: 2 },
  { layout: '20IIIIKVVVVVC', value: 'price', decimals: 2 },
];
const whole = (body: string): string => body + checkDigitOf(body);

describe('labels that carry a price or a weight', () => {
  test('a price', () => {
    expect(readEmbedded(whole('280012301234'), layouts)).toEqual({
      kind: 'embedded',
      number: '00123',
      withoutValue: whole('280012300000'),
      price: money('12.34'),
      weight: null,
    });
  });

  test('a weight', () => {
    expect(readEmbedded(whole('290012300350'), layouts)).toMatchObject({ number: '00123', price: null, weight: 0.35 });
  });

  test('a wrong check digit, of the code or of its value, is a misread', () => {
    const code = whole('280012301234');
    expect(readEmbedded(code.slice(0, -1) + ((Number(code.slice(-1)) + 1) % 10), layouts)).toEqual({ kind: 'misread' });
    expect(readEmbedded(whole('201234614685'), layouts)).toMatchObject({ number: '1234', price: money('146.85') });
    expect(readEmbedded(whole('201234514685'), layouts)).toEqual({ kind: 'misread' });
  });

  test('value check digits are those of GS1’s examples', () => {
    expect(valueCheckDigit('2875')).toBe('9');
    expect(valueCheckDigit('14685')).toBe('6');
  });

  test('the leading zero that scanners drop is put back', () => {
    const code = whole('021234928750');
    expect(readEmbedded(code.slice(1), layouts)).toMatchObject({ number: '1234', price: money('28.75') });
  });

  test('nothing in the value’s place is no price', () => {
    expect(readEmbedded(whole('280012300000'), layouts)).toMatchObject({ price: null, weight: null });
  });

  test('ordinary codes are left alone', () => {
    expect(readEmbedded('4006381333931', layouts)).toBeNull();
    expect(readEmbedded('SKU-1', layouts)).toBeNull();
  });
});
