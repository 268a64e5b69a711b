import { describe, expect, test } from 'vitest';
import { type Counter, cents, openCounter } from './fakes/counter.ts';
import { sampleCatalogue } from './fakes/shop.ts';

const apple = '4000000000013';

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
