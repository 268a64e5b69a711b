import { expect } from 'vitest';
import { observation, type Scenario } from '../scenario.ts';

export const stock: readonly Scenario[] = [
  {
    name: 'moving stock between sources',
    steps: [
      ({ magento }) => {
        const { ledger } = magento.shop;
        ledger.sourceItems = ledger.sourceItems.filter((item) => item.source_code !== 'sold-k1');
        for (const item of ledger.sourceItems) {
          if (item.sku === 'COF-08' && item.source_code === 'store-berlin') item.quantity = 537;
        }
      },
      'e10-partial-transfer-sku-not-in-destination',
      async (world) => {
        const rows = ['COF-08', 'COF-09'].map((sku) => ({ sku, source_code: 'sold-k1', quantity: 0, status: 1 }));
        await world.call('POST', '/V1/inventory/source-items', { sourceItems: rows });
        expect(world.stock('COF-08').salable).toBe(561);
      },
      'e11-partial-transfer',
      'e12-partial-transfer-repeat',
      'e13-partial-transfer-too-many',
      'e14-partial-transfer-unknown-sku',
      observation('e15-transfer', (world) => {
        expect(world.stock('COF-08')).toEqual({
          salable: 557,
          src: 'default=500 sold-k1=4 store-berlin=533 store-market=24',
        });
        expect(world.stock('COF-09')).toMatchObject({ src: 'default=500 sold-k1=0 store-berlin=304 store-market=25' });
      }),
      'g41-source-items-set-absolute',
      'g42-source-items-unknown-source',
      'g43-source-items-unknown-sku',
      'g44-source-items-negative',
    ],
  },
  {
    name: 'reading stock',
    steps: [
      'f07-source-items-page',
      'f08-source-items-by-source',
      'f08b-source-items-updated-filter',
      'f27-stocks',
      'f28-sources',
      'f29-stock-source-links',
      'f30-stock-resolver',
      'f31-are-products-salable',
      'f32-are-salable-for-qty',
      'f33-salable-unknown-sku',
      'f34-salable-default-stock',
      'f35-stock-item-legacy',
      // 26 units were reserved by the orders recorded before.
      ({ magento }) =>
        magento.shop.ledger.reservations.push({ id: 1, stockId: 2, sku: 'COF-01', quantity: -26, metadata: '{}' }),
      'f36-stock-status-legacy',
    ],
  },
];
