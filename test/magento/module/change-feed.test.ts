import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMagentoClient } from '../../../src/magento/client/client.ts';
import { createModuleChangeFeed } from '../../../src/magento/module/change-feed.ts';
import { createMagentoShopSource } from '../../../src/magento/reader/shop-source.ts';
import { minutes } from '../../../src/platform/clock.ts';
import { sku } from '../../../src/platform/ids.ts';
import { silentLogger as log } from '../../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../../src/platform/memory-store.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import { createNodeTransport } from '../../../src/platform/system-http-transport.ts';
import { systemRandom as random } from '../../../src/platform/system-random.ts';
import { type SimulatedMagento, startSimulatedMagento } from '../../../src/showroom/magento/index.ts';
import { sourceItem } from '../../../src/showroom/magento/inventory.ts';
import type { ChangeFeed, FeedReading } from '../../../src/snapshot/change-feed.ts';
import { createFollower, type FollowReport } from '../../../src/snapshot/follow.ts';
import { importSnapshot } from '../../../src/snapshot/import.ts';
import { openSnapshot, type Snapshot } from '../../../src/snapshot/snapshot.ts';
import { BriskClock } from '../../snapshot/sample-shop.ts';
import { germanPrices } from '../../tools/german-prices.ts';

const signal = new AbortController().signal;
const clock = new SystemClock();
/** Time goes on for feed and follower only when it is told. */
let patient: BriskClock;
let magento: SimulatedMagento;
let transport: ReturnType<typeof createNodeTransport>;
let feed: ChangeFeed;
let snapshot: Snapshot;
let round: () => Promise<FollowReport>;
let take: () => Promise<void>;

beforeEach(async () => {
  patient = new BriskClock();
  transport = createNodeTransport();
  magento = await startSimulatedMagento({ port: 0, clock, random, log, holdfastModule: true });
  const auth = { type: 'token', token: magento.integrationToken } as const;
  const client = createMagentoClient({ baseUrl: magento.url, storeCode: 'default', auth, transport, clock, log });
  feed = createModuleChangeFeed({ client, sourceCode: 'store-berlin', clock: patient, log });
  const shop = createMagentoShopSource({
    client,
    clock,
    settings: germanPrices,
    sourceCode: 'store-berlin',
    attributes: { barcode: 'ean', plu: null, decimalQuantity: null },
    pageSize: 30,
    guestPrices: false,
  });
  const store = new MemoryStoreMedium().open({ createIfMissing: true });
  const common = { store, clock: patient, log };
  const whole = { ...common, source: shop, changes: shop.changes, feed, sourceId: 'shop', budget: 1e9 };
  take = async () => {
    await importSnapshot(whole);
    snapshot?.reload();
  };
  await importSnapshot(whole);
  snapshot = await openSnapshot(common);
  const follower = createFollower({
    source: shop,
    changes: shop.changes,
    feed,
    inUse: () => snapshot.inUse,
    clock: patient,
    log,
    pricesEvery: minutes(15),
    stockEvery: minutes(5),
  });
  round = () => follower.round(signal);
});

afterEach(async () => {
  transport.close();
  await magento.close();
});

const call = async (method: string, path: string, body?: unknown): Promise<void> => {
  const answer = await fetch(`${magento.url}/rest/V1${path}`, {
    method,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: `Bearer ${magento.integrationToken}`,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(await answer.text());
};

const fault = (path: string, status: 401 | 500 | 503): void => {
  magento.faults.set([{ action: { kind: 'answer', status }, path }]);
};

describe('a shop with the module', () => {
  test('is followed by its feed: prices without a date, deletions, stock, customers, in a handful of requests', async () => {
    await round();
    // Categories and attributes, which products are read against, are read with the first of them.
    magento.shop.product('COF-09')['price'] = 9.99;
    await round();
    const { catalogue } = snapshot;
    const before = magento.calls.length;
    magento.shop.product('COF-01')['price'] = 1.23;
    await call('DELETE', '/products/COF-03');
    const stock = sourceItem(magento.shop, 'COF-02', 'store-berlin');
    if (stock !== undefined) stock.quantity = 4;
    const customer = { email: 'new@example.com', firstname: 'Nora', lastname: 'Neu' };
    await call('POST', '/customers', { customer });
    expect(await round()).toEqual({ changed: 4, readAnew: false, way: 'feed' });
    expect(catalogue.bySku(sku('COF-01'))?.price).toBe(1.23);
    expect(catalogue.bySku(sku('COF-03'))).toBeUndefined();
    expect(catalogue.stock(sku('COF-02'))?.quantity).toBe(4);
    expect(catalogue.findCustomers('new@example.com', 2)).toMatchObject([{ lastname: 'Neu' }]);
    const asked = magento.calls.slice(before).filter(({ method }) => method === 'GET');
    expect(asked.map(({ path }) => path.replace('/rest/default/V1', ''))).toEqual([
      '/holdfast/snapshot/changes',
      '/products',
      '/inventory/source-items',
      '/customers/search',
    ]);
    const quiet = magento.calls.length;
    expect(await round()).toMatchObject({ changed: 0, way: 'feed' });
    expect(magento.calls.slice(quiet).map(({ path }) => path)).toEqual(['/rest/default/V1/holdfast/snapshot/changes']);
  });

  test('SKUs with commas, slashes and spaces are asked for as they are', async () => {
    const product = { ...magento.shop.product('COF-01'), id: 900, sku: 'A,B / c', name: 'Odd one' };
    magento.shop.data.products.push(product);
    await round();
    expect(snapshot.catalogue.search('odd one', 2)).toMatchObject([{ sku: 'A,B / c' }]);
  });

  test('is looked at when the feed is not permitted or fails, for an hour', async () => {
    for (const status of [401, 500] as const) {
      fault('/holdfast/snapshot/changes', status);
      expect(await round()).toMatchObject({ way: 'looking' });
      const before = magento.calls.length;
      magento.faults.clear();
      await round();
      expect(magento.calls.slice(before).some(({ path }) => path.includes('holdfast'))).toBe(false);
      await patient.advance(minutes(61));
      expect(await round()).toMatchObject({ way: 'feed' });
    }
  });

  test('that is out of reach or in maintenance is tried again, by the feed', async () => {
    fault('/holdfast/snapshot/changes', 503);
    await expect(round()).rejects.toMatchObject({ code: 'shop.unreachable' });
    magento.faults.set([{ action: { kind: 'drop-after' }, path: '/holdfast/snapshot/changes' }]);
    await expect(round()).rejects.toMatchObject({ code: 'shop.unreachable' });
    magento.faults.clear();
    expect(await round()).toMatchObject({ way: 'feed' });
  });

  test('that was restored from a backup: the till’s place in the feed means nothing, so it reads all anew', async () => {
    magento.shop.product('COF-01')['price'] = 1.23;
    await round();
    magento.shop.ledger.changes.splice(0);
    expect(await round()).toMatchObject({ readAnew: true, way: 'looking' });
    await take();
    expect(await round()).toMatchObject({ readAnew: false, way: 'feed' });
  });
});

test('a shop without the module has no feed, and gets one when it is installed', async () => {
  magento.holdfastModule = false;
  await take();
  expect(await feed.beginning(signal)).toBeNull();
  expect(await round()).toMatchObject({ way: 'looking' });
  magento.holdfastModule = true;
  await patient.advance(minutes(61));
  await take();
  expect(await round()).toMatchObject({ way: 'feed' });
});

test('what each kind of row is about', async () => {
  magento.shop.ledger.changes.push(
    ...[
      ['product_decimal', 'COF-01'],
      ['tier_price', 'COF-02'],
      ['category_product', ''],
      ['source_item', 'store-berlin/A/B'],
      ['source_item', 'store-market/COF-01'],
      ['customer', '7'],
      ['tax_rate', '3'],
      ['reservation', 'COF-01'],
      ['something new', 'x'],
    ].map(([kind = '', ref = ''], index) => ({ id: index + 1, kind, ref, op: 'u' as const, at: '' })),
  );
  const read: FeedReading = await feed.read(0, signal);
  expect(read).toEqual({
    kind: 'writes',
    writes: [
      { id: 1, of: 'product', sku: 'COF-01' },
      { id: 2, of: 'product', sku: 'COF-02' },
      { id: 3, of: 'nothing-here' },
      { id: 4, of: 'stock', sku: 'A/B' },
      { id: 5, of: 'nothing-here' },
      { id: 6, of: 'customer', customerId: 7 },
      { id: 7, of: 'lists' },
      { id: 8, of: 'nothing-here' },
      { id: 9, of: 'nothing-here' },
    ],
    resumeAt: 9,
    next: null,
  });
});
