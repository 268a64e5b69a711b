import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readInstructions, withOtherGoods } from '../../../src/magento/delivery/instructions.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';
import { repairReservations } from '../../../src/showroom/magento/reservation-repair.ts';
import { Rig } from '../../sweep/rig.ts';
import { sweepSale } from '../../sweep/sales.ts';
import { line, saleOf } from './sales.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

const ledger = () => rig.shop.shop.ledger;
const at = (sku: string) =>
  ledger().sourceItems.find((item) => item.sku === sku && item.source_code === 'store-berlin')?.quantity ?? 0;
const orderOf = (sale: CompletedSale) =>
  ledger().orders.find(
    ({ row }) => row['state'] !== 'canceled' && [row['ext_order_id'], row['increment_id']].includes(sale.receiptNumber),
  );
const delivery = (sale: CompletedSale) => rig.journal.sale(sale.saleId)?.delivery;

function remove(sku: string): void {
  rig.shop.shop.data.products = rig.shop.shop.data.products.filter((row) => row['sku'] !== sku);
}

const sale = () =>
  saleOf(
    [
      line({ sku: 'HOU-04', productId: 34, quantity: 2, inclTax: '19.98', tax: '3.19' }, 1),
      line({ sku: 'TEA-01', productId: 11, inclTax: '10.00', tax: '1.60' }, 2),
    ],
    1,
  );

describe('goods that go by another article’s number', () => {
  it.each(['quote', 'direct', 'module'] as const)(
    'at the name and the price they were sold under (recipe %s)',
    async (recipe) => {
      rig.recipe = recipe;
      const sold = sale();
      await rig.journal.append({ kind: 'sale', sale: sold });
      await rig.park(sold.saleId, 'the article is gone');
      remove('TEA-01');
      const before = [at('TEA-01'), at('TEA-02'), at('HOU-04')];
      await rig.retry(sold.saleId, [{ kind: 'map-sku', from: 'TEA-01', to: 'TEA-02' }]);
      expect(delivery(sold)).toMatchObject({ state: 'confirmed' });
      expect(orderOf(sold)?.row).toMatchObject({ state: 'complete', grand_total: 29.98 });
      const item = orderOf(sold)?.items.find((row) => row['sku'] === 'TEA-02');
      expect(item).toMatchObject({ qty_ordered: 1, price_incl_tax: 10, tax_amount: 1.6 });
      expect([at('TEA-01'), at('TEA-02'), at('HOU-04')]).toEqual([
        before[0],
        (before[1] ?? 0) - 1,
        (before[2] ?? 0) - 2,
      ]);
      if (recipe === 'direct') repairReservations(rig.shop.shop);
      const open = ledger()
        .reservations.filter(({ sku }) => sku === 'TEA-02')
        .reduce((sum, each) => sum + each.quantity, 0);
      expect(open).toBe(0);
      if (recipe !== 'module') {
        expect(
          orderOf(sold)
            ?.histories.map((history) => String(history['comment']))
            .join(),
        ).toContain('Sold as TEA-01; its goods go by TEA-02');
      }
    },
  );

  it('by one that the shop does not have either, a person decides again', async () => {
    const sold = sale();
    await rig.journal.append({ kind: 'sale', sale: sold });
    await rig.park(sold.saleId, 'the article is gone');
    await rig.retry(sold.saleId, [{ kind: 'map-sku', from: 'TEA-01', to: 'NEVER' }]);
    expect(delivery(sold)).toMatchObject({ state: 'parked', code: 'magento.unknown-sku' });
    await rig.retry(sold.saleId, [{ kind: 'map-sku', from: 'TEA-01', to: 'TEA-03' }]);
    expect(delivery(sold)?.state).toBe('confirmed');
    expect(orderOf(sold)?.items.map((row) => row['sku'])).toEqual(['HOU-04', 'TEA-03']);
  });

  it('of a configurable the variant, of a bundle its parts', () => {
    const rich = sweepSale('rich', 1);
    const { renames } = readInstructions([
      { kind: 'map-sku', from: 'tshirt-m', to: 'TSHIRT-L' },
      { kind: 'map-sku', from: 'TEA-01', to: 'TEA-09' },
      { kind: 'map-sku', from: 'TEA-01', to: 'TEA-02' },
    ]);
    const [shirt, bundle] = withOtherGoods(rich.lines, renames);
    expect(shirt).toMatchObject({ sku: 'TSHIRT-L', variant: null, type: 'simple', name: 'Article TSHIRT' });
    expect(shirt?.rowTotal).toBe(rich.lines[0]?.rowTotal);
    expect(bundle?.children.map(({ sku }) => sku)).toEqual(['COF-01', 'TEA-02']);
  });

  it('not once Magento has the order: it is ended as it was begun', async () => {
    for (const item of ledger().sourceItems)
      if (item.sku === 'TEA-01') item.quantity = item.source_code === 'store-market' ? 5 : 0;
    const sold = sale();
    await rig.deliver(sold);
    expect(delivery(sold)).toMatchObject({ state: 'parked', code: 'magento.source-too-low' });
    for (const item of ledger().sourceItems) if (item.sku === 'TEA-01') item.quantity = 5;
    await rig.retry(sold.saleId, [{ kind: 'map-sku', from: 'TEA-01', to: 'TEA-02' }]);
    expect(delivery(sold)?.state).toBe('confirmed');
    expect(orderOf(sold)?.items.map((row) => row['sku'])).toEqual(['HOU-04', 'TEA-01']);
  });
});

it.each(['quote', 'direct', 'module'] as const)(
  'a coupon that is left out, the price kept (recipe %s)',
  async (recipe) => {
    rig.recipe = recipe;
    const sold = sweepSale('rich', 1);
    await rig.journal.append({ kind: 'sale', sale: sold });
    await rig.park(sold.saleId, 'the coupon');
    await rig.retry(sold.saleId, [{ kind: 'drop-coupon' }]);
    expect(delivery(sold)).toMatchObject({ state: 'confirmed' });
    expect(orderOf(sold)?.row).toMatchObject({ grand_total: 72.5, discount_amount: -2 });
    expect(orderOf(sold)?.row['coupon_code'] ?? null).toBeNull();
  },
);

describe('a recipe that a person chose', () => {
  it('direct, where the cart is configured', async () => {
    const sold = sale();
    await rig.journal.append({ kind: 'sale', sale: sold });
    await rig.park(sold.saleId, 'the cart refuses it');
    await rig.retry(sold.saleId, [{ kind: 'recipe', recipe: 'direct' }]);
    expect(delivery(sold)?.state).toBe('confirmed');
    expect(orderOf(sold)?.row['increment_id']).toBe(sold.receiptNumber);
  });

  it('module, which waits while the shop has none, and lets the others pass', async () => {
    const sold = sale();
    await rig.journal.append({ kind: 'sale', sale: sold });
    await rig.park(sold.saleId, 'why not');
    const other = { ...sweepSale('plain', 2) };
    await rig.journal.append({ kind: 'sale', sale: other });
    let confirmedBefore = false;
    await rig.send(sold.saleId, [{ kind: 'recipe', recipe: 'module' }]);
    await rig.drain(undefined, () => {
      if (delivery(other)?.state !== 'confirmed' || delivery(sold)?.code !== 'delivery.no-module') return;
      confirmedBefore = true;
      rig.recipe = 'module';
      rig.shop.holdfastModule = true;
    });
    expect(confirmedBefore).toBe(true);
    expect(delivery(sold)?.state).toBe('confirmed');
    expect(orderOf(sold)?.row['ext_order_id']).toBe(sold.saleId.replaceAll('-', ''));
  });
});
