import { expect } from 'vitest';
import { rowOf } from '../../../../src/showroom/magento/json.ts';
import { exchange } from '../exchange.ts';
import { observation, type Scenario } from '../scenario.ts';

export const orders: readonly Scenario[] = [
  {
    name: 'orders as sent, under a number of their own',
    steps: [
      'c01-post-orders-full',
      observation('c02-after-direct', (world) => {
        expect(world.stock('COF-01').salable).toBe(563);
        expect(world.magento.shop.ledger.reservations).toEqual([]);
        const order = world.magento.shop.ledger.orders[0];
        // The database keeps the gross row total that REST never shows.
        expect(order?.items.map((item) => [item['row_total'], item['row_total_incl_tax']])).toEqual([
          [56.06, 59.98],
          [10.37, 12.34],
        ]);
      }),
      'c03-post-orders-same-increment-id',
      'c04-find-by-increment-id',
      'c05-find-by-ext-order-id',
      'c05b-find-many-in',
      'c06-post-orders-no-increment-id',
      'c07-post-orders-same-ext-id-again',
      'c08-find-by-ext-two',
      'c09-put-orders-create',
      observation('c10-parallel-post-x4', async (world) => {
        const body = { entity: { ...exchangeEntity('c01-post-orders-full'), increment_id: 'K1-00000004' } };
        const answers = await Promise.allSettled([1, 2, 3, 4].map(() => world.call('POST', '/V1/orders', body)));
        expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const answer of answers) {
          if (answer.status === 'rejected')
            expect(String(answer.reason)).toContain('400 {"message":"Unique constraint violation found"}');
        }
      }),
      'c11-post-orders-minimal',
      'c12-post-orders-no-payment',
      'c13-post-orders-no-billing',
      'c14-post-orders-unknown-product',
      'c15-post-orders-no-product-id',
      'c16-post-orders-bad-payment',
      'c17-post-orders-state-complete',
      'c18-post-orders-created-at',
      ({ magento }) => expect(magento.shop.ledger.orders.at(-1)?.row['created_at']).toBe('2026-11-20 10:11:12'),
      'c19-post-orders-customer',
      'c20-long-increment-id',
      ({ magento }) => {
        const row = magento.shop.ledger.orders.at(-1)?.row;
        expect([String(row?.['increment_id']).length, String(row?.['ext_order_id']).length]).toEqual([50, 32]);
      },
      'c21-oos-product',
      'g50-direct-unknown-customer',
      'g51-direct-wrong-store',
      'g52-direct-unknown-status',
      async (world) => {
        await world.call('POST', '/V1/orders', {
          entity: { ...exchangeEntity('g53-direct-same-increment-other-store'), store_id: 1 },
        });
      },
      'g53-direct-same-increment-other-store',
      'g54-direct-string-numbers',
      'g55-direct-qty-decimal',
    ],
  },
  {
    name: 'what sales of one day and their changes look like in a search',
    steps: [
      async (world) => {
        await world.orders(26);
        const wanted = [
          { id: 68, increment_id: '000000073', status: 'closed', updated_at: '2026-11-23 05:51:21' },
          { id: 69, increment_id: '000000074', status: 'canceled', updated_at: '2026-11-23 05:51:22' },
          { id: 70, increment_id: 'K1-00000100', status: 'complete', updated_at: '2026-11-23 05:51:23' },
        ];
        for (const [index, { id, ...row }] of wanted.entries()) {
          const order = world.magento.shop.ledger.orders[index];
          Object.assign(order?.row ?? {}, row);
          world.bindings.bind('order', id, order?.id ?? null);
        }
      },
      'h40-orders-delta',
    ],
  },
  {
    name: 'amending an order to what was sold',
    steps: [
      (world) =>
        world.placed(
          75,
          1238,
          [
            { sku: 'COF-07', qty: 2 },
            { sku: 'TEA-10', qty: 1 },
          ],
          [96, 97],
        ),
      'e01-amend-ext-order-id-only',
      'e02-amend-with-payment',
      ({ magento }) => {
        // The number that the recorded body repeats.
        Object.assign(magento.shop.ledger.orders[0]?.row ?? {}, { increment_id: '000000075' });
      },
      'e03-amend-full-as-sold',
      observation('e04-amend', ({ magento }) => {
        const order = magento.shop.ledger.orders[0];
        expect(order?.row).toMatchObject({
          grand_total: 20,
          subtotal: 18.69,
          tax_amount: 1.31,
          applied_rule_ids: '3,2',
        });
        expect(order?.items.map((item) => [item['price'], item['original_price'], item['row_total']])).toEqual([
          [7.01, 9.69, 14.02],
          [4.67, 30.26, 4.67],
        ]);
        expect(order?.payment['amount_ordered']).toBe(20);
        expect(magento.shop.ledger.reservations).toHaveLength(2);
      }),
      'e05-amended-invoice',
      // The compensation that was not amended is invoiced: 20.13 of 20.00.
      ({ magento }) => expect(magento.shop.ledger.invoices[0]?.row['grand_total']).toBe(20.13),
      'e06-amended-ship',
    ],
  },
  {
    name: 'amending an order with its tax compensation',
    steps: [
      (world) =>
        world.placed(
          77,
          1239,
          [
            { sku: 'COF-07', qty: 2 },
            { sku: 'TEA-10', qty: 1 },
          ],
          [99, 100],
        ),
      'e35-amend-full-with-dtc',
      'e36-amend-repeat',
      'e37-amended-get',
      'e38-amended-invoice',
      observation('e39-amended', ({ magento }) => {
        const {
          orders: [order],
          invoices: [invoice],
        } = magento.shop.ledger;
        expect(order?.row).toMatchObject({ state: 'processing', grand_total: 20, total_paid: 20, weight: 6.473 });
        expect(invoice?.row).toMatchObject({ grand_total: 20, subtotal: 18.69, tax_amount: 1.31 });
        expect(order?.taxes.map((tax) => tax['amount'])).toEqual([3.12]);
      }),
    ],
  },
  {
    name: 'tax rows of an order that says it comes from a quote',
    steps: [
      'e40-direct-with-applied-taxes',
      observation('e41-tax-rows', ({ magento }) => {
        expect(magento.shop.ledger.orders[0]?.taxes).toMatchObject([
          {
            code: 'DE-7',
            title: 'DE-7',
            percent: 7,
            amount: 0.7,
            base_amount: 0.7,
            base_real_amount: 0.7,
            priority: 0,
            process: 0,
          },
        ]);
      }),
    ],
  },
];

/** The order of a recorded request. */
function exchangeEntity(name: string) {
  const body = exchange(name).request.body;
  return rowOf(rowOf(body)['entity']);
}
