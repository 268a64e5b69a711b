import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HttpMethod, MagentoClient } from '../../../src/magento/client/outcome.ts';
import type { JsonValue } from '../../../src/platform/brand.ts';
import { seconds } from '../../../src/platform/clock.ts';
import { seededRandom } from '../../../src/platform/seeded-random.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';
import type { Row } from '../../../src/showroom/magento/index.ts';
import { checkSale, noFindings } from '../../sweep/ledger-check.ts';
import { Rig } from '../../sweep/rig.ts';
import { sweepSale } from '../../sweep/sales.ts';
import { line, saleOf } from './sales.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

const ledger = () => rig.shop.shop.ledger;
const standing = () => ledger().orders.filter((order) => order.row['state'] !== 'canceled');
const delivery = (sale: CompletedSale) => rig.journal.sale(sale.saleId)?.delivery;
const product = (sku: string): Row => rig.shop.shop.product(sku);
const source = (sku: string) => {
  const item = ledger().sourceItems.find((each) => each.sku === sku && each.source_code === 'store-berlin');
  if (item === undefined) throw new Error(`no ${sku} at store-berlin`);
  return item;
};
const stillReserved = (): number => ledger().reservations.reduce((sum, each) => sum + each.quantity, 0);
const one = (counter: number, sku = 'HOU-04', productId = 34): CompletedSale =>
  saleOf([line({ sku, productId, inclTax: '9.99', tax: '1.60' })], counter);

/** Exactly one order for the sale, as sold, and nothing else. */
function expectRight(sales: readonly CompletedSale[]): void {
  const findings = noFindings();
  for (const sale of sales) checkSale(ledger(), sale, 'store-berlin', findings);
  expect(findings).toEqual(noFindings());
  expect(standing()).toHaveLength(sales.length);
  expect(stillReserved()).toBe(0);
}

/** Does something in the moment of the first call that fits. */
function atFirst(method: HttpMethod, path: RegExp, what: (real: MagentoClient) => Promise<void>): void {
  let done = false;
  rig.onTheWay = (real) => ({
    async request(...call) {
      if (!done && call[0] === method && path.test(call[1])) {
        done = true;
        await what(real);
      }
      return real.request(...call);
    },
  });
}

describe('a sale delivered by recipe C', () => {
  it('is in Magento at the figures sold, with its receipt number, customer and tenders', async () => {
    const sale = sweepSale('rich', 1);
    const seen = await rig.deliver(sale);
    expect(seen.state).toBe('confirmed');
    expectRight([sale]);
    const [order] = ledger().orders;
    expect(order?.row).toMatchObject({
      ext_order_id: 'K1-00000001',
      grand_total: 72.5,
      discount_amount: -2,
      customer_id: 5,
      customer_is_guest: 0,
      customer_email: 'kunde5@example.com',
      coupon_code: 'TENOFF',
    });
    expect(order?.histories.map((history) => String(history['comment'])).join()).toContain(sale.saleId);
    expect(delivery(sale)).toMatchObject({
      state: 'confirmed',
      attempts: 1,
      order: {
        orderId: order?.id,
        orderNumber: '000000001',
        stock: '2 shipped from store-berlin (shipment 000000001)',
      },
    });
  });

  it('of virtual goods only needs no shipment', async () => {
    const sale = saleOf(
      [line({ sku: 'GIFT-WRAP', productId: 61, inclTax: '2.50', tax: '0.40', change: { type: 'virtual' } })],
      1,
    );
    expect((await rig.deliver(sale)).state).toBe('confirmed');
    expect(delivery(sale)?.order?.stock).toBe('nothing to ship');
    expectRight([sale]);
    expect(ledger().shipments).toEqual([]);
  });

  it('keeps the customer’s own web cart out of it', async () => {
    const sale = { ...one(1), customer: { id: 5, groupId: 1, email: 'kunde5@example.com', name: 'Kunde Fünf' } };
    atFirst('PUT', /\/order$/, async (real) => {
      const cart = await real.request('POST', '/V1/customers/5/carts');
      const quote_id = cart.kind === 'ok' ? cart.body : '';
      await real.request('POST', `/V1/carts/${String(quote_id)}/items`, {
        cartItem: { quote_id, sku: 'COF-01', qty: 9 },
      });
    });
    expect((await rig.deliver(sale)).state).toBe('confirmed');
    expectRight([sale]);
  });
});

describe('a proxy’s late repeat', () => {
  it('of the amendment leaves the order complete', async () => {
    const sale = one(1);
    let repeat = async (): Promise<void> => {};
    rig.onTheWay = (real) => ({
      async request(...call) {
        if (call[0] === 'POST' && call[1] === '/V1/orders') {
          repeat = async () => {
            expect((await real.request(...call)).kind).toBe('ok');
          };
        }
        return real.request(...call);
      },
    });
    expect((await rig.deliver(sale)).state).toBe('confirmed');
    await repeat();
    expectRight([sale]);
  });
});

describe('what Magento refuses', () => {
  it.each([
    ['sold out', 'ELE-09', 59, 'magento.not-for-sale'],
    ['unknown', 'NO-SUCH', 999, 'magento.unknown-sku'],
  ])(
    'an article that is %s parks its sale in words, and the sales behind it go on',
    async (_, sku, productId, code) => {
      const refused = one(1, sku, productId);
      source('ELE-09').quantity = 0;
      source('ELE-09').status = 0;
      const fine = one(2);
      for (const sale of [refused, fine]) await rig.journal.append({ kind: 'sale', sale });
      await rig.drain();
      expect(delivery(refused)).toMatchObject({ state: 'parked', code });
      expect(delivery(refused)?.lastAnswer).toContain(`1 × ${sku} "Article ${sku}": `);
      expect(delivery(fine)?.state).toBe('confirmed');
      expectRight([fine]);
    },
  );

  it('more than is in stock parks; with the stock corrected a person sends it on', async () => {
    source('HOU-04').quantity = 1;
    for (const item of ledger().sourceItems)
      if (item.sku === 'HOU-04' && item.source_code === 'store-market') item.quantity = 0;
    const sale = sweepSale('plain', 1);
    await rig.deliver(sale);
    expect(delivery(sale)).toMatchObject({ state: 'parked', code: 'magento.sold-out' });
    source('HOU-04').quantity = 10;
    await rig.retry(sale.saleId);
    expect(delivery(sale)).toMatchObject({ state: 'confirmed', attempts: 2 });
    expectRight([sale]);
    expect(source('HOU-04').quantity).toBe(7);
  });

  it('a source with too little parks at the shipment, and goes on there', async () => {
    source('HOU-04').quantity = 0;
    for (const item of ledger().sourceItems)
      if (item.sku === 'HOU-04' && item.source_code === 'store-market') item.quantity = 50;
    const sale = one(1);
    await rig.deliver(sale);
    expect(delivery(sale)).toMatchObject({ state: 'parked', code: 'magento.source-too-low' });
    source('HOU-04').quantity = 5;
    await rig.retry(sale.saleId);
    expect(delivery(sale)?.state).toBe('confirmed');
    expectRight([sale]);
  });

  it.each(['EXPIRED50', 'NOSUCH'])(
    'coupon %s is left out: the sale goes through as sold, and the order says so',
    async (coupon) => {
      const sale = one(1);
      const honoured = { ...sale, coupon, totals: { ...sale.totals, couponAccepted: coupon } };
      await rig.deliver(honoured);
      expect(delivery(honoured)).toMatchObject({ state: 'confirmed', attempts: 1 });
      expect(delivery(honoured)?.lastAnswer).toContain('without the coupon, which Magento refused');
      expectRight([honoured]);
      expect(
        ledger()
          .orders[0]?.histories.map((each) => String(each['comment']))
          .join(),
      ).toContain(`The coupon "${coupon}" was honoured`);
    },
  );

  it('a coupon that runs out between cart and order is left out in the same way', async () => {
    const sale = sweepSale('rich', 1);
    atFirst('PUT', /\/order$/, async () => {
      for (const rule of rig.shop.shop.data.salesRules) rule['to_date'] = '2026-11-01';
      rig.shop.shop.catalogueVersion += 1;
    });
    await rig.deliver(sale);
    expect(delivery(sale)?.state).toBe('confirmed');
    expectRight([sale]);
  });
});

describe('what Magento does behind one’s back', () => {
  it('a line that it dropped at placement is noticed: the order is taken back and the article refused by name', async () => {
    const sale = saleOf(
      [
        line({ sku: 'HOU-04', productId: 34, inclTax: '9.99', tax: '1.60' }, 1),
        line({ sku: 'BOO-06', productId: 46, inclTax: '9.00', tax: '0.59' }, 2),
      ],
      1,
    );
    atFirst('PUT', /\/order$/, async () => {
      product('BOO-06')['status'] = 2;
      rig.shop.shop.catalogueVersion += 1;
    });
    await rig.deliver(sale);
    expect(ledger().orders).toHaveLength(1);
    expect(standing()).toEqual([]);
    expect(stillReserved()).toBe(0);
    expect(delivery(sale)).toMatchObject({ state: 'parked', code: 'magento.not-for-sale' });
    expect(delivery(sale)?.lastAnswer).toContain('BOO-06');
  });

  it('a price that it changed meanwhile does not matter', async () => {
    const sale = one(1);
    atFirst('PUT', /\/order$/, async () => {
      product('HOU-04')['price'] = 86.66;
      rig.shop.shop.catalogueVersion += 1;
    });
    await rig.deliver(sale);
    expectRight([sale]);
  });

  it('an order number that was cut off on the way is not taken for another sale’s order', async () => {
    const sales = Array.from({ length: 11 }, (_, index) => one(index + 1));
    // The eleventh order is answered by a bare "11", of which half arrives.
    rig.shop.faults.set([{ action: { kind: 'truncate' }, method: 'PUT', path: '/order$', nth: 11 }]);
    for (const sale of sales) await rig.journal.append({ kind: 'sale', sale });
    await rig.drain();
    expect(rig.shop.faults.list()[0]?.fired).toBe(1);
    expectRight(sales);
  });

  it('a second order of the same cart, from an overlapping retry that is not ours, is cancelled and named', async () => {
    const sale = one(1);
    atFirst('PUT', /\/order$/, async (real) => {
      rig.shop.latency = 'recorded';
      // As recorded (b80): a repeat in the last part of the first placement makes an order of its own.
      const body: JsonValue = { paymentMethod: { method: 'checkmo' } };
      const path = `/V1/carts/${String(ledger().quotes.at(-1)?.id)}/order`;
      const first = real.request('PUT', path, body);
      await rig.settle(seconds(0.4));
      const second = real.request('PUT', path, body);
      await rig.settle(seconds(2));
      await Promise.all([first, second]);
      rig.shop.latency = 'none';
    });
    await rig.deliver(sale);
    expect(ledger().orders).toHaveLength(2);
    expect(delivery(sale)?.lastAnswer).toContain('second order 000000002');
    expectRight([sale]);
  });
});

describe('getting in', () => {
  it('one refused token in the middle costs a wait, not an order', async () => {
    const sale = sweepSale('plain', 1);
    rig.shop.faults.set([{ action: { kind: 'answer', status: 401 }, path: '/order$', method: 'PUT', times: 1 }]);
    await rig.deliver(sale);
    expectRight([sale]);
    expect(delivery(sale)?.attempts).toBe(2);
  });

  it('a token that runs out in the middle is renewed on the way', async () => {
    rig.auth = { type: 'admin', username: 'admin', password: 'showroom1' };
    rig.shop.faults.set([{ action: { kind: 'answer', status: 401 }, path: '/invoice$', times: 1 }]);
    const sales = [one(1), one(2)];
    // The token is older than what counts as fresh when the 401 comes.
    rig.onTheWay = (real) => ({
      async request(...call) {
        if (/invoice$/.test(call[1])) await rig.clock.advance(seconds(60));
        return real.request(...call);
      },
    });
    for (const sale of sales) await rig.journal.append({ kind: 'sale', sale });
    await rig.drain();
    expectRight(sales);
    expect(sales.map((sale) => delivery(sale)?.attempts)).toEqual([1, 1]);
  });

  it('a wrong password is not tried until the account is locked', async () => {
    rig.auth = { type: 'admin', username: 'admin', password: 'wrong' };
    const sale = one(1);
    await rig.journal.append({ kind: 'sale', sale });
    await rig.drain(undefined, (each) => {
      if (each.auth === null || each.clock.monotonic() < seconds(7200)) return;
      // Someone sets it right, and starts the terminal again.
      each.auth = null;
      each.kill();
    });
    const signIns = rig.shop.calls.filter((call) => call.path.endsWith('/integration/admin/token'));
    expect(signIns.length).toBeGreaterThan(1);
    // Two hours: one attempt in 31 minutes; six within 30 would lock the account.
    expect(signIns.length).toBeLessThanOrEqual(5);
    expectRight([sale]);
  });

  it.each([429, 503] as const)('HTTP %s in the middle is waited out', async (status) => {
    const sale = sweepSale('plain', 1);
    rig.shop.faults.set([
      { action: { kind: 'answer', status, retryAfter: 90 }, path: '/shipping-information$', times: 1 },
      { action: { kind: 'answer', status }, path: '/invoice$', times: 2 },
    ]);
    await rig.deliver(sale);
    expectRight([sale]);
  });
});

describe('a customer', () => {
  it('who was deleted in Magento meanwhile does not hold the sale up: the order stays under their name and says so', async () => {
    const sale = { ...one(1), customer: { id: 99_999, groupId: 1, email: 'weg@example.com', name: 'Vera Weg' } };
    // Magento's database refuses the customer's id by its foreign key, which REST shows as an exception (g50).
    const message = 'Internal Error. Details are available in Magento log file.';
    rig.onTheWay = (real) => ({
      request: async (...call) =>
        call[1] === '/V1/orders' && JSON.stringify(call[2]).includes('"customer_id":99999')
          ? { kind: 'unknown', code: 'server-error', status: 500, message }
          : real.request(...call),
    });
    await rig.deliver(sale);
    expect(delivery(sale)).toMatchObject({ state: 'confirmed', attempts: 1 });
    expect(delivery(sale)?.lastAnswer).toContain('Customer 99999 no longer exists in Magento');
    expect(ledger().orders[0]?.row).toMatchObject({ customer_email: 'weg@example.com', customer_is_guest: 1 });
    expectRight([{ ...sale, customer: null }]);
  });
});

describe('a cart', () => {
  it.each([1, 2, 3])(
    'that holds only some of its lines is not filled a second time (stopped at line %i)',
    async (nth) => {
      const sale = sweepSale('rich', 1);
      rig.shop.faults.set([{ action: { kind: 'answer', status: 503 }, path: '/items$', nth }]);
      await rig.deliver(sale);
      expect(delivery(sale)).toMatchObject({ state: 'confirmed', attempts: 2 });
      expect(ledger().orders).toHaveLength(1);
      expectRight([sale]);
    },
  );
});

describe('what was lost on the terminal', () => {
  it('progress that is gone is found again by the receipt number', async () => {
    const sale = sweepSale('plain', 1);
    rig.shop.faults.set([{ action: { kind: 'answer', status: 503 }, path: '/ship$', times: 1 }]);
    await rig.journal.append({ kind: 'sale', sale });
    let forgotten = false;
    await rig.drain(undefined, () => {
      const known = delivery(sale);
      if (forgotten || known === undefined || known.code !== 'magento.maintenance') return;
      forgotten = true;
      void rig.journal.append({ kind: 'delivery', delivery: { ...known, progress: null } });
    });
    expect(forgotten).toBe(true);
    expect(delivery(sale)?.state).toBe('confirmed');
    expectRight([sale]);
  });

  it.each(['quote', 'module'] as const)(
    'an order that was placed and not amended yet is found by the name it was placed under (then recipe %s)',
    async (recipe) => {
      const sale = sweepSale('rich', 1);
      rig.shop.faults.set([{ action: { kind: 'answer', status: 503 }, method: 'POST', path: '/orders$', times: 1 }]);
      await rig.journal.append({ kind: 'sale', sale });
      let forgotten = false;
      await rig.drain(undefined, () => {
        const known = delivery(sale);
        if (forgotten || known === undefined || known.code !== 'magento.maintenance') return;
        forgotten = true;
        // The card with the journal is lost, and what was exported before is all that there is; the shop has the module now.
        rig.recipe = recipe;
        rig.forget();
        void rig.journal.append({ kind: 'sale', sale });
        rig.kill();
      });
      expect(forgotten).toBe(true);
      expect(delivery(sale)?.state).toBe('confirmed');
      expectRight([sale]);
    },
  );

  it('such an order of something else than was sold is left alone', async () => {
    const first = one(1);
    rig.shop.faults.set([{ action: { kind: 'answer', status: 503 }, method: 'POST', path: '/orders$' }]);
    await rig.journal.append({ kind: 'sale', sale: first });
    await rig.drain(undefined, undefined, seconds(30));
    expect(ledger().orders).toHaveLength(1);
    rig.shop.faults.clear();
    rig.forget();
    const other = sweepSale('plain', 1);
    await rig.deliver(other);
    expect(delivery(other)).toMatchObject({ state: 'parked', code: 'magento.receipt-number-taken' });
    expect(standing()).toHaveLength(1);
  });

  it('an order of another till with the same number is never taken for this sale', async () => {
    const first = one(1);
    await rig.deliver(first);
    const other: CompletedSale = {
      ...sweepSale('plain', 1),
      saleId: '01900000-0000-7000-8000-00000000ffff' as CompletedSale['saleId'],
    };
    rig.forget();
    await rig.deliver(other);
    expect(delivery(other)).toMatchObject({ state: 'parked', code: 'magento.receipt-number-taken' });
    expectRight([first]);
  });
});

describe('weeks of bad luck', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'seed %i: random faults and kills, and every sale is there exactly once',
    async (seed) => {
      const random = seededRandom(seed);
      const sales = Array.from({ length: 12 }, (_, index) =>
        sweepSale(random.fraction() < 0.3 ? 'rich' : 'plain', index + 1),
      );
      for (const sale of sales) await rig.journal.append({ kind: 'sale', sale });
      const probability = 0.04;
      rig.shop.faults.set([
        { action: { kind: 'drop-before' }, probability },
        { action: { kind: 'drop-after' }, probability },
        { action: { kind: 'error-after' }, probability },
        { action: { kind: 'truncate' }, probability },
        { action: { kind: 'answer', status: 401 }, probability: 0.01 },
        { action: { kind: 'answer', status: 429, retryAfter: 30 }, probability: 0.01 },
        { action: { kind: 'answer', status: 502 }, probability },
        { action: { kind: 'answer', status: 503 }, probability: 0.01 },
      ]);
      let seconds = 0;
      await rig.drain(undefined, (each) => {
        seconds += 1;
        if (random.fraction() < 0.02) each.kill();
        if (seconds === 3600) each.shop.faults.clear();
      });
      expect(sales.map((sale) => delivery(sale)).filter((each) => each?.state !== 'confirmed')).toEqual([]);
      expectRight(sales);
    },
  );
});
