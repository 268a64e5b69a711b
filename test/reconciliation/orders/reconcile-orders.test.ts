import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shopBooks } from '../../../src/assembly/orders-desk.ts';
import { undelivered } from '../../../src/journal/ledger.ts';
import { createMagentoClient } from '../../../src/magento/client/client.ts';
import { type Instant, instant, seconds } from '../../../src/platform/clock.ts';
import type { HttpTransport } from '../../../src/platform/http-transport.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { createNodeTransport } from '../../../src/platform/system-http-transport.ts';
import { CaseDesk } from '../../../src/reconciliation/case-desk.ts';
import { judgeAbsent } from '../../../src/reconciliation/orders/judge-absent.ts';
import { type OrderResult, reconcileOrders } from '../../../src/reconciliation/orders/reconcile-orders.ts';
import type { ShopBooks } from '../../../src/reconciliation/orders/shop-books.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';
import { copyOf } from '../../../src/showroom/magento/json.ts';
import type { Ledger } from '../../../src/showroom/magento/ledger.ts';
import { repairReservations } from '../../../src/showroom/magento/reservation-repair.ts';
import { returnOf } from '../../magento/returns/returns.ts';
import { Rig } from '../../sweep/rig.ts';
import { sweepSale } from '../../sweep/sales.ts';

// Sales are brought into the simulated shop by the real delivery; then something happens there, and the look must find it.

let rig: Rig;
let cases: CaseDesk;
let transport: HttpTransport;
beforeEach(async () => {
  rig = await Rig.open();
  cases = new CaseDesk(rig.journal);
  transport = createNodeTransport();
});
afterEach(async () => {
  transport.close();
  await rig.close();
});

const longAgo = instant('2020-01-01T00:00:00Z');

function books(): ShopBooks {
  const client = createMagentoClient({
    baseUrl: rig.shop.url,
    storeCode: 'default',
    auth: { type: 'token', token: rig.shop.integrationToken },
    transport,
    clock: rig.clock,
    log: silentLogger,
    requestTimeout: seconds(30),
  });
  return shopBooks(client, 2);
}

function look(redeliver: string | null = null, since: Instant = longAgo): Promise<OrderResult> {
  return reconcileOrders(
    {
      terminal: terminalId('K1'),
      journal: rig.journal,
      books: books(),
      cases,
      // As the outbox does.
      reinstate: async (id, reinstated) => {
        await rig.journal.append({ kind: 'delivery', delivery: { ...undelivered(id), reinstated } });
      },
      pace: () => undefined,
    },
    { since, redeliver: redeliver === null ? null : { by: redeliver } },
    new AbortController().signal,
  );
}

const ledger = (): Ledger => rig.shop.shop.ledger;
const kinds = (result: OrderResult): readonly string[] => result.findings.map(({ kind }) => kind);
const openCases = (): readonly string[] => cases.open().map(({ finding }) => finding.kind);
async function sold(counter: number): Promise<CompletedSale> {
  const sale = sweepSale('plain', counter);
  expect((await rig.deliver(sale)).state).toBe('confirmed');
  return sale;
}
function orderOf(index: number): Ledger['orders'][number] {
  const order = ledger().orders[index];
  if (order === undefined) throw new Error(`the shop has no order ${index}`);
  return order;
}

/** The shop as it was: what was sold since is gone, its numbers are given again. */
function backup(): () => void {
  const before = copyOf(JSON.parse(JSON.stringify(ledger())));
  return () => Object.assign(ledger(), JSON.parse(JSON.stringify(before)));
}

describe.each(['quote', 'direct', 'module'] as const)('sales brought in by recipe %s', (recipe) => {
  beforeEach(() => {
    rig.recipe = recipe;
  });

  it('agree with the shop, rich ones and returned ones too', async () => {
    const sale = await sold(1);
    await rig.deliver(sweepSale('rich', 2));
    await rig.bring({ kind: 'return', return: returnOf(sale, [{ line: 1 }], 3) });
    if (recipe === 'direct') repairReservations(rig.shop.shop);
    expect(await look()).toMatchObject({ sales: 2, returns: 1, unconfirmed: 0, findings: [] });
    expect(openCases()).toEqual([]);
  });

  it('are known by their receipts to another terminal of the shop, when theirs is gone', async () => {
    await sold(1);
    await sold(2);
    if (recipe === 'direct') repairReservations(rig.shop.shop);
    const absent = { terminal: terminalId('K1'), from: 1, last: 4, before: null };
    const orders = await books().ordersOfTill('K1', new Date(longAgo), new AbortController().signal);
    expect(judgeAbsent(absent, orders)).toEqual({ missing: ['K1-00000003', 'K1-00000004'], doubled: [] });
  });

  it('are found and delivered again, once, when the shop was restored from an older backup', async () => {
    await sold(1);
    if (recipe === 'direct') repairReservations(rig.shop.shop);
    const restore = backup();
    const lost = await sold(2);
    await rig.bring({ kind: 'return', return: returnOf(lost, [{ line: 1 }], 3) });
    restore();
    expect(kinds(await look())).toEqual(['order-missing', 'order-missing']);
    expect(ledger().orders).toHaveLength(1);
    expect(await look('Mara')).toMatchObject({ redelivered: 2 });
    // Who wanted it, and why, stands in each case, once.
    const noted = cases
      .open()
      .map(({ history }) => history.flatMap(({ change }) => (change.step === 'noted' ? [change] : [])));
    const words = 'has it delivered again: Magento has no order of receipt K1-00000002 any more';
    const note = { version: 1, step: 'noted', by: 'Mara', words };
    expect(noted).toEqual([[note], [note]]);
    await look('Mara');
    expect(cases.open().map(({ history }) => history.length)).toEqual([2, 2]);
    await rig.drain();
    if (recipe === 'direct') repairReservations(rig.shop.shop);
    expect(ledger().orders).toHaveLength(2);
    expect(ledger().creditmemos).toHaveLength(1);
    // Nothing is missing any more: the cases are closed, and a second wish delivers nothing.
    expect(await look('Mara')).toMatchObject({ findings: [], redelivered: 0 });
    expect(openCases()).toEqual([]);
    expect(ledger().orders).toHaveLength(2);
  });
});

it('a number that the restored shop gave to somebody else’s order is not taken for the sale', async () => {
  const restore = backup();
  await sold(1);
  const number = orderOf(0).row['increment_id'];
  const others = JSON.parse(JSON.stringify(orderOf(0)));
  restore();
  Object.assign(others.row, { increment_id: number, ext_order_id: null, customer_lastname: 'Smith' });
  others.histories = [];
  ledger().orders.push(others);
  expect(kinds(await look())).toContain('order-missing');
});

describe('a difference', () => {
  it('in the total, in what is invoiced or shipped, and a refund that no till gave', async () => {
    await sold(1);
    Object.assign(orderOf(0).row, { grand_total: 40.97 });
    expect(kinds(await look())).toEqual(['order-total-differs']);
    Object.assign(orderOf(0).row, { grand_total: 39.97, total_refunded: 10 });
    Object.assign(orderOf(0).items[0] ?? {}, { qty_shipped: 0 });
    expect(kinds(await look())).toEqual(['order-changed', 'order-partial']);
    expect(openCases()).toEqual(['order-changed', 'order-partial']);
  });

  it('is one case however often it is seen, and opens again when it comes back', async () => {
    const sale = await sold(1);
    Object.assign(orderOf(0).row, { state: 'canceled' });
    await look();
    const records = rig.journal.kept.length;
    await look();
    expect(rig.journal.kept).toHaveLength(records);
    expect(cases.find(`order-changed:${sale.saleId}`)?.history).toHaveLength(1);
    Object.assign(orderOf(0).row, { state: 'complete' });
    await look();
    expect(cases.find(`order-changed:${sale.saleId}`)?.standing).toMatchObject({
      state: 'closed',
      outcome: 'corrected',
    });
    Object.assign(orderOf(0).row, { state: 'canceled' });
    await look();
    expect(openCases()).toEqual(['order-changed']);
  });

  it('is a second order of the same cart, though it carries no mark', async () => {
    await sold(1);
    const second = JSON.parse(JSON.stringify(orderOf(0)));
    Object.assign(second.row, { entity_id: 999, increment_id: '000000999', ext_order_id: null });
    second.histories = [];
    ledger().orders.push({ ...second, id: 999 });
    const result = await look();
    expect(result.findings.find(({ kind }) => kind === 'order-doubled')?.evidence).toEqual({
      orderNumbers: [orderOf(0).row['increment_id'], '000000999'],
    });
  });

  it('is a reservation that nobody gave back, until it is', async () => {
    await sold(1);
    const extra = { id: 9999, stockId: 2, sku: 'TEA-01', quantity: -1, metadata: '{}' };
    ledger().reservations.push(extra);
    expect((await look()).findings).toMatchObject([
      { kind: 'stock-differs', subject: 'TEA-01', evidence: { sku: 'TEA-01', by: -1 } },
    ]);
    ledger().reservations.pop();
    expect(kinds(await look())).toEqual([]);
    expect(openCases()).toEqual([]);
  });

  it('is an order of a sale that the till’s restored journal never made', async () => {
    await sold(1);
    rig.forget();
    cases = new CaseDesk(rig.journal);
    const { findings } = await look();
    expect(findings).toMatchObject([{ kind: 'order-unknown', receiptNumber: 'K1-00000001' }]);
  });
});

it('asks a bounded number of questions for many sales, and only about those since then', async () => {
  for (let counter = 1; counter <= 60; counter += 1) {
    const sale = sweepSale('plain', counter);
    await rig.journal.append({ kind: 'sale', sale });
    const delivery = { ...undelivered(sale.saleId), state: 'confirmed' as const };
    await rig.journal.append({ kind: 'delivery', delivery });
  }
  const before = rig.shop.calls.length;
  expect((await look()).findings.filter(({ kind }) => kind === 'order-missing')).toHaveLength(60);
  const orders = rig.shop.calls.slice(before).filter(({ path }) => path.includes('/V1/orders'));
  expect(orders.length).toBeLessThan(10);
  expect((await look(null, instant('2100-01-01T00:00:00Z'))).sales).toBe(0);
});
