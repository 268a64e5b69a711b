import { describe, expect, it } from 'vitest';
import {
  asMoney,
  CarriedRounding,
  isNumeric,
  phpCompare,
  phpFloatText,
  phpRound,
  roundAlone,
} from '../../src/pricing/php-arithmetic.ts';

// Expected values: php 8.2 -r 'var_dump(round(…, 2));'
describe('round() of PHP before 8.4', () => {
  it.each([
    [1.005, 1.01],
    [1.955, 1.96],
    [5.055, 5.06],
    [1234.565, 1234.57],
    [0.285, 0.29],
    [-1.005, -1.01],
    [2.5, 2.5],
    [0.0049999, 0],
    [0.005, 0.01],
    [5.015, 5.02],
    [70_000_000_000.005, 70_000_000_000.01],
  ])('rounds %d to %d, half away from zero after 15 digits', (value, rounded) => {
    expect(phpRound(value)).toBe(rounded);
  });

  it('leaves what has no hundredths to round', () => {
    expect(phpRound(0)).toBe(0);
    expect(phpRound(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(phpRound(1e16)).toBe(1e16);
  });

  it('makes exact money of a sum of doubles', () => {
    expect(asMoney(0.1 + 0.2)).toBe(30);
    expect(asMoney(-0.0001)).toBe(0);
  });
});

describe('carried rounding (DeltaPriceRound, AbstractCalculator::deltaRound)', () => {
  it('gives the next amount under a key what the one before lost', () => {
    const rounding = new CarriedRounding();
    expect([1.333, 1.333, 1.333].map((amount) => rounding.round(amount, 'a'))).toEqual([1.33, 1.34, 1.33]);
    expect(rounding.round(1.333, 'b')).toBe(1.33);
  });

  it('starts with a millionth, so that binary noise under half a cent rounds up', () => {
    expect(phpRound(0.00499999)).toBe(0);
    expect(roundAlone(0.00499999)).toBe(0.01);
    expect(roundAlone(0)).toBe(0);
  });

  it('leaves zero alone, keeping the remainder for the next', () => {
    const rounding = new CarriedRounding();
    rounding.round(0.004, 'a');
    expect(rounding.round(0, 'a')).toBe(0);
    expect(rounding.round(0.004, 'a')).toBe(0.01);
  });

  it('forgets', () => {
    const rounding = new CarriedRounding();
    rounding.round(0.004, 'a');
    rounding.forget('a');
    expect(rounding.round(0.004, 'a')).toBe(0);
  });
});

describe('texts and comparisons of PHP 8', () => {
  it('writes floats with 14 digits', () => {
    expect(phpFloatText(0.1 + 0.2)).toBe('0.3');
    expect(phpFloatText(25)).toBe('25');
  });

  it.each([
    ['12', true],
    [' 1.5 ', true],
    ['1e3', true],
    ['.5', true],
    ['1,5', false],
    ['', false],
    ['12a', false],
    [null, false],
  ])('is_numeric(%j) is %j', (value, numeric) => {
    expect(isNumeric(value)).toBe(numeric);
  });

  it('compares numeric texts by value and others byte by byte', () => {
    expect(phpCompare('10', '9')).toBeGreaterThan(0);
    expect(phpCompare('10', '9a')).toBeLessThan(0);
    expect(phpCompare('1e1', 10)).toBe(0);
    expect(phpCompare('abc', 0)).toBeGreaterThan(0);
    expect(phpCompare(false, '')).toBe(0);
  });
});
