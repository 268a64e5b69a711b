import { expect } from 'vitest';
import { rowOf } from '../../../../src/showroom/magento/json.ts';
import { observation, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const lastOrder = ({ magento }: World) => magento.shop.ledger.orders.at(-1);

const quantities = ({ magento }: World) => magento.shop.ledger.reservations.map(({ sku, quantity }) => [sku, quantity]);

/** Sets the starting quantities that the observation names; the shop's own are those of the end of the recording. */
function startAt(world: World, sku: string, quantities: Readonly<Record<string, number>>): void {
  for (const item of world.magento.shop.ledger.sourceItems) {
    const quantity = item.sku === sku ? quantities[item.source_code] : undefined;
    if (quantity !== undefined) item.quantity = quantity;
  }
}

const line = (sku: string, name: string, productId: number, quantity: number, price: number, tax: number) => ({
  sku,
  name,
  product_id: productId,
  product_type: 'simple',
  qty_ordered: quantity,
  price,
  base_price: price,
  row_total: price * quantity,
  base_row_total: price * quantity,
  row_total_incl_tax: price * quantity + tax,
  base_row_total_incl_tax: price * quantity + tax,
  tax_amount: tax,
  base_tax_amount: tax,
});

/** A direct order of one line. */
const direct = (incrementId: string, item: ReturnType<typeof line>, more: Record<string, string> = {}) => ({
  increment_id: incrementId,
  subtotal: item.row_total,
  base_subtotal: item.row_total,
  tax_amount: item.tax_amount,
  base_tax_amount: item.tax_amount,
  grand_total: item.row_total_incl_tax,
  base_grand_total: item.row_total_incl_tax,
  items: [item],
  ...more,
});

export const documents: readonly Scenario[] = [
  {
    name: 'invoice, partial shipments from two sources, refunds until nothing is left',
    steps: [
      async (world) => {
        startAt(world, 'TEA-08', { default: 500, 'store-berlin': 678, 'store-market': 42 });
        await world.placed(
          68,
          1231,
          [
            { sku: 'TEA-08', qty: 4 },
            { sku: 'HOU-01', qty: 1 },
          ],
          [87, 88],
        );
        expect(world.stock('TEA-08').salable).toBe(716);
      },
      'd01-invoice',
      'd02-invoice-again',
      'd03-invoices-of-order',
      'd04-ship-partial-with-source',
      (world) =>
        expect(world.stock('TEA-08')).toEqual({ salable: 716, src: 'default=500 store-berlin=678 store-market=41' }),
      'd05-ship-rest-no-source',
      'd05b-ship-rest-with-source',
      'd06-ship-again',
      'd06b-shipments-of-order',
      observation('d07-lifecycle-quote-order', (world) => {
        // Without a source the goods left `default`, which the website does not sell from: salable rose by what was shipped.
        expect(world.stock('TEA-08')).toEqual({ salable: 719, src: 'default=497 store-berlin=678 store-market=41' });
        expect(lastOrder(world)?.row).toMatchObject({ state: 'complete', total_paid: 42.89, total_invoiced: 42.89 });
        expect(quantities(world)).toEqual([
          ['TEA-08', -4],
          ['HOU-01', -1],
          ['TEA-08', 1],
          ['TEA-08', 3],
          ['HOU-01', 1],
        ]);
      }),
      'd08-refund-1-with-return-to-stock',
      (world) =>
        expect(world.stock('TEA-08')).toEqual({ salable: 720, src: 'default=497 store-berlin=678 store-market=42' }),
      'd09-refund-same-again',
      'd10-refund-too-many',
      'd11-refund-adjustment-only',
      'd12-creditmemos-of-order',
      'd12b-refund-with-comment-marker',
      'd12c-refund-all-rest',
      'd12d-refund-nothing-left',
      observation('d13-refund', (world) => {
        expect(world.stock('TEA-08')).toEqual({ salable: 722, src: 'default=497 store-berlin=678 store-market=44' });
        expect(lastOrder(world)?.row).toMatchObject({ state: 'closed', total_refunded: 42.89 });
        expect(quantities(world)).toHaveLength(5);
        expect(lastOrder(world)?.histories.map((row) => [row['comment'], row['status'], row['entity_name']])).toEqual([
          ['We refunded €7.40 offline.', 'complete', 'creditmemo'],
          ['We refunded €7.39 offline.', 'complete', 'creditmemo'],
          ['We refunded €7.40 offline.', 'complete', 'creditmemo'],
          ['We refunded €20.70 offline.', 'closed', 'creditmemo'],
        ]);
      }),
    ],
  },
  {
    name: 'comments, hold, cancel',
    steps: [
      async (world) => {
        startAt(world, 'TEA-09', { 'store-berlin': 767, 'store-market': 55 });
        await world.placed(69, 1232, [{ sku: 'TEA-09', qty: 2 }], [89]);
        expect(world.stock('TEA-09').salable).toBe(820);
      },
      'd20-comment',
      'd20b-comments',
      'd21-hold',
      'd22-hold-again',
      'd23-invoice-held',
      'd24-unhold',
      'd25-unhold-again',
      'd26-cancel',
      'd27-cancel-again',
      'd28-invoice-cancelled',
      'd29-ship-cancelled',
      'd30-refund-cancelled',
      observation('d31-cancel', (world) => {
        expect(world.stock('TEA-09').salable).toBe(822);
        expect(rowOf(lastOrder(world)?.row)).toMatchObject({
          state: 'canceled',
          status: 'canceled',
          grand_total: 312.28,
        });
        expect(world.magento.shop.ledger.reservations[1]?.metadata).toContain(
          '"event_type":"order_canceled","object_type":"order","object_id":"1"',
        );
      }),
    ],
  },
  {
    name: 'direct order, invoice, ship, refund',
    steps: [
      async (world) => {
        startAt(world, 'COF-02', { 'store-berlin': 756, 'store-market': 58 });
        const coffee = line('COF-02', 'Coffee article 2', 2, 3, 7.79, 1.64);
        const house = line('HOU-02', 'Household article 2', 32, 1, 8.37, 1.03);
        await world.direct(
          70,
          {
            ...direct('K1-00000100', coffee),
            subtotal: 31.74,
            base_subtotal: 31.74,
            tax_amount: 2.67,
            base_tax_amount: 2.67,
            grand_total: 34.41,
            base_grand_total: 34.41,
            items: [coffee, house],
          },
          [90, 91],
        );
      },
      'd40-direct-invoice',
      'd40b-direct-invoice-again',
      'd41-direct-ship',
      observation('d42-direct-lifecycle', (world) => {
        expect(world.stock('COF-02')).toEqual({ salable: 814, src: 'default=500 store-berlin=753 store-market=58' });
        expect(lastOrder(world)?.row).toMatchObject({ state: 'complete', total_paid: 34.41 });
        expect(quantities(world)).toEqual([
          ['COF-02', 3],
          ['HOU-02', 1],
        ]);
        expect(world.magento.shop.ledger.invoices[0]?.row).toMatchObject({
          subtotal: 31.74,
          tax_amount: 2.67,
          grand_total: 34.41,
          state: 2,
        });
      }),
      'd43-direct-refund',
      observation('d44-direct-refund', (world) => {
        expect(world.stock('COF-02')).toEqual({ salable: 815, src: 'default=500 store-berlin=754 store-market=58' });
        expect(quantities(world)).toHaveLength(2);
      }),
    ],
  },
  {
    name: 'a direct order cancelled gives back what was never reserved',
    steps: [
      async (world) => {
        startAt(world, 'COF-03', { 'store-berlin': 292, 'store-market': 85 });
        await world.direct(71, direct('K1-00000101', line('COF-03', 'Coffee article 3', 3, 3, 9.33, 1.98)));
      },
      'd45-direct-cancel',
      observation('d46-direct-cancel', (world) => {
        expect(world.stock('COF-03').salable).toBe(380);
        expect(quantities(world)).toEqual([['COF-03', 3]]);
        expect(lastOrder(world)?.row['state']).toBe('canceled');
      }),
    ],
  },
  {
    name: 'direct orders in other states, and sources with too little',
    steps: [
      async (world) => {
        const coffee = () => line('COF-06', 'Coffee article 6', 6, 1, 10, 0.7);
        await world.direct(72, direct('K1-00000102', coffee(), { state: 'complete', status: 'complete' }));
        await world.direct(73, direct('K1-00000103', coffee(), { state: 'processing', status: 'processing' }));
        await world.direct(74, direct('K1-00000104', line('ELE-09', 'Electronics article 9', 59, 4, 5, 3.8)));
      },
      'd47-invoice-on-complete',
      'd48-ship-on-complete',
      ({ magento }) => expect(magento.shop.ledger.orders[0]?.row['state']).toBe('closed'),
      'd49-invoice-on-processing',
      'd50-ship-more-than-source-has',
      'd51-ship-unknown-source',
      observation('d52', (world) =>
        expect(world.stock('ELE-09')).toEqual({ salable: 0, src: 'default=500 store-berlin=0 store-market=0' }),
      ),
    ],
  },
  {
    name: 'a complete direct order and its refund',
    steps: [
      (world) => startAt(world, 'TEA-03', { 'store-berlin': 308, 'store-market': 36 }),
      'e30-post-complete-paid-shipped',
      (world) => world.bindings.bind('order-item', 98, 1),
      'e31-refund-of-complete-direct',
      observation('e32-refund-of-complete-direct', (world) => {
        expect(world.stock('TEA-03')).toEqual({ salable: 345, src: 'default=500 store-berlin=308 store-market=36' });
        expect(lastOrder(world)?.row).toMatchObject({ state: 'complete', total_paid: 10, total_refunded: 2.5 });
      }),
      'e33-ship-already-shipped',
      'e34-order-get-complete-direct',
    ],
  },
  {
    name: 'credit memos under a number of their own',
    steps: [
      async (world) => {
        startAt(world, 'TEA-08', { default: 497, 'store-berlin': 678, 'store-market': 44 });
        const id = await world.placed(89, 1250, [{ sku: 'TEA-08', qty: 4 }], [111]);
        await world.call('POST', `/V1/order/${id}/invoice`, { capture: true });
        await world.call('POST', `/V1/order/${id}/ship`, {
          arguments: { extension_attributes: { source_code: 'store-berlin' } },
        });
      },
      'g30-creditmemo-refund-own-increment-id',
      'g30b-creditmemo-refund-own-increment-id-no-ext',
      'g31-creditmemo-refund-repeat',
      observation('g32-creditmemo-own-increment', (world) => {
        expect(world.stock('TEA-08')).toEqual({ salable: 718, src: 'default=497 store-berlin=674 store-market=44' });
        expect(lastOrder(world)?.row).toMatchObject({ state: 'complete', total_refunded: 7.77, total_paid: 29.58 });
        expect(lastOrder(world)?.items[0]?.['qty_refunded']).toBe(1);
      }),
      'g33-find-creditmemo-by-increment',
    ],
  },
  {
    name: 'the same document three times at once',
    steps: [
      observation('g24-parallel-invoice-ship-refund', async (world) => {
        startAt(world, 'TEA-08', { default: 497, 'store-berlin': 678, 'store-market': 44 });
        const id = await world.placed(88, 1249, [{ sku: 'TEA-08', qty: 4 }], []);
        const item = world.magento.shop.order(id).items[0]?.['item_id'] ?? null;
        const source = { arguments: { extension_attributes: { source_code: 'store-berlin' } } };
        const back = {
          items: [{ order_item_id: item, qty: 4 }],
          arguments: { extension_attributes: { return_to_stock_items: [item] } },
        };
        const said: string[] = [];
        for (const [document, body] of [
          ['invoice', { capture: true }],
          ['ship', source],
          ['refund', back],
        ] as const) {
          const answers = await Promise.allSettled(
            [1, 2, 3].map(() => world.call('POST', `/V1/order/${id}/${document}`, body)),
          );
          expect(
            answers.filter(({ status }) => status === 'fulfilled'),
            document,
          ).toHaveLength(1);
          for (const answer of answers) if (answer.status === 'rejected') said.push(String(answer.reason));
        }
        expect(said.at(-1)).toContain(
          'Creditmemo Document Validation Error(s):\\nA creditmemo can not be created when an order has a status of closed\\nThe quantity to refund must not be greater than the unrefunded quantity.\\nThe \\"TEA-08\\" product is not part of the current creditmemo.',
        );
        expect(world.stock('TEA-08')).toEqual({ salable: 722, src: 'default=497 store-berlin=678 store-market=44' });
        expect(lastOrder(world)?.row).toMatchObject({ state: 'closed', total_paid: 29.58, total_refunded: 29.58 });
      }),
    ],
  },
  {
    name: 'the recipe without server access: complete order and a sink source',
    steps: [
      (world) => {
        startAt(world, 'HOU-03', { 'store-berlin': 705, 'store-market': 63 });
        startAt(world, 'TEA-06', { 'store-berlin': 580, 'store-market': 68 });
      },
      'r01-A-post-order',
      'r02-A-post-order-again-after-lost-reply',
      'r03-A-find-by-increment-id',
      'r04-A-sink-rows-before',
      'r05-A-create-sink-rows',
      'r06-A-transfer',
      'r07-A-sink-rows-after',
      observation('r08-A-result', (world) => {
        expect(world.stock('HOU-03')).toEqual({
          salable: 766,
          src: 'default=500 sold-k1=2 store-berlin=703 store-market=63',
        });
        expect(world.stock('TEA-06')).toEqual({
          salable: 647,
          src: 'default=500 sold-k1=1 store-berlin=579 store-market=68',
        });
        expect(quantities(world)).toEqual([]);
        expect(lastOrder(world)?.row).toMatchObject({
          state: 'complete',
          created_at: '2026-11-23 04:11:12',
          grand_total: 13.21,
          total_paid: 13.21,
        });
      }),
      'r09-A-refund-own-increment',
      observation('r10-A-after-refund', (world) => {
        expect(world.stock('TEA-06')).toEqual({
          salable: 647,
          src: 'default=500 sold-k1=1 store-berlin=578 store-market=68',
        });
        expect(lastOrder(world)?.row).toMatchObject({ state: 'complete', total_refunded: 3.21, tax_refunded: 0.21 });
        expect(lastOrder(world)?.items.map((item) => [item['qty_refunded'], item['amount_refunded']])).toEqual([
          [0, 0],
          [1, 3],
        ]);
      }),
      'r11-A-return-to-shelf-transfer-back',
    ],
  },
];
