import { describe, expect, test } from 'vitest';
import { type Sku, sku } from '../../src/platform/ids.ts';
import type { Catalogue, ProductRecord } from '../../src/snapshot/catalogue.ts';
import { findCustomers } from '../../src/till/customers.ts';
import { createGoods } from '../../src/till/goods.ts';
import { products, sampleCatalogue } from './fakes/shop.ts';

/** The small shop with some of its articles changed. */
function shopWith(change: Readonly<Record<string, Partial<ProductRecord>>>): Catalogue {
  const catalogue = sampleCatalogue();
  const bySku = (wanted: Sku): ProductRecord | undefined => {
    const product = catalogue.bySku(wanted);
    return product && { ...product, ...change[wanted] };
  };
  return { ...catalogue, bySku, byPlu: (plu) => bySku(products.find((each) => each.plu === plu)?.sku ?? sku('')) };
}

describe('goods', () => {
  test('one variant left is taken without asking; none left is not for sale', () => {
    const one = createGoods(shopWith({ 'TSHIRT-S': { enabled: false } }));
    expect(one.typed('TSHIRT')).toMatchObject({ kind: 'item', item: { sku: 'TSHIRT', variant: 'TSHIRT-M' } });
    const none = createGoods(shopWith({ 'TSHIRT-S': { enabled: false }, 'TSHIRT-M': { enabled: false } }));
    expect(none.typed('TSHIRT')).toEqual({ kind: 'not-for-sale', name: 'T-Shirt', reason: 'no-variants' });
  });

  test('a variant that the shop also sells on its own is sold on its own', () => {
    const goods = createGoods(shopWith({ 'TSHIRT-S': { visibility: 4 } }));
    expect(goods.typed('TSHIRT-S')).toMatchObject({ item: { sku: 'TSHIRT-S', variant: null } });
    expect(goods.typed('TSHIRT-M')).toMatchObject({ item: { sku: 'TSHIRT', variant: 'TSHIRT-M' } });
    const orphan = createGoods(shopWith({ TSHIRT: { enabled: false } }));
    expect(orphan.typed('TSHIRT-M')).toMatchObject({ kind: 'not-for-sale', reason: 'disabled' });
  });

  test('a bundle holds its defaults, and the first of a required option without one', () => {
    const selection = { sku: sku('APPLE'), quantity: 2, price: null, priceType: null };
    const goods = createGoods(
      shopWith({
        SET: {
          type: 'bundle',
          bundle: {
            dynamicPrice: true,
            options: [
              {
                optionId: 1,
                title: 'Fruit',
                required: true,
                selections: [
                  { ...selection, selectionId: '11', isDefault: false },
                  { ...selection, selectionId: '12', isDefault: true },
                ],
              },
              {
                optionId: 2,
                title: 'More',
                required: true,
                selections: [{ ...selection, selectionId: '21', isDefault: false }],
              },
              {
                optionId: 3,
                title: 'If you like',
                required: false,
                selections: [{ ...selection, selectionId: '31', isDefault: false }],
              },
            ],
          },
        },
      }),
    );
    expect(goods.typed('SET')).toMatchObject({
      kind: 'item',
      item: {
        bundleSelections: [
          { optionId: 1, selectionId: '12', quantity: 2 },
          { optionId: 2, selectionId: '21', quantity: 2 },
        ],
      },
    });
  });

  test('a customer number comes before everything else, and nobody is listed twice', () => {
    const catalogue = sampleCatalogue();
    const [first] = catalogue.findCustomers('MUSTER', 9);
    const both: Catalogue = { ...catalogue, findCustomers: () => (first ? [first] : []) };
    expect(findCustomers(both, '7').map((each) => each.id)).toEqual([7]);
    expect(findCustomers(both, '8').map((each) => each.id)).toEqual([8, 7]);
  });
});
