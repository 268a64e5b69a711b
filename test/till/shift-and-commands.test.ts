import { describe, expect, test } from 'vitest';
import { money } from '../../src/money/money.ts';
import { seconds } from '../../src/platform/clock.ts';
import { Counter, cents, openCounter } from './fakes/counter.ts';

const apple = '4000000000013';

describe('a shift', () => {
  test('nothing is sold before it is open, and the float opens it', async () => {
    const counter = new Counter();
    await counter.scan(apple);
    expect(counter.screen).toBe('Open the shift|first: float + ENT');
    await counter.press('clear');
    expect(counter.screen).toBe('Shift closed|Float? ENT=open');
    await counter.press('150 . 5 enter');
    expect(counter.screen).toBe('Shift open. Float|150.50 €');
    expect(counter.journal.openShift?.float).toBe(money('150.50'));
    await counter.press('clear');
    expect(counter.screen).toBe('Ready         online|PLU + ENT');
  });

  test('stays closed when the journal refuses, and says why', async () => {
    const counter = new Counter();
    counter.journal.fails = () => 'before';
    await counter.press('enter');
    expect(counter.screen).toBe('Not done: memory|full');
    expect(counter.till.status().shiftOpen).toBe(false);
  });

  test('X at any time; Z closes with the count and the difference', async () => {
    const counter = await openCounter();
    await counter.press('2 times 1 enter total enter');
    await counter.press('menu 9 1');
    expect(counter.reports.map(({ kind, expectedCash }) => [kind, expectedCash])).toEqual([['X', money('101.98')]]);
    await counter.press('menu 9 2');
    expect(counter.screen).toBe('Cash counted?|ENT=not counted');
    await counter.press('100 enter');
    expect(counter.screen).toBe('Expected    101.98 €|Difference   -1.98 €');
    expect(counter.reports.at(-1)).toMatchObject({ kind: 'Z', counted: money(100), expectedCash: money('101.98') });
    expect(counter.journal.openShift).toBeNull();
    await counter.press('1');
    expect(counter.screen).toBe('Shift closed|Float 1_');
  });

  test('does not close over an open or held sale', async () => {
    const counter = await openCounter();
    await counter.press('1 enter menu 9 2 enter');
    expect(counter.screen).toBe('Finish the open sale|first');
    await counter.press('menu 1 menu 9 2 enter');
    expect(counter.screen).toBe('Recall and finish|held sales first');
    expect(counter.journal.openShift).not.toBeNull();
  });

  test('survives a power cut', async () => {
    const counter = await openCounter();
    const again = counter.restarted();
    expect(again.screen).toBe('Ready         online|PLU + ENT');
  });

  test('cash in and out are recorded and open the drawer', async () => {
    const counter = await openCounter();
    await counter.press('menu 9 3 20 enter 1');
    expect(counter.screen).toBe('Cash in: 20.00 €|');
    await counter.press('menu 9 4 5 enter 1');
    expect(counter.journal.openShift).toMatchObject({ cashIn: money(20), cashOut: money(5) });
    expect(counter.drawer.opened).toBe(2);
  });

  test('a drawer opened without a sale is on record first', async () => {
    const counter = await openCounter();
    await counter.press('menu 9 5');
    expect(counter.journal.kept.at(-1)?.entry).toMatchObject({ kind: 'drawer-opened', reason: 'no-sale' });
    expect(counter.drawer.opened).toBe(1);
    counter.journal.fails = () => 'before';
    await counter.press('menu 9 5');
    expect(counter.drawer.opened).toBe(1);
  });
});

describe('commands from outside', () => {
  test('open and close the shift as the keypad would, with figures', async () => {
    const counter = new Counter();
    await counter.till.openShift({ float: money(50), cashier: 'Ben' });
    await expect(counter.till.openShift({ float: money(50), cashier: 'Ben' })).rejects.toMatchObject({
      code: 'till.shift-already-open',
      message: 'A shift is already open',
    });
    expect(counter.till.shiftReport()).toMatchObject({ kind: 'X', cashier: 'Ben', float: money(50) });
    await counter.press('1 enter');
    await expect(counter.till.closeShift({ counted: null })).rejects.toMatchObject({ code: 'till.shift-busy' });
    await counter.press('total enter');
    expect(await counter.till.closeShift({ counted: money(51) })).toMatchObject({
      kind: 'Z',
      sales: 1,
      expectedCash: cents(5099),
      counted: money(51),
    });
    expect(counter.till.shiftReport()).toBeNull();
  });

  test('never disturb a payment', async () => {
    const counter = await openCounter();
    await counter.press('2 enter total 10 times');
    await expect(counter.till.closeShift({ counted: null })).rejects.toMatchObject({ code: 'till.busy' });
    await expect(counter.till.moveCash({ direction: 'out', amount: money(1), reason: 'stamps' })).rejects.toMatchObject(
      { code: 'till.busy' },
    );
    await counter.press('enter');
    expect(counter.sales).toHaveLength(1);
  });

  test('print any receipt again', async () => {
    const counter = await openCounter();
    await expect(counter.till.reprint(null)).rejects.toMatchObject({ code: 'till.no-receipt' });
    await counter.press('1 enter total enter 2 enter total enter');
    await counter.till.reprint(counter.sales[0]?.receiptNumber ?? null);
    await counter.idle();
    expect(counter.printed.at(-1)).toMatchObject({ copy: true, sale: { receiptNumber: 'K1-00000001' } });
  });
});

describe('the idle screen', () => {
  test('says how the terminal stands with the shop, as soon as it is told', async () => {
    const counter = await openCounter();
    counter.connection = { online: false, waiting: 12, parked: 1, words: 'no connection to shop.example' };
    counter.till.refresh();
    expect(counter.screen).toBe('Ready  offline 12 !1|PLU + ENT');
    await counter.press('menu 9 6');
    expect(counter.screen).toBe('       offline 12 !1|no connection to');
    await counter.clock.advance(seconds(2));
    expect(counter.screen).toBe('       offline 12 !1|shop.example');
    counter.till.refresh();
    await counter.clock.advance(seconds(1));
    counter.till.refresh();
    await counter.clock.advance(seconds(1));
    expect(counter.screen).toBe('       offline 12 !1|no connection to');
    await counter.press('clear menu 9 8');
    expect(counter.synchronised).toBe(1);
  });
});
