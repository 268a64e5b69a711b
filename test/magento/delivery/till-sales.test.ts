import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { money } from '../../../src/money/money.ts';
import { receiptNumber, type SaleId, sku, terminalId } from '../../../src/platform/ids.ts';
import { completeReturn, settlementOf } from '../../../src/register/complete-return.ts';
import { completeSale, type SaleIdentity } from '../../../src/register/complete-sale.ts';
import type { PaidSale } from '../../../src/register/open-sale.ts';
import type { CompletedReturn } from '../../../src/register/return.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';
import type { ProductRecord } from '../../../src/snapshot/catalogue.ts';
import { plainGoods } from '../../../src/till/goods.ts';
import { sampleReturnId } from '../../journal/sample-documents.ts';
import { sampleSaleId, sampleShift, sampleStamp } from '../../journal/sample-sale.ts';
import { RegisterDriver } from '../../register/register-driver.ts';
import { checkSale, noFindings } from '../../sweep/ledger-check.ts';
import { Rig } from '../../sweep/rig.ts';
import { sampleCatalogue } from '../../till/fakes/shop.ts';

// What a till does to prices and payments, as the till itself does it, held against what Magento ends up with.

/** A register that sells two articles of the recorded shop: PLU 1 is HOU-04, with TEA-01 as its deposit; PLU 7 is TEA-01. */
function till(): RegisterDriver {
  const shop = sampleCatalogue();
  const as = (like: string, change: Partial<ProductRecord>): ProductRecord => {
    const product = shop.bySku(sku(like));
    if (product === undefined) throw new Error(`no ${like}`);
    return { ...product, ...change };
  };
  const products = [
    as('APPLE', { sku: sku('HOU-04'), id: 34, price: 9.99, tierPrices: [], attributes: { deposit: 'TEA-01' } }),
    as('COFFEE', { sku: sku('TEA-01'), id: 11, price: 4.25 }),
  ];
  const bySku = (wanted: string): ProductRecord | undefined => products.find((each) => each.sku === wanted);
  const register = new RegisterDriver();
  register.catalogue = {
    ...shop,
    bySku,
    byPlu: (plu) => products.find((each) => each.plu === plu),
    prices: { ...shop.prices, product: bySku },
  };
  register.goods = { ...plainGoods, attributes: { deposit: 'deposit', pack: null, serialNumber: null } };
  register.settings = {
    cashStep: money('0.05'),
    tenders: [{ code: 'voucher', name: 'Voucher', givesChange: false, asksReference: true }],
    discounts: { largestPercent: 100 },
  };
  return register;
}

const identity = (counter: number): SaleIdentity => ({
  receiptNumber: receiptNumber(terminalId('K1'), counter),
  terminalId: terminalId('K1'),
  shiftId: sampleShift,
  cashier: 'Ada',
  stamp: sampleStamp(counter),
  currency: 'EUR',
});

/** What the register wants saved. The register's own ids are no UUIDs. */
function settled(register: RegisterDriver, counter: number): PaidSale {
  const effect = register.effects.find(({ kind }) => kind === 'save-sale');
  if (effect?.kind !== 'save-sale') throw new Error('the sale is not paid');
  return { sale: { ...effect.sale, saleId: sampleSaleId(counter) as SaleId }, tenders: effect.tenders };
}

const soldBy = (keys: string, counter: number): CompletedSale =>
  completeSale(settled(till().press(keys), counter), identity(counter));

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

const sales: Readonly<Record<string, string>> = {
  'a discount by percent on the sale, deposits left alone': '3 times 1 enter menu 0 7 . 5 enter 1 total 50 enter',
  'a discount by amount on one line': '2 times 1 enter 7 enter enter 2 times times 1 . 23 enter 2 total 50 enter',
  'another price, and a discount on top':
    '2 times 1 enter enter 1 total 7 . 77 enter 1 menu 0 times 1 enter 1 total 50 enter',
  'all of it given away': '7 enter menu 0 100 enter 1 total enter',
  'a voucher, and cash rounded to 0.05': '1 enter 7 enter total 5 menu 1 4711 enter 20 enter',
};

describe.each(['quote', 'direct', 'module'] as const)('brought into Magento by %s to the cent:', (recipe) => {
  it.each(Object.entries(sales))('%s', async (_, keys) => {
    rig.recipe = recipe;
    const sale = soldBy(keys, 1);
    const seen = await rig.deliver(sale);
    expect(seen.answer ?? '').toBeTruthy();
    expect(seen.state).toBe('confirmed');
    const findings = noFindings();
    checkSale(rig.shop.shop.ledger, sale, 'store-berlin', findings);
    expect(findings).toEqual(noFindings());
  });
});

describe('what the order’s history says', () => {
  it('why and by whose leave, and how it was paid', async () => {
    const sale = soldBy(
      '2 times 1 enter enter 1 total 7 . 77 enter 2 menu 0 10 enter 1 total 5 menu 1 4711 enter 50 enter',
      1,
    );
    await rig.deliver(sale);
    const comments = rig.shop.shop.ledger.orders.flatMap(({ histories }) =>
      histories.map(({ comment }) => String(comment)),
    );
    expect(comments.join('\n')).toContain('Discount 10 % on the sale: Goodwill.');
    expect(comments.join('\n')).toContain('at 7.77: Price match.');
    expect(comments.join('\n')).toMatch(/cash \d+\.\d\d EUR; .*Voucher 4711 5\.00 EUR; cash rounding -?0\.0\d EUR/);
  });
});

describe.each(['quote', 'module'] as const)('an exchange by %s', (recipe) => {
  it('is a credit memo and an order that each add up', async () => {
    rig.recipe = recipe;
    const first = soldBy('3 times 1 enter menu 0 10 enter 1 total 50 enter', 1);
    expect((await rig.deliver(first)).state).toBe('confirmed');
    const register = till();
    register.receipts.set('1', { kind: 'sale', sale: first, before: [] });
    register.press('menu times enter 1 enter 1 2 enter clear 1 enter 7 enter total');
    register.press(register.state.mode.kind === 'refunding' ? 'enter' : '50 enter');
    const exchange = settlementOf(settled(register, 3));
    if (exchange.kind !== 'exchange') throw new Error('no exchange');
    const returned: CompletedReturn = completeReturn(exchange.returning, exchange.refunds, identity(2));
    const sale = completeSale(exchange.sale, identity(3));
    expect((await rig.bring({ kind: 'return', return: { ...returned, returnId: sampleReturnId(2) } })).state).toBe(
      'confirmed',
    );
    expect((await rig.deliver(sale)).state).toBe('confirmed');
    const { ledger } = rig.shop.shop;
    const memo = ledger.creditmemos.at(-1);
    expect(Number(memo?.row['grand_total'])).toBeCloseTo(returned.totals.grandTotal / 100, 5);
    const findings = noFindings();
    checkSale(ledger, sale, 'store-berlin', findings);
    expect(findings).toEqual(noFindings());
  });
});
