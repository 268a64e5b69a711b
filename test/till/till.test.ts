import { describe, expect, test } from 'vitest';
import { money } from '../../src/money/money.ts';
import { seconds } from '../../src/platform/clock.ts';
import { Counter, cents, openCounter } from './fakes/counter.ts';
import { FakePrinter } from './fakes/devices.ts';
import { sampleCatalogue } from './fakes/shop.ts';

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
    await counter.press('menu 9 3 20 enter');
    expect(counter.screen).toBe('Cash in: 20.00 €|');
    await counter.press('menu 9 4 5 enter');
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

describe('putting goods in', () => {
  test('by PLU, SKU digits, scan and quantity; the same article stays one line', async () => {
    const counter = await openCounter();
    await counter.press('1 enter');
    expect(counter.screen).toBe('Apple           0.99|Total         0.99 €');
    await counter.press('3 times');
    expect(counter.screen).toBe('Apple           0.99|3x _');
    await counter.scan(apple);
    expect(counter.screen).toBe('4x Apple        3.96|Total         3.96 €');
    await counter.scan(`0${apple}`);
    await counter.press('. 25 times 2 enter');
    expect(counter.screen).toBe('0.25x Mountain  3.23|Total         8.18 €');
    expect(counter.till.status().sale).toEqual({ lines: 2, total: cents(818) });
  });

  test('× alone repeats the last article; a number and × and ENT sets its quantity', async () => {
    const counter = await openCounter();
    await counter.press('1 enter times times');
    expect(counter.screen).toBe('3x Apple        2.97|Total         2.97 €');
    await counter.press('7 times enter');
    expect(counter.screen).toBe('7x Apple        6.93|Total         6.93 €');
  });

  test('clear takes back what was added last, then the one before', async () => {
    const counter = await openCounter();
    await counter.press('1 enter 2 times 1 enter 2 enter clear');
    expect(counter.screen).toBe('Void: 1x Mountain|cheese');
    await counter.press('clear');
    expect(counter.screen).toBe('Void: 2x Apple|');
    await counter.press('times');
    expect(counter.screen).toBe('2x Apple        1.98|Total         1.98 €');
    await counter.press('clear clear clear');
    expect(counter.till.status().sale).toBeNull();
  });

  test('one chosen line is changed or voided', async () => {
    const counter = await openCounter();
    await counter.press('1 enter 2 enter 7 enter enter');
    expect(counter.screen).toBe('>1 Apple        0.99| 2 Mountain    12.90');
    await counter.press('1');
    expect(counter.screen).toBe('Apple           0.99|Qty? 0=void');
    await counter.press('5 enter');
    expect(counter.till.status().sale?.total).toBe(cents(495 + 1290 + 1850));
    await counter.press('menu 6 total enter 0 enter');
    expect(counter.screen).toBe('Void: Mountain|cheese');
    expect(counter.till.status().sale?.lines).toBe(2);
  });

  test('the whole sale is voided after a question', async () => {
    const counter = await openCounter();
    await counter.press('1 enter menu 7 clear');
    expect(counter.till.status().sale?.lines).toBe(1);
    await counter.press('menu 7 enter');
    expect(counter.till.status().sale).toBeNull();
    expect(counter.sales).toEqual([]);
  });

  test('a configurable asks for its variant; a scanned variant does not', async () => {
    const counter = await openCounter();
    await counter.press('3 enter');
    expect(counter.screen).toBe('>1 T-Shirt S| 2 T-Shirt M');
    await counter.press('2');
    await counter.scan('4006381333931');
    expect(counter.till.status().sale).toEqual({ lines: 2, total: cents(3980) });
    await counter.press('total enter');
    expect(
      counter.sales[0]?.lines.map(({ sku, variant, configurableOptions }) => ({ sku, variant, configurableOptions })),
    ).toEqual([
      { sku: 'TSHIRT', variant: 'TSHIRT-M', configurableOptions: [{ optionId: '150', optionValue: 11 }] },
      { sku: 'TSHIRT', variant: 'TSHIRT-S', configurableOptions: [{ optionId: '150', optionValue: 10 }] },
    ]);
  });

  test('goods are found by name, spelled on the number keys', async () => {
    const counter = await openCounter();
    await counter.press('menu 3');
    expect(counter.screen).toBe('Name?            ABC|x=ABC/123 ENT=ok');
    await counter.press('2 7 . 7');
    expect(counter.screen).toBe('Name?            ABC|APP_');
    await counter.press('enter 1');
    expect(counter.screen).toBe('Apple           0.99|Total         0.99 €');
    await counter.press('menu 3 9 enter');
    expect(counter.screen).toBe('Not found: W|');
  });

  test('sales are held and recalled; the one in hand takes the place', async () => {
    const counter = await openCounter();
    await counter.press('1 enter menu 1');
    expect(counter.screen).toBe('Held: 1. Recall:|MENU 2');
    await counter.press('7 enter menu 1 2 enter menu 2');
    expect(counter.screen).toBe('>1 Apple        0.99| 2 Kaffeebohn- 18.50');
    await counter.press('1');
    expect(counter.till.status()).toMatchObject({ held: 2, sale: { lines: 1, total: cents(99) } });
  });

  test('customer and coupon change the price at once', async () => {
    const counter = await openCounter();
    await counter.press('1 enter menu 4 7 enter');
    expect(counter.screen).toBe('Customer: Erika|Muster');
    expect(counter.till.status().sale?.total).toBe(cents(89));
    await counter.press('10 times enter menu 5');
    await counter.scan('SAVE10');
    expect(counter.screen).toBe('Coupon SAVE10:|-0.89 €');
    await counter.press('menu 5');
    await counter.scan('NONSENSE');
    expect(counter.screen).toBe('Coupon not valid|here: NONSENSE');
    await counter.press('total enter');
    expect(counter.sales[0]).toMatchObject({
      customer: { id: 7, groupId: 1, email: 'erika@example.com', name: 'Erika Muster' },
      coupon: 'SAVE10',
      totals: { grandTotal: cents(801), discount: cents(89) },
    });
  });

  test('several customers of one name are listed', async () => {
    const counter = await openCounter();
    await counter.press('menu 4 times 6 8 8 7 7 7 7 8 3 3 7 7 7 enter');
    expect(counter.screen).toBe('>1 Erika Muster| 2 Otto Muster');
    await counter.press('2');
    expect(counter.screen).toBe('Customer: Otto|Muster');
  });
});

describe('bad input changes nothing and says what is wrong', () => {
  const cases: readonly (readonly [string, (counter: Counter) => Promise<void>, string])[] = [
    ['unknown PLU', (counter) => counter.press('999 enter'), 'Unknown: 999|'],
    ['unknown barcode', (counter) => counter.scan('4012345678901'), 'Unknown:|4012345678901'],
    ['wrong check digit', (counter) => counter.scan('4000000000014'), 'Not read well. Scan|again'],
    ['zero quantity', (counter) => counter.press('0 times'), 'Quantity must be|0.0001 to 9999'],
    ['absurd quantity', (counter) => counter.press('4000000000013 times'), 'Quantity must be|0.0001 to 9999'],
    ['too much in the end', (counter) => counter.press('9999 times 1 enter'), 'Quantity must be|0.0001 to 9999'],
    ['part of a unit', (counter) => counter.press('1 . 5 times 1 enter'), 'Whole units only:|Apple'],
    ['disabled product', (counter) => counter.press('4 enter'), 'Not for sale: Old|lamp'],
    ['no price', (counter) => counter.press('5 enter'), 'No price: Price to|come'],
    ['a set', (counter) => counter.press('6 enter'), 'Sold by parts: Tea|set'],
    ['pay with digits typed', (counter) => counter.press('1 total'), 'Press ENT or C first|'],
    ['coupon of spaces', (counter) => counter.scan('    '), 'Unknown:|'],
  ];
  test.each(cases)('%s', async (_, act, words) => {
    const counter = await openCounter();
    await counter.press('1 enter');
    const before = counter.till.status().sale;
    const beeps = counter.display.beeps;
    await act(counter);
    expect(counter.screen).toBe(words);
    expect(counter.till.status().sale).toEqual(before);
    expect(counter.display.beeps).toBeGreaterThan(beeps);
  });

  test('an unreadable scan', async () => {
    const counter = await openCounter();
    counter.scanner.scan({ kind: 'unreadable', reason: 'too long' });
    await counter.idle();
    expect(counter.screen).toBe('Not read well. Scan|again');
  });

  test('a terminal that has never seen its shop', async () => {
    const counter = await openCounter({ catalogue: sampleCatalogue({ empty: true }) });
    await counter.press('1 enter');
    expect(counter.screen).toBe('No articles yet.|Connect to the shop');
  });
});

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
    expect(counter.journal.kept.at(-1)?.entry).toMatchObject({ kind: 'payment', state: { phase: 'requested' } });
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

describe('when things break', () => {
  test('a sale that can not be saved is not completed: no drawer, no receipt, no change shown', async () => {
    const counter = await openCounter();
    counter.journal.fails = () => 'before';
    await counter.press('1 enter total 5 enter');
    expect(counter.screen).toBe('Sale NOT saved:|memory full. Keep');
    await counter.clock.advance(seconds(2));
    expect(counter.screen).toBe('the goods|');
    expect(counter.display.history.some((screen) => screen.includes('Change'))).toBe(false);
    expect(counter.drawer.opened).toBe(0);
    expect(counter.printed).toEqual([]);
    counter.journal.fails = () => null;
    await counter.press('enter');
    expect(counter.screen).toBe('Change        4.01 €|K1-00000001       ok');
  });

  test('cash is given back when it stays unsaved', async () => {
    const counter = await openCounter();
    counter.journal.fails = () => 'before';
    await counter.press('1 enter total 5 enter clear');
    expect(counter.screen).toBe('Sale not saved. Give|back 5.00 €');
    expect(counter.till.status()).toMatchObject({ mode: 'selling', sale: { total: cents(99) } });
  });

  test('an attempt reported as failed that got through is one sale, not two', async () => {
    const counter = await openCounter();
    counter.journal.fails = (entry) => (entry.kind === 'sale' ? 'after' : null);
    await counter.press('1 enter total enter');
    expect(counter.till.status().mode).toBe('unsaved');
    await counter.press('enter');
    expect(counter.till.status().mode).toBe('selling');
    expect(counter.sales).toHaveLength(1);
  });

  test('while the journal can not be looked into a sale is not lost, and waits for the next try', async () => {
    const counter = await openCounter();
    await counter.press('1 enter total');
    counter.journal.unreadable = true;
    await counter.press('enter');
    expect(counter.screen).toBe('Sale NOT saved:|memory failed. Keep');
    counter.journal.unreadable = false;
    await counter.press('enter');
    expect(counter.screen).toBe('Paid          0.99 €|K1-00000001       ok');
  });

  test('while the journal can not be looked into no receipt is printed again, and the till says so', async () => {
    const counter = await openCounter();
    await counter.press('1 enter total enter');
    counter.journal.unreadable = true;
    await counter.press('clear menu 8');
    expect(counter.screen).toContain('No receipt: Not to');
    counter.journal.unreadable = false;
    await counter.press('menu 8');
    expect(counter.screen).toBe('Printing K1-00000001|');
  });

  test('a shift that is closed on record is closed, whatever was reported', async () => {
    const counter = await openCounter();
    counter.journal.fails = () => 'after';
    await counter.press('menu 9 2 enter');
    expect(counter.till.status().shiftOpen).toBe(false);
    await counter.press('enter');
    expect(counter.till.status().shiftOpen).toBe(true);
    expect(counter.journal.openShift).not.toBeNull();
  });

  test('no card is asked for when the request can not be recorded', async () => {
    const counter = await openCounter();
    counter.journal.fails = () => 'before';
    await counter.press('1 enter total times');
    expect(counter.screen).toBe('Card not possible:|memory full');
    expect(counter.terminal.asked).toEqual([]);
  });

  test('card charged, sale not saved: said so, tried again by itself, never dropped', async () => {
    const counter = await openCounter();
    counter.journal.fails = (entry) => (entry.kind === 'sale' ? 'before' : null);
    await counter.press('1 enter total times');
    expect(counter.screen).toBe('Card charged, sale|NOT saved: memory');
    await counter.press('clear');
    expect(counter.till.status().mode).toBe('unsaved');
    counter.journal.fails = () => null;
    await counter.clock.advance(seconds(16));
    await counter.idle();
    expect(counter.screen).toBe('Paid          0.99 €|K1-00000001       ok');
    expect(counter.terminal.charged.size).toBe(1);
  });

  test('card charged, sale not saved, power cut: the sale is completed at the next start', async () => {
    const counter = await openCounter();
    counter.journal.fails = (entry) => (entry.kind === 'sale' ? 'before' : null);
    await counter.press('1 enter total times');
    const again = counter.restarted();
    await again.idle();
    expect(again.screen).toBe('Earlier card payment|ok: K1-00000001');
    expect(again.sales[0]?.tenders).toMatchObject([{ kind: 'card', amount: cents(99) }]);
    expect(again.printed).toHaveLength(1);
  });

  test('power cut while the card is charged: the terminal is asked, not charged again', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'lost';
    counter.terminal.deaf = true;
    await counter.press('1 enter total times');
    const again = counter.restarted();
    await again.idle();
    await again.press('2 enter total times');
    expect(again.screen).toBe('Earlier card payment|unclear. Asking the');
    await again.press('enter');
    expect(again.sales.map(({ totals }) => totals.grandTotal)).toEqual([cents(1290)]);
    again.terminal.deaf = false;
    await again.clock.advance(seconds(16));
    await again.idle();
    expect(again.screen).toBe('Earlier card payment|ok: K1-00000002');
    expect(again.terminal.asked).toHaveLength(1);
    expect(again.till.status().unresolvedPayment).toBeNull();
  });

  test('power cut before the card was charged: the sale comes back to be paid otherwise', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'slow';
    await counter.press('1 enter total 5 clear times');
    const again = counter.restarted();
    again.terminal.release(false);
    await again.idle();
    await again.press('menu 2');
    expect(again.screen).toBe('Apple           0.99|Total         0.99 €');
  });

  test('no answer: asked again; or set aside, and settled by itself later', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'lost';
    counter.terminal.deaf = true;
    await counter.press('1 enter total times');
    expect(counter.screen).toBe('No answer from card|terminal. Do not');
    await counter.press('enter');
    expect(counter.till.status().mode).toBe('card-unknown');
    await counter.press('clear');
    expect(counter.screen).toBe('Set aside. Do not|charge this sale');
    await counter.press('2 enter');
    counter.terminal.deaf = false;
    await counter.clock.advance(seconds(16));
    await counter.idle();
    expect(counter.sales.map(({ totals }) => totals.grandTotal)).toEqual([cents(99)]);
    expect(counter.till.status().sale?.total).toBe(cents(1290));
  });

  test('a payment that was part of a split survives with its tenders', async () => {
    const counter = await openCounter();
    await counter.press('2 enter total 10 times');
    const again = counter.restarted();
    await again.idle();
    expect(again.screen).toBe('Earlier card sale is|held. Recall: MENU 2');
    await again.press('menu 2');
    expect(again.screen).toBe('To pay        2.90 €|ENT=cash x=card');
    await again.press('enter');
    expect(again.sales[0]?.tenders).toHaveLength(2);
    const third = again.restarted();
    await third.idle();
    expect(third.till.status()).toMatchObject({ held: 0, unresolvedPayment: null });
  });

  test('a driver that throws leaves the payment unknown, never retried', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'throw';
    await counter.press('1 enter total times');
    expect(counter.till.status().mode).toBe('card-unknown');
    await counter.press('enter');
    expect(counter.screen).toBe('Card was not charged|');
  });

  test('paper out: the sale stands, the change stays on the display, the receipt is printed later and is no copy', async () => {
    const printer = new FakePrinter();
    printer.outcome = { kind: 'not-printed', reason: 'paper is out' };
    const counter = await openCounter({ printer });
    await counter.press('1 enter total 5 enter');
    expect(counter.screen).toBe('Change        4.01 €|No receipt: paper is');
    await counter.clock.advance(seconds(2));
    expect(counter.screen).toBe('Change        4.01 €|out');
    printer.outcome = { kind: 'printed' };
    await counter.press('menu 8');
    expect(counter.screen).toBe('Printing K1-00000001|');
    await counter.press('menu 8');
    expect(counter.printed.map(({ copy }) => copy)).toEqual([false, false, true]);
  });

  test('a receipt that may be half on paper is repeated as a copy', async () => {
    const printer = new FakePrinter();
    printer.outcome = { kind: 'unknown', reason: 'cable pulled' };
    const counter = await openCounter({ printer });
    await counter.press('1 enter total enter menu 8');
    expect(counter.printed.map(({ copy }) => copy)).toEqual([false, true]);
  });

  test('without a printer it sells just as well', async () => {
    const counter = await openCounter({ printer: null });
    await counter.press('1 enter total enter');
    expect(counter.screen).toBe('Paid          0.99 €|K1-00000001');
  });

  test('a drawer that stays shut is said', async () => {
    const counter = await openCounter();
    counter.drawer.works = false;
    await counter.press('1 enter total enter');
    expect(counter.screen).toBe('Drawer did not open|');
  });
});

describe('stopping', () => {
  test('gives up a card that is asked for, waits for what is under way, then shows that it is off', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'slow';
    await counter.press('1 enter total times');
    await counter.till.stop();
    expect(counter.screen).toBe('Till is off|');
    expect(counter.journal.kept.at(-1)?.entry).toMatchObject({ kind: 'payment', state: { phase: 'cancelled' } });
    counter.keypad.press('1');
    await counter.till.settled();
    expect(counter.screen).toBe('Till is off|');
  });

  test('completes a sale whose card is approved meanwhile', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'slow';
    counter.terminal.cancel = async () => counter.terminal.release(true);
    await counter.press('1 enter total times');
    await counter.till.stop();
    expect(counter.sales).toHaveLength(1);
    expect(counter.printed).toHaveLength(1);
  });

  test('does not wait for ever for a card terminal', async () => {
    const counter = await openCounter();
    counter.terminal.plan = 'slow';
    counter.terminal.cancel = async () => {};
    await counter.press('1 enter total times');
    const stopped = counter.till.stop();
    await counter.clock.advance(seconds(10));
    await stopped;
    expect(counter.journal.kept.at(-1)?.entry).toMatchObject({ state: { phase: 'requested' } });
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
