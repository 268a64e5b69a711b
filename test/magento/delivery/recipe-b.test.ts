import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MagentoClient } from '../../../src/magento/client/outcome.ts';
import { sku as asSku } from '../../../src/platform/ids.ts';
import { seededRandom } from '../../../src/platform/seeded-random.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';
import { salableQuantity } from '../../../src/showroom/magento/index.ts';
import { repairReservations } from '../../../src/showroom/magento/reservation-repair.ts';
import { checkSale, noFindings } from '../../sweep/ledger-check.ts';
import { Rig } from '../../sweep/rig.ts';
import { sweepSale } from '../../sweep/sales.ts';
import { line, saleOf } from './sales.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
  rig.recipe = 'direct';
});
afterEach(() => rig.close());

const shop = () => rig.shop.shop;
const ledger = () => shop().ledger;
const delivery = (sale: CompletedSale) => rig.journal.sale(sale.saleId)?.delivery;
const source = (sku: string) => {
  const item = ledger().sourceItems.find((each) => each.sku === sku && each.source_code === 'store-berlin');
  if (item === undefined) throw new Error(`no ${sku} at store-berlin`);
  return item;
};
const standing = () => ledger().orders.filter((order) => order.row['state'] !== 'canceled');
const salable = (sku: string): number => salableQuantity(shop(), sku, 2);
const one = (counter: number, sku = 'HOU-04', productId = 34): CompletedSale =>
  saleOf([line({ sku, productId, inclTax: '9.99', tax: '1.60' })], counter);
const paths = (): string[] => rig.shop.calls.map((call) => `${call.method} ${call.path.replace('/rest/default', '')}`);

/** Exactly one order for each sale, as sold, and nothing else; stock right once the shop's repair has run. */
function expectRight(sales: readonly CompletedSale[]): void {
  const findings = noFindings();
  for (const sale of sales) checkSale(ledger(), sale, 'store-berlin', findings);
  expect(findings).toEqual(noFindings());
  expect(standing()).toHaveLength(sales.length);
  repairReservations(shop());
  expect(ledger().reservations.reduce((sum, each) => sum + each.quantity, 0)).toBe(0);
}

describe('a sale delivered by recipe B', () => {
  it('is an order under the receipt number at the figures sold, in four calls and the last look', async () => {
    const sale = one(1);
    expect((await rig.deliver(sale)).state).toBe('confirmed');
    expectRight([sale]);
    expect(ledger().quotes).toEqual([]);
    expect(paths().filter((path) => path.startsWith('POST'))).toEqual([
      'POST /V1/orders',
      'POST /V1/order/1/invoice',
      'POST /V1/order/1/ship',
    ]);
    const [order] = ledger().orders;
    expect(order?.row).toMatchObject({
      increment_id: 'K1-00000001',
      ext_order_id: 'K1-00000001',
      // When it was sold, not when it was delivered.
      created_at: '2026-11-23 08:01:00',
      email_sent: 1,
      state: 'complete',
    });
    expect(order?.histories.map((history) => String(history['comment'])).join()).toMatch(
      /Brought in by recipe B .*\nSale 01900000/,
    );
    expect(delivery(sale)).toMatchObject({
      attempts: 1,
      order: { orderNumber: 'K1-00000001' },
      progress: { recipe: 'B' },
    });
    expect(delivery(sale)?.lastAnswer).toContain('made directly, by recipe B');
  });

  it('lists the goods: the variant for a configurable, the parts for a bundle, with their taxes', async () => {
    const sale = sweepSale('rich', 1);
    await rig.deliver(sale);
    expectRight([sale]);
    const [order] = ledger().orders;
    const item = (sku: string) => order?.items.find((each) => each['sku'] === sku);
    expect(order?.items.map((each) => each['sku'])).toEqual(['TSHIRT-M', 'COF-01', 'TEA-01', 'GIFT-WRAP']);
    expect(item('TSHIRT-M')).toMatchObject({ product_type: 'simple', product_id: 63, discount_amount: 2 });
    expect(item('TEA-01')).toMatchObject({ qty_ordered: 2, qty_shipped: 2, tax_amount: 1.31, row_total: 18.69 });
    expect(item('GIFT-WRAP')).toMatchObject({ product_type: 'virtual', is_virtual: 1, qty_invoiced: 1 });
    expect(order?.row).toMatchObject({ customer_id: 5, customer_is_guest: 0, coupon_code: 'TENOFF' });
    expect(order?.taxes.map((tax) => tax['code'])).toEqual(sale.totals.taxes.map((tax) => tax.code));
  });

  it('keeps a bundle with a price of its own as a line of text beside its parts', async () => {
    const parts = [
      line({ sku: 'COF-01', productId: 1, inclTax: '0', tax: '0' }, 11),
      line({ sku: 'TEA-01', productId: 11, quantity: 2, inclTax: '0', tax: '0' }, 12),
    ];
    const bundle = line({
      sku: 'BREAKFAST',
      productId: 67,
      quantity: 3,
      inclTax: '30.00',
      tax: '1.96',
      change: { type: 'bundle', children: parts },
    });
    const before = source('TEA-01').quantity;
    const sale = saleOf([bundle], 1);
    expect((await rig.deliver(sale)).state).toBe('confirmed');
    const [order] = ledger().orders;
    expect(order?.items.map((each) => [each['sku'], each['qty_ordered'], each['row_total_incl_tax']])).toEqual([
      ['BREAKFAST', 3, 30],
      ['COF-01', 3, 0],
      ['TEA-01', 6, 0],
    ]);
    expect(order?.items[0]).toMatchObject({ product_type: 'virtual' });
    expect(order?.row).toMatchObject({ state: 'complete', total_invoiced: 30 });
    expect(source('TEA-01').quantity).toBe(before - 6);
  });

  it('leaves the salable quantity too high until the shop’s repair has run, and only then right', async () => {
    const before = salable('HOU-04');
    await rig.deliver(one(1));
    expect(salable('HOU-04')).toBe(before);
    repairReservations(shop());
    expect(salable('HOU-04')).toBe(before - 1);
    expect(repairReservations(shop())).toBe(0);
  });

  it('of virtual goods only needs no shipment', async () => {
    const sale = saleOf(
      [line({ sku: 'GIFT-WRAP', productId: 61, inclTax: '2.50', tax: '0.40', change: { type: 'virtual' } })],
      1,
    );
    expect((await rig.deliver(sale)).state).toBe('confirmed');
    expect(delivery(sale)?.order?.stock).toBe('nothing to ship');
    expectRight([sale]);
  });

  it('of a customer who was deleted meanwhile stays under their name', async () => {
    const sale = { ...one(1), customer: { id: 99_999, groupId: 1, email: 'weg@example.com', name: 'Vera Weg' } };
    await rig.deliver(sale);
    expect(delivery(sale)).toMatchObject({ state: 'confirmed' });
    expect(delivery(sale)?.lastAnswer).toContain('Customer 99999 no longer exists in Magento');
    expect(ledger().orders[0]?.row).toMatchObject({ customer_email: 'weg@example.com', customer_is_guest: 1 });
    expectRight([{ ...sale, customer: null }]);
  });

  it('parks when another sale has its number, and never touches that order', async () => {
    const first = one(1);
    await rig.deliver(first);
    const other = { ...one(1), saleId: '01900000-0000-7000-8000-00000000ffff' as CompletedSale['saleId'] };
    rig.forget();
    await rig.deliver(other);
    expect(delivery(other)).toMatchObject({ state: 'parked', code: 'magento.receipt-number-taken' });
    expectRight([first]);
  });

  it('parks when somebody changed its order in Magento before it was invoiced', async () => {
    const sale = one(1);
    rig.shop.faults.set([{ action: { kind: 'drop-before' }, path: '/invoice$', times: 1 }]);
    rig.onTheWay = (real) => ({
      request: async (...call) => {
        const [order] = ledger().orders;
        if (order !== undefined && call[0] === 'GET') order.row['grand_total'] = 5;
        return real.request(...call);
      },
    });
    await rig.deliver(sale);
    expect(delivery(sale)).toMatchObject({ state: 'parked', code: 'magento.order-changed' });
  });

  it('waits at the shipment for a source that has too little, and goes on there', async () => {
    source('HOU-04').quantity = 0;
    const sale = one(1);
    await rig.deliver(sale);
    expect(delivery(sale)).toMatchObject({ state: 'parked', code: 'magento.source-too-low' });
    source('HOU-04').quantity = 5;
    await rig.retry(sale.saleId);
    expect(delivery(sale)?.state).toBe('confirmed');
    expectRight([sale]);
  });

  it('is made once by eight overlapping requests', async () => {
    const sale = one(1);
    let asked = false;
    rig.onTheWay = (real: MagentoClient) => ({
      async request(...call) {
        if (call[1] !== '/V1/orders' || asked) return real.request(...call);
        asked = true;
        const answers = await Promise.all(Array.from({ length: 8 }, () => real.request(...call)));
        expect(answers.filter(({ kind }) => kind === 'ok')).toHaveLength(1);
        const loser = answers.find(({ kind }) => kind !== 'ok');
        return loser ?? real.request(...call);
      },
    });
    await rig.deliver(sale);
    expect(delivery(sale)).toMatchObject({ state: 'confirmed', attempts: 1 });
    expectRight([sale]);
  });
});

describe('what the cart refuses', () => {
  beforeEach(() => {
    rig.recipe = 'quote-then-direct';
  });

  it('goes through the cart while that takes it', async () => {
    const sale = one(1);
    await rig.deliver(sale);
    expect(delivery(sale)).toMatchObject({ progress: { recipe: 'C' }, order: { orderNumber: '000000001' } });
  });

  const sellOut = (): void => {
    // Web orders have taken all that the stock may sell; the goods are on the shelf all the same.
    ledger().reservations.push({ id: 9999, stockId: 2, sku: 'HOU-04', quantity: -2_000_000, metadata: '{}' });
  };
  const undo = (): void => {
    ledger().reservations.splice(0, 1);
  };
  const disable = (): void => {
    shop().product('HOU-04')['status'] = 2;
    shop().catalogueVersion += 1;
  };
  const remove = (): void => {
    shop().data.products.splice(shop().data.products.indexOf(shop().product('HOU-04')), 1);
    shop().catalogueVersion += 1;
  };

  it.each([
    ['sold out by web orders', sellOut, undo, 1],
    ['disabled', disable, () => undefined, 1],
    // Magento moves no stock of what is no longer a product (m20).
    ['deleted', remove, () => undefined, 0],
  ])('is made directly: %s', async (_, refuse, thenUndo, taken) => {
    refuse();
    const before = source('HOU-04').quantity;
    const sale = one(1);
    await rig.deliver(sale);
    expect(delivery(sale)).toMatchObject({ state: 'confirmed', attempts: 1, progress: { recipe: 'B' } });
    expect(delivery(sale)?.lastAnswer).toContain('Magento\'s cart refused it: 1 × HOU-04 "Article HOU-04"');
    const [order] = ledger().orders;
    expect(order?.row).toMatchObject({ increment_id: 'K1-00000001' });
    expect(order?.histories.map((each) => String(each['comment'])).join()).toContain("Magento's cart refused the sale");
    expect(source('HOU-04').quantity).toBe(before - taken);
    thenUndo();
    expectRight([sale]);
  });

  it('is never made directly while an order of the cart may stand', async () => {
    const sale = one(1);
    source('HOU-04').quantity = 0;
    for (const item of ledger().sourceItems)
      if (item.sku === 'HOU-04' && item.source_code === 'store-market') item.quantity = 50;
    await rig.deliver(sale);
    // The order is there, only its shipment is refused.
    expect(delivery(sale)).toMatchObject({
      state: 'parked',
      code: 'magento.source-too-low',
      progress: { recipe: 'C' },
    });
    expect(standing()).toHaveLength(1);
  });

  it('after a dropped line is made directly, once the wrong order was cancelled', async () => {
    const sale = saleOf(
      [
        line({ sku: 'HOU-04', productId: 34, inclTax: '9.99', tax: '1.60' }, 1),
        line({ sku: 'BOO-06', productId: 46, inclTax: '9.00', tax: '0.59' }, 2),
      ],
      1,
    );
    let disabled = false;
    rig.onTheWay = (real) => ({
      request(...call) {
        if (!disabled && call[1].endsWith('/order')) {
          disabled = true;
          shop().product('BOO-06')['status'] = 2;
          shop().catalogueVersion += 1;
        }
        return real.request(...call);
      },
    });
    await rig.deliver(sale);
    expect(ledger().orders.map((order) => order.row['state'])).toEqual(['canceled', 'complete']);
    expect(delivery(sale)).toMatchObject({ state: 'confirmed', progress: { recipe: 'B' } });
    expectRight([sale]);
  });

  it('is found again by its receipt number when its progress is lost, and ended by the recipe that made it', async () => {
    disable();
    const sale = one(1);
    rig.shop.faults.set([{ action: { kind: 'answer', status: 503 }, path: '/ship$', times: 1 }]);
    await rig.journal.append({ kind: 'sale', sale });
    let forgotten = false;
    await rig.drain(undefined, () => {
      const known = delivery(sale);
      if (forgotten || known?.code !== 'magento.maintenance') return;
      forgotten = true;
      void rig.journal.append({ kind: 'delivery', delivery: { ...known, progress: null } });
    });
    expect(forgotten).toBe(true);
    expect(delivery(sale)).toMatchObject({ state: 'confirmed', progress: { recipe: 'B' } });
    expectRight([sale]);
  });

  it.each([1, 2, 3])(
    'seed %i: random faults, kills and refusals, and every sale is there exactly once',
    async (seed) => {
      const random = seededRandom(seed);
      const sales = Array.from({ length: 12 }, (_, index) =>
        random.fraction() < 0.4 ? one(index + 1, asSku('HOU-05'), 35) : sweepSale('plain', index + 1),
      );
      for (const sale of sales) await rig.journal.append({ kind: 'sale', sale });
      const probability = 0.04;
      rig.shop.faults.set([
        { action: { kind: 'drop-before' }, probability },
        { action: { kind: 'drop-after' }, probability },
        { action: { kind: 'error-after' }, probability },
        { action: { kind: 'truncate' }, probability },
        { action: { kind: 'answer', status: 502 }, probability },
      ]);
      let passed = 0;
      await rig.drain(undefined, (each) => {
        passed += 1;
        if (random.fraction() < 0.02) each.kill();
        // Now it is for sale, now it is not.
        if (passed % 7 === 0) {
          shop().product('HOU-05')['status'] = random.fraction() < 0.5 ? 1 : 2;
          shop().catalogueVersion += 1;
        }
        if (passed === 3600) each.shop.faults.clear();
      });
      expect(sales.map((sale) => delivery(sale)?.state)).toEqual(sales.map(() => 'confirmed'));
      expectRight(sales);
    },
  );
});
