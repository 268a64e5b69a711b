import { describe, expect, it } from 'vitest';
import { begin, restamped, settlesIn } from '../../../src/magento/delivery/begun.ts';
import { learnFromCartOrders, learnFromOrder, learnFromSearch, verify } from '../../../src/magento/delivery/learn.ts';
import { type Order, type OrderSummary, readOrder } from '../../../src/magento/delivery/order.ts';
import { describeProgress, nextStep, type Seen } from '../../../src/magento/delivery/plan.ts';
import { newProgress, type Progress, readProgress, withOrder } from '../../../src/magento/delivery/progress.ts';
import { type BootId, seconds } from '../../../src/platform/clock.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { recorded } from './recorded.ts';
import { line, saleOf } from './sales.ts';

const nothing: Seen = { order: null, settlesIn: 0 };
const sale = saleOf([line({ sku: 'HOU-04', productId: 34, quantity: 2, inclTax: '39.98', tax: '6.38' })]);
const withCoupon = { ...sale, coupon: 'TENOFF', totals: { ...sale.totals, couponAccepted: 'TENOFF' } };
const clock = new ManualClock();
const cart = { id: '1532', itemIds: null, couponTried: false, paymentMethod: null };
const filled = { ...cart, itemIds: [6798] };
const ready = { ...filled, couponTried: true, paymentMethod: 'checkmo' };
const searched: Progress = { ...newProgress, searched: true };
const placed = withOrder({ ...searched, cart: ready }, 98, false);
const order = readOrder(recorded('r25-C-get-order').response.body);
const marked: Order = {
  ...order,
  ext_order_id: sale.receiptNumber,
  status_histories: [{ comment: `Sale ${sale.saleId}.` }],
};
const compared = (change: Partial<NonNullable<Progress['order']>>): Progress => ({
  ...placed,
  order: { ...(placed.order as NonNullable<Progress['order']>), number: '000000084', compared: true, ...change },
});

const steps = (progress: Progress, seen: Seen = nothing, of = sale): string => nextStep(of, progress, seen).do;

describe('the plan of recipe C', () => {
  it('goes from nothing to verified, one step after the other', () => {
    expect(steps(newProgress)).toBe('search');
    expect(steps(searched)).toBe('open-cart');
    expect(steps({ ...searched, cart })).toBe('add-items');
    expect(steps({ ...searched, cart: filled })).toBe('set-address');
    expect(steps({ ...searched, cart: filled }, nothing, withCoupon)).toBe('apply-coupon');
    expect(steps({ ...searched, cart: ready })).toBe('place');
    expect(steps(placed)).toBe('read-order');
    expect(steps(compared({}), { order, settlesIn: 0 })).toBe('amend');
    expect(steps(compared({ amended: true }))).toBe('invoice');
    expect(steps(compared({ amended: true, invoiced: true }))).toBe('ship');
    expect(steps(compared({ amended: true, invoiced: true, virtual: true }))).toBe('verify');
    expect(steps(compared({ amended: true, invoiced: true, shipped: true }))).toBe('verify');
  });

  it.each(['open-cart', 'add-items', 'apply-coupon', 'set-address'] as const)(
    'throws the cart away when nobody knows how %s ended',
    (step) => {
      expect(steps(begin({ ...searched, cart: filled }, step, clock))).toBe('discard-cart');
    },
  );

  it('never places again before it has looked', () => {
    const begun = begin({ ...searched, cart: ready }, 'place', clock);
    for (const left of [120_000, 1, 0, -1]) expect(steps(begun, { order: null, settlesIn: left })).toBe('find-order');
  });

  it.each(['amend', 'invoice', 'ship'] as const)('asks the order itself when nobody knows how to %s ended', (step) => {
    expect(steps(begin(compared({ amended: step !== 'amend', invoiced: step === 'ship' }), step, clock))).toBe(
      'read-order',
    );
  });

  it('does not amend over an amendment that may still be running', () => {
    const begun = begin(compared({}), 'amend', clock);
    expect(steps(begun, { order, settlesIn: 5 })).toBe('wait');
    expect(steps(begun, { order, settlesIn: 0 })).toBe('amend');
  });

  it('goes on without a coupon that Magento refused', () => {
    const refused = { ...searched, cart: filled, couponRefused: 'expired' };
    expect(steps(refused, nothing, withCoupon)).toBe('set-address');
  });

  it('cancels what is superfluous before anything else, and parks after that', () => {
    const parkWith = { code: 'magento.lines-differ', words: 'dropped' };
    expect(steps({ ...placed, toCancel: [99], parkWith })).toBe('cancel');
    expect(nextStep(sale, { ...placed, parkWith }, nothing)).toEqual({ do: 'park', ...parkWith });
  });
});

describe('what Magento’s order teaches', () => {
  it('amended, invoiced and shipped are read off it, whatever was thought before', () => {
    const lost = begin(compared({ amended: true }), 'invoice', clock);
    const seen = learnFromOrder(lost, sale, { ...marked, state: 'processing' }, false);
    expect(seen).toMatchObject({ begun: null, order: { amended: true, invoiced: true, shipped: false } });
    expect(learnFromOrder(lost, sale, { ...marked, state: 'complete' }, false).order).toMatchObject({ shipped: true });
    expect(learnFromOrder(lost, sale, marked, false).order).toMatchObject({ invoiced: false });
  });

  it('an amendment counts only when figures, receipt number and sale id are all there', () => {
    const amended = (read: Order): unknown => learnFromOrder(placed, sale, read, true).order?.amended;
    expect(amended(marked)).toBe(true);
    expect(amended(order)).toBe(false);
    expect(amended({ ...marked, grand_total: 39.97 })).toBe(false);
    expect(amended({ ...marked, discount_tax_compensation_amount: 0.13 })).toBe(false);
    expect(amended({ ...marked, shipping_amount: 4.9 })).toBe(false);
    expect(amended({ ...marked, items: marked.items.map((item) => ({ ...item, tax_amount: 6.37 })) })).toBe(false);
  });

  it('an amendment that is not there yet is waited for until it can’t come any more', () => {
    const begun = begin(placed, 'amend', clock);
    expect(learnFromOrder(begun, sale, order, false).begun).toMatchObject({ step: 'amend' });
    expect(learnFromOrder(begun, sale, order, true).begun).toBeNull();
    expect(learnFromOrder(begun, sale, marked, false).begun).toBeNull();
  });

  it('an order that lost a line is cancelled and the sale begins anew once; then a person decides', () => {
    const sold = saleOf([...sale.lines, line({ sku: 'BOO-06', productId: 46, inclTax: '9.00', tax: '0.59' }, 2)]);
    const first = learnFromOrder(placed, sold, order, true);
    expect(first).toMatchObject({ order: null, cart: null, toCancel: [98], parkWith: null });
    expect(steps(first)).toBe('cancel');
    expect(steps({ ...first, toCancel: [] })).toBe('open-cart');
    const again = learnFromOrder({ ...placed, wrongOrders: first.wrongOrders }, sold, order, true);
    expect(again).toMatchObject({
      order: null,
      cart: null,
      toCancel: [98],
      parkWith: { code: 'magento.lines-differ' },
    });
    expect(again.parkWith?.words).toContain('BOO-06');
  });

  it('an order that differs but was already shipped by someone is left alone', () => {
    const shipped = learnFromOrder(placed, saleOf([]), { ...order, state: 'complete' }, true);
    expect(shipped).toMatchObject({ toCancel: [], parkWith: { code: 'magento.lines-differ' } });
  });

  it.each([
    ['canceled', 'magento.order-cancelled'],
    ['holded', 'magento.order-held'],
  ])('an order that is %s parks the sale', (state, code) => {
    expect(learnFromOrder(placed, sale, { ...marked, state }, true).parkWith?.code).toBe(code);
  });

  it('other figures on an invoiced order, and another currency, are for a person', () => {
    const invoiced = { ...marked, state: 'processing', grand_total: 20 };
    expect(learnFromOrder(placed, sale, invoiced, true).parkWith?.code).toBe('magento.invoiced-otherwise');
    expect(learnFromOrder(placed, sale, { ...order, base_currency_code: 'CHF' }, true).parkWith?.code).toBe(
      'magento.other-currency',
    );
  });
});

describe('orders found', () => {
  const summary = (entityId: number, state = 'new'): OrderSummary => ({
    entity_id: entityId,
    increment_id: `0000000${entityId}`,
    ext_order_id: '',
    state,
    grand_total: 39.98,
    total_invoiced: 39.98,
  });

  it('by the receipt number: one is taken over, two are for a person, none means begin', () => {
    expect(learnFromSearch(newProgress, sale, [])).toMatchObject({ searched: true, order: null });
    expect(learnFromSearch(newProgress, sale, [summary(98)])).toMatchObject({ order: { id: 98, adopted: true } });
    expect(learnFromSearch(newProgress, sale, [summary(97, 'canceled'), summary(98)]).order?.id).toBe(98);
    expect(learnFromSearch(newProgress, sale, [summary(98), summary(99)]).parkWith?.code).toBe('magento.order-doubled');
  });

  it('by the receipt number, but of another sale: never taken over', () => {
    const adopted = withOrder(newProgress, 98, true);
    const foreign = { ...marked, status_histories: [{ comment: 'Sale of another till' }] };
    const seen = learnFromOrder(adopted, sale, foreign, true);
    expect(seen).toMatchObject({ order: null, parkWith: { code: 'magento.receipt-number-taken' } });
    expect(learnFromOrder(adopted, sale, marked, true)).toMatchObject({ parkWith: null, order: { amended: true } });
  });

  it('by the cart: the oldest is the sale, a younger one is cancelled and named', () => {
    const seen = learnFromCartOrders(placed, [summary(98), summary(99)]);
    expect(seen).toMatchObject({ order: { id: 98 }, toCancel: [99] });
    expect(seen.notes.join()).toContain('000000099');
    expect(learnFromCartOrders(placed, [summary(97, 'canceled'), summary(98)])).toMatchObject({
      order: { id: 98 },
      toCancel: [],
    });
  });

  const done = compared({ amended: true, invoiced: true, shipped: true });
  const shipment = {
    entity_id: 11,
    increment_id: '000000011',
    total_qty: 2,
    extension_attributes: { source_code: 'store-berlin' },
  };

  it('are right at the end only if complete, paid as sold, alone and shipped', () => {
    const look = (orders: readonly OrderSummary[], shipments = [shipment]) =>
      verify(done, sale, orders, shipments, 'store-berlin');
    expect(look([summary(98, 'complete')])).toEqual({
      right: true,
      number: '000000098',
      stock: '2 shipped from store-berlin (shipment 000000011)',
    });
    expect(look([])).toMatchObject({ right: false });
    expect(look([summary(98, 'processing')])).toMatchObject({ right: false, progress: { order: { compared: false } } });
    expect(look([{ ...summary(98, 'complete'), total_invoiced: 20 }])).toMatchObject({ right: false });
    expect(look([summary(98, 'complete')], [])).toMatchObject({ right: false });
    expect(look([summary(98, 'complete'), summary(99)])).toMatchObject({ right: false, progress: { toCancel: [99] } });
    expect(look([summary(98, 'complete'), summary(99, 'canceled')])).toMatchObject({ right: true });
  });

  it('say when the goods left another source than the shop’s', () => {
    const seen = verify(
      done,
      sale,
      [summary(98, 'complete')],
      [{ ...shipment, extension_attributes: { source_code: 'default' } }],
      'store-berlin',
    );
    expect(seen).toMatchObject({
      right: true,
      stock: '2 shipped from default instead of store-berlin (shipment 000000011)',
    });
  });
});

describe('how long Magento may still be working', () => {
  const settleAfter = seconds(120);
  const left = (progress: Progress, at: ManualClock): number =>
    progress.begun === null ? 0 : settlesIn(progress.begun, at, settleAfter);

  it('is counted on the monotonic clock', async () => {
    const at = new ManualClock();
    const begun = begin(newProgress, 'place', at);
    expect(left(begun, at)).toBe(120_000);
    await at.advance(seconds(119));
    expect(left(begun, at)).toBe(1000);
  });

  it('is nothing once Magento has answered', () => {
    const begun = begin(newProgress, 'place', clock);
    expect(left({ ...begun, begun: begun.begun && { ...begun.begun, answered: true } }, clock)).toBe(0);
  });

  it('begins anew after a restart of the machine, because nobody knows how long it was off', () => {
    const begun = begin(newProgress, 'place', clock);
    const elsewhere = { ...begun, begun: begun.begun && { ...begun.begun, bootId: 'another' as BootId, monotonic: 0 } };
    expect(left(elsewhere, clock)).toBe(120_000);
    expect(restamped(elsewhere, clock).begun).toMatchObject({ bootId: clock.bootId, monotonic: clock.monotonic() });
    expect(restamped(begun, clock)).toBe(begun);
  });
});

describe('stored progress', () => {
  it('comes back as it was; nothing stored is a new sale; what can’t be read is said', () => {
    const begun = begin(placed, 'amend', clock);
    expect(readProgress(JSON.parse(JSON.stringify(begun)))).toEqual(begun);
    expect(readProgress(null)).toEqual(newProgress);
    expect(() => readProgress({ version: 2 })).toThrowError(expect.objectContaining({ code: 'delivery.bad-progress' }));
  });

  it('is described for people at every stage', () => {
    expect(describeProgress(newProgress)).toBe('not begun');
    expect(describeProgress({ ...searched, cart: ready })).toBe('cart 1532 ready, to be placed');
    expect(describeProgress(begin({ ...searched, cart: ready }, 'place', clock))).toBe(
      'placing the order, answer unknown',
    );
    expect(describeProgress(compared({ amended: true }))).toBe('order 000000084 as sold, to be invoiced');
  });
});
