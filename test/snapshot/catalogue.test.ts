import { beforeAll, describe, expect, test } from 'vitest';
import { sku } from '../../src/platform/ids.ts';
import type { KeyValueStore } from '../../src/platform/key-value-store.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../src/platform/memory-store.ts';
import type { Catalogue } from '../../src/snapshot/catalogue.ts';
import { importSnapshot } from '../../src/snapshot/import.ts';
import { openSnapshot, type SnapshotDamage } from '../../src/snapshot/snapshot.ts';
import { BriskClock, customer, good, manyProducts, product, SampleShop } from './sample-shop.ts';

const clock = new BriskClock();
const log = silentLogger;
const newStore = () => new MemoryStoreMedium().open({ createIfMissing: true });
const take = (store: KeyValueStore, source: SampleShop) =>
  importSnapshot({ store, source, clock, log, sourceId: 'sample', budget: 1e9 });

describe('finding', () => {
  let catalogue: Catalogue;
  beforeAll(async () => {
    const store = newStore();
    const shop = new SampleShop(
      product(1, 'Müsli Nuss 500 g', { barcodes: ['4006381333931'] }),
      product(2, 'Nussmüsli-Riegel', { barcodes: ['42100005264'] }),
      product(3, 'Große Schüssel Nuss Müsli Crème brûlée', { barcodes: ['96385074'] }),
      product(4, 'Kaffee Crema', { plu: '77', enabled: false }),
      product(5, 'Kaffee Crema Bohnen ganz', { sku: sku('KAF/5 x') }),
      product(6, 'Entkoffeinierter Kaffee'),
      product(7, 'T-Shirt', {
        type: 'configurable',
        configurable: {
          attributes: [{ attributeId: 138, code: 'size', label: 'Size' }],
          variants: [{ sku: sku('A-8'), values: { '138': 4 } }],
        },
      }),
      product(8, 'T-Shirt S'),
      product(9, 'Чай зелёный 茶'),
    ).customers(
      customer(1, 'Anna', 'Bauer', '030 123450'),
      customer(2, 'Jörg', 'Krüger', '+49 (30) 123450', '0171-5550000'),
      customer(3, 'Anna-Lena', 'Krüger'),
    );
    shop.records['source-stock'] = [
      good('A-1', { sku: sku('A-1'), sourceCode: 'store', quantity: 12.5, inStock: true }),
    ];
    await take(store, shop);
    ({ catalogue } = await openSnapshot({ store, clock, log }));
  });
  const skus = (text: string, limit = 10) => catalogue.search(text, limit).map(({ sku: found }) => found);

  test('by SKU, whatever its case', () => {
    expect(catalogue.bySku(sku('A-1'))?.name).toBe('Müsli Nuss 500 g');
    expect(catalogue.bySku(sku('a-1'))?.sku).toBe('A-1');
    expect(catalogue.bySku(sku('KAF/5 x'))?.id).toBe(5);
    expect(catalogue.bySku(sku('A-99'))).toBeUndefined();
  });

  test('by barcode in any spelling, UPC-E included', () => {
    expect(catalogue.byBarcode('4006381333931')?.id).toBe(1);
    expect(catalogue.byBarcode('04006381333931')?.id).toBe(1);
    expect(catalogue.byBarcode('042100005264')?.id).toBe(2);
    expect(catalogue.byBarcode('0042100005264')?.id).toBe(2);
    expect(catalogue.byBarcode('04252614')?.id).toBe(2);
    expect(catalogue.byBarcode('00000096385074')?.id).toBe(3);
    expect(catalogue.byBarcode('4006381333932')).toBeUndefined();
  });

  test('by PLU, with or without leading zeros', () => {
    expect(catalogue.byPlu('77')?.id).toBe(4);
    expect(catalogue.byPlu('0077')?.id).toBe(4);
    expect(catalogue.byPlu('78')).toBeUndefined();
  });

  test('by beginnings of words, whatever their order, umlauts and accents written any way', () => {
    for (const text of ['müsli', 'musli', 'MUESLI', 'Mu\u0308sli']) expect(skus(text)).toEqual(['A-1', 'A-3']);
    expect(skus('mus nus')).toEqual(expect.arrayContaining(['A-1', 'A-3']));
    expect(skus('nuss')).toEqual(['A-1', 'A-3', 'A-2']);
    expect(skus('creme brulee')).toEqual(['A-3']);
    expect(skus('grosse')).toEqual(['A-3']);
    expect(skus('500')).toEqual(['A-1']);
    expect(skus('чай')).toEqual(['A-9']);
    expect(skus('茶')).toEqual(['A-9']);
    expect(skus('müsli xyz')).toEqual([]);
    expect(skus('')).toEqual([]);
    expect(skus(' -/ ')).toEqual([]);
  });

  test('best first: the word itself before longer ones, front before back, short before long, for sale before not', () => {
    expect(skus('kaffee')).toEqual(['KAF/5 x', 'A-6', 'A-4']);
    expect(skus('kaffee', 1)).toEqual(['KAF/5 x']);
    expect(skus('t shirt')).toEqual(['A-7', 'A-8']);
  });

  test('a variant knows its configurable, though the shop tells it only there', () => {
    expect(catalogue.bySku(sku('A-8'))?.parent).toEqual({
      sku: 'A-7',
      options: [{ optionId: '138', optionValue: 4 }],
    });
    expect(catalogue.bySku(sku('A-7'))?.parent).toBeNull();
  });

  test('customers by id, e-mail, phone and name', () => {
    const ids = (text: string) => catalogue.findCustomers(text, 10).map(({ id }) => id);
    expect(catalogue.customerById(2)?.firstname).toBe('Jörg');
    expect(ids('ANNA.BAUER@example.com')).toEqual([1]);
    expect(ids('nobody@example.com')).toEqual([]);
    expect(ids('0171 5550000')).toEqual([2]);
    expect(ids('+49171/5550000')).toEqual([2]);
    expect(ids('krueg')).toEqual([2, 3]);
    expect(ids('kruger anna')).toEqual([3]);
    expect(ids('anna')).toEqual([1, 3]);
    expect(catalogue.findCustomers('anna', 1)).toHaveLength(1);
  });

  test('stock of the source, and prices for the price engine', () => {
    expect(catalogue.stock(sku('a-1'))).toMatchObject({ quantity: 12.5, inStock: true });
    expect(catalogue.stock(sku('A-2'))).toBeUndefined();
    expect(catalogue.prices.settings.currency).toBe('EUR');
    expect(catalogue.prices.product(sku('A-1'))?.price).toBe(9.95);
    expect(catalogue.prices.customerGroups).toHaveLength(1);
    expect(catalogue.prices.attributes?.get('size')).toMatchObject({ id: 138 });
  });
});

test('a dictionary of many pages finds every word, and only what begins so', async () => {
  const store = newStore();
  const names = Array.from({ length: 1_200 }, (_, index) => `w${index.toString(36)} all`);
  const shop = new SampleShop(...names.map((name, index) => product(index + 1, name)));
  shop.pageSize = 300;
  await take(store, shop);
  const { catalogue } = await openSnapshot({ store, clock, log });
  names.forEach((name, index) => {
    expect(catalogue.search(name, 1)[0]?.id).toBe(index + 1);
  });
  const beginning = names.filter((name) => name.startsWith('w1'));
  expect(catalogue.search('w1', 5_000)).toHaveLength(beginning.length);
  expect(catalogue.search('all', 5_000)).toHaveLength(1_200);
  expect(catalogue.search('wzzzz', 5)).toEqual([]);
});

test('before the first snapshot nothing is found, and prices say why', async () => {
  const snapshot = await openSnapshot({ store: newStore(), clock, log });
  expect(snapshot.refetchNeeded).toBe(true);
  expect(snapshot.catalogue.generation).toBeNull();
  expect(snapshot.catalogue.bySku(sku('A-1'))).toBeUndefined();
  expect(snapshot.catalogue.search('a', 5)).toEqual([]);
  expect(() => snapshot.catalogue.prices.settings).toThrow(expect.objectContaining({ code: 'snapshot.none' }));
  expect(await snapshot.scrub()).toEqual({ generation: null, damage: null });
});

describe('damage', () => {
  async function twoGenerations() {
    const store = newStore();
    await take(store, new SampleShop(...manyProducts(30, 'Old')));
    await take(store, new SampleShop(...manyProducts(30, 'New')));
    const damages: SnapshotDamage[] = [];
    const open = () => openSnapshot({ store, clock, log, onDamage: (damage) => damages.push(damage) });
    return { store, damages, open };
  }

  async function damage(
    store: KeyValueStore,
    part: string,
    how: (value: Uint8Array) => Uint8Array | null,
  ): Promise<void> {
    for await (const [key, value] of store.entries({ from: 'g/00000002', before: 's/z' })) {
      if (!key.includes(part)) continue;
      const changed = how(value);
      await store.write([changed === null ? { type: 'delete', key } : { type: 'put', key, value: changed }], {
        durable: true,
      });
      return;
    }
    throw new Error(`nothing with ${part}`);
  }

  const flip = (value: Uint8Array): Uint8Array =>
    value.map((byte, index) => (index === value.length - 3 ? byte ^ 4 : byte));

  test.each([
    ['a block of products', '/r/product/', (catalogue: Catalogue) => catalogue.bySku(sku('A-1'))?.name],
    ['an index of names', '/i/words/product', (catalogue: Catalogue) => catalogue.search('old 1', 1)[0]?.name],
    [
      'a list',
      '/i/list/settings',
      (catalogue: Catalogue) => catalogue.prices.settings && catalogue.bySku(sku('A-1'))?.name,
    ],
  ])('%s with a flipped bit: the generation before goes on, and a new one is wanted', async (_, part, look) => {
    const { store, damages, open } = await twoGenerations();
    const snapshot = await open();
    await damage(store, part, flip);
    expect(look(snapshot.catalogue)).toBe('Old 1');
    expect(snapshot.catalogue.bySku(sku('A-30'))?.name).toBe('Old 30');
    expect(damages).toMatchObject([{ generation: 2, fallback: 1 }]);
    expect(snapshot.refetchNeeded).toBe(true);

    const again = await open();
    expect(again.catalogue.generation).toMatchObject({ generation: 1 });
    expect(again.refetchNeeded).toBe(true);

    await take(store, new SampleShop(...manyProducts(30, 'Newer')));
    again.reload();
    expect(again.refetchNeeded).toBe(false);
    expect(again.catalogue.bySku(sku('A-1'))?.name).toBe('Newer 1');
  });

  test('a value of another key is not taken', async () => {
    const { store, open } = await twoGenerations();
    const snapshot = await open();
    const other = store.get('g/00000002/r/product/00000001')!;
    await damage(store, '/r/product/00000000', () => other);
    expect(snapshot.catalogue.bySku(sku('A-1'))?.name).toBe('Old 1');
  });

  test.each([
    ['manifest', 'g/00000002/m'],
    ['pointer', 's/current'],
  ])('an unreadable %s', async (_, part) => {
    const { store, open } = await twoGenerations();
    await damage(store, part, (value) => value.subarray(0, 4));
    const snapshot = await open();
    expect(snapshot.catalogue.bySku(sku('A-1'))?.name).toMatch(/^(Old|New) 1$/);
    expect(snapshot.refetchNeeded).toBe(true);
    await take(store, new SampleShop(...manyProducts(30, 'Newer')));
    snapshot.reload();
    expect(snapshot.catalogue.bySku(sku('A-1'))?.name).toBe('Newer 1');
    expect(snapshot.refetchNeeded).toBe(false);
  });

  test('both generations damaged: what can be read is still sold from', async () => {
    const { store, damages, open } = await twoGenerations();
    const snapshot = await open();
    await damage(store, '/r/product/00000000', flip);
    const first = 'g/00000001/r/product/00000000';
    await store.write([{ type: 'put', key: first, value: flip(store.get(first)!) }], { durable: true });
    expect(snapshot.catalogue.bySku(sku('A-1'))).toBeUndefined();
    expect(snapshot.catalogue.bySku(sku('A-1'))).toBeUndefined();
    expect(snapshot.catalogue.bySku(sku('A-30'))?.name).toBe('Old 30');
    expect(damages).toMatchObject([{ generation: 2, fallback: 1 }]);
    expect(snapshot.refetchNeeded).toBe(true);
  });

  test.each([
    ['lost block', '/r/product/00000001', () => null],
    ['lost index entry', '/i/barcode', () => null],
    ['flipped bit', '/r/product/00000001', flip],
  ])('a scrub finds a %s that nobody has looked at', async (_, part, how) => {
    const { store, damages, open } = await twoGenerations();
    await take(store, new SampleShop(...manyProducts(30, 'New').map((p) => ({ ...p, barcodes: [`99${p.id}`] }))));
    const snapshot = await open();
    expect(await snapshot.scrub()).toEqual({ generation: 3, damage: null });
    for await (const [key, value] of store.entries({ from: 'g/00000003', before: 'g/00000004' })) {
      if (!key.includes(part)) continue;
      const changed = how(value);
      await store.write([changed === null ? { type: 'delete', key } : { type: 'put', key, value: changed }], {
        durable: true,
      });
      break;
    }
    expect((await snapshot.scrub()).damage).toMatch(/snapshot/);
    expect(damages).toMatchObject([{ generation: 3, fallback: 2 }]);
    expect(snapshot.catalogue.generation).toMatchObject({ generation: 2 });
  });

  test('a scrub that is stopped finds nothing and changes nothing', async () => {
    const { store, damages, open } = await twoGenerations();
    await damage(store, '/r/product/00000001', flip);
    const snapshot = await open();
    const stop = new AbortController();
    stop.abort();
    await take(store, new SampleShop(...manyProducts(300, 'Newer')));
    snapshot.reload();
    expect(await snapshot.scrub({ signal: stop.signal })).toEqual({ generation: 3, damage: null });
    expect(damages).toEqual([]);
  });
});
