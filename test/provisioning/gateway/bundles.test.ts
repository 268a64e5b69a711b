import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Batches } from '../../../provisioning/gateway/bundles/batches.ts';
import { bundleRoutes } from '../../../provisioning/gateway/bundles/bundle-routes.ts';
import { Leaves, leaveLasts } from '../../../provisioning/gateway/bundles/leave.ts';
import { Readings } from '../../../provisioning/gateway/bundles/readings.ts';
import { GatewayServer } from '../../../provisioning/gateway/gateway-server.ts';
import { createMagentoClient } from '../../../src/magento/client/client.ts';
import { createModuleChangeFeed } from '../../../src/magento/module/change-feed.ts';
import { createMagentoShopSource } from '../../../src/magento/reader/shop-source.ts';
import { hours, seconds } from '../../../src/platform/clock.ts';
import type { HttpTransport } from '../../../src/platform/http-transport.ts';
import { sku, terminalId } from '../../../src/platform/ids.ts';
import { silentLogger as log } from '../../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../../src/platform/memory-store.ts';
import { createNodeTransport } from '../../../src/platform/system-http-transport.ts';
import { systemRandom as random } from '../../../src/platform/system-random.ts';
import { type SimulatedMagento, startSimulatedMagento } from '../../../src/showroom/magento/index.ts';
import { BundleClient, type GatewayDoor } from '../../../src/snapshot/bundle/bundle-client.ts';
import { recordFormat } from '../../../src/snapshot/bundle/bundle-format.ts';
import { type ReadShop, ShopThroughGateway } from '../../../src/snapshot/bundle/shop-through-gateway.ts';
import { importSnapshot } from '../../../src/snapshot/import.ts';
import { openSnapshot } from '../../../src/snapshot/snapshot.ts';
import { BriskClock } from '../../snapshot/sample-shop.ts';
import { germanPrices } from '../../tools/german-prices.ts';
import { ManualClock } from '../../tools/manual-clock.ts';

const clock = new BriskClock();
const reading = {
  recordFormat,
  storeCode: 'default',
  sourceCode: 'store-berlin',
  settings: germanPrices,
  attributes: { barcode: 'ean', plu: null, decimalQuantity: null },
  pageSize: 30,
  guestPrices: true,
};
const never = new AbortController().signal;

let magento: SimulatedMagento;
let transport: HttpTransport;
let readings: Readings;
let leaves: Leaves;
let server: GatewayServer;
let door: GatewayDoor;
let direct: ReadShop;

beforeEach(async () => {
  magento = await startSimulatedMagento({ port: 0, clock, random, log });
  transport = createNodeTransport();
  const auth = { type: 'token', token: magento.integrationToken } as const;
  const shop = { baseUrl: magento.url, auth, transport, requestTimeout: seconds(30), clock, log };
  readings = new Readings({ ...shop, freshFor: hours(2), random });
  leaves = new Leaves('a password of gateways', clock);
  server = await GatewayServer.start(
    { host: '127.0.0.1', port: 0 },
    () => {
      throw new Error('not asked');
    },
    bundleRoutes({ readings, leaves, log }),
  );
  door = { url: `http://127.0.0.1:${server.port}`, token: leaves.give(terminalId('K1')) };
  const client = createMagentoClient({ ...shop, storeCode: 'default' });
  const source = createMagentoShopSource({ client, clock, ...reading });
  direct = {
    source,
    changes: source.changes,
    feed: createModuleChangeFeed({ client, sourceCode: 'store-berlin', clock, log }),
  };
});
afterEach(async () => {
  readings.stop();
  await server.close();
  transport.close();
  await magento.close();
});

const through = (shop: ReadShop = direct) =>
  new ShopThroughGateway(new BundleClient({ transport, clock, door: async () => door, reading }), shop, log);

/** One terminal's copy of the shop, and the way it came. */
async function terminal(shop = through()) {
  const store = new MemoryStoreMedium().open({ createIfMissing: true });
  const { bundle, ...from } = await shop.forImport(never);
  const info = await importSnapshot({ ...from, store, clock, log, sourceId: String(bundle), budget: 1e9 });
  const snapshot = await openSnapshot({ store, clock, log });
  return { bundle, info, catalogue: snapshot.catalogue };
}

describe('a shop that a gateway reads for all its terminals', () => {
  it('is asked once, however many terminals copy it, and all get what they would have read themselves', async () => {
    const own = await terminal({
      forImport: async () => ({ ...direct, bundle: null }),
    } as unknown as ShopThroughGateway);
    const before = magento.calls.length;
    const some = await Promise.all(Array.from({ length: 8 }, () => terminal()));
    expect(new Set(some.map(({ bundle }) => bundle)).size).toBe(1);
    for (const { info, catalogue } of some) {
      expect(info.counts).toEqual(own.info.counts);
      expect(catalogue.byBarcode('4063000008007')).toEqual(own.catalogue.byBarcode('4063000008007'));
      expect(catalogue.stock(sku('COF-01'))).toEqual(own.catalogue.stock(sku('COF-01')));
      expect(catalogue.prices.cartRules).toEqual(own.catalogue.prices.cartRules);
    }
    // Hardly more than one terminal alone would have asked.
    expect(magento.calls.length - before).toBeLessThanOrEqual(before + 4);
    const first = magento.calls.length;
    await Promise.all(Array.from({ length: 8 }, () => terminal()));
    // Only the stock is asked for again, and together.
    expect(magento.calls.slice(first).every(({ path }) => path.includes('/source-items'))).toBe(true);
    expect(magento.calls.length - first).toBeLessThanOrEqual(8);
  });

  it('tells what has changed as the shop itself does', async () => {
    const gateway = through({
      source: { page: () => Promise.reject(new Error('asked the shop itself')) },
      changes: direct.changes,
      feed: direct.feed,
    });
    const since = '2000-01-01 00:00:00';
    expect(await gateway.changes.latest('product', never)).toEqual(await direct.changes.latest('product', never));
    const changed = await gateway.changes.changed('product', since, null, never);
    expect(changed).toEqual(await direct.changes.changed('product', since, null, never));
    expect(changed.records.length).toBe(30);
    expect(await gateway.changes.changed('customer', since, null, never)).toEqual(
      await direct.changes.changed('customer', since, null, never),
    );
    const skus = ['COF-01', 'TEA-01'];
    expect(await gateway.changes.prices(skus, never)).toEqual(await direct.changes.prices(skus, never));
    expect(await gateway.changes.stock(skus, never)).toEqual(await direct.changes.stock(skus, never));
    expect(await gateway.changes.productsBySku(skus, never)).toEqual(await direct.changes.productsBySku(skus, never));
    expect(await gateway.changes.existing([1, 2, 99_999], never)).toEqual(
      await direct.changes.existing([1, 2, 99_999], never),
    );
    expect(await gateway.changes.productCount(never)).toBe(await direct.changes.productCount(never));
    expect(await gateway.source.page('cart-rule', null, never)).toEqual(
      await direct.source.page('cart-rule', null, never),
    );
    magento.holdfastModule = true;
    const beginning = await gateway.feed.beginning(never);
    expect(await gateway.feed.read(beginning ?? 0, never)).toEqual(await direct.feed.read(beginning ?? 0, never));
  });

  it('is read by the terminal itself where there is no gateway', async () => {
    const bundle = await through().forImport(never);
    expect(bundle.bundle).not.toBeNull();
    await server.close();
    const own = await terminal();
    expect(own.bundle).toBeNull();
    expect(own.info.counts['product']).toBe(67);
    expect(await through().changes.productCount(never)).toBe(67);
    // What was begun with a bundle is not mixed with what the shop says now.
    await expect(bundle.source.page('product', null, never)).rejects.toMatchObject({ code: 'gateway.unreachable' });
  });

  it('is copied on from the part where it stopped', async () => {
    const shop = await through().forImport(never);
    const store = new MemoryStoreMedium().open({ createIfMissing: true });
    let pages = 0;
    const broken = {
      ...shop,
      source: {
        page: ((kind, cursor, signal) => {
          pages += 1;
          if (kind === 'product' && cursor !== null && pages < 100) {
            pages = 100;
            return Promise.reject(new Error('the power is gone'));
          }
          return shop.source.page(kind, cursor, signal);
        }) as typeof shop.source.page,
      },
    };
    const options = { ...broken, store, clock, log, sourceId: 'one', budget: 1e9 };
    await expect(importSnapshot(options)).rejects.toThrow('the power is gone');
    const before = pages;
    expect((await importSnapshot(options)).counts['product']).toBe(67);
    // The rest of the products, customers, stock: not everything again.
    expect(pages - before).toBeLessThan(8);
  });

  it('is told to nobody without leave, and only whole', async () => {
    const url = `http://127.0.0.1:${server.port}`;
    const ask = (token: string, path = '/bundle', body: unknown = { reading }) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
    const mine = leaves.give(terminalId('K1'));
    expect((await ask('')).status).toBe(401);
    expect((await ask(mine.replace('K1', 'K2'))).status).toBe(401);
    expect((await ask(new Leaves('another password', clock).give(terminalId('K1')))).status).toBe(401);
    const later = new ManualClock(clock.now() + leaveLasts + 1);
    expect(new Leaves('a password of gateways', later).check(mine)).toBeNull();
    expect((await ask(mine, '/bundle', { reading: { ...reading, recordFormat: 1 } })).status).toBe(409);
    expect((await ask(mine, '/bundle', { reading: {} })).status).toBe(400);
    expect((await ask(mine, '/reading', { reading, call: 'nothing' })).status).toBe(400);
    expect((await ask(mine, '/elsewhere')).status).toBe(404);

    const damaging: HttpTransport = {
      exchange: async (request) => {
        const result = await transport.exchange(request);
        return result.kind === 'answer' ? { ...result, body: result.body.replace('COF-01', 'COF-02') } : result;
      },
      close: () => undefined,
    };
    const client = new BundleClient({ transport: damaging, clock, door: async () => door, reading });
    const shop = await new ShopThroughGateway(client, direct, log).forImport(never);
    await expect(shop.source.page('product', null, never)).rejects.toMatchObject({ code: 'gateway.damaged' });
  });
});

describe('questions that many ask', () => {
  it('share one answer, begun after they were asked, once in a while at most', async () => {
    const time = new ManualClock();
    const batches = new Batches(time);
    let begun = 0;
    const ask = () => batches.ask('stock', seconds(10), async () => (begun += 1));
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
    const [soon, also] = [ask(), ask()];
    await time.advance(seconds(9));
    expect(begun).toBe(1);
    await time.advance(seconds(2));
    expect(await Promise.all([soon, also])).toEqual([2, 2]);
    await time.advance(seconds(60));
    expect(await ask()).toBe(3);
  });

  it('pass on a failure to those who asked, and begin anew for the next', async () => {
    const time = new ManualClock();
    const batches = new Batches(time);
    await expect(batches.ask('x', seconds(1), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const again = batches.ask('x', seconds(1), async () => 'yes');
    await time.advance(seconds(2));
    expect(await again).toBe('yes');
  });
});
