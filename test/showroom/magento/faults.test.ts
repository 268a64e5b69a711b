import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { milliseconds } from '../../../src/platform/clock.ts';
import { rowOf } from '../../../src/showroom/magento/json.ts';
import { type OpenShop, openShop } from './shop-fixture.ts';

const place = { paymentMethod: { method: 'checkmo' } };

describe('faults of the simulated shop', () => {
  let shop: OpenShop;
  beforeEach(async () => {
    shop = await openShop();
  });
  afterEach(() => shop.magento.close());

  const orders = () => shop.magento.shop.ledger.orders.length;

  it('cuts the connection before a call, which is then not made', async () => {
    const cart = await shop.cart([{ sku: 'COF-01', qty: 1 }]);
    shop.magento.faults.set([{ action: { kind: 'drop-before' }, method: 'PUT', path: '/order$' }]);
    await expect(shop.call('PUT', `/rest/V1/carts/${cart}/order`, place)).rejects.toThrow();
    expect(orders()).toBe(0);
  });

  it('loses the reply of a call that was made', async () => {
    const cart = await shop.cart([{ sku: 'COF-01', qty: 1 }]);
    shop.magento.faults.set([{ action: { kind: 'drop-after' }, method: 'PUT', path: '/order$', times: 1 }]);
    await expect(shop.call('PUT', `/rest/V1/carts/${cart}/order`, place)).rejects.toThrow();
    expect(orders()).toBe(1);
    expect((await shop.call('PUT', `/rest/V1/carts/${cart}/order`, place)).status).toBe(404);
    expect(shop.magento.faults.list()).toMatchObject([{ matched: 2, fired: 1 }]);
  });

  it('answers 500 although the call was made', async () => {
    const cart = await shop.cart([{ sku: 'COF-01', qty: 1 }]);
    shop.magento.faults.set([{ action: { kind: 'error-after' }, path: '/order$' }]);
    const reply = await shop.call('PUT', `/rest/V1/carts/${cart}/order`, place);
    expect(reply.status).toBe(500);
    expect(rowOf(reply.body)['message']).toMatch(/^Internal Error\. .* Report ID: webapi-[0-9a-f]{13}$/);
    expect(orders()).toBe(1);
  });

  it('sends half of a reply', async () => {
    shop.magento.faults.set([{ action: { kind: 'truncate' } }]);
    const reply = await shop.call('GET', '/rest/V1/products/COF-01');
    expect(reply.status).toBe(200);
    expect(reply.body).toBeNull();
    expect(reply.text.startsWith('{"id":1,"sku":"COF-01"')).toBe(true);
  });

  it.each([
    [401, 'application/json; charset=utf-8', "The consumer isn't authorized"],
    [429, 'application/json; charset=utf-8', 'Too Many Requests'],
    [500, 'application/json; charset=utf-8', 'Internal Error.'],
    [502, 'text/html', '502 Bad Gateway'],
    [503, 'text/html; charset=UTF-8', 'Service Temporarily Unavailable'],
  ] as const)('answers %i instead of making the call', async (status, type, words) => {
    shop.magento.faults.set([{ action: { kind: 'answer', status, retryAfter: 30 } }]);
    const reply = await shop.call('POST', '/rest/V1/carts');
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toBe(type);
    expect(reply.headers.get('retry-after')).toBe('30');
    expect(reply.text).toContain(words);
    expect(shop.magento.shop.ledger.quotes).toHaveLength(0);
  });

  it('is slow by the clock that was handed in', async () => {
    shop.magento.faults.set([{ action: { kind: 'slow', milliseconds: 5_000 } }]);
    let answered = false;
    const reply = shop.call('POST', '/rest/V1/carts').then((value) => {
      answered = true;
      return value;
    });
    while (shop.clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    await shop.clock.advance(milliseconds(4_999));
    expect(answered).toBe(false);
    expect(shop.magento.shop.ledger.quotes).toHaveLength(0);
    await shop.clock.advance(milliseconds(1));
    expect((await reply).status).toBe(200);
  });

  it('strikes only the n-th matching call', async () => {
    shop.magento.faults.set([{ action: { kind: 'answer', status: 503 }, method: 'POST', nth: 2 }]);
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await shop.call('POST', '/rest/V1/carts')).status);
    expect(statuses).toEqual([200, 503, 200]);
  });

  it('strikes with a probability that a seed repeats', async () => {
    const strikes = async (): Promise<readonly number[]> => {
      const other = await openShop();
      other.magento.faults.set([{ action: { kind: 'answer', status: 503 }, probability: 0.5 }]);
      const statuses: number[] = [];
      for (let count = 0; count < 20; count += 1)
        statuses.push((await other.call('GET', '/rest/V1/store/websites')).status);
      await other.magento.close();
      return statuses;
    };
    const once = await strikes();
    expect(new Set(once)).toEqual(new Set([200, 503]));
    expect(await strikes()).toEqual(once);
  });

  it('is switched over HTTP, and refuses what is no fault', async () => {
    const faults = '/_showroom/faults';
    await shop.call('POST', faults, { action: { kind: 'answer', status: 503 }, path: '^/V1/carts$' });
    expect((await shop.call('POST', '/rest/V1/carts')).status).toBe(503);
    expect((await shop.call('GET', '/rest/V1/store/websites')).status).toBe(200);
    const refused = await shop.call('PUT', faults, [{ action: { kind: 'explode' } }]);
    expect(refused.status).toBe(400);
    expect((await shop.call('GET', faults)).body).toMatchObject([{ path: '^/V1/carts$', fired: 1 }]);
    await shop.call('DELETE', faults);
    expect((await shop.call('POST', '/rest/V1/carts')).status).toBe(200);
  });

  it('unplugged, it refuses connections; plugged in again it is the same shop at the same address', async () => {
    const cart = await shop.cart([{ sku: 'COF-01', qty: 1 }]);
    await shop.magento.unplug();
    await expect(shop.call('GET', `/rest/V1/carts/${cart}`)).rejects.toThrow();
    await shop.magento.plug();
    expect(rowOf((await shop.call('GET', `/rest/V1/carts/${cart}`)).body)['items_qty']).toBe(1);
  });
});
