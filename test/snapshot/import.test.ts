import { describe, expect, test } from 'vitest';
import { hours } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { sku } from '../../src/platform/ids.ts';
import type { KeyValueStore } from '../../src/platform/key-value-store.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../src/platform/memory-store.ts';
import { type ImportOptions, type ImportProgress, importSnapshot } from '../../src/snapshot/import.ts';
import { openSnapshot } from '../../src/snapshot/snapshot.ts';
import { BriskClock, customer, manyProducts, product, SampleShop, shopError } from './sample-shop.ts';

const clock = new BriskClock();

function take(store: KeyValueStore, source: SampleShop, more: Partial<ImportOptions> = {}) {
  const budget = 1_000_000_000;
  return importSnapshot({ store, source, clock, log: silentLogger, sourceId: 'sample', budget, ...more });
}

const catalogueOf = async (store: KeyValueStore) => (await openSnapshot({ store, clock, log: silentLogger })).catalogue;
const newStore = () => new MemoryStoreMedium().open({ createIfMissing: true });
const keysOf = async (store: KeyValueStore, from = '', before = '\u{10ffff}') => {
  const keys: string[] = [];
  for await (const key of store.keys({ from, before })) keys.push(key);
  return keys;
};

describe('a snapshot', () => {
  test('holds what the shop gave, and says how much', async () => {
    const store = newStore();
    const shop = new SampleShop(...manyProducts(35)).customers(customer(1, 'Anna', 'Bauer'));
    const progress: ImportProgress[] = [];
    const info = await take(store, shop, { onProgress: (step) => progress.push(step) });
    expect(info).toMatchObject({ generation: 1, counts: { product: 35, customer: 1, settings: 1 }, rejectedCount: 0 });
    expect(info.size).toBeGreaterThan(1_000);
    expect((await catalogueOf(store)).generation).toEqual(info);
    expect(progress.filter(({ step }) => step === 'product').map(({ done, total }) => [done, total])).toEqual([
      [10, 35],
      [20, 35],
      [30, 35],
      [35, 35],
    ]);
    expect(progress.at(-1)).toMatchObject({ step: 'finish' });
  });

  test('a bad record is named and counted; the others are there', async () => {
    const store = newStore();
    const shop = new SampleShop(...manyProducts(5));
    shop.records.product[2] = { ok: false, key: 'A-3', reason: 'name: expected text' };
    const info = await take(store, shop);
    expect(info).toMatchObject({
      counts: { product: 4 },
      rejected: [{ kind: 'product', key: 'A-3', reason: 'name: expected text' }],
      rejectedCount: 1,
    });
    const catalogue = await catalogueOf(store);
    expect(catalogue.bySku(sku('A-3'))).toBeUndefined();
    expect(catalogue.bySku(sku('A-4'))).toMatchObject({ name: 'Article 4' });
  });

  test('names the first hundred bad records and counts all', async () => {
    const store = newStore();
    const shop = new SampleShop(...manyProducts(300));
    for (let index = 0; index < 250; index++)
      shop.records.product[index] = { ok: false, key: `${index}`, reason: 'bad' };
    const info = await take(store, shop);
    expect(info.rejectedCount).toBe(250);
    expect(info.rejected).toHaveLength(100);
  });

  test('the same record on two pages is one', async () => {
    const store = newStore();
    const shop = new SampleShop(...manyProducts(12));
    shop.records.product.push(shop.records.product[0]!);
    expect((await take(store, shop)).counts).toMatchObject({ product: 12 });
  });

  test('two products with one barcode: the first that is for sale has it, and it is told', async () => {
    const store = newStore();
    const info = await take(
      store,
      new SampleShop(
        product(1, 'Old', { barcodes: ['111'], enabled: false }),
        product(2, 'New', { barcodes: ['111'] }),
        product(3, 'Copy', { barcodes: ['111'], plu: '2' }),
      ),
    );
    const catalogue = await catalogueOf(store);
    expect(catalogue.byBarcode('111')).toMatchObject({ sku: 'A-2' });
    expect(catalogue.byPlu('2')).toMatchObject({ sku: 'A-2' });
    expect(info.rejected).toEqual([
      { kind: 'barcode', key: 'A-3', reason: 'barcode 111 belongs to A-2' },
      { kind: 'plu', key: 'A-3', reason: 'plu 2 belongs to A-2' },
    ]);
    expect(info.counts).toMatchObject({ product: 3 });
  });

  test('a shop without products does not replace one with', async () => {
    const store = newStore();
    await take(store, new SampleShop(...manyProducts(3)));
    await expect(take(store, new SampleShop())).rejects.toMatchObject({ code: 'snapshot.incomplete', remedy: 'retry' });
    expect((await catalogueOf(store)).generation).toMatchObject({ generation: 1 });
    expect(await take(store, new SampleShop(...manyProducts(4)))).toMatchObject({ counts: { product: 4 } });
  });
});

describe('while it is taken', () => {
  test('every lookup sees the old generation whole, then the new one whole', async () => {
    const store = newStore();
    await take(store, new SampleShop(...manyProducts(60, 'Old')).customers(customer(1, 'Anna', 'Old')));
    const snapshot = await openSnapshot({ store, clock, log: silentLogger });
    const shop = new SampleShop(...manyProducts(80, 'New')).customers(customer(1, 'Anna', 'New'));
    shop.before = () => new Promise((resolve) => setImmediate(resolve));
    let running = true;
    const done = take(store, shop).finally(() => {
      running = false;
    });
    let looks = 0;
    while (running) {
      looks += 1;
      const { catalogue } = snapshot;
      expect(catalogue.bySku(sku(`A-${(looks % 60) + 1}`))?.name).toBe(`Old ${(looks % 60) + 1}`);
      expect(catalogue.bySku(sku('A-70'))).toBeUndefined();
      expect(catalogue.search('new', 5)).toEqual([]);
      expect(catalogue.search('old 17', 1)).toMatchObject([{ name: 'Old 17' }]);
      expect(catalogue.findCustomers('anna', 5)).toMatchObject([{ lastname: 'Old' }]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await done;
    expect(looks).toBeGreaterThan(15);
    snapshot.reload();
    expect(snapshot.catalogue.bySku(sku('A-17'))?.name).toBe('New 17');
    expect(snapshot.catalogue.search('old', 5)).toEqual([]);
    expect(snapshot.catalogue.generation).toMatchObject({ generation: 2 });
  });

  test('only the generation before is kept, and nothing of the sorting', async () => {
    const store = newStore();
    for (let round = 0; round < 4; round++) await take(store, new SampleShop(...manyProducts(12)));
    const keys = await keysOf(store, 'g/', 'g0');
    expect(new Set(keys.map((key) => key.slice(0, 10)))).toEqual(new Set(['g/00000003', 'g/00000004']));
    expect(keys.filter((key) => key.includes('/t/'))).toEqual([]);
    expect(await keysOf(store, 's/', 's0')).toEqual(['s/current']);
  });
});

describe('trouble', () => {
  test('a page that comes badly twice is asked for a third time', async () => {
    const shop = new SampleShop(...manyProducts(25));
    let bad = 2;
    shop.before = (kind, cursor) => {
      if (kind === 'product' && cursor === '10' && bad-- > 0) throw shopError('shop.bad-page');
    };
    expect((await take(newStore(), shop)).counts).toMatchObject({ product: 25 });
    expect(shop.requests.filter((request) => request === 'product 10')).toHaveLength(3);
  });

  test('a page that stays bad ends it with the shop’s error; later it goes on at that page', async () => {
    const store = newStore();
    const shop = new SampleShop(...manyProducts(25));
    shop.before = (kind, cursor) => {
      if (kind === 'product' && cursor === '20') throw shopError('shop.bad-page');
    };
    await expect(take(store, shop)).rejects.toMatchObject({ code: 'shop.bad-page' });
    expect((await catalogueOf(store)).generation).toBeNull();
    shop.before = () => {};
    shop.requests.length = 0;
    expect((await take(store, shop)).counts).toMatchObject({ product: 25, settings: 1, 'customer-group': 1 });
    expect(shop.requests[0]).toBe('product 20');
  });

  test.each([
    [20_000, 2],
    [600_000, 1],
  ])('a shop that asks for %i ms of rest is asked %i times in all', async (retryAfter, times) => {
    const shop = new SampleShop(...manyProducts(5));
    let busy = 1;
    const start = clock.monotonic();
    shop.before = (kind) => {
      if (kind === 'tax-rule' && busy-- > 0) {
        throw new HoldfastError('shop.unreachable', 'busy', { remedy: 'retry-after', retryAfter });
      }
    };
    const info = take(newStore(), shop);
    if (times === 1) await expect(info).rejects.toMatchObject({ code: 'shop.unreachable', retryAfter });
    else expect(await info).toMatchObject({ generation: 1 });
    expect(shop.requests.filter((request) => request.startsWith('tax-rule'))).toHaveLength(times);
    expect(clock.monotonic() - start).toBeGreaterThanOrEqual(times === 1 ? 0 : retryAfter);
  });

  test('a wrong token is not tried again', async () => {
    const shop = new SampleShop(...manyProducts(25));
    shop.before = () => {
      throw shopError('shop.unauthorized');
    };
    await expect(take(newStore(), shop)).rejects.toMatchObject({ code: 'shop.unauthorized' });
    expect(shop.requests).toHaveLength(1);
  });

  test('an import begun long ago, or of another shop, is not gone on with', async () => {
    for (const change of ['time', 'shop']) {
      const store = newStore();
      const shop = new SampleShop(...manyProducts(25));
      shop.before = (kind, cursor) => {
        if (kind === 'product' && cursor === '20') throw shopError('shop.unreachable');
      };
      await expect(take(store, shop)).rejects.toMatchObject({ code: 'shop.unreachable' });
      shop.before = () => {};
      shop.products(...manyProducts(11, 'Other'));
      if (change === 'time') await clock.advance(hours(7));
      const info = await take(store, shop, change === 'shop' ? { sourceId: 'another' } : {});
      expect(info.counts).toMatchObject({ product: 11 });
      const others = (await keysOf(store, 'g/', 'g0')).filter((key) => !key.startsWith('g/00000002'));
      expect(others).toEqual([]);
    }
  });

  test('stopping it is safe, and it goes on later', async () => {
    const store = newStore();
    const shop = new SampleShop(...manyProducts(45));
    const stop = new AbortController();
    shop.before = (kind, cursor) => {
      if (kind === 'product' && cursor === '30') stop.abort();
    };
    await expect(take(store, shop, { signal: stop.signal })).rejects.toMatchObject({ code: 'snapshot.cancelled' });
    shop.before = () => {};
    expect((await take(store, shop)).counts).toMatchObject({ product: 45 });
    expect(shop.requests.filter((request) => request === 'product 20')).toHaveLength(1);
  });

  test('a power cut at any write: the old generation is whole, the next import ends well', async () => {
    const writes = await countWrites();
    expect(writes).toBeGreaterThan(20);
    for (let at = 1; at <= writes; at++) {
      for (const written of [false, true]) {
        const medium = new MemoryStoreMedium();
        const store = medium.open({ createIfMissing: true });
        await take(store, new SampleShop(...manyProducts(15, 'Old')));
        const shop = new SampleShop(...manyProducts(35, 'New')).customers(customer(1, 'Anna', 'Bauer'));
        let count = 0;
        const failing = withWrites(store, () => {
          if (++count < at) return;
          medium.fault = new HoldfastError('store.failed', 'power cut', { remedy: 'retry' });
          medium.faultAfterWriting = written;
        });
        await expect(take(failing, shop)).rejects.toMatchObject({ code: 'store.failed' });
        medium.crash();
        medium.fault = null;

        const after = medium.open({ createIfMissing: false });
        const snapshot = await openSnapshot({ store: after, clock, log: silentLogger });
        const { generation } = snapshot.catalogue;
        const name = generation?.generation === 1 ? 'Old' : 'New';
        expect(snapshot.catalogue.bySku(sku('A-15'))?.name).toBe(`${name} 15`);
        expect(snapshot.catalogue.search(name, 50).length).toBe(generation?.counts['product']);
        expect((await snapshot.scrub()).damage).toBeNull();

        expect((await take(after, shop)).counts).toMatchObject({ product: 35, customer: 1 });
        snapshot.reload();
        expect(snapshot.catalogue.bySku(sku('A-35'))?.name).toBe('New 35');
        expect(snapshot.catalogue.search('new', 50)).toHaveLength(35);
        expect((await snapshot.scrub()).damage).toBeNull();
        expect(snapshot.refetchNeeded).toBe(false);
        expect((await keysOf(after, 'g/', 'g0')).filter((key) => key.includes('/t/'))).toEqual([]);
      }
    }

    async function countWrites(): Promise<number> {
      const store = newStore();
      await take(store, new SampleShop(...manyProducts(15, 'Old')));
      let count = 0;
      const counting = withWrites(store, () => {
        count += 1;
      });
      await take(counting, new SampleShop(...manyProducts(35, 'New')).customers(customer(1, 'Anna', 'Bauer')));
      return count;
    }
  });

  test('what the medium lost is noticed before it is sold from', async () => {
    const store = newStore();
    const shop = new SampleShop(...manyProducts(25));
    shop.before = async (kind) => {
      if (kind !== 'source-stock') return;
      const [key = ''] = (await keysOf(store)).filter((found) => found.includes('/r/product/'));
      await store.write([{ type: 'delete', key }], { durable: true });
    };
    await expect(take(store, shop)).rejects.toMatchObject({ code: 'snapshot.incomplete' });
    shop.before = () => {};
    expect((await take(store, shop)).counts).toMatchObject({ product: 25 });
  });
});

describe('room on disk', () => {
  test('a shop that is too large is refused before anything is written, with the figures', async () => {
    const store = newStore();
    const shop = new SampleShop(...manyProducts(12_000));
    const refusal = await take(store, shop, { budget: 1_000_000 }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: 'snapshot.too-large', remedy: 'operator' });
    expect(String(refusal)).toMatch(/about \d MB, but the snapshot may take 1 MB/);
    expect(await keysOf(store)).toEqual([]);
    expect(shop.requests).toHaveLength(3);
  });

  test('the fallback makes room for a new generation when all three do not fit', async () => {
    const store = newStore();
    const shop = new SampleShop(...manyProducts(2_000));
    shop.pageSize = 500;
    await take(store, shop);
    const { size } = await take(store, shop);
    let fallbackDuring: boolean | null = null;
    shop.before = async (kind) => {
      if (kind === 'customer-group') fallbackDuring = (await keysOf(store, 'g/00000001', 'g/00000002')).length > 0;
    };
    const info = await take(store, shop, { budget: Math.round(size * 2.5) });
    expect(fallbackDuring).toBe(false);
    expect(info.generation).toBe(3);
    await expect(take(store, shop, { budget: Math.round(size * 1.5) })).rejects.toMatchObject({
      code: 'snapshot.too-large',
      message: expect.stringContaining('beside'),
    });
    await take(store, shop, { budget: size * 10 });
    expect((await keysOf(store, 'g/00000003', 'g/00000004')).length).toBeGreaterThan(0);
  });
});

function withWrites(store: KeyValueStore, before: () => void): KeyValueStore {
  return {
    get: (key) => store.get(key),
    entries: (range) => store.entries(range),
    keys: (range) => store.keys(range),
    write(batch, options) {
      before();
      return store.write(batch, options);
    },
    approximateSize: (from, end) => store.approximateSize(from, end),
    compact: (from, end) => store.compact(from, end),
    close: () => store.close(),
  };
}
