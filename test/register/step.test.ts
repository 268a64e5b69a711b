import { describe, expect, test } from 'vitest';
import { hundredths } from '../../src/money/money.ts';
import type { ReceiptNumber, SaleId } from '../../src/platform/ids.ts';
import type { RegisterInput } from '../../src/register/input.ts';
import { RegisterDriver } from './register-driver.ts';

const kinds = (register: RegisterDriver): readonly string[] => register.effects.map((effect) => effect.kind);

describe('the register', () => {
  test('a paid sale is only completed by the answer that it is durable', () => {
    const register = new RegisterDriver().press('1 enter total 5 enter');
    expect(kinds(register)).toEqual(['save-sale']);
    expect(register.state.mode.kind).toBe('saving');
    register.press('enter clear total 1 menu');
    expect(register.state.mode.kind).toBe('saving');
    const { mode } = register.state;
    const saleId = mode.kind === 'saving' ? mode.sale.saleId : ('' as SaleId);
    const receiptNumber = 'K1-00000001' as ReceiptNumber;
    register.input({ kind: 'sale-saved', saleId: 'another' as SaleId, receiptNumber });
    expect(register.state.mode.kind).toBe('saving');
    register.input({ kind: 'sale-saved', saleId, receiptNumber });
    expect(kinds(register)).toEqual(['open-drawer', 'print-receipt']);
    expect(register.state.mode).toMatchObject({
      kind: 'selling',
      completed: { receiptNumber, change: hundredths(401) },
    });
  });

  test('answers about another payment change nothing', () => {
    const register = new RegisterDriver().press('1 enter total times');
    expect(kinds(register)).toEqual(['ask-card']);
    const before = register.state;
    const strangers: readonly RegisterInput[] = [
      { kind: 'card-answered', paymentId: 'other', answer: { kind: 'declined', reason: '' } },
      { kind: 'card-progress', paymentId: 'other', words: 'Tap' },
      { kind: 'card-not-asked', paymentId: 'other', code: 'x' },
    ];
    for (const stranger of strangers) expect(register.input(stranger).state).toEqual(before);
  });

  test('the cancelled card is cancelled once', () => {
    const register = new RegisterDriver().press('1 enter total times clear');
    expect(kinds(register)).toEqual(['cancel-card']);
    register.press('clear');
    expect(kinds(register)).toEqual([]);
  });

  test('prices are those of the moment of paying, and hold from then on', () => {
    const register = new RegisterDriver().press('1 enter');
    let asked = 0;
    const price = (): never => {
      asked += 1;
      throw new Error('not while paying');
    };
    register.press('total').press('5');
    register.input({ kind: 'pay-cash' }, { price });
    expect(asked).toBe(0);
    expect(register.state.mode.kind).toBe('saving');
  });

  test('a coupon that ran out since it was taken is said before the customer pays more than was agreed', () => {
    const register = new RegisterDriver().press('10 times 1 enter menu 5').input({ kind: 'scan', code: 'SAVE10' });
    const { mode } = register.state;
    const sale = mode.kind === 'selling' ? mode.sale : null;
    if (!sale?.totals.couponAccepted) throw new Error('the coupon was not taken');
    const totals = { ...sale.totals, couponAccepted: null };
    register.input({ kind: 'pay' }, { price: () => ({ ok: true, totals, basis: sale.basis }) });
    expect(register.state).toMatchObject({
      notice: { key: 'coupon-refused', code: 'SAVE10' },
      mode: { kind: 'paying' },
    });
  });

  test('a price that can not be computed leaves the sale as it was', () => {
    const register = new RegisterDriver().press('1 enter 1');
    const before = register.state.mode;
    register.input({ kind: 'add-typed' }, { price: () => ({ ok: false, reason: 'no tax rate' }) });
    expect(register.state.notice).toEqual({ key: 'pricing-failed', reason: 'no tax rate' });
    expect(register.state.mode).toMatchObject({ sale: { lines: before.kind === 'selling' ? before.sale?.lines : [] } });
  });

  test('a notice goes with the next key, and that key does its work', () => {
    const register = new RegisterDriver().press('999 enter');
    expect(register.state.notice?.key).toBe('unknown-code');
    register.press('1');
    expect(register.state).toMatchObject({ notice: null, mode: { typed: '1' } });
  });

  test('a hundred per cent discount is paid with nothing', () => {
    const free = new RegisterDriver().press('1 enter total');
    const { mode } = free.state;
    if (mode.kind !== 'paying') throw new Error('not paying');
    const totals = { ...mode.sale.totals, grandTotal: hundredths(0) };
    free.state = { ...free.state, mode: { ...mode, sale: { ...mode.sale, totals } } };
    expect(free.press('times').state.notice?.key).toBe('bad-amount');
    free.press('enter');
    expect(free.effects).toMatchObject([{ kind: 'save-sale', tenders: [] }]);
  });

  test('a customer without goods is forgotten with clear, and does not keep the shift open', () => {
    const register = new RegisterDriver().press('menu 4 7 enter clear');
    expect(register.state.mode).toMatchObject({ kind: 'selling', sale: null });
    register.press('menu 4 7 enter menu 9 2 enter');
    expect(kinds(register)).toEqual(['close-shift']);
  });
});
