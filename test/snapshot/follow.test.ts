import { describe, expect, test } from 'vitest';
import { instant, minutes, seconds } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { sku } from '../../src/platform/ids.ts';
import { silentLogger as log } from '../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../src/platform/memory-store.ts';
import { selectPrice } from '../../src/pricing/select-price.ts';
import { storeDay } from '../../src/pricing/store-day.ts';
import { createFollower, type FollowBounds } from '../../src/snapshot/follow.ts';
import { importSnapshot } from '../../src/snapshot/import.ts';
import type { ShopRecord } from '../../src/snapshot/shop-source.ts';
import { openSnapshot } from '../../src/snapshot/snapshot.ts';
import { LivingShop } from './living-shop.ts';
import { BriskClock, customer, good, manyProducts, product, shopError } from './sample-shop.ts';

const signal = new AbortController().signal;

async function following(shop: LivingShop, bounds?: FollowBounds) {
  const clock = new BriskClock();
  const medium = new MemoryStoreMedium();
  const store = medium.open({ createIfMissing: true });
  const take = () =>
    importSnapshot({ source: shop, changes: shop.changes, store, clock, log, sourceId: 'shop', budget: 1e9 });
  await take();
  const snapshot = await openSnapshot({ store, clock, log });
  const follower = createFollower({
    source: shop,
    changes: shop.changes,
    inUse: () => snapshot.inUse,
    clock,
    log,
    pricesEvery: minutes(15),
    stockEvery: minutes(5),
    ...(bounds === undefined ? {} : { bounds }),
  });
  const round = () => follower.round(signal);
  return { clock, medium, store, snapshot, catalogue: snapshot.catalogue, round, take };
}

describe('what the shop dates', () => {
  test('changed, new and renamed products are found by everything, the old names and codes no more', async () => {
    const shop = new LivingShop(
      product(1, 'Coffee red', { barcodes: ['4006381333931'] }),
      product(2, 'Coffee blue'),
      product(3, 'Tea'),
    );
    const { catalogue, round } = await following(shop);
    shop.save('A-1', { name: 'Espresso red', barcodes: ['42100005264'], plu: '100' });
    shop.records.product.push(good('A-4', product(4, 'Coffee green', { updatedAt: '2026-11-23 10:00:30' })));
    expect((await round()).changed).toBe(2);
    expect(catalogue.bySku(sku('a-1'))).toMatchObject({ name: 'Espresso red' });
    expect(catalogue.byBarcode('4006381333931')).toBeUndefined();
    expect(catalogue.byBarcode('42100005264')).toMatchObject({ id: 1 });
    expect(catalogue.byPlu('1')).toBeUndefined();
    expect(catalogue.byPlu('100')).toMatchObject({ id: 1 });
    expect(catalogue.search('coffee', 5).map(({ id }) => id)).toEqual([2, 4]);
    expect(catalogue.search('esp red', 5).map(({ id }) => id)).toEqual([1]);
    expect((await round()).changed).toBe(0);
  });

  test('a variant that comes new belongs to the configurable that was saved with it', async () => {
    const shirt = product(7, 'T-Shirt', {
      type: 'configurable',
      configurable: { attributes: [{ attributeId: 138, code: 'size', label: 'Size' }], variants: [] },
    });
    const shop = new LivingShop(shirt);
    const { catalogue, round } = await following(shop);
    const variants = [{ sku: sku('A-8'), values: { '138': 4 } }];
    shop.save('A-7', { configurable: { attributes: [{ attributeId: 138, code: 'size', label: 'Size' }], variants } });
    shop.records.product.push(good('A-8', product(8, 'T-Shirt S', { updatedAt: '2026-11-23 10:00:09' })));
    await round();
    expect(catalogue.bySku(sku('A-8'))?.parent).toEqual({
      sku: 'A-7',
      options: [{ optionId: '138', optionValue: 4 }],
    });
  });

  test('what was changed while the whole shop was read is not missed', async () => {
    const shop = new LivingShop(...manyProducts(25));
    let once = true;
    shop.before = (kind, cursor) => {
      if (kind === 'product' && cursor === '20' && once) {
        once = false;
        shop.save('A-2', { price: 1 });
      }
    };
    const { catalogue, round } = await following(shop);
    expect(catalogue.bySku(sku('A-2'))?.price).toBe(9.95);
    await round();
    expect(catalogue.bySku(sku('A-2'))?.price).toBe(1);
  });

  test('customers: a new one, and a changed phone number', async () => {
    const shop = new LivingShop(product(1, 'Tea')).customers(customer(1, 'Anna', 'Bauer', '030 111111')) as LivingShop;
    const { catalogue, round } = await following(shop);
    const changed = { ...customer(1, 'Anna', 'Bauer', '030 222222'), updatedAt: '2026-11-23 11:00:00' };
    const fresh = { ...customer(2, 'Jörg', 'Krüger', '030 333333'), updatedAt: '2026-11-23 11:00:01' };
    shop.customers(changed, fresh);
    await round();
    expect(catalogue.findCustomers('030 111111', 5)).toEqual([]);
    expect(catalogue.findCustomers('030 222222', 5)).toMatchObject([{ id: 1 }]);
    expect(catalogue.findCustomers('kruger', 5)).toMatchObject([{ id: 2 }]);
    expect(catalogue.customerById(2)?.email).toContain('@example.com');
  });

  test('around the newest change is asked again for a minute, then no more; nothing is written for nothing', async () => {
    const shop = new LivingShop(...manyProducts(3));
    shop.save('A-1', { price: 2 });
    const { clock, store, round } = await following(shop);
    const asked = () => shop.requests.filter((request) => request.startsWith('changed product')).at(-1);
    await round();
    const before = store.get('g/00000001/d');
    expect(asked()).toContain('since 2026-11-23 09:59:01');
    await clock.advance(minutes(1));
    await round();
    await round();
    expect(asked()).toContain('since 2026-11-23 10:00:02');
    expect(store.get('g/00000001/d')).toEqual(before);
    shop.save('A-2', { price: 2 });
    expect((await round()).changed).toBe(1);
    await round();
    expect(asked()).toContain('since 2026-11-23 09:59:02');
  });

  test('changes beside a generation are there after a restart, and end with it', async () => {
    const shop = new LivingShop(...manyProducts(12));
    const { clock, store, snapshot, round, take } = await following(shop);
    shop.save('A-2', { name: 'Renamed', price: 2 });
    await round();
    const again = await openSnapshot({ store, clock, log });
    expect(again.catalogue.search('renamed', 3)).toMatchObject([{ sku: 'A-2', price: 2 }]);
    shop.save('A-2', { price: 3 });
    await take();
    snapshot.reload();
    expect(snapshot.inUse?.delta.size).toBe(0);
    expect(snapshot.catalogue.bySku(sku('A-2'))?.price).toBe(3);
  });
});

describe('what the shop does not date', () => {
  test('a price import is seen within one look through all prices', async () => {
    const shop = new LivingShop(...manyProducts(40));
    shop.save('A-1', {});
    const { clock, catalogue, round } = await following(shop);
    await round();
    shop.change('A-7', { price: 7.77 });
    shop.change('A-8', { specialPrice: { price: 5, from: null, to: null } });
    shop.change('A-9', {
      tierPrices: [{ customerGroupId: 0, quantity: 3, value: { type: 'percent', percent: 10 }, websiteId: 0 }],
    });
    await clock.advance(minutes(5));
    await round();
    expect(catalogue.bySku(sku('A-7'))?.price).toBe(9.95);
    await clock.advance(minutes(10));
    expect((await round()).changed).toBe(3);
    expect(catalogue.bySku(sku('A-7'))?.price).toBe(7.77);
    expect(catalogue.bySku(sku('A-8'))?.specialPrice).toMatchObject({ price: 5 });
    expect(catalogue.bySku(sku('A-9'))?.tierPrices).toHaveLength(1);
    expect(shop.readById).toEqual([7, 8, 9]);
  });

  test('a special price that begins and ends by date needs no look at the shop', async () => {
    const shop = new LivingShop(
      product(1, 'Tea', { specialPrice: { price: 5, from: '2026-11-24', to: '2026-11-25' } }),
    );
    const { catalogue } = await following(shop);
    const asked = shop.requests.length;
    const priceOn = (at: string) => {
      const day = storeDay(instant(at), 'Europe/Berlin');
      const tea = catalogue.bySku(sku('A-1'));
      return tea && selectPrice(tea, 1, { customerGroupId: 0, websiteId: 1, day }).unitPrice;
    };
    expect(
      ['2026-11-23T22:59:00Z', '2026-11-23T23:01:00Z', '2026-11-25T22:59:00Z', '2026-11-25T23:01:00Z'].map(priceOn),
    ).toEqual([9.95, 5, 5, 9.95]);
    expect(shop.requests).toHaveLength(asked);
  });

  test('a deleted product is not found any more; one of the others stays', async () => {
    const shop = new LivingShop(
      product(1, 'Tea', { barcodes: ['42100005264'] }),
      product(2, 'Coffee'),
      product(3, 'Set', { type: 'configurable', configurable: { attributes: [], variants: [] } }),
    );
    const { clock, catalogue, round } = await following(shop);
    await round();
    shop.remove('A-1');
    shop.remove('A-3');
    await clock.advance(minutes(16));
    expect((await round()).changed).toBe(2);
    expect(catalogue.bySku(sku('A-1'))).toBeUndefined();
    expect(catalogue.byBarcode('42100005264')).toBeUndefined();
    expect(catalogue.search('tea', 5)).toEqual([]);
    expect(catalogue.search('set', 5)).toEqual([]);
    expect(catalogue.bySku(sku('A-2'))?.name).toBe('Coffee');
  });

  test('figures that differ for good are looked at once', async () => {
    const shop = new LivingShop(...manyProducts(3));
    const { clock, round } = await following(shop);
    const asIs = shop.changes.prices;
    shop.changes.prices = async (skus, stop) => {
      const told = new Map(await asIs(skus, stop));
      told.set('a-2', { price: 99, special: null, tiers: [] });
      return told;
    };
    for (let times = 0; times < 3; times++) {
      await round();
      await clock.advance(minutes(16));
    }
    expect(shop.readById).toEqual([2]);
  });

  test('stock is looked at every five minutes', async () => {
    const shop = new LivingShop(...manyProducts(30));
    const stockOf = (id: number, quantity: number): ShopRecord<'source-stock'> =>
      good(`A-${id}`, { sku: sku(`A-${id}`), sourceCode: 'store', quantity, inStock: true });
    shop.records['source-stock'] = Array.from({ length: 30 }, (_, index) => stockOf(index + 1, 10));
    const { clock, catalogue, round } = await following(shop);
    await round();
    shop.records['source-stock'][24] = stockOf(25, 4);
    await clock.advance(seconds(60));
    await round();
    expect(catalogue.stock(sku('A-25'))?.quantity).toBe(10);
    await clock.advance(minutes(5));
    expect((await round()).changed).toBe(1);
    expect(catalogue.stock(sku('A-25'))?.quantity).toBe(4);
    expect(catalogue.stock(sku('A-24'))?.quantity).toBe(10);
  });

  test('a rule that was added counts with the next look at rules', async () => {
    const shop = new LivingShop(...manyProducts(3));
    const { clock, catalogue, round } = await following(shop);
    await round();
    expect(catalogue.prices.customerGroups).toHaveLength(1);
    shop.records['customer-group'].push(good('4', { id: 4, code: 'Club', taxClassId: 3 }));
    await clock.advance(minutes(16));
    await round();
    expect(catalogue.prices.customerGroups.map(({ code }) => code)).toEqual(['NOT LOGGED IN', 'Club']);
  });

  test('prices of products that are new since the whole shop was read are looked at too, a thousand at a time', async () => {
    const shop = new LivingShop(...manyProducts(10));
    shop.save('A-1', {});
    const { clock, catalogue, round } = await following(shop);
    shop.pageSize = 1_000;
    const updatedAt = '2026-11-23 11:00:00';
    for (let id = 11; id <= 1_500; id++)
      shop.records.product.push(good(`A-${id}`, product(id, `New ${id}`, { updatedAt })));
    await round();
    shop.save('A-2', {});
    for (let times = 0; times < 3; times++) {
      await clock.advance(minutes(1));
      await round();
    }
    shop.change('A-1490', { price: 1 });
    shop.pricesAsked = 0;
    await clock.advance(minutes(16));
    expect((await round()).changed).toBe(1);
    expect(shop.pricesAsked).toBe(1_500);
    expect(catalogue.bySku(sku('A-1490'))?.price).toBe(1);
  });

  test('a shop with many prices is gone through in several rounds', async () => {
    const shop = new LivingShop(...manyProducts(2_500));
    shop.save('A-1', {});
    shop.pageSize = 1_000;
    const { catalogue, round } = await following(shop, { stretchesInRound: 2, changedRecords: 20 });
    shop.change('A-2490', { price: 1 });
    await round();
    expect(shop.pricesAsked).toBeLessThan(2_001);
    expect(catalogue.bySku(sku('A-2490'))?.price).toBe(9.95);
    await round();
    expect(shop.pricesAsked).toBe(2_500);
    expect(catalogue.bySku(sku('A-2490'))?.price).toBe(1);
  });
});

test('so many changes that the shop should be read anew are told', async () => {
  const shop = new LivingShop(...manyProducts(30));
  const { catalogue, round } = await following(shop, { stretchesInRound: 2, changedRecords: 20 });
  for (let id = 1; id <= 20; id++) shop.change(`A-${id}`, { price: 2, updatedAt: '2026-11-23 10:00:00' });
  expect(await round()).toEqual({ changed: 20, readAnew: false, way: 'looking' });
  shop.save('A-30', { price: 2 });
  expect(await round()).toEqual({ changed: 1, readAnew: true, way: 'looking' });
  expect(catalogue.bySku(sku('A-20'))?.price).toBe(2);
});

test('what was found before the shop went away is kept; the rest comes later', async () => {
  const shop = new LivingShop(...manyProducts(12)).customers(customer(1, 'Anna', 'Bauer')) as LivingShop;
  const { catalogue, round } = await following(shop);
  shop.save('A-2', { price: 2 });
  shop.before = (kind) => {
    if (kind === 'customer') throw shopError('shop.unreachable');
  };
  await expect(round()).rejects.toMatchObject({ code: 'shop.unreachable' });
  expect(catalogue.bySku(sku('A-2'))?.price).toBe(2);
  shop.before = () => {};
  shop.customers({ ...customer(1, 'Anna', 'Braun'), updatedAt: '2026-11-23 12:00:00' });
  await round();
  expect(catalogue.customerById(1)?.lastname).toBe('Braun');
});

test('during a delta every lookup sees all as it was before, then all as it is', async () => {
  const shop = new LivingShop(...manyProducts(30, 'Old'));
  const { store, catalogue, round } = await following(shop);
  for (let id = 1; id <= 30; id++) shop.save(`A-${id}`, { name: `Middle ${id}`, price: 2 });
  await round();
  const write = store.write.bind(store);
  const seen: string[] = [];
  const look = (): void => {
    const all = Array.from({ length: 30 }, (_, index) => catalogue.bySku(sku(`A-${index + 1}`)));
    const found = catalogue.search('middle', 50).length + catalogue.search('new', 50).length * 100;
    seen.push(`${[...new Set(all.map((each) => `${each?.name.split(' ')[0]} ${each?.price}`))].join(',')} ${found}`);
  };
  store.write = async (batch, options) => {
    look();
    await write(batch, options);
    look();
  };
  for (let id = 1; id <= 30; id++) shop.save(`A-${id}`, { name: `New ${id}`, price: 3 });
  await round();
  look();
  expect(new Set(seen)).toEqual(new Set(['Middle 2 30', 'New 3 3000']));
});

test('a power cut at any write of a delta: it is there whole or not at all, and comes with the next round', async () => {
  for (let at = 1; at <= 3; at++) {
    for (const written of [false, true]) {
      const shop = new LivingShop(...manyProducts(25, 'Old')).customers(customer(1, 'Anna', 'Old')) as LivingShop;
      const { clock, medium, store, round } = await following(shop);
      for (let id = 1; id <= 25; id++) shop.save(`A-${id}`, { name: `New ${id}` });
      shop.customers({ ...customer(1, 'Anna', 'New'), updatedAt: '2026-11-23 12:00:00' });
      shop.records['customer-group'].push(good('4', { id: 4, code: 'Club', taxClassId: 3 }));
      const write = store.write.bind(store);
      let count = 0;
      store.write = (batch, options) => {
        count += 1;
        if (count === at) {
          medium.fault = new HoldfastError('store.failed', 'power cut', { remedy: 'retry' });
          medium.faultAfterWriting = written;
        }
        return write(batch, options);
      };
      await expect(round()).rejects.toMatchObject({ code: 'store.failed' });
      medium.crash();
      medium.fault = null;

      const after = medium.open({ createIfMissing: false });
      const snapshot = await openSnapshot({ store: after, clock, log });
      const names = new Set(
        Array.from({ length: 25 }, (_, index) => snapshot.catalogue.bySku(sku(`A-${index + 1}`))?.name.split(' ')[0]),
      );
      expect([...names]).toEqual([at > 1 || written ? 'New' : 'Old']);
      expect(snapshot.catalogue.search(at > 1 || written ? 'new' : 'old', 50)).toHaveLength(25);
      expect((await snapshot.scrub()).damage).toBeNull();
      expect(snapshot.refetchNeeded).toBe(false);

      const follower = createFollower({
        source: shop,
        changes: shop.changes,
        inUse: () => snapshot.inUse,
        clock,
        log,
        pricesEvery: minutes(15),
        stockEvery: minutes(5),
      });
      await follower.round(signal);
      expect(snapshot.catalogue.bySku(sku('A-25'))?.name).toBe('New 25');
      expect(snapshot.catalogue.customerById(1)?.lastname).toBe('New');
      expect(snapshot.catalogue.prices.customerGroups).toHaveLength(2);
    }
  }
});

describe('damage beside a generation', () => {
  async function damaged(harm: (value: Uint8Array) => Uint8Array | null) {
    const shop = new LivingShop(...manyProducts(12, 'Old'));
    const world = await following(shop);
    await world.take();
    world.snapshot.reload();
    shop.save('A-2', { price: 2 });
    shop.save('A-3', { price: 3 });
    await world.round();
    const key = 'g/00000002/d/product/a-2';
    const changed = harm(world.store.get(key) ?? new Uint8Array());
    await world.store.write([changed === null ? { type: 'delete', key } : { type: 'put', key, value: changed }], {
      durable: true,
    });
    return world;
  }

  test.each([
    ['a flipped bit', (value: Uint8Array) => value.map((byte, index) => (index === 20 ? byte ^ 1 : byte))],
    ['a lost record', () => null],
  ])('%s: found when it is opened, by a scrub, and when it is looked at', async (_, harm) => {
    const opened = await damaged(harm);
    const again = await openSnapshot({ store: opened.store, clock: opened.clock, log });
    expect(again.refetchNeeded).toBe(true);
    expect(again.catalogue.generation?.generation).toBe(1);

    const scrubbed = await damaged(harm);
    expect((await scrubbed.snapshot.scrub()).damage).toMatch(/snapshot/);
    expect(scrubbed.snapshot.refetchNeeded).toBe(true);

    const looked = await damaged(harm);
    expect(looked.catalogue.bySku(sku('A-2'))?.price).toBe(9.95);
    expect(looked.snapshot.refetchNeeded).toBe(true);
    expect(looked.catalogue.generation?.generation).toBe(1);
  });
});
