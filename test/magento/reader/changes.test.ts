import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRequestBudget, withBudget } from '../../../src/magento/client/budget.ts';
import { createMagentoClient } from '../../../src/magento/client/client.ts';
import { createMagentoShopSource, type MagentoShop } from '../../../src/magento/reader/shop-source.ts';
import { minutes } from '../../../src/platform/clock.ts';
import { sku } from '../../../src/platform/ids.ts';
import { silentLogger as log } from '../../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../../src/platform/memory-store.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import { createNodeTransport } from '../../../src/platform/system-http-transport.ts';
import { systemRandom as random } from '../../../src/platform/system-random.ts';
import { type SimulatedMagento, startSimulatedMagento } from '../../../src/showroom/magento/index.ts';
import { sourceItem } from '../../../src/showroom/magento/inventory.ts';
import type { Row } from '../../../src/showroom/magento/json.ts';
import { createFollower } from '../../../src/snapshot/follow.ts';
import { importSnapshot } from '../../../src/snapshot/import.ts';
import { openSnapshot, type Snapshot } from '../../../src/snapshot/snapshot.ts';
import { BriskClock } from '../../snapshot/sample-shop.ts';
import { germanPrices } from '../../tools/german-prices.ts';

const signal = new AbortController().signal;
const clock = new SystemClock();
/** Time goes on for the follower only when it is told. */
const followerClock = new BriskClock();
let magento: SimulatedMagento;
let transport: ReturnType<typeof createNodeTransport>;
let shop: MagentoShop;
let snapshot: Snapshot;
let round: () => Promise<{ readonly changed: number }>;

beforeEach(async () => {
  transport = createNodeTransport();
  magento = await startSimulatedMagento({ port: 0, clock, random, log });
  const auth = { type: 'token', token: magento.integrationToken } as const;
  const client = createMagentoClient({ baseUrl: magento.url, storeCode: 'default', auth, transport, clock, log });
  shop = createMagentoShopSource({
    client,
    clock,
    settings: germanPrices,
    sourceCode: 'store-berlin',
    attributes: { barcode: 'ean', plu: null, decimalQuantity: null },
    pageSize: 30,
    guestPrices: true,
  });
  const store = new MemoryStoreMedium().open({ createIfMissing: true });
  const common = { store, clock: followerClock, log };
  await importSnapshot({ ...common, source: shop, changes: shop.changes, sourceId: 'shop', budget: 1e9 });
  snapshot = await openSnapshot(common);
  const follower = createFollower({
    source: shop,
    changes: shop.changes,
    inUse: () => snapshot.inUse,
    clock: followerClock,
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

const recorded = (name: string): Row => magento.shop.product(name);

/** As `POST /V1/products/special-price` does it: without a new date (f01). */
function setAttribute(product: Row, code: string, value: string): void {
  const others = (product['custom_attributes'] as Row[]).filter((attribute) => attribute['attribute_code'] !== code);
  product['custom_attributes'] = [...others, { attribute_code: code, value }];
}

const lookThroughPrices = async () => {
  await followerClock.advance(minutes(16));
  return round();
};

describe('the recorded shop', () => {
  test('nothing has changed: of no product do the prices told differ from those read', async () => {
    await round();
    const before = magento.calls.length;
    expect(await lookThroughPrices()).toMatchObject({ changed: 0 });
    const again = magento.calls.slice(before).filter(({ path }) => path.includes('entity_id'));
    expect(again).toEqual([]);
  });

  test('a saved product comes with its new date; pages of one date are gone through', async () => {
    for (const product of magento.shop.data.products) product['updated_at'] = '2027-01-01 12:00:00';
    recorded('COF-01')['name'] = 'Fresh coffee';
    const { changed } = await round();
    expect(changed).toBe(67);
    expect(snapshot.catalogue.search('fresh coffee', 3)).toMatchObject([{ sku: 'COF-01' }]);
    expect(snapshot.inUse?.delta.marks.product).toBe('2027-01-01 12:00:00');
  });

  test('prices imported without a new date: base, special and tier prices', async () => {
    await round();
    recorded('COF-01')['price'] = 1.23;
    setAttribute(recorded('COF-02'), 'special_price', '4.56');
    const tiers = recorded('COF-05')['tier_prices'] as Row[];
    tiers[0] = { ...tiers[0], value: 0.99 };
    const { changed } = await lookThroughPrices();
    expect(changed).toBe(3);
    const { catalogue } = snapshot;
    expect(catalogue.bySku(sku('COF-01'))?.price).toBe(1.23);
    expect(catalogue.bySku(sku('COF-02'))?.specialPrice?.price).toBe(4.56);
    expect(catalogue.bySku(sku('COF-05'))?.tierPrices.map(({ value }) => value)).toContainEqual({
      type: 'fixed',
      price: 0.99,
    });
    expect(await lookThroughPrices()).toMatchObject({ changed: 0 });
  });

  test('deleted products, also those without a price of their own; one taken out of the website', async () => {
    await round();
    const deleted = new Set(['COF-01', 'TSHIRT']);
    magento.shop.data.products = magento.shop.data.products.filter((row) => !deleted.has(String(row['sku'])));
    const moved = recorded('COF-02');
    moved['extension_attributes'] = { ...(moved['extension_attributes'] as Row), website_ids: [7] };
    moved['updated_at'] = '2027-01-01 12:00:00';
    await lookThroughPrices();
    const { catalogue } = snapshot;
    expect(['COF-01', 'TSHIRT', 'COF-02'].map((each) => catalogue.bySku(sku(each)))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(catalogue.bySku(sku('COF-03'))).toBeDefined();
  });

  test('stock of the terminal’s source', async () => {
    await round();
    const before = snapshot.catalogue.stock(sku('COF-01'))?.quantity ?? 0;
    const item = sourceItem(magento.shop, 'COF-01', 'store-berlin');
    if (item !== undefined) item.quantity = before + 5;
    await followerClock.advance(minutes(6));
    expect(await round()).toMatchObject({ changed: 1 });
    expect(snapshot.catalogue.stock(sku('COF-01'))?.quantity).toBe(before + 5);
  });
});

test('no more requests than the budget allows', async () => {
  const patient = new BriskClock();
  const asked: number[] = [];
  const client = withBudget(
    {
      async request() {
        asked.push(patient.monotonic());
        return { kind: 'ok', status: 200, body: [] };
      },
    },
    createRequestBudget(patient, { perMinute: 60, burst: 5 }),
  );
  for (let each = 0; each < 25; each++) await client.request('GET', '/V1/products');
  const [first = 0] = asked;
  expect(asked.map((at) => Math.round((at - first) / 1000)).slice(0, 8)).toEqual([0, 0, 0, 0, 0, 1, 2, 3]);
  expect((asked.at(-1) ?? 0) - first).toBe(20_000);
});
