import { describe, expect, test } from 'vitest';
import { money } from '../../src/money/money.ts';
import { quantity } from '../../src/money/quantity.ts';
import type { SaleItem } from '../../src/register/open-sale.ts';
import { saleInHand } from '../../src/register/state.ts';
import { plainGoods } from '../../src/till/goods.ts';
import { sampleCatalogue } from '../till/fakes/shop.ts';
import { RegisterDriver } from './register-driver.ts';

const sold = (register: RegisterDriver) =>
  (saleInHand(register.state.mode)?.lines ?? []).map(({ item, quantity: many }) => [item.sku, many]);
const total = (register: RegisterDriver) => saleInHand(register.state.mode)?.totals.grandTotal;

/** The small shop with one attribute on some of its articles. */
function withAttribute(code: string, values: Readonly<Record<string, string>>): RegisterDriver {
  const catalogue = sampleCatalogue();
  const register = new RegisterDriver();
  register.catalogue = {
    ...catalogue,
    bySku: (wanted) => {
      const product = catalogue.bySku(wanted);
      const value = values[wanted];
      return product && value !== undefined ? { ...product, attributes: { [code]: value } } : product;
    },
    byPlu: (plu) => {
      const product = catalogue.byPlu(plu);
      return product && register.catalogue.bySku(product.sku);
    },
  };
  return register;
}

/** 4.51 of CHEESE. */
const labelled = '2800002004512';

describe('departments', () => {
  test('an amount alone is sold as the department; a price is asked for its number', () => {
    const register = new RegisterDriver();
    register.goods = { ...plainGoods, department: 'APPLE', openPriced: new Set(['APPLE']) };
    register.press('4 . 5 enter 3 times . 99 enter');
    expect(sold(register)).toEqual([
      ['APPLE', 1],
      ['APPLE', 3],
    ]);
    expect(total(register)).toBe(money('7.47'));
    register.press('1 enter 2 enter');
    expect(total(register)).toBe(money('9.47'));
    // The same again, at the same price.
    register.press('times');
    expect(total(register)).toBe(money('11.47'));
  });

  test('without one an amount is no article', () => {
    expect(new RegisterDriver().press('4 . 5 enter').state.notice?.key).toBe('unknown-code');
  });
});

describe('quick keys, labels and packs', () => {
  test('a quick key stands before any PLU and may mean several', () => {
    const register = new RegisterDriver();
    register.goods = { ...plainGoods, quickKeys: new Map([['2', { sku: 'APPLE', quantity: quantity(6) }]]) };
    expect(sold(register.press('2 enter 2 times 2 enter'))).toEqual([['APPLE', 18]]);
  });

  test('a price label is sold at its price to the cent, by weight where goods are weighed', () => {
    const register = new RegisterDriver();
    register.goods = { ...plainGoods, embedded: [{ layout: '28IIIIIVVVVVC', value: 'price', decimals: 2 }] };
    register.input({ kind: 'scan', code: labelled });
    expect(register.state.notice).toBeNull();
    expect(total(register)).toBe(money('4.51'));
    expect(sold(register)).toEqual([['CHEESE', 0.3496]]);
    register.input({ kind: 'scan', code: '2800001001239' });
    expect(total(register)).toBe(money('5.74'));
    expect(sold(register)[1]).toEqual(['APPLE', 1]);
  });

  test('alike label packs may be counted; each is a line of its own', () => {
    const register = new RegisterDriver();
    register.goods = { ...plainGoods, embedded: [{ layout: '28IIIIIVVVVVC', value: 'price', decimals: 2 }] };
    register.press('3 times').input({ kind: 'scan', code: labelled });
    expect(sold(register)).toHaveLength(3);
    expect(total(register)).toBe(money('13.53'));
  });

  test('a pack is sold as what is in it', () => {
    const register = withAttribute('pack_of', { COFFEE: '6 x APPLE' });
    register.goods = { ...plainGoods, attributes: { ...plainGoods.attributes, pack: 'pack_of' } };
    expect(sold(register.press('7 enter 2 times 7 enter'))).toEqual([['APPLE', 18]]);
  });
});

describe('deposits', () => {
  const register = (): RegisterDriver => {
    const driver = withAttribute('deposit', { APPLE: '2 x COFFEE' });
    driver.goods = { ...plainGoods, attributes: { ...plainGoods.attributes, deposit: 'deposit' } };
    return driver;
  };

  test('follow their article in whatever becomes of it', () => {
    const driver = register().press('3 times 1 enter');
    expect(sold(driver)).toEqual([
      ['APPLE', 3],
      ['COFFEE', 6],
    ]);
    expect(sold(driver.press('1 times enter'))).toEqual([
      ['APPLE', 1],
      ['COFFEE', 2],
    ]);
    expect(sold(driver.press('clear'))).toEqual([]);
  });

  test('can’t be chosen among the lines, and bear no discount', () => {
    const driver = register().press('1 enter menu 0 100 enter 1');
    expect(total(driver)).toBe(money('37.00'));
    expect(driver.press('enter 2').state.mode.kind).toBe('choosing');
  });
});

describe('serial numbers', () => {
  const numbered = (): RegisterDriver => {
    const driver = withAttribute('numbered', { COFFEE: '1' });
    driver.goods = { ...plainGoods, attributes: { ...plainGoods.attributes, serialNumber: 'numbered' } };
    return driver;
  };

  test('are asked for each piece, by scan or keys, and never twice the same', () => {
    const driver = numbered().press('7 enter').input({ kind: 'scan', code: 'SN-1' }).press('7 enter 42 enter');
    const lines = saleInHand(driver.state.mode)?.lines ?? [];
    expect(lines.map((line) => line.serialNumber)).toEqual(['SN-1', '42']);
    driver.press('7 enter').input({ kind: 'scan', code: 'SN-1' });
    expect(driver.state.notice?.key).toBe('serial-number-twice');
    expect(driver.press('clear 2 times 7 enter').state.notice?.key).toBe('one-by-one');
    expect(driver.press('clear enter 1 3 enter').state.notice?.key).toBe('one-by-one');
  });
});

describe('bundles', () => {
  test('are put together option by option', () => {
    const apple = saleInHand(new RegisterDriver().press('1 enter').state.mode)?.lines[0]?.item;
    const item = { ...(apple as SaleItem), bundleSelections: [] };
    const selection = (optionId: number, selectionId: string) => ({
      name: `${optionId}-${selectionId}`,
      selection: { optionId, selectionId, quantity: 1 },
    });
    const driver = new RegisterDriver();
    driver.input(
      { kind: 'scan', code: 'x' },
      {
        goods: {
          typed: () => ({ kind: 'unknown' }),
          department: () => null,
          named: () => [],
          scanned: () => ({
            kind: 'bundle',
            item,
            options: [
              { title: 'Drink', selections: [selection(2, '5'), selection(2, '6')] },
              { title: 'Side', selections: [selection(1, '3')] },
            ],
          }),
        },
      },
    );
    driver.press('2 1');
    const [line] = saleInHand(driver.state.mode)?.lines ?? [];
    expect(line?.item.bundleSelections).toEqual([
      { optionId: 1, selectionId: '3', quantity: 1 },
      { optionId: 2, selectionId: '6', quantity: 1 },
    ]);
  });
});
