import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMagentoClient } from '../../../src/magento/client/client.ts';
import { createMagentoShopSource, type MagentoShopOptions } from '../../../src/magento/reader/shop-source.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { createNodeTransport } from '../../../src/platform/system-http-transport.ts';
import type { RecordKind, ShopRecord, ShopSource } from '../../../src/snapshot/shop-source.ts';
import { germanPrices } from '../../tools/german-prices.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { recorded } from '../client/recorded.ts';
import { type RecordedShop, recordedCatalogue, serveRecordedShop } from './recorded-shop.ts';

let shop: RecordedShop;
const transport = createNodeTransport();
const signal = new AbortController().signal;

beforeEach(async () => {
  shop = await serveRecordedShop();
});
afterEach(async () => {
  transport.close();
  await shop.close();
});

function source(options: Partial<MagentoShopOptions> = {}): ShopSource {
  const clock = new ManualClock('2026-11-23T09:00:00Z');
  const auth = { type: 'token', token: 'secret' } as const;
  const client = createMagentoClient({
    baseUrl: shop.url,
    storeCode: 'default',
    auth,
    transport,
    clock,
    log: silentLogger,
  });
  return createMagentoShopSource({
    client,
    clock,
    settings: germanPrices,
    sourceCode: 'store-berlin',
    attributes: { barcode: 'ean', plu: null, decimalQuantity: null },
    pageSize: 50,
    guestPrices: false,
    ...options,
  });
}

async function readAll<Kind extends RecordKind>(from: ShopSource, kind: Kind): Promise<ShopRecord<Kind>[]> {
  const records: ShopRecord<Kind>[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof from.page<Kind>>> = await from.page(kind, cursor, signal);
    records.push(...page.records);
    cursor = page.next;
  } while (cursor !== null);
  return records;
}

async function recordsOf<Kind extends RecordKind>(from: ShopSource, kind: Kind) {
  return (await readAll(from, kind)).flatMap((entry) => (entry.ok ? [entry.record] : []));
}

describe('the recorded shop', () => {
  test('gives every product, page by page', async () => {
    const from = source({ pageSize: 20 });
    const first = await from.page('product', null, signal);
    expect(first).toMatchObject({ total: 67, next: expect.any(String) });
    expect(first.records).toHaveLength(20);
    const second = await from.page('product', first.next, signal);
    expect(second.total).toBe(67);
    const products = await recordsOf(from, 'product');
    expect(products.map(({ id }) => id)).toEqual(Array.from({ length: 67 }, (_, index) => index + 1));
  });

  test('knows a product by what the till needs', async () => {
    const product = (await recordsOf(source(), 'product')).find(({ sku }) => sku === 'COF-02');
    expect(product).toMatchObject({
      name: 'Coffee article 2',
      enabled: true,
      visibility: 4,
      barcodes: ['4063000000025'],
      plu: '2',
      price: 12.12,
      decimalQuantity: false,
      specialPrice: { price: 9.7, from: '2026-01-01', to: '2030-12-31' },
      updatedAt: '2026-11-23 05:37:26',
    });
    expect(product?.categoryIds).toEqual(expect.arrayContaining([3, 2]));
  });

  test('links a configurable with its variants, wherever these are listed', async () => {
    const from = source({ pageSize: 10, attributes: { barcode: 'ean', plu: null, decimalQuantity: null } });
    const tshirt = (await recordsOf(from, 'product')).find(({ sku }) => sku === 'TSHIRT');
    expect(tshirt?.configurable).toEqual({
      attributes: [{ attributeId: 138, code: 'pos_size', label: 'Size' }],
      variants: [
        { sku: 'TSHIRT-S', values: { '138': 4 } },
        { sku: 'TSHIRT-M', values: { '138': 5 } },
        { sku: 'TSHIRT-L', values: { '138': 6 } },
        { sku: 'TSHIRT-XL', values: { '138': 7 } },
      ],
    });
    shop.requests.length = 0;
    await recordsOf(source({ pageSize: 66 }), 'product');
    expect(shop.requests.filter((request) => request.includes('[field]=entity_id') && request.includes('=in'))).toEqual(
      [],
    );
    await recordsOf(source({ pageSize: 64 }), 'product');
    const asked = shop.requests.filter((request) => request.includes('[condition_type]=in'));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('[value]=62,63,64&');
  });

  test('gives the rest: groups, taxes, attributes, rules with coupons, customers, stock of the own source', async () => {
    const from = source();
    expect(await recordsOf(from, 'settings')).toEqual([germanPrices]);
    expect(await recordsOf(from, 'customer-group')).toHaveLength(6);
    expect(await recordsOf(from, 'tax-rule')).toHaveLength(2);
    expect(await recordsOf(from, 'tax-rate')).toHaveLength(6);
    expect((await recordsOf(from, 'catalogue-attribute')).map(({ code }) => code)).toContain('pos_size');
    const rules = await recordsOf(from, 'cart-rule');
    expect(rules.find(({ id }) => id === 4)?.coupons).toMatchObject([{ code: 'FIX777' }]);
    expect(rules.filter(({ coupon }) => coupon === 'none').every(({ coupons }) => coupons.length === 0)).toBe(true);
    const customers = await recordsOf(from, 'customer');
    expect(customers).toHaveLength(10);
    expect(customers[0]).toMatchObject({ id: 1, email: 'kunde1@example.com', phones: ['030 123450'], groupId: 1 });
    const stock = await recordsOf(from, 'source-stock');
    expect(stock.length).toBeGreaterThan(50);
    expect(new Set(stock.map(({ sourceCode }) => sourceCode))).toEqual(new Set(['store-berlin']));
  });

  test('learns from guests’ prices exactly the catalogue-rule prices that matter to guests', async () => {
    const products = await recordsOf(source({ guestPrices: true }), 'product');
    const learnt = products.flatMap(({ sku, cataloguePrices }) => cataloguePrices.map((price) => ({ sku, ...price })));
    const hidden = recordedCatalogue()['_not_over_rest'] as unknown as {
      catalogrule_product_price: { rule_date: string; customer_group_id: string; sku: string; rule_price: string }[];
    };
    const real = hidden.catalogrule_product_price.filter(
      (row) => row.customer_group_id === '0' && row.rule_date === '2026-11-23',
    );
    expect(learnt.length).toBeGreaterThan(5);
    for (const price of learnt) {
      expect(price).toMatchObject({ customerGroupId: 0, day: '2026-11-23' });
      const row = real.find(({ sku }) => sku === price.sku);
      expect([price.sku, price.price]).toEqual([row?.sku, expect.closeTo(Number(row?.rule_price), 4)]);
    }
    // What was not learnt is above the price that guests pay anyway.
    const missed = real.filter(({ sku }) => !learnt.some((price) => price.sku === sku));
    for (const { sku, rule_price } of missed) {
      const product = products.find((candidate) => candidate.sku === sku);
      expect(Number(rule_price)).toBeGreaterThanOrEqual(
        Math.min(product?.specialPrice?.price ?? Infinity, product?.price ?? 0),
      );
    }
  });
});

describe('what a shop may come up with', () => {
  test('a bad product is refused by name, the others go on', async () => {
    const products = shop.lists['/V1/products']!;
    products[3] = { ...products[3], name: null };
    products[4] = { ...products[4], tier_prices: 'none' };
    const records = await readAll(source(), 'product');
    expect(records).toHaveLength(67);
    const refused = records.filter((record) => !record.ok);
    expect(refused).toEqual([
      { ok: false, key: 'COF-04', reason: expect.stringContaining('name') },
      { ok: false, key: 'COF-05', reason: expect.stringContaining('tier_prices') },
    ]);
  });

  test('products of other websites are not of this shop', async () => {
    const products = shop.lists['/V1/products']!;
    products[3] = { ...products[3], extension_attributes: { website_ids: [2] } };
    products[4] = { ...products[4], extension_attributes: { website_ids: [2, 1] } };
    expect(await readAll(source(), 'product')).toHaveLength(66);
  });

  test('several barcodes in one attribute; PLU and weighed goods by attributes of their own', async () => {
    const products = shop.lists['/V1/products']!;
    const give = (...values: [string, string][]) =>
      values.map(([attribute_code, value]) => ({ attribute_code, value }));
    products[0] = {
      ...products[0],
      custom_attributes: give(['ean', '0012345678905, 96385074'], ['plu', '0042'], ['weighed', '1']),
    };
    const from = source({ attributes: { barcode: 'ean', plu: 'plu', decimalQuantity: 'weighed' } });
    const [first, second] = await recordsOf(from, 'product');
    expect(first).toMatchObject({ barcodes: ['12345678905', '96385074'], plu: '42', decimalQuantity: true });
    expect(second).toMatchObject({ plu: null, decimalQuantity: false });
  });

  test('an empty page past the end is the end', async () => {
    shop.lists['/V1/products'] = shop.lists['/V1/products']!.slice(0, 40);
    const from = source({ pageSize: 20 });
    expect(await readAll(from, 'product')).toHaveLength(40);
    expect(await readAll(source({ pageSize: 3 }), 'customer-group')).toHaveLength(6);
  });

  test('keeps to the order of ids, so that a product deleted meanwhile hides no other', async () => {
    const from = source({ pageSize: 20 });
    const first = await from.page('product', null, signal);
    shop.lists['/V1/products']!.splice(0, 5);
    const second = await from.page('product', first.next, signal);
    expect(second.records[0]).toMatchObject({ record: { id: 21 } });
  });

  test.each([
    ['cut off', '{"items":[{"id":1,"sku"'],
    ['not JSON', '<html>'],
    ['not a list', '{"products":[]}'],
    ['items no list', '{"items":{"0":1},"total_count":1}'],
    ['out of order', JSON.stringify({ items: Array.from({ length: 50 }, () => ({ id: 0 })), total_count: 60 })],
  ])('a page that is %s', async (_, body) => {
    shop.interfere = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(body);
      return true;
    };
    await expect(source().page('product', null, signal)).rejects.toMatchObject({
      code: 'shop.bad-page',
      remedy: 'retry',
    });
  });

  test.each([
    ['a04-garbage-token', { code: 'shop.unauthorized', remedy: 'operator' }],
    ['h49-unknown-store-code', { code: 'shop.refused', remedy: 'operator' }],
    ['h30-maintenance', { code: 'shop.unreachable', remedy: 'retry' }],
    ['g11-bad-field-filter', { code: 'shop.unreachable', remedy: 'retry' }],
  ])('%s', async (name, expected) => {
    const { response: answer } = recorded(name);
    shop.interfere = (_, response) => {
      response.writeHead(
        answer.status,
        answer.headers['content-type'] ? { 'content-type': answer.headers['content-type'] } : {},
      );
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
      return true;
    };
    await expect(source().page('product', null, signal)).rejects.toMatchObject(expected);
  });

  test('an overloaded shop says when to come back', async () => {
    shop.interfere = (_, response) => {
      response.writeHead(429, { 'retry-after': '20' }).end();
      return true;
    };
    await expect(source().page('tax-rule', null, signal)).rejects.toMatchObject({
      code: 'shop.unreachable',
      remedy: 'retry-after',
      retryAfter: 20_000,
    });
  });

  test('what failed once to be read for products is asked again', async () => {
    let failures = 1;
    shop.interfere = (request, response) => {
      if (!request.url?.includes('categories') || failures-- <= 0) return false;
      response.writeHead(500).end();
      return true;
    };
    const from = source();
    await expect(from.page('product', null, signal)).rejects.toMatchObject({ code: 'shop.unreachable' });
    expect((await from.page('product', null, signal)).records).toHaveLength(50);
  });
});
