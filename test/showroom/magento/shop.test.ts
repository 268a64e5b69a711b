import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { milliseconds, minutes } from '../../../src/platform/clock.ts';
import { numberOf, rowOf, rowsOf } from '../../../src/showroom/magento/json.ts';
import { type OpenShop, openShop } from './shop-fixture.ts';

const place = { paymentMethod: { method: 'checkmo' } };

describe('the simulated shop', () => {
  let shop: OpenShop;
  beforeEach(async () => {
    shop = await openShop();
  });
  afterEach(() => shop.magento.close());

  const search = (path: string, filters: Record<string, string>, rest = ''): string => {
    const parts = Object.entries(filters).map(([field, value], index) => {
      const filter = `searchCriteria[filterGroups][${index}][filters][0]`;
      const [condition = 'eq', wanted = ''] = value.split(' ', 2);
      return `${filter}[field]=${field}&${filter}[value]=${wanted}&${filter}[conditionType]=${condition}`;
    });
    return `${path}?${parts.join('&') || 'searchCriteria='}${rest}`;
  };
  const skus = async (filters: Record<string, string>, rest?: string): Promise<readonly unknown[]> =>
    rowsOf(rowOf((await shop.call('GET', search('/rest/V1/products', filters, rest))).body)['items']).map(
      (row) => row['sku'],
    );

  it('searches by every condition a till uses', async () => {
    expect(await skus({ entity_id: 'gt 65' })).toEqual(['TSHIRT', 'BREAKFAST']);
    expect(await skus({ entity_id: 'gteq 66' })).toEqual(['TSHIRT', 'BREAKFAST']);
    expect(await skus({ entity_id: 'lt 3' })).toEqual(['COF-01', 'COF-02']);
    expect(await skus({ sku: 'in TEA-02,COF-01' })).toEqual(['COF-01', 'TEA-02']);
    expect(await skus({ sku: 'like TSHIRT-%25' })).toEqual(['TSHIRT-S', 'TSHIRT-M', 'TSHIRT-L', 'TSHIRT-XL']);
    expect(await skus({ type_id: 'neq simple' })).toEqual(['GIFT-WRAP', 'TSHIRT', 'BREAKFAST']);
    expect(await skus({ category_id: 'eq 4', entity_id: 'lteq 12' })).toEqual(['TEA-01', 'TEA-02']);
    expect(await skus({ special_price: 'notnull x', entity_id: 'lt 11' })).toEqual(['COF-02', 'COF-03', 'COF-04']);
    const descending = '&searchCriteria[sortOrders][0][field]=entity_id&searchCriteria[sortOrders][0][direction]=DESC';
    expect(await skus({ entity_id: 'lt 3' }, descending)).toEqual(['COF-02', 'COF-01']);
    expect(await skus({}, '&searchCriteria[pageSize]=0')).toHaveLength(67);
  });

  it('changes and removes lines of a cart', async () => {
    const cart = await shop.cart([
      { sku: 'COF-01', qty: 2 },
      { sku: 'TEA-01', qty: 1 },
    ]);
    const items = rowsOf((await shop.call('GET', `/rest/V1/carts/${cart}/items`)).body);
    const [coffee, tea] = items.map((item) => numberOf(item['item_id']));
    const changed = await shop.call('PUT', `/rest/V1/carts/${cart}/items/${coffee}`, {
      cartItem: { quote_id: cart, qty: 5 },
    });
    expect(rowOf(changed.body)).toMatchObject({ sku: 'COF-01', qty: 5 });
    expect((await shop.call('DELETE', `/rest/V1/carts/${cart}/items/${tea}`)).body).toBe(true);
    expect((await shop.call('DELETE', `/rest/V1/carts/${cart}/items/${tea}`)).status).toBe(404);
    expect(rowsOf((await shop.call('GET', `/rest/V1/carts/${cart}/items`)).body)).toHaveLength(1);
    const tooMany = await shop.call('PUT', `/rest/V1/carts/${cart}/items/${coffee}`, {
      cartItem: { quote_id: cart, qty: 9000 },
    });
    expect(tooMany.body).toEqual({ message: 'The requested qty is not available' });
  });

  it('drops a coupon from the cart when its rule no longer applies', async () => {
    const cart = await shop.cart([{ sku: 'HOU-04', qty: 1 }]);
    expect((await shop.call('PUT', `/rest/V1/carts/${cart}/coupons/TENOFF`)).body).toBe(true);
    expect((await shop.call('GET', `/rest/V1/carts/${cart}/coupons`)).body).toBe('TENOFF');
    const rule = shop.magento.shop.data.salesRules.find((row) => row['rule_id'] === 6);
    Object.assign(rule ?? {}, { is_active: false });
    shop.magento.shop.catalogueVersion += 1;
    await shop.call('POST', `/rest/V1/carts/${cart}/items`, { cartItem: { quote_id: cart, sku: 'HOU-04', qty: 1 } });
    expect((await shop.call('GET', `/rest/V1/carts/${cart}/coupons`)).body).toEqual([]);
  });

  it('reserves and ships the children of a bundle', async () => {
    const cart = await shop.cart([{ sku: 'HOU-04', qty: 1 }]);
    const options = [
      { option_id: 1, option_qty: 1, option_selections: [1] },
      { option_id: 2, option_qty: 2, option_selections: [3] },
    ];
    const bundle = {
      quote_id: cart,
      sku: 'BREAKFAST',
      qty: 2,
      product_option: { extension_attributes: { bundle_options: options } },
    };
    expect((await shop.call('POST', `/rest/V1/carts/${cart}/items`, { cartItem: bundle })).status).toBe(200);
    const order = (await shop.call('PUT', `/rest/V1/carts/${cart}/order`, place)).body;
    const reserved = () => shop.magento.shop.ledger.reservations.map(({ sku, quantity }) => [sku, quantity]);
    expect(reserved()).toEqual([
      ['HOU-04', -1],
      ['COF-01', -2],
      ['TEA-01', -4],
    ]);
    await shop.call('POST', `/rest/V1/order/${String(order)}/invoice`, { capture: true });
    const source = { arguments: { extension_attributes: { source_code: 'store-berlin' } } };
    expect((await shop.call('POST', `/rest/V1/order/${String(order)}/ship`, source)).status).toBe(200);
    expect(reserved().slice(3)).toEqual([
      ['HOU-04', 1],
      ['COF-01', 2],
      ['TEA-01', 4],
    ]);
    const row = rowOf((await shop.call('GET', `/rest/V1/orders/${String(order)}`)).body);
    expect(row['state']).toBe('complete');
    expect(row['total_paid']).toBe(row['grand_total']);
  });

  it('locks a user out after six wrong passwords, with the same words', async () => {
    const signIn = async (password: string) =>
      shop.call('POST', '/rest/V1/integration/admin/token', { username: 'admin', password }, '');
    for (let attempt = 0; attempt < 6; attempt += 1) expect((await signIn('wrong')).status).toBe(401);
    const locked = await signIn('showroom1');
    expect(locked.status).toBe(401);
    expect(rowOf(locked.body)['message']).toBe(
      'The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.',
    );
    await shop.clock.advance(minutes(30));
    const token = String((await signIn('showroom1')).body);
    expect((await shop.call('GET', '/rest/V1/store/websites', undefined, token)).status).toBe(200);
    await shop.clock.advance(minutes(60));
    expect((await shop.call('GET', '/rest/V1/store/websites', undefined, token)).status).toBe(401);
  });

  it('goes on selling at catalogue-rule prices on any day, as the nightly cron would see to', async () => {
    const later = await openShop();
    await later.clock.advance(minutes(60 * 24 * 400));
    const cart = await later.cart([{ sku: 'GAR-01', qty: 1 }]);
    const totals = rowOf((await later.call('GET', `/rest/V1/carts/${cart}/totals`)).body);
    expect(totals['grand_total']).toBe(32.4);
    await later.magento.close();
  });

  it('keeps its books over a restart when given a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulated-magento-'));
    try {
      const stateFile = join(folder, 'shop.json');
      const first = await openShop({ stateFile });
      const cart = await first.cart([{ sku: 'COF-01', qty: 3 }]);
      await first.call('PUT', `/rest/V1/carts/${cart}/order`, place);
      const books = structuredClone(first.magento.shop.ledger);
      await first.magento.close();
      const second = await openShop({ stateFile });
      expect(second.magento.shop.ledger).toEqual(books);
      expect((await second.call('PUT', `/rest/V1/carts/${cart}/order`, place)).status).toBe(404);
      expect((await second.call('POST', '/rest/V1/carts')).body).toBe('2');
      await second.magento.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuses books it cannot read, in words', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulated-magento-'));
    try {
      const stateFile = join(folder, 'shop.json');
      writeFileSync(stateFile, '{"ledger":');
      await expect(openShop({ stateFile })).rejects.toMatchObject({ code: 'showroom.bad-state', remedy: 'operator' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes as long as recorded when told to', async () => {
    const cart = await shop.cart([{ sku: 'COF-01', qty: 1 }]);
    shop.magento.latency = 'recorded';
    const placed = shop.call('PUT', `/rest/V1/carts/${cart}/order`, place);
    const before = shop.clock.monotonic();
    let done = false;
    void placed.finally(() => {
      done = true;
    });
    while (!done) await shop.clock.advance(milliseconds(1));
    expect((await placed).status).toBe(200);
    expect(shop.clock.monotonic() - before).toBeGreaterThanOrEqual(500);
  });

  it('refuses a port that is taken, in words', async () => {
    await expect(openShop({ port: shop.magento.port })).rejects.toMatchObject({
      code: 'showroom.port-taken',
      remedy: 'operator',
    });
  });

  it('shows the latest calls to whoever watches', async () => {
    await shop.call('POST', '/rest/V1/carts');
    await shop.call('GET', '/rest/V1/orders/999999');
    expect(shop.magento.calls.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['POST', '/rest/V1/carts', 200],
      ['GET', '/rest/V1/orders/999999', 404],
    ]);
  });
});
