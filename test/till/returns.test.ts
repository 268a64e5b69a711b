import { describe, expect, test } from 'vitest';
import { money } from '../../src/money/money.ts';
import { quantity } from '../../src/money/quantity.ts';
import { seconds } from '../../src/platform/clock.ts';
import { type Counter, openCounter } from './fakes/counter.ts';

/** Three apples and a bag of coffee, sold under K1-00000001 for 21.47. */
async function sold(pay: 'enter' | 'times', counter?: Counter): Promise<Counter> {
  const at = counter ?? (await openCounter());
  await at.press(`3 times 1 enter 7 enter total ${pay} clear`);
  return at;
}

describe('goods brought back with the receipt', () => {
  test('scanned: everything, in cash, back on the shelf', async () => {
    const counter = await sold('enter');
    await counter.scan('K1-00000001');
    await counter.press('0 1 enter total');
    expect(counter.screen).toBe('Give back    21.47 €|ENT=cash');
    await counter.press('enter');
    expect(counter.returns).toMatchObject([
      {
        receiptNumber: 'K1-00000002',
        of: { receiptNumber: 'K1-00000001' },
        reason: 'Not liked',
        approvedBy: null,
        refunds: [{ kind: 'cash', amount: money('21.47') }],
        totals: { grandTotal: money('21.47') },
      },
    ]);
    expect(
      counter.returns[0]?.lines.map(({ saleLine, quantity: count, restock }) => [saleLine, count, restock]),
    ).toEqual([
      [0, 3, true],
      [1, 1, true],
    ]);
    expect(counter.journal.openShift).toMatchObject({ sales: 1, returns: 1, expectedCash: money(100) });
    expect(counter.returnsPrinted).toHaveLength(1);
    expect(counter.drawer.opened).toBe(2);
  });

  test('in parts: the number typed, one apple, then the rest; then nothing is left', async () => {
    const counter = await sold('enter');
    await counter.press('menu times enter 1 enter 1 1 enter clear 2 times total enter clear');
    expect(counter.returns[0]).toMatchObject({ totals: { grandTotal: money('0.99') }, reason: 'Damaged' });
    expect(counter.returns[0]?.lines[0]).toMatchObject({ quantity: quantity(1), restock: false });
    await counter.press('menu times enter 1 enter 1 3 enter');
    expect(counter.screen).toBe('Only 2 left of it|');
    await counter.press('enter clear 1 enter total enter clear');
    await counter.press('menu times enter 1 enter 1');
    expect(counter.screen).toBe('Was brought back|already');
    await counter.press('0 1 enter total enter clear');
    expect(counter.returns.map(({ totals }) => totals.grandTotal)).toEqual([
      money('0.99'),
      money('1.98'),
      money('18.50'),
    ]);
    await counter.scan('K1-00000001');
    expect(counter.screen).toBe('All of K1-00000001|was brought back');
  });

  test('not twice, while one return of the same receipt is on hold', async () => {
    const counter = await sold('enter');
    await counter.press('menu times enter 1 enter 0 1 enter menu 1');
    await counter.press('menu times enter 1 enter');
    expect(counter.till.state.notice).toEqual({ key: 'return-held', receiptNumber: 'K1-00000001' });
    await counter.scan('K1-00000001');
    expect(counter.till.state.notice?.key).toBe('return-held');
    await counter.press('clear menu 2 total enter clear');
    expect(counter.returns).toHaveLength(1);
    await counter.press('menu times enter 1 enter');
    expect(counter.till.state.notice?.key).toBe('all-returned');
  });

  test('to the card that paid, and to no other', async () => {
    const counter = await sold('times');
    await counter.scan('K1-00000001');
    await counter.press('2 clear 1 enter total times');
    expect([...counter.terminal.refunded.values()]).toEqual([money('18.50')]);
    const [sale] = counter.sales;
    const paid = sale?.tenders[0]?.kind === 'card' ? sale.tenders[0].card.paymentId : '';
    expect(counter.returns[0]?.refunds).toMatchObject([{ kind: 'card', amount: money('18.50'), refundOf: paid }]);
    expect(counter.journal.openShift).toMatchObject({ cardRefunds: money('18.50'), expectedCash: money(100) });
    const cash = await sold('enter', counter);
    await cash.scan('K1-00000003');
    await cash.press('0 1 enter total times');
    expect(cash.screen).toBe('Not paid by card:|give cash');
  });

  test('a refund whose answer is lost is looked up, not repeated', async () => {
    const counter = await sold('times');
    await counter.scan('K1-00000001');
    counter.terminal.plan = 'lost';
    counter.terminal.deaf = true;
    await counter.press('0 1 enter total times');
    expect(counter.till.state.mode.kind).toBe('card-unknown');
    counter.terminal.deaf = false;
    await counter.press('enter');
    expect(counter.terminal.refunded.size).toBe(1);
    expect(counter.returns).toHaveLength(1);
  });

  test('declined by the card it is given in cash', async () => {
    const counter = await sold('times');
    await counter.scan('K1-00000001');
    counter.terminal.plan = 'decline';
    await counter.press('0 1 enter total times');
    expect(counter.till.state.mode.kind).toBe('refunding');
    await counter.press('clear');
    await counter.press('total enter');
    expect(counter.returns[0]?.refunds).toEqual([{ kind: 'cash', amount: money('21.47') }]);
  });

  test('after a power cut in the refund it is known what became of it', async () => {
    const counter = await sold('times');
    await counter.scan('K1-00000001');
    counter.terminal.plan = 'lost';
    counter.terminal.deaf = true;
    await counter.press('0 1 enter total times');
    counter.terminal.deaf = false;
    const after = counter.restarted();
    await after.idle();
    await after.clock.advance(seconds(20));
    await after.idle();
    expect(after.returns).toMatchObject([{ refunds: [{ kind: 'card', amount: money('21.47') }] }]);
  });
});

describe('goods brought back without the receipt', () => {
  test('are scanned first, at today’s price', async () => {
    const counter = await openCounter();
    await counter.press('menu times enter enter');
    expect(counter.screen).toBe('No receipt: scan the|goods first, then');
    await counter.press('clear 2 times 1 enter menu times enter enter 1 enter total enter');
    expect(counter.sales).toEqual([]);
    expect(counter.returns).toMatchObject([
      { of: null, totals: { grandTotal: money('1.98') }, refunds: [{ kind: 'cash', amount: money('1.98') }] },
    ]);
  });
});

describe('an exchange', () => {
  test('is settled with one balance: the customer pays the rest', async () => {
    const counter = await sold('enter');
    await counter.scan('K1-00000001');
    await counter.press('1 enter clear 1 enter 7 enter');
    expect(counter.screen).toContain('15.53');
    await counter.press('total 20 enter');
    const [returned] = counter.returns;
    const sale = counter.sales[1];
    expect(returned).toMatchObject({
      receiptNumber: 'K1-00000002',
      refunds: [{ kind: 'exchange', amount: money('2.97'), saleId: sale?.saleId }],
    });
    expect(sale).toMatchObject({
      receiptNumber: 'K1-00000003',
      totals: { grandTotal: money('18.50') },
      tenders: [
        { kind: 'cash', amount: money('15.53'), tendered: money(20) },
        { kind: 'exchange', amount: money('2.97'), returnId: returned?.returnId },
      ],
      change: money('4.47'),
    });
    expect(counter.journal.openShift).toMatchObject({ expectedCash: money('137.00') });
    expect(counter.printed).toHaveLength(2);
    expect(counter.returnsPrinted).toHaveLength(1);
  });

  test('or gets the rest, or it is even', async () => {
    const counter = await sold('enter');
    await counter.scan('K1-00000001');
    await counter.press('2 clear 1 enter 1 enter total enter clear');
    expect(counter.returns[0]?.refunds).toMatchObject([
      { kind: 'exchange', amount: money('0.99') },
      { kind: 'cash', amount: money('17.51') },
    ]);
    expect(counter.sales[1]?.tenders).toMatchObject([{ kind: 'exchange', amount: money('0.99') }]);
    await counter.scan('K1-00000001');
    await counter.press('1 enter clear 1 enter 3 times 1 enter total');
    expect(counter.screen).toContain('ENT=done');
    await counter.press('enter');
    expect(counter.sales[2]?.tenders).toMatchObject([{ kind: 'exchange', amount: money('2.97') }]);
  });

  test('that the power cuts in two is told of at the next start', async () => {
    const counter = await sold('enter');
    await counter.scan('K1-00000001');
    await counter.press('2 clear 1 enter 1 enter total');
    counter.journal.fails = ({ kind }) => (kind === 'sale' ? 'before' : null);
    await counter.press('enter');
    expect(counter.till.state.mode.kind).toBe('unsaved');
    await counter.press('clear');
    // The goods are taken back already: no way but forward.
    expect(counter.till.state.mode.kind).toBe('unsaved');
    const after = counter.restarted();
    await after.idle();
    expect(after.till.state.notice).toMatchObject({ key: 'exchange-broken', amount: money('0.99') });
    counter.journal.fails = () => null;
    await counter.press('enter');
    expect(counter.sales).toHaveLength(2);
    expect(counter.returns).toHaveLength(1);
  });
});

describe('leave for returns', () => {
  test('is needed above the limit and for old receipts', async () => {
    const staff = {
      settings: { known: true, signIn: false, guarded: ['return', 'return-without-receipt'] as const },
      badge: (code: string) => (code === 'BOSS' ? { name: 'Boss', may: 'everything' as const } : null),
      check: async () => ({ kind: 'unknown' as const }),
    };
    const counter = await openCounter({ staff, change: { counter: { returns: { largest: money(10), days: 14 } } } });
    await sold('enter', counter);
    await counter.scan('K1-00000001');
    await counter.press('1 enter clear 1 enter total enter clear');
    expect(counter.returns).toHaveLength(1);
    await counter.scan('K1-00000001');
    await counter.press('2 clear 1 enter');
    expect(counter.till.state.approval?.topic).toBe('return');
    await counter.scan('BOSS');
    await counter.press('total enter clear');
    expect(counter.returns[1]).toMatchObject({ approvedBy: 'Boss' });
    await sold('enter', counter);
    await counter.clock.advance(seconds(15 * 86_400));
    await counter.scan('K1-00000004');
    await counter.press('1 enter clear 1 enter');
    expect(counter.till.state.approval?.topic).toBe('return');
    await counter.press('clear clear clear 1 enter menu times enter enter 1 enter');
    expect(counter.till.state.approval?.topic).toBe('return-without-receipt');
    await counter.press('clear');
    expect(counter.till.state.mode).toMatchObject({ kind: 'selling', sale: { lines: [{ quantity: 1 }] } });
  });
});
