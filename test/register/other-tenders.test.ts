import { describe, expect, test } from 'vitest';
import { type Money, money, sum } from '../../src/money/money.ts';
import { changeOf } from '../../src/register/open-sale.ts';
import type { Tender } from '../../src/register/sale.ts';
import { RegisterDriver } from './register-driver.ts';

const voucher = { code: 'voucher', name: 'Voucher', givesChange: false, asksReference: true };
const meal = { code: 'meal', name: 'Meal card', givesChange: true, asksReference: false };

function counter(cashStep: Money | null = null): RegisterDriver {
  const register = new RegisterDriver();
  register.settings = { tenders: [voucher, meal], foreignCash: [{ currency: 'CHF', rate: '1.05' }], cashStep };
  return register;
}

function paid(register: RegisterDriver): readonly Tender[] {
  const { mode } = register.state;
  return 'tenders' in mode ? mode.tenders : [];
}

describe('the shop’s own tenders', () => {
  test('a voucher by its number, the rest in cash', () => {
    const register = counter().press('7 enter total 10 menu 1 4711 enter');
    expect(register.state.mode.kind).toBe('paying');
    register.press('20 enter');
    expect(register.state.mode.kind).toBe('saving');
    expect(paid(register)).toMatchObject([
      { kind: 'other', code: 'voucher', amount: money(10), reference: '4711' },
      { kind: 'cash', amount: money('8.50'), tendered: money(20) },
    ]);
    expect(sum(paid(register).map(({ amount }) => amount))).toBe(money('18.50'));
  });

  test('a voucher never gives change, and none is taken twice', () => {
    expect(counter().press('7 enter total 20 menu 1').state.notice?.key).toBe('more-than-due');
    const register = counter().press('7 enter total 10 menu 1 4711 enter 5 menu 1 4711 enter');
    expect(register.state.notice?.key).toBe('voucher-twice');
    expect(sum(paid(register).map(({ amount }) => amount))).toBe(money(10));
  });

  test('one that does gives it in cash', () => {
    const register = counter().press('7 enter total 20 menu 2');
    expect(register.state.mode.kind).toBe('saving');
    expect(changeOf(paid(register))).toBe(money('1.50'));
    expect(sum(paid(register).map(({ amount }) => amount))).toBe(money('18.50'));
  });

  test('foreign cash at its rate, change in the shop’s own', () => {
    const register = counter().press('7 enter total menu 3');
    expect(register.state.notice).toEqual({ key: 'foreign-amount-first', needed: 'CHF 17.62' });
    register.press('20 menu 3');
    expect(paid(register)).toMatchObject([
      { kind: 'other', code: 'CHF', amount: money(21), foreign: { amount: money(20), rate: '1.05' } },
      { kind: 'cash', amount: money('-2.50'), tendered: 0 },
    ]);
    expect(changeOf(paid(register))).toBe(money('2.50'));
  });

  test('are given back on the way out of paying', () => {
    const register = counter().press('7 enter total 10 menu 2 clear');
    expect(register.state.notice).toEqual({ key: 'tender-given-back', tender: 'Meal card 10.00' });
    expect(paid(register)).toEqual([]);
  });

  test('the menu is still there, as the last of the list', () => {
    const { mode } = counter().press('7 enter total menu 4').state;
    expect(mode).toMatchObject({ kind: 'menu', menu: 'main' });
    expect(counter().press('7 enter total 5 enter menu 4').state.mode.kind).toBe('choosing-tender');
  });
});

describe('cash rounding', () => {
  test('is a figure of its own: total and tax stay exact', () => {
    const register = counter(money('0.05')).press('3 times 1 enter total');
    register.press('enter');
    expect(paid(register)).toEqual([
      { kind: 'cash', amount: money('2.95'), tendered: money('2.95') },
      { kind: 'rounding', amount: money('0.02') },
    ]);
  });

  test('upwards it is below zero; a card pays exactly', () => {
    const register = counter(money('0.05')).press('2 times 1 enter total 5 enter');
    expect(paid(register)).toEqual([
      { kind: 'cash', amount: money(2), tendered: money(5) },
      { kind: 'rounding', amount: money('-0.02') },
    ]);
    const { mode } = counter(money('0.05')).press('2 times 1 enter total times').state;
    expect(mode).toMatchObject({ kind: 'card', payment: { amount: money('1.98') } });
  });
});

describe('counting the drawer', () => {
  test('note by note and coin by coin; the sum is shown before it counts', () => {
    const register = new RegisterDriver();
    register.settings = { denominations: [money(50), money(10), money('0.50')] };
    register.press('menu 9 2 total 3 enter enter 7 enter');
    expect(register.state.mode).toMatchObject({ kind: 'asking-amount', what: 'count', typed: '153.50' });
    register.press('enter');
    expect(register.effects).toEqual([
      {
        kind: 'close-shift',
        counted: money('153.50'),
        denominations: [
          { value: money(50), count: 3 },
          { value: money(10), count: 0 },
          { value: money('0.50'), count: 7 },
        ],
      },
    ]);
  });

  test('C goes back to the piece before, TOTAL ends it early', () => {
    const register = new RegisterDriver();
    register.settings = { denominations: [money(50), money(10), money('0.50')] };
    register.press('menu 9 2 total 3 enter clear clear 2 enter total');
    expect(register.state.mode).toMatchObject({ typed: '100.00' });
  });
});
