import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMagentoClient } from '../../src/magento/client/client.ts';
import { createMagentoShopSource } from '../../src/magento/reader/shop-source.ts';
import { milliseconds } from '../../src/platform/clock.ts';
import { sku } from '../../src/platform/ids.ts';
import { type LevelStore, openLevelStore } from '../../src/platform/level-store.ts';
import { silentLogger as log } from '../../src/platform/log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { createNodeTransport } from '../../src/platform/system-http-transport.ts';
import { systemRandom as random } from '../../src/platform/system-random.ts';
import { type SimulatedMagento, startSimulatedMagento } from '../../src/showroom/magento/index.ts';
import { type ImportProgress, importSnapshot } from '../../src/snapshot/import.ts';
import { openSnapshot, type Snapshot } from '../../src/snapshot/snapshot.ts';
import { germanPrices } from '../tools/german-prices.ts';
import { BriskClock } from './sample-shop.ts';

const clock = new SystemClock();
/** Waits no seconds before it asks again. */
const impatient = new BriskClock();
const transport = createNodeTransport();
let folder: string;
let magento: SimulatedMagento;
let store: LevelStore;
let snapshot: Snapshot;

const take = async (onProgress?: (progress: ImportProgress) => void) => {
  const client = createMagentoClient({
    baseUrl: magento.url,
    storeCode: 'default',
    auth: { type: 'token', token: magento.integrationToken },
    transport,
    clock,
    log,
  });
  const source = createMagentoShopSource({
    client,
    clock,
    settings: germanPrices,
    sourceCode: 'store-berlin',
    attributes: { barcode: 'ean', plu: null, decimalQuantity: null },
    pageSize: 30,
    guestPrices: true,
  });
  const watch = onProgress === undefined ? {} : { onProgress };
  return importSnapshot({ store, source, clock: impatient, log, sourceId: magento.url, budget: 1e9, ...watch });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
  magento = await startSimulatedMagento({ port: 0, clock, random, log });
  store = await openLevelStore(join(folder, 'snapshot'), { createIfMissing: true });
  snapshot = await openSnapshot({ store, clock, log });
});

afterAll(async () => {
  transport.close();
  await magento.close();
  await store.close();
  await rm(folder, { recursive: true });
});

test('the whole shop, over HTTP, into LevelDB, found by everything', async () => {
  const info = await take();
  expect(info).toMatchObject({
    counts: {
      settings: 1,
      'customer-group': 6,
      'tax-rule': 2,
      'tax-rate': 6,
      'cart-rule': 12,
      product: 67,
      customer: 10,
    },
    rejected: [],
  });
  snapshot.reload();
  const { catalogue } = snapshot;
  expect(catalogue.byBarcode('4063000008007')).toMatchObject({
    sku: 'TSHIRT-S',
    parent: { sku: 'TSHIRT', options: [{ optionId: '138', optionValue: 4 }] },
  });
  expect(catalogue.search('gift wrap', 3)).toMatchObject([{ type: 'virtual' }]);
  expect(catalogue.byPlu('2')?.specialPrice).toMatchObject({ price: 9.7 });
  expect(catalogue.findCustomers('kruger', 5).length).toBeGreaterThan(0);
  expect(catalogue.stock(sku('COF-01'))).toMatchObject({ sourceCode: 'store-berlin' });
  expect(catalogue.prices.cartRules.flatMap(({ coupons }) => coupons.map(({ code }) => code))).toContain('TENOFF');
  expect(await snapshot.scrub({ pause: milliseconds(0) })).toEqual({ generation: 1, damage: null });
});

test('the shop loses its connection half-way: the import goes on where it was', async () => {
  let pages = 0;
  let pulled: Promise<void> | null = null;
  const pull = ({ step }: ImportProgress): void => {
    if (step === 'product' && ++pages === 2) pulled = magento.unplug();
  };
  await expect(take(pull)).rejects.toMatchObject({ code: 'shop.unreachable' });
  await pulled;
  await magento.plug();
  const before = magento.calls.length;
  expect(await take()).toMatchObject({ generation: 2, counts: { product: 67 } });
  // Of three pages of products the last was still to come, or just coming.
  const pagesAgain = magento.calls.slice(before).filter(({ path }) => path.endsWith('/V1/products'));
  expect(pagesAgain.length).toBeLessThan(2);
  snapshot.reload();
  expect(snapshot.catalogue.generation?.generation).toBe(2);
  expect(snapshot.refetchNeeded).toBe(false);
});

test('a terminal started again finds it', async () => {
  await store.close();
  store = await openLevelStore(join(folder, 'snapshot'), { createIfMissing: false });
  snapshot = await openSnapshot({ store, clock, log });
  expect(snapshot.catalogue.bySku(sku('COF-01'))?.name).toBe('Coffee article 1');
  expect(snapshot.refetchNeeded).toBe(false);
});
