import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/showroom/magento/json.ts';
import { Bindings, translated, translatedPath } from './bindings.ts';
import { differences } from './compare.ts';

const orders = '/rest/V1/orders/1';

const found = (recorded: Json, simulated: Json, bindings = new Bindings()): readonly string[] =>
  differences(bindings, orders, recorded, simulated);

describe('comparing a reply with the recorded one', () => {
  it('finds other values, types, keys and lengths, and says where', () => {
    expect(found({ items: [{ price: 1 }] }, { items: [{ price: 1.01 }] })).toEqual([
      'items.*.price: recorded 1, here 1.01',
    ]);
    expect(found({ price: '1' }, { price: 1 })).toEqual(['price: recorded "1", here 1']);
    expect(found({ price: null }, { price: 0 })).toEqual(['price: recorded null, here 0']);
    expect(found({ a: 1, b: 2 }, { a: 1, c: 2 })).toEqual(['body.b: missing here', 'body.c: only here']);
    expect(found([1, 2], [1])).toEqual(['body: 2 elements, here 1']);
    expect(found([], {})).toHaveLength(1);
  });

  it('binds ids one to one and holds to it', () => {
    const bindings = new Bindings();
    expect(found({ entity_id: 98, order_id: 98 }, { entity_id: 3, order_id: 3 }, bindings)).toEqual([]);
    expect(found({ order_id: 98 }, { order_id: 4 }, bindings)).toEqual(['order_id: order 98 is not 4 here']);
    expect(found({ order_id: 99 }, { order_id: 3 }, bindings)).toEqual(['order_id: order 99 is not 3 here']);
  });

  it('lets moments and random digits differ, not their form', () => {
    const at = { created_at: '2026-11-23 05:46:00' };
    expect(found(at, { created_at: '2027-01-01 00:00:00' })).toEqual([]);
    expect(found(at, { created_at: '2027-01-01T00:00:00Z' })).toHaveLength(1);
    const failed = (report: string): Json => ({ message: `Internal Error. Report ID: webapi-${report}` });
    expect(found(failed('6b03d75059f3d'), failed('0123456789abc'))).toEqual([]);
    expect(found(failed('6b03d75059f3d'), failed('short'))).toHaveLength(1);
  });

  it('asks for what was asked for, by the ids of here', () => {
    const bindings = new Bindings();
    bindings.bind('quote', 1184, 7);
    bindings.bind('order', 68, 2);
    bindings.bind('order-item', 87, 5);
    const filter = 'searchCriteria[filterGroups][0][filters][0]';
    expect(translatedPath(bindings, `/rest/V1/orders?${filter}[field]=quote_id&${filter}[value]=1184`)).toBe(
      `/rest/V1/orders?${filter}[field]=quote_id&${filter}[value]=7`,
    );
    expect(translatedPath(bindings, '/rest/V1/carts/1184/items')).toBe('/rest/V1/carts/7/items');
    expect(translatedPath(bindings, '/rest/V1/order/68/ship')).toBe('/rest/V1/order/2/ship');
    const refund: Json = {
      items: [{ order_item_id: 87, qty: 1 }],
      arguments: { extension_attributes: { return_to_stock_items: [87] } },
    };
    expect(translated(bindings, 'creditmemo', refund)).toEqual({
      items: [{ order_item_id: 5, qty: 1 }],
      arguments: { extension_attributes: { return_to_stock_items: [5] } },
    });
    expect(translated(bindings, 'cart', { cartItem: { quote_id: '1184', sku: '1184' } })).toEqual({
      cartItem: { quote_id: '7', sku: '1184' },
    });
  });
});
