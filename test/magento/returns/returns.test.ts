import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seconds } from '../../../src/platform/clock.ts';
import type { CompletedReturn } from '../../../src/register/return.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';
import { repairReservations } from '../../../src/showroom/magento/reservation-repair.ts';
import { Rig } from '../../sweep/rig.ts';
import { sweepSale } from '../../sweep/sales.ts';
import { berlin, line, saleOf } from '../delivery/sales.ts';
import { type ReturnWish, returnOf } from './returns.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

const ledger = () => rig.shop.shop.ledger;
const at = (sku: string, source = 'store-berlin') =>
  ledger().sourceItems.find((item) => item.sku === sku && item.source_code === source)?.quantity;
const memos = () => ledger().creditmemos;
const orderOf = (sale: CompletedSale) =>
  ledger().orders.find(
    ({ row }) => row['state'] !== 'canceled' && [row['ext_order_id'], row['increment_id']].includes(sale.receiptNumber),
  );
const bring = (given: CompletedReturn) => rig.bring({ kind: 'return', return: given });
const delivery = (given: CompletedReturn) => rig.journal.document(given.returnId)?.delivery;
const reserved = (): number => ledger().reservations.reduce((sum, each) => sum + each.quantity, 0);
const comments = (sale: CompletedSale, given: CompletedReturn): number =>
  orderOf(sale)?.histories.filter((history) => String(history['comment']).includes(given.returnId)).length ?? 0;
const laidOut = (): number =>
  ledger()
    .sourceItems.filter(({ source_code: source }) => source === 'sold-k1')
    .reduce((sum, { quantity }) => sum + quantity, 0);

async function sold(sale: CompletedSale): Promise<CompletedSale> {
  expect(await rig.deliver(sale)).toMatchObject({ state: 'confirmed' });
  return sale;
}

const whole = (sale: CompletedSale): readonly ReturnWish[] => sale.lines.map((_, index) => ({ line: index }));

const recipes = ['quote', 'direct', 'module'] as const;

describe.each(recipes)('a return whose sale went in by recipe %s', (recipe) => {
  beforeEach(() => {
    rig.recipe = recipe;
  });

  it('is a credit memo under its own number, its goods on the shelf', async () => {
    const sale = await sold(sweepSale('plain', 1));
    const before = { house: at('HOU-04'), tea: at('TEA-01'), laidOut: laidOut() };
    const given = returnOf(sale, [{ line: 0, quantity: 1 }, { line: 1 }], 2);
    const seen = await bring(given);
    expect(seen).toMatchObject({ state: 'confirmed' });
    expect(memos()).toHaveLength(1);
    expect(memos()[0]?.row).toMatchObject({
      increment_id: 'K1-00000002',
      order_id: orderOf(sale)?.id,
      grand_total: 19.99,
      base_grand_total: 19.99,
    });
    expect(orderOf(sale)?.row).toMatchObject({ state: 'complete', total_refunded: 19.99 });
    expect([at('HOU-04'), at('TEA-01')]).toEqual([(before.house ?? 0) + 1, (before.tea ?? 0) + 1]);
    expect(laidOut()).toBe(before.laidOut);
    expect(delivery(given)).toMatchObject({
      order: { orderId: orderOf(sale)?.id },
      made: { kind: 'credit-memo', number: 'K1-00000002', creditMemoId: memos()[0]?.id },
    });
    expect(seen.answer).toContain('Credit memo K1-00000002');
    if (recipe !== 'module') expect(comments(sale, given)).toBe(1);
    if (recipe === 'direct') repairReservations(rig.shop.shop);
    expect(reserved()).toBe(0);
  });

  it('comes in parts, the last of which closes the order', async () => {
    const sale = await sold(sweepSale('plain', 1));
    const parts = [[{ line: 0, quantity: 1 }], [{ line: 0, quantity: 1 }, { line: 2 }], [{ line: 1 }]];
    const before = at('HOU-04') ?? 0;
    for (const [index, wishes] of parts.entries()) {
      expect((await bring(returnOf(sale, wishes, index + 2))).state).toBe('confirmed');
    }
    expect(memos().map(({ row }) => row['grand_total'])).toEqual([9.99, 19.98, 10]);
    expect(orderOf(sale)?.row).toMatchObject({ state: 'closed', total_refunded: 39.97 });
    expect(at('HOU-04')).toBe(before + 3);
    const more = returnOf(sale, [{ line: 1 }], 5);
    expect((await bring(more)).state).toBe('parked');
    expect(memos()).toHaveLength(3);
  });

  it('of a configurable, a bundle, a virtual article and a discount', async () => {
    const sale = await sold(sweepSale('rich', 1));
    const before = ['TSHIRT-M', 'COF-01', 'TEA-01', 'GIFT-WRAP'].map((sku) => at(sku) ?? 0);
    expect((await bring(returnOf(sale, whole(sale), 2))).state).toBe('confirmed');
    expect(memos()[0]?.row).toMatchObject({ grand_total: 72.5, discount_amount: -2 });
    expect(orderOf(sale)?.row).toMatchObject({ state: 'closed', total_refunded: 72.5 });
    const after = ['TSHIRT-M', 'COF-01', 'TEA-01'].map((sku) => at(sku) ?? 0);
    expect(after).toEqual([(before[0] ?? 0) + 1, (before[1] ?? 0) + 1, (before[2] ?? 0) + 2]);
  });

  it('waits for its sale in the queue', async () => {
    const sale = sweepSale('plain', 1);
    await rig.journal.append({ kind: 'sale', sale });
    rig.shop.faults.set([{ action: { kind: 'drop-before' }, path: '/V1', times: 2 }]);
    expect((await bring(returnOf(sale, [{ line: 1 }], 2))).state).toBe('confirmed');
    expect(memos()).toHaveLength(1);
  });

  it('puts back nothing that is not fit for the shelf', async () => {
    const sale = await sold(sweepSale('plain', 1));
    const before = [at('HOU-04') ?? 0, at('TEA-01') ?? 0];
    const wishes = [{ line: 0, restock: false }, { line: 1 }, { line: 2 }];
    expect((await bring(returnOf(sale, wishes, 2))).state).toBe('confirmed');
    expect([at('HOU-04'), at('TEA-01')]).toEqual([(before[0] ?? 0) + 1, (before[1] ?? 0) + 1]);
  });

  it('goes by the numbers that its sale’s goods went by', async () => {
    const sale = sweepSale('plain', 1);
    rig.shop.shop.data.products = rig.shop.shop.data.products.filter((row) => row['sku'] !== 'TEA-01');
    await rig.journal.append({ kind: 'sale', sale });
    await rig.journal.append({
      kind: 'delivery',
      delivery: {
        ...(rig.journal.sale(sale.saleId)?.delivery as NonNullable<ReturnType<typeof delivery>>),
        instructions: [{ kind: 'map-sku', from: 'TEA-01', to: 'TEA-02' }],
      },
    });
    await rig.drain();
    expect(rig.journal.sale(sale.saleId)?.delivery.state).toBe('confirmed');
    const before = at('TEA-02') ?? 0;
    expect((await bring(returnOf(sale, [{ line: 1 }], 2))).state).toBe('confirmed');
    expect(at('TEA-02')).toBe(before + 1);
  });
});

describe('what a person has to see to', () => {
  it('goods taken back without their receipt', async () => {
    const sale = saleOf([line({ sku: 'HOU-04', productId: 34, inclTax: '9.99', tax: '1.60' })], 1);
    const given = returnOf(sale, [{ line: 0 }], 1, { of: null });
    const seen = await bring(given);
    expect(seen).toMatchObject({ state: 'parked' });
    expect(seen.answer).toContain('book 9.99 EUR by hand, put 1 × HOU-04 back in store-berlin');
    expect(rig.shop.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('a return of a sale that was withdrawn', async () => {
    const sale = sweepSale('plain', 1);
    await rig.journal.append({ kind: 'sale', sale });
    const queued = rig.journal.sale(sale.saleId);
    if (queued === undefined) throw new Error('not queued');
    const withdrawn = { by: 'Ada', why: 'entered by hand as order 12' };
    await rig.journal.append({
      kind: 'delivery',
      delivery: { ...queued.delivery, state: 'withdrawn', withdrawn },
    });
    const seen = await bring(returnOf(sale, [{ line: 1 }], 2));
    expect(seen.state).toBe('parked');
    expect(seen.answer).toContain('withdrawn by Ada (entered by hand as order 12)');
  });

  it('more than the order has left, because somebody refunded it in Magento', async () => {
    const sale = await sold(sweepSale('plain', 1));
    const order = orderOf(sale);
    for (const item of order?.items ?? []) item['qty_refunded'] = item['qty_invoiced'] ?? 0;
    const seen = await bring(returnOf(sale, [{ line: 1 }], 2));
    expect(seen).toMatchObject({ state: 'parked' });
    expect(seen.answer).toContain('has 0 × TEA-01 left to refund');
    expect(memos()).toEqual([]);
  });

  it('goods that could go back by no source: the money is refunded first; it goes on once one is set up', async () => {
    const sale = await sold(sweepSale('plain', 1));
    rig.settings = { ...berlin, returnsSourceCode: null };
    const given = returnOf(sale, [{ line: 1 }], 2);
    const seen = await bring(given);
    expect(seen).toMatchObject({ state: 'parked' });
    expect(seen.answer).toContain('magento.returnsSourceCode');
    expect(memos()).toHaveLength(1);
    const before = at('TEA-01') ?? 0;
    rig.settings = berlin;
    await rig.retry(given.returnId);
    expect(delivery(given)?.state).toBe('confirmed');
    expect(memos()).toHaveLength(1);
    expect(at('TEA-01')).toBe(before + 1);
  });

  it('a source that the shop does not have', async () => {
    const sale = await sold(sweepSale('plain', 1));
    rig.settings = { ...berlin, returnsSourceCode: 'nowhere' };
    expect(await bring(returnOf(sale, [{ line: 1 }], 2))).toMatchObject({ state: 'parked' });
  });

  it('a number that is another return’s', async () => {
    const sale = await sold(sweepSale('plain', 1));
    await bring(returnOf(sale, [{ line: 1 }], 2));
    rig.forget();
    await rig.journal.append({ kind: 'sale', sale });
    await rig.drain();
    const other = returnOf(sale, [{ line: 0, quantity: 1 }], 2);
    expect(await bring(other)).toMatchObject({ state: 'parked' });
    expect(delivery(other)?.code).toBe('magento.receipt-number-taken');
    expect(memos()).toHaveLength(1);
  });
});

it('a return of an order whose card payment is still open waits for it', async () => {
  rig.recipe = 'module';
  const card = {
    paymentId: 'p-1',
    outcome: 'stored',
    brand: 'Visa',
    maskedPan: '411111******1111',
    authorizationCode: null,
    terminalReference: null,
    entryMode: 'chip',
  } as const;
  const plain = sweepSale('plain', 1);
  const sale = { ...plain, tenders: [{ kind: 'card', amount: plain.totals.grandTotal, card } as const] };
  await sold(sale);
  const given = returnOf(sale, [{ line: 1 }], 2);
  await rig.journal.append({ kind: 'return', return: given });
  await rig.drain(undefined, undefined, seconds(120));
  expect(delivery(given)).toMatchObject({ state: 'waiting', code: 'magento.not-paid-yet' });
  const outcome = {
    version: 1,
    outcomeId: '01900000-0000-7000-a000-000000000001',
    saleId: sale.saleId,
    paymentId: 'p-1',
    kind: 'approved',
    amount: sale.totals.grandTotal,
    words: 'approved at night',
    hold: false,
    stamp: sale.stamp,
  } as const;
  await rig.journal.append({ kind: 'payment-outcome', outcome: outcome as never });
  await rig.drain();
  expect(delivery(given)?.state).toBe('confirmed');
  expect(orderOf(sale)?.row).toMatchObject({ state: 'complete', total_refunded: 10 });
});

it('posted to a module that is then taken away, it waits for it: its goods may be back already', async () => {
  rig.recipe = 'module';
  const sale = await sold(sweepSale('plain', 1));
  const before = at('TEA-01') ?? 0;
  rig.shop.faults.set([{ action: { kind: 'drop-after' }, path: '/returns$', times: 1 }]);
  const given = returnOf(sale, [{ line: 1 }], 2);
  await rig.journal.append({ kind: 'return', return: given });
  let waited = false;
  await rig.drain(undefined, () => {
    if (delivery(given)?.code === 'magento.no-module') {
      waited = true;
      rig.shop.holdfastModule = true;
    } else if (!waited) rig.shop.holdfastModule = false;
  });
  expect(waited).toBe(true);
  expect(delivery(given)?.state).toBe('confirmed');
  expect(memos()).toHaveLength(1);
  expect(at('TEA-01')).toBe(before + 1);
});

it('of an article that the shop keeps no stock of here, only the money goes back', async () => {
  const sale = await sold(sweepSale('plain', 1));
  const items = ledger().sourceItems;
  const index = items.findIndex(({ sku, source_code: source }) => sku === 'TEA-01' && source === 'store-berlin');
  items.splice(index, 1);
  const seen = await bring(returnOf(sale, [{ line: 1 }], 2));
  expect(seen).toMatchObject({ state: 'confirmed' });
  expect(seen.answer).toContain('no stock is kept of 1 × TEA-01 at store-berlin');
  expect(at('TEA-01')).toBeUndefined();
});

it('of a sale that this till no longer knows the order is found by its receipt', async () => {
  for (const recipe of recipes) {
    rig.recipe = recipe;
    rig.forget();
    const counter = recipes.indexOf(recipe) * 10 + 1;
    const sale = sweepSale('plain', counter);
    await rig.skipReceipts(counter - 1);
    await sold(sale);
    rig.forget();
    await rig.skipReceipts(counter);
    expect((await bring(returnOf(sale, [{ line: 1 }], counter + 1))).state).toBe('confirmed');
    expect(memos().at(-1)?.orderId).toBe(orderOf(sale)?.id);
  }
});

it('two returns at once go through the terminal’s own source one after the other', async () => {
  const sale = await sold(sweepSale('plain', 1));
  const before = at('HOU-04') ?? 0;
  rig.overlap = 3;
  const returns = [0, 1, 2].map((index) =>
    returnOf(sale, [index === 2 ? { line: 2 } : { line: 0, quantity: 1 }], index + 2),
  );
  for (const given of returns) await rig.journal.append({ kind: 'return', return: given });
  await rig.drain();
  expect(returns.map((given) => delivery(given)?.state)).toEqual(['confirmed', 'confirmed', 'confirmed']);
  expect(at('HOU-04')).toBe(before + 3);
  expect(at('HOU-04', 'sold-k1')).toBe(0);
});
