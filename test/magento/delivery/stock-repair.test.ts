import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMagentoClient } from '../../../src/magento/client/client.ts';
import { createStockRecipe } from '../../../src/magento/delivery/stock-recipe.ts';
import { type DirectSales, StockRepairWatch } from '../../../src/magento/delivery/stock-repair.ts';
import { hours, seconds } from '../../../src/platform/clock.ts';
import type { JsonNote } from '../../../src/platform/json-note.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { seededRandom } from '../../../src/platform/seeded-random.ts';
import { createNodeTransport } from '../../../src/platform/system-http-transport.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';
import { type SimulatedMagento, startSimulatedMagento } from '../../../src/showroom/magento/index.ts';
import { repairReservations } from '../../../src/showroom/magento/reservation-repair.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { berlin, line, saleOf } from './sales.ts';

const signal = new AbortController().signal;
const transport = createNodeTransport();
const noteOf = (): JsonNote<DirectSales> & { value: DirectSales } => ({
  value: [],
  async save(value) {
    this.value = value;
  },
});

let clock: ManualClock;
let shop: SimulatedMagento;
let note: ReturnType<typeof noteOf>;
let watch: StockRepairWatch;
let client: ReturnType<typeof createMagentoClient>;

beforeEach(async () => {
  clock = new ManualClock();
  shop = await startSimulatedMagento({ port: 0, clock, random: seededRandom(1), log: silentLogger });
  client = createMagentoClient({
    baseUrl: shop.url,
    storeCode: 'default',
    auth: { type: 'token', token: shop.integrationToken },
    transport,
    clock,
    log: silentLogger,
    requestTimeout: seconds(30),
  });
  note = noteOf();
  watch = new StockRepairWatch({ calls: { client, stockId: 2 }, note, clock, log: silentLogger });
});
afterEach(async () => {
  transport.close();
  await shop.close();
});

const sold = (counter: number, sku = 'HOU-04', productId = 34, quantity = 2): CompletedSale =>
  saleOf([line({ sku, productId, quantity, inclTax: '9.99', tax: '1.60' })], counter);

async function deliver(sale: CompletedSale, stock: 'quote' | 'direct'): Promise<void> {
  const recipe = createStockRecipe({
    client,
    shop: berlin,
    stock,
    clock,
    log: silentLogger,
    madeDirectly: (made) => watch.madeDirectly(made),
  });
  const outcome = await recipe.deliver(sale, null, async () => undefined, signal);
  expect(outcome.kind).toBe('confirmed');
}

async function look(): Promise<void> {
  await clock.advance(hours(1));
  await watch.checkIfDue(signal);
}

/** A web customer's order that is not shipped yet. */
async function openOrder(sku: string, qty: number): Promise<void> {
  const cart = await client.request('POST', '/V1/carts');
  const id = cart.kind === 'ok' ? String(cart.body) : '';
  await client.request('POST', `/V1/carts/${id}/items`, { cartItem: { quote_id: id, sku, qty } });
  const address = { ...berlin.address, street: ['Weg 1'], countryId: undefined, country_id: 'DE', region_id: 82 };
  const { firstname, lastname, street, city, postcode, country_id, region_id, telephone, email } = address;
  const at = { firstname, lastname, street, city, postcode, country_id, region_id, telephone, email };
  await client.request('POST', `/V1/carts/${id}/shipping-information`, {
    addressInformation: {
      shipping_address: at,
      billing_address: at,
      shipping_carrier_code: 'freeshipping',
      shipping_method_code: 'freeshipping',
    },
  });
  const placed = await client.request('PUT', `/V1/carts/${id}/order`, { paymentMethod: { method: 'checkmo' } });
  expect(placed.kind).toBe('ok');
}

describe('after a sale that was made directly', () => {
  it('the shop sells too much until its repair has run, and that is seen', async () => {
    await deliver(sold(1), 'direct');
    expect(watch.status()).toMatchObject({ waiting: 1, checkedAt: null });
    await look();
    expect(watch.status()).toMatchObject({ waiting: 1, overstated: [{ sku: 'HOU-04', by: 2 }] });
    await look();
    expect(watch.status().waiting).toBe(1);
    repairReservations(shop.shop);
    await look();
    expect(watch.status()).toMatchObject({ waiting: 0, oldest: null, overstated: [] });
  });

  it('open web orders of the same article hide nothing', async () => {
    await openOrder('HOU-04', 3);
    await deliver(sold(1), 'direct');
    await openOrder('HOU-04', 2);
    await look();
    expect(watch.status()).toMatchObject({ waiting: 1, overstated: [{ sku: 'HOU-04', by: 2 }] });
    repairReservations(shop.shop);
    await look();
    expect(watch.status().waiting).toBe(0);
  });

  it('each sale is let go when its own articles are right again', async () => {
    await deliver(sold(1), 'direct');
    await deliver(sold(2, 'TEA-01', 11, 1), 'direct');
    await deliver(sold(2, 'TEA-01', 11, 1), 'direct');
    expect(watch.status().waiting).toBe(2);
    const { reservations } = shop.shop.ledger;
    reservations.push({ id: 900, stockId: 2, sku: 'TEA-01', quantity: -1, metadata: '{}' });
    await look();
    expect(note.value.map((sale) => sale.receiptNumber)).toEqual(['K1-00000001']);
  });

  it('an article that is deleted meanwhile is waited for no longer', async () => {
    await deliver(sold(1), 'direct');
    const { ledger } = shop.shop;
    ledger.sourceItems = ledger.sourceItems.filter((item) => item.sku !== 'HOU-04');
    await look();
    expect(watch.status().waiting).toBe(0);
  });

  it('a shop that can’t be asked leaves it as it was', async () => {
    await deliver(sold(1), 'direct');
    repairReservations(shop.shop);
    shop.faults.set([{ action: { kind: 'answer', status: 503 }, path: 'source-items', times: 1 }]);
    await look();
    expect(watch.status()).toMatchObject({ waiting: 1, checkedAt: null });
    await look();
    expect(watch.status().waiting).toBe(0);
  });

  it('stock that moves during the look leaves it for the next one', async () => {
    await deliver(sold(1), 'direct');
    repairReservations(shop.shop);
    shop.faults.set([]);
    const real = client.request.bind(client);
    client.request = async (...call) => {
      const answer = await real(...call);
      if (call[1].startsWith('/V1/orders?')) await openOrderBeside(real);
      return answer;
    };
    await look();
    expect(watch.status().waiting).toBe(1);
    client.request = real;
    await look();
    expect(watch.status().waiting).toBe(0);
  });

  it('is asked about once an hour at most, and not at all when nothing waits', async () => {
    await watch.checkIfDue(signal);
    expect(shop.calls).toEqual([]);
    await deliver(sold(1), 'direct');
    await look();
    const calls = shop.calls.length;
    await clock.advance(seconds(3500));
    await watch.checkIfDue(signal);
    expect(shop.calls).toHaveLength(calls);
  });
});

it('a sale through the cart needs no repair', async () => {
  await deliver(sold(1), 'quote');
  expect(watch.status().waiting).toBe(0);
});

async function openOrderBeside(request: typeof client.request): Promise<void> {
  const asked = client.request;
  client.request = request;
  await openOrder('HOU-04', 1);
  client.request = asked;
}
