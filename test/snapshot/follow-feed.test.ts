import { describe, expect, test } from 'vitest';
import { minutes } from '../../src/platform/clock.ts';
import { sku } from '../../src/platform/ids.ts';
import { silentLogger as log } from '../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../src/platform/memory-store.ts';
import type { ChangeFeed, FeedReading, ShopWrite } from '../../src/snapshot/change-feed.ts';
import { createFollower } from '../../src/snapshot/follow.ts';
import { importSnapshot } from '../../src/snapshot/import.ts';
import { openSnapshot } from '../../src/snapshot/snapshot.ts';
import { LivingShop } from './living-shop.ts';
import { BriskClock, customer, good, manyProducts, product, shopError } from './sample-shop.ts';

const signal = new AbortController().signal;

/** Distributes over the kinds of writes. */
type Told = ShopWrite extends infer Write ? (Write extends ShopWrite ? Omit<Write, 'id'> : never) : never;

/** A feed that tells in pages of five, and holds readers back at gaps as the module does. */
class Feed implements ChangeFeed {
  readonly visible = new Map<number, ShopWrite>();
  readonly read_: number[] = [];
  newest = 100;
  instead: FeedReading | null = null;

  write(...written: readonly Told[]): void {
    for (const each of written) this.commit(this.begin(), each);
  }
  /** A transaction has taken a number and is still open. */
  begin(): number {
    this.newest += 1;
    return this.newest;
  }
  commit(id: number, write: Told): void {
    this.visible.set(id, { id, ...write });
  }

  async beginning(): Promise<number | null> {
    return this.instead?.kind === 'absent' ? null : 100;
  }
  async read(cursor: number): Promise<FeedReading> {
    this.read_.push(cursor);
    if (this.instead !== null) return this.instead;
    const ids = [...this.visible.keys()].filter((id) => id > cursor).sort((a, b) => a - b);
    const page = ids.slice(0, 5);
    let resumeAt = cursor;
    for (const id of page) if (id === resumeAt + 1) resumeAt = id;
    const writes = page.flatMap((id) => this.visible.get(id) ?? []);
    return { kind: 'writes', writes, resumeAt, next: page.length < 5 ? null : (page.at(-1) ?? null) };
  }
}

async function following(shop: LivingShop, feed = new Feed()) {
  const clock = new BriskClock();
  const store = new MemoryStoreMedium().open({ createIfMissing: true });
  const take = () =>
    importSnapshot({ source: shop, changes: shop.changes, feed, store, clock, log, sourceId: 'shop', budget: 1e9 });
  await take();
  const snapshot = await openSnapshot({ store, clock, log });
  const told: string[] = [];
  const followerOf = (opened: typeof snapshot) =>
    createFollower({
      source: shop,
      changes: shop.changes,
      feed,
      inUse: () => opened.inUse,
      onStock: (event) => told.push(event),
      clock,
      log,
      pricesEvery: minutes(15),
      stockEvery: minutes(5),
      bounds: { stretchesInRound: 20, changedRecords: 30 },
    });
  const follower = followerOf(snapshot);
  shop.requests.length = 0;
  return {
    clock,
    store,
    snapshot,
    catalogue: snapshot.catalogue,
    feed,
    told,
    take,
    round: () => follower.round(signal),
    async restarted() {
      const opened = await openSnapshot({ store, clock, log });
      const another = followerOf(opened);
      return { catalogue: opened.catalogue, round: () => another.round(signal) };
    },
  };
}

const wrote = (code: string): Told => ({ of: 'product', sku: code });

describe('where the shop tells its changes', () => {
  test('what was written is read whole; nothing is looked for', async () => {
    const shop = new LivingShop(...manyProducts(12)).customers(customer(1, 'Anna', 'Bauer')) as LivingShop;
    shop.records['source-stock'] = [
      good('A-3', { sku: sku('A-3'), sourceCode: 'store', quantity: 10, inStock: true }),
      good('A-4', { sku: sku('A-4'), sourceCode: 'store', quantity: 10, inStock: true }),
    ];
    const { catalogue, feed, round, told } = await following(shop);
    await round();
    shop.requests.length = 0;
    shop.change('A-2', { price: 2 });
    shop.records.product.push(good('A-13', product(13, 'Cocoa')));
    shop.remove('A-5');
    shop.customers(customer(1, 'Anna', 'Braun'), customer(2, 'Ben', 'Vogt'));
    shop.records['source-stock'] = [good('A-3', { sku: sku('A-3'), sourceCode: 'store', quantity: 7, inStock: true })];
    // Written several times over, in other letters, and about what this till does not have.
    feed.write(wrote('A-2'), wrote('a-2'), wrote('A-13'), wrote('A-5'), wrote('NEVER-HERE'));
    feed.write({ of: 'stock', sku: 'A-3' }, { of: 'stock', sku: 'A-4' }, { of: 'nothing-here' });
    feed.write({ of: 'customer', customerId: 1 }, { of: 'customer', customerId: 2 });
    expect(await round()).toEqual({ changed: 7, readAnew: false, way: 'feed' });
    expect(catalogue.bySku(sku('A-2'))?.price).toBe(2);
    expect(catalogue.search('cocoa', 3)).toMatchObject([{ sku: 'A-13' }]);
    expect(catalogue.bySku(sku('A-5'))).toBeUndefined();
    expect(catalogue.stock(sku('A-3'))?.quantity).toBe(7);
    expect(catalogue.stock(sku('A-4'))).toBeUndefined();
    expect(catalogue.findCustomers('vogt', 3)).toMatchObject([{ id: 2 }]);
    expect(catalogue.customerById(1)?.lastname).toBe('Braun');
    expect(shop.requests).toEqual(['products A-2,a-2,A-13,A-5,NEVER-HERE', 'stock A-3,A-4', 'customers 1,2']);
    expect(told).toEqual(['begins', 'ended', 'begins', 'ended']);
    shop.requests.length = 0;
    expect(await round()).toMatchObject({ changed: 0, way: 'feed' });
    expect(shop.requests).toEqual([]);
  });

  test('rules are read anew when one was written, and now and then all the same', async () => {
    const shop = new LivingShop(...manyProducts(3));
    const { clock, catalogue, feed, round } = await following(shop);
    await round();
    shop.records['customer-group'].push(good('4', { id: 4, code: 'Club', taxClassId: 3 }));
    feed.write({ of: 'lists' });
    await round();
    expect(catalogue.prices.customerGroups.map(({ code }) => code)).toEqual(['NOT LOGGED IN', 'Club']);
    shop.records['customer-group'].push(good('5', { id: 5, code: 'Staff', taxClassId: 3 }));
    await clock.advance(minutes(16));
    await round();
    expect(catalogue.prices.customerGroups).toHaveLength(3);
  });

  test('a write whose transaction ended last is not missed, and those told again are not read again', async () => {
    const shop = new LivingShop(...manyProducts(12));
    const { catalogue, feed, round, restarted } = await following(shop);
    await round();
    const slow = feed.begin();
    shop.change('A-2', { price: 2 });
    feed.write(wrote('A-2'));
    await round();
    expect(catalogue.bySku(sku('A-2'))?.price).toBe(2);
    shop.requests.length = 0;
    await round();
    expect(shop.requests).toEqual([]);
    expect(feed.read_.at(-1)).toBe(100);
    shop.change('A-7', { price: 7 });
    feed.commit(slow, wrote('A-7'));
    // Also by a process that does not know what the last one has seen to.
    const later = await restarted();
    expect(await later.round()).toMatchObject({ changed: 1 });
    expect(later.catalogue.bySku(sku('A-7'))?.price).toBe(7);
    expect(await later.round()).toMatchObject({ changed: 0 });
    expect(feed.read_.at(-1)).toBe(102);
  });

  test('what is written while the shop is read is seen to afterwards', async () => {
    const shop = new LivingShop(...manyProducts(25));
    const feed = new Feed();
    let once = true;
    shop.before = (kind, cursor) => {
      if (kind === 'product' && cursor === '20' && once) {
        once = false;
        shop.change('A-2', { price: 1 });
        feed.write(wrote('A-2'));
      }
    };
    const { catalogue, round } = await following(shop, feed);
    expect(catalogue.bySku(sku('A-2'))?.price).toBe(9.95);
    await round();
    expect(catalogue.bySku(sku('A-2'))?.price).toBe(1);
  });

  test('what could not be read is asked for again with the next round', async () => {
    const shop = new LivingShop(...manyProducts(3));
    const { catalogue, feed, round } = await following(shop);
    await round();
    shop.change('A-2', { price: 2 });
    feed.write(wrote('A-2'));
    shop.before = () => {
      throw shopError('shop.unreachable');
    };
    await expect(round()).rejects.toMatchObject({ code: 'shop.unreachable' });
    shop.before = () => {};
    await round();
    expect(catalogue.bySku(sku('A-2'))?.price).toBe(2);
  });

  test('a variant’s change is looked up in its configurable too', async () => {
    const shirt = product(7, 'T-Shirt', {
      type: 'configurable',
      configurable: {
        attributes: [{ attributeId: 138, code: 'size', label: 'Size' }],
        variants: [{ sku: sku('A-8'), values: { '138': 4 } }],
      },
    });
    const shop = new LivingShop(shirt, product(8, 'T-Shirt S'));
    const { catalogue, feed, round } = await following(shop);
    await round();
    shop.change('A-7', {
      configurable: {
        attributes: [{ attributeId: 138, code: 'size', label: 'Size' }],
        variants: [{ sku: sku('A-8'), values: { '138': 5 } }],
      },
    });
    feed.write(wrote('A-8'));
    await round();
    expect(catalogue.bySku(sku('A-8'))?.parent?.options).toEqual([{ optionId: '138', optionValue: 5 }]);
  });
});

describe('where that does not do', () => {
  test('so many writes, or a feed that no longer knows: the whole shop is read anew, and looked at meanwhile', async () => {
    const shop = new LivingShop(...manyProducts(60));
    const { catalogue, feed, round, take, snapshot } = await following(shop);
    await round();
    for (let id = 1; id <= 40; id++) feed.write(wrote(`A-${id}`));
    shop.save('A-50', { price: 5 });
    expect(await round()).toMatchObject({ readAnew: true, way: 'looking' });
    expect(catalogue.bySku(sku('A-50'))?.price).toBe(5);
    feed.instead = { kind: 'lost', words: 'Changes after 100 are no longer kept.' };
    expect(await round()).toMatchObject({ readAnew: true, way: 'looking' });
    feed.instead = null;
    feed.visible.clear();
    await take();
    snapshot.reload();
    expect(await round()).toEqual({ changed: 0, readAnew: false, way: 'feed' });
  });

  test('the module is taken away: changes are looked for, stock and prices at once; when it comes back, told again', async () => {
    const shop = new LivingShop(...manyProducts(5));
    const { catalogue, feed, round } = await following(shop);
    await round();
    shop.change('A-2', { price: 2 });
    feed.instead = { kind: 'absent', words: 'the Holdfast module is not installed in the shop' };
    expect(await round()).toMatchObject({ changed: 1, way: 'looking' });
    expect(catalogue.bySku(sku('A-2'))?.price).toBe(2);
    feed.instead = null;
    shop.change('A-3', { price: 3 });
    feed.write(wrote('A-3'));
    expect(await round()).toMatchObject({ changed: 1, way: 'feed' });
  });

  test('a generation that was read without a feed is looked at until the next one', async () => {
    const shop = new LivingShop(...manyProducts(5));
    const feed = new Feed();
    feed.instead = { kind: 'absent', words: 'not installed' };
    const { round, take, snapshot } = await following(shop, feed);
    feed.instead = null;
    expect(await round()).toMatchObject({ way: 'looking' });
    expect(feed.read_).toEqual([]);
    await take();
    snapshot.reload();
    expect(await round()).toMatchObject({ way: 'feed' });
  });
});
