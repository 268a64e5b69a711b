import { describe, expect, test } from 'vitest';
import { money } from '../../src/money/money.ts';
import {
  amountTyped,
  type Digit,
  eraseLast,
  nextLetter,
  nothingTyped,
  quantityTyped,
  tap,
  type,
} from '../../src/register/typing.ts';

const taps = (digits: string, letters = true): string =>
  [...digits].reduce(
    (typed, key) => (key === '.' ? nextLetter(typed) : tap(typed, key as Digit)),
    nothingTyped(letters),
  ).text;

describe('typing on a number pad', () => {
  test.each([
    ['20', '20.00'],
    ['20.', '20.00'],
    ['20.5', '20.50'],
    ['.5', '0.50'],
    ['0', '0.00'],
  ])('"%s" is the amount %s', (typed, amount) => {
    expect(amountTyped(typed)).toBe(money(amount));
  });

  test.each(['', '.', '1.234', '12345678', '4000000000013'])('"%s" is no amount', (typed) => {
    expect(amountTyped(typed)).toBeNull();
  });

  test.each([
    ['3', 3],
    ['0.25', 0.25],
    ['.5', 0.5],
    ['3.', 3],
    ['', null],
    ['0', null],
    ['.', null],
    ['10000', null],
    ['0.00001', null],
  ])('"%s" as a quantity is %s', (typed, expected) => {
    expect(quantityTyped(typed)).toBe(expected);
  });

  test('takes one point and no more than twenty characters', () => {
    expect(type('1.5', '.')).toBe('1.5');
    expect(type('1'.repeat(20), '1')).toHaveLength(20);
  });

  test('spells as on a telephone', () => {
    expect(taps('2')).toBe('A');
    expect(taps('222')).toBe('C');
    expect(taps('22222')).toBe('A');
    expect(taps('2.2')).toBe('AA');
    expect(taps('27.702')).toBe('APP A');
    expect(taps('110')).toBe('. ');
    expect(taps('2.7', false)).toBe('2.7');
  });

  test('erasing ends the letter in hand', () => {
    const typed = tap(nothingTyped(true), '2');
    expect(tap(eraseLast(typed), '2').text).toBe('A');
  });
});
