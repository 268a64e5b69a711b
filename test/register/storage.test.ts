import { describe, expect, test } from 'vitest';
import { RegisterDriver } from './register-driver.ts';

const full = { low: false, newSales: false, payments: true };
const nothingLeft = { low: false, newSales: false, payments: false };

describe('when the disk is full', () => {
  test('no sale is begun, and the trader is told before anything is typed in', () => {
    const register = new RegisterDriver();
    register.storage = full;
    register.press('1 enter');
    expect(register.state.notice).toEqual({ key: 'no-new-sale' });
    expect(register.effects).toEqual([{ kind: 'beep' }]);
    expect(register.state.mode).toMatchObject({ kind: 'selling', sale: null });
  });

  test('the sale in hand goes on, is paid, and only then nothing new is begun', () => {
    const register = new RegisterDriver().press('1 enter');
    register.storage = full;
    register.press('7 enter total enter');
    expect(register.state.mode).toMatchObject({ kind: 'saving', sale: { lines: [{}, {}] } });
  });

  test('a held sale can still be recalled and paid', () => {
    const register = new RegisterDriver().press('7 enter menu 1');
    register.storage = full;
    register.press('menu 2 total enter');
    expect(register.state.mode.kind).toBe('saving');
  });

  test('with no space even for the sale in hand it is refused before payment, and kept', () => {
    const register = new RegisterDriver().press('7 enter');
    register.storage = nothingLeft;
    register.press('total');
    expect(register.state.notice).toEqual({ key: 'no-payment' });
    expect(register.state.mode).toMatchObject({ kind: 'selling', sale: { lines: [{}] } });
    register.storage = full;
    expect(register.press('total').state.mode.kind).toBe('paying');
  });

  test.each(['enter', 'times'])(
    'nor is money taken when the space goes while the customer looks for it (%s)',
    (key) => {
      const register = new RegisterDriver().press('7 enter total');
      register.storage = nothingLeft;
      register.press(key);
      expect(register.state.notice).toEqual({ key: 'no-payment' });
      expect(register.state.mode).toMatchObject({ kind: 'paying', tenders: [] });
      expect(register.effects).toEqual([{ kind: 'beep' }]);
    },
  );

  test('a sale that is paid in part is finished', () => {
    const register = new RegisterDriver().press('7 enter total 1 enter');
    expect(register.state.mode).toMatchObject({ kind: 'paying', tenders: [{}] });
    register.storage = nothingLeft;
    register.press('enter');
    expect(register.state.mode.kind).toBe('saving');
  });
});
