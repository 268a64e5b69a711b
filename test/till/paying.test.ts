import { describe, expect, test } from 'vitest';
import { cents, openCounter } from './fakes/counter.ts';

const apple = '4000000000013';

describe('paying', () => {
  test('cash with change: journal, then display, drawer and receipt', async () => {
    const counter = await openCounter();
    await counter.press('3 times 1 enter total');
    expect(counter.screen).toBe('To pay        2.97 €|ENT=cash x=card');
    await counter.press('5');
    expect(counter.screen).toBe('To pay        2.97 €|Cash 5_');
    await counter.press('enter');
    expect(counter.screen).toBe('Change        2.03 €|K1-00000001       ok');
    expect(counter.sales[0]).toMatchObject({
      receiptNumber: 'K1-00000001',
      cashier: 'Anna',
      tenders: [{ kind: 'cash', amount: cents(297), tendered: cents(500) }],
      change: cents(203),
      basis: { snapshotGeneration: 3 },
    });
    expect(counter.drawer.opened).toBe(1);
    expect(counter.printed).toMatchObject([{ copy: false }]);
  });

  test('exact cash, quick amounts and part payments', async () => {
    const counter = await openCounter();
    await counter.press('2 enter total total');
    expect(counter.screen).toBe('To pay       12.90 €|Cash 15.00_');
    await counter.press('total');
    expect(counter.screen).toBe('To pay       12.90 €|Cash 20.00_');
    await counter.press('clear 10 enter');
    expect(counter.screen).toBe('To pay        2.90 €|ENT=cash x=card');
    await counter.press('5 enter');
    expect(counter.sales[0]).toMatchObject({
      tenders: [{ kind: 'cash', amount: cents(1290), tendered: cents(1500) }],
      change: cents(210),
    });
  });

  test('a barcode scanned into the amount field, nothing, zero and far too much are no cash', async () => {
    const counter = await openCounter();
    await counter.press('1 enter total 0 enter');
    expect(counter.screen).toBe('Not an amount|');
    await counter.press('4000000000013 enter');
    expect(counter.screen).toBe('Not an amount|');
    await counter.press('99999 enter');
    expect(counter.screen).toBe('Too much cash. Check|the amount');
    await counter.scan('4012345678901');
    expect(counter.screen).toBe('Unknown:|4012345678901');
    expect(counter.sales).toEqual([]);
  });

  test('one more article while paying goes back to the goods, unless money was taken', async () => {
    const counter = await openCounter();
    await counter.press('1 enter total');
    await counter.scan(apple);
    expect(counter.screen).toBe('2x Apple        1.98|Total         1.98 €');
    await counter.press('total 1 enter');
    await counter.scan(apple);
    expect(counter.screen).toBe('Finish paying first|');
    await counter.press('clear');
    expect(counter.screen).toBe('Give back 1.00 €|');
    await counter.press('clear clear');
    expect(counter.till.status()).toMatchObject({ mode: 'selling' });
  });

  test('card: on record before the terminal is asked, and again before it is shown', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'slow';
    await counter.press('1 enter total times');
    expect(counter.screen).toBe('Card          0.99 €|Present card');
    expect(counter.customerDisplay.rows.join('|')).toBe('Card          0.99 €|Present card        ');
    expect(counter.journal.kept.at(-1)?.entry).toMatchObject({
      kind: 'payment',
      state: { payment: { state: 'requested' } },
    });
    counter.terminal.release(true);
    await counter.idle();
    expect(counter.screen).toBe('Paid          0.99 €|K1-00000001       ok');
    expect(counter.journal.kept.map(({ entry }) => entry.kind).slice(-3)).toEqual(['payment', 'payment', 'sale']);
    expect(counter.sales[0]?.tenders).toMatchObject([
      { kind: 'card', amount: cents(99), card: { outcome: 'approved' } },
    ]);
    expect(counter.drawer.opened).toBe(0);
  });

  test('declined, not connected and cancelled by the trader: nothing taken, cash is still possible', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'decline';
    await counter.press('1 enter total times');
    expect(counter.screen).toBe('Card declined: not|enough money');
    counter.terminal.plan = 'cancel';
    await counter.press('times');
    expect(counter.screen).toBe('Card not charged:|not connected');
    counter.terminal.plan = 'slow';
    await counter.press('times 5');
    expect(counter.screen).toBe('Card          0.99 €|Present card');
    await counter.press('clear');
    expect(counter.screen).toBe('Card not charged:|cancelled');
    await counter.press('enter');
    expect(counter.sales).toHaveLength(1);
    expect(counter.terminal.charged.size).toBe(0);
  });

  test('split: part by card, the rest in cash; what the card paid is not given back', async () => {
    const counter = await openCounter();
    await counter.press('2 enter total 20 times');
    expect(counter.screen).toBe('More than is to pay|');
    await counter.press('10 times');
    expect(counter.screen).toBe('Card paid 10.00 €|');
    await counter.press('clear');
    expect(counter.screen).toBe('Card is charged.|Take the rest to');
    await counter.press('5 enter');
    expect(counter.sales[0]?.tenders).toMatchObject([
      { kind: 'cash', amount: cents(290), tendered: cents(500) },
      { kind: 'card', amount: cents(1000) },
    ]);
  });

  test('keys typed while the sale becomes durable and the receipt prints are not lost', async () => {
    const counter = await openCounter();
    await counter.press('1 enter total enter 2 times 1 enter total enter 7 enter');
    expect(counter.sales.map(({ totals }) => totals.grandTotal)).toEqual([cents(99), cents(198)]);
    expect(counter.till.status().sale?.total).toBe(cents(1850));
  });
});
