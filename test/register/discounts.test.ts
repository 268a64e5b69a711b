import { describe, expect, test } from 'vitest';
import { money } from '../../src/money/money.ts';
import type { StaffMember } from '../../src/register/staff.ts';
import { saleInHand } from '../../src/register/state.ts';
import { RegisterDriver } from './register-driver.ts';

const total = (register: RegisterDriver) => saleInHand(register.state.mode)?.totals.grandTotal;
const reductions = (register: RegisterDriver) => saleInHand(register.state.mode)?.reductions ?? [];

const boss: StaffMember = { name: 'Boss', may: 'everything' };
const helper: StaffMember = { name: 'Helper', may: [] };

/** A shop that knows its staff: discounts above 20 %, other prices and voids need leave. */
function guarded(): RegisterDriver {
  const register = new RegisterDriver();
  register.settings = {
    discounts: { largestPercent: 20 },
    staff: { known: true, signIn: false, guarded: ['discount', 'price', 'void-sale', 'cash-out', 'open-drawer'] },
  };
  register.badges.set('BOSS', boss).set('HELPER', helper);
  return register;
}

/** The PIN's answer from the staff's desk. */
function pin(register: RegisterDriver, member: StaffMember | null): RegisterDriver {
  register.press('1234 enter');
  const [effect] = register.effects;
  if (effect?.kind !== 'check-pin') throw new Error('no PIN was checked');
  const answer = member === null ? ({ kind: 'unknown' } as const) : ({ kind: 'known', member } as const);
  return register.input({ kind: 'staff-checked', checkId: effect.checkId, answer });
}

describe('discounts', () => {
  test('by percent off the sale, with a reason', () => {
    const register = new RegisterDriver().press('7 enter menu 0 10 enter 2');
    expect(total(register)).toBe(money('16.65'));
    expect(reductions(register)).toEqual([
      { lineId: null, value: { kind: 'percent', percent: 10 }, name: 'Damaged', approvedBy: null },
    ]);
    expect(register.state.notice).toEqual({ key: 'discount-given', amount: money('1.85') });
  });

  test('by amount off a line; 0 takes it back; a voided line takes it along', () => {
    const register = new RegisterDriver().press('1 enter 7 enter enter 2 times times 3 . 5 enter 1');
    expect(total(register)).toBe(money('15.99'));
    expect(total(register.press('enter 2 times 0 enter'))).toBe(money('19.49'));
    register.press('enter 2 times times 3 . 5 enter 1 clear');
    expect(total(register)).toBe(money('0.99'));
    expect(reductions(register)).toEqual([]);
  });

  test('never more than there is', () => {
    const register = new RegisterDriver().press('1 enter menu 0 times 5 enter');
    expect(register.state.notice?.key).toBe('bad-amount');
    expect(new RegisterDriver().press('1 enter menu 0 101 enter').state.notice?.key).toBe('bad-amount');
  });

  test('come again when more is put in', () => {
    const register = new RegisterDriver().press('7 enter menu 0 10 enter 1 7 enter');
    expect(total(register)).toBe(money('33.30'));
  });
});

describe('prices', () => {
  test('another price for a line, with a reason; 0 gives the shop’s back', () => {
    const register = new RegisterDriver().press('2 times 7 enter enter 1 total 9 . 99 enter 1');
    expect(total(register)).toBe(money('19.98'));
    expect(saleInHand(register.state.mode)?.lines[0]?.price).toEqual({
      amount: money('9.99'),
      kind: 'override',
      reason: 'Wrong price',
      approvedBy: null,
    });
    expect(total(register.press('times'))).toBe(money('29.97'));
    expect(total(register.press('enter 1 total 0 enter'))).toBe(money('55.50'));
  });
});

describe('leave', () => {
  test('is not needed up to the limit, and above it who gave it is kept', () => {
    const register = guarded().press('7 enter menu 0 20 enter 1');
    expect(total(register)).toBe(money('14.80'));
    register.press('menu 0 5 enter 1');
    expect(register.state.approval?.topic).toBe('discount');
    expect(total(register)).toBe(money('14.80'));
    pin(register, boss);
    expect(register.state.approval).toBeNull();
    expect(total(register)).toBe(money('14.06'));
    expect(reductions(register).at(-1)?.approvedBy).toBe('Boss');
  });

  test('is needed after all when goods are taken away under a discount', () => {
    const register = guarded().press('7 enter 1 enter menu 0 times 3 enter 1');
    expect(reductions(register).at(-1)?.approvedBy).toBeNull();
    register.press('enter 1 0 enter total');
    expect(register.state.approval?.topic).toBe('discount');
    register.press('clear 7 enter total');
    expect(register.state.mode.kind).toBe('paying');
    register.press('clear clear total').input({ kind: 'scan', code: 'BOSS' });
    expect(register.state.mode).toMatchObject({ kind: 'paying', sale: { reductions: [{ approvedBy: 'Boss' }] } });
  });

  test('is not given by a wrong PIN, nor by somebody who may not', () => {
    const register = guarded().press('7 enter enter 1 total 1 enter 1');
    expect(pin(register, null).state.notice?.key).toBe('wrong-pin');
    expect(pin(register, helper).state.notice).toEqual({ key: 'not-allowed', name: 'Helper' });
    register.input({ kind: 'scan', code: 'HELPER' });
    expect(total(register)).toBe(money('18.50'));
    register.press('clear');
    expect(register.state.notice?.key).toBe('not-approved');
    expect(register.state.mode.kind).toBe('selling');
  });

  test('is given by a badge', () => {
    const register = guarded().press('7 enter enter 1 total 1 enter 1').input({ kind: 'scan', code: 'BOSS' });
    expect(total(register)).toBe(money('1.00'));
  });

  test('voids, cash and the drawer wait for it too', () => {
    const register = guarded().press('7 enter menu 7 enter');
    expect(register.state.approval?.topic).toBe('void-sale');
    register.press('clear');
    expect(total(register)).toBe(money('18.50'));
    register.press('clear menu 9 4 20 enter 1');
    expect(register.state.approval?.topic).toBe('cash-out');
    register.press('clear menu 9 5');
    expect(register.state.approval?.topic).toBe('open-drawer');
    expect(register.effects.filter(({ kind }) => kind === 'open-drawer')).toEqual([]);
  });

  test('whoever is signed in and may, is not asked', () => {
    const register = guarded().input({ kind: 'scan', code: 'BOSS' }).press('7 enter enter 1 total 1 enter 1');
    expect(register.state.cashier).toBe(boss);
    expect(total(register)).toBe(money('1.00'));
  });

  test('asked for from outside, while a card is being asked for', () => {
    const register = guarded();
    register.settings = { ...register.settings, staff: { known: true, signIn: false, guarded: ['offline-card'] } };
    register.press('7 enter total times');
    register.input({ kind: 'ask-approval', approvalId: 'a-1', topic: 'offline-card', words: 'Offline 18.50' });
    expect(register.state.mode.kind).toBe('card');
    pin(register, boss);
    expect(register.effects).toContainEqual({ kind: 'approval-answered', approvalId: 'a-1', by: 'Boss' });
    expect(register.state.mode.kind).toBe('card');
    register.input({ kind: 'ask-approval', approvalId: 'a-2', topic: 'offline-card', words: '' }).press('clear');
    expect(register.effects).toContainEqual({ kind: 'approval-answered', approvalId: 'a-2', by: null });
  });
});

describe('while leave is asked for', () => {
  test('commands from outside are told to wait, and a stopping till asks no longer', () => {
    const register = guarded();
    register.settings = { ...register.settings, staff: { known: true, signIn: false, guarded: ['offline-card'] } };
    register.press('7 enter total times');
    register.input({ kind: 'ask-approval', approvalId: 'a-1', topic: 'offline-card', words: '' });
    expect(register.input({ kind: 'close-shift', counted: null }).state.notice?.key).toBe('busy');
    register.input({ kind: 'cancel-card' });
    expect(register.state).toMatchObject({ approval: null, mode: { kind: 'card', cancelling: true } });
    expect(register.effects.map(({ kind }) => kind)).toEqual(['approval-answered', 'cancel-card']);
  });
});

describe('signing in', () => {
  const signedOut = (): RegisterDriver => {
    const register = new RegisterDriver(true, false, true);
    register.settings = { staff: { known: true, signIn: true, guarded: [] } };
    register.badges.set('HELPER', helper);
    return register;
  };

  test('comes before anything is sold', () => {
    const register = signedOut().input({ kind: 'scan', code: '4000000000013' });
    expect(register.state.notice?.key).toBe('sign-in-first');
    expect(saleInHand(register.state.mode)).toBeNull();
    pin(register, helper);
    expect(register.state.notice).toEqual({ key: 'signed-in', name: 'Helper' });
    expect(total(register.press('7 enter'))).toBe(money('18.50'));
  });

  test('somebody else takes over with the sale in hand', () => {
    const register = pin(signedOut(), helper).press('7 enter menu 9 9');
    expect(register.state.mode.kind).toBe('signing-in');
    expect(register.state.cashier).toBeNull();
    pin(register, boss);
    expect(register.state.cashier).toBe(boss);
    expect(total(register)).toBe(money('18.50'));
  });
});
