import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMagentoClient } from '../../../src/magento/client/client.ts';
import type { OptionalRecipe } from '../../../src/magento/delivery/recipe.ts';
import { createModuleRecipe } from '../../../src/magento/module/recipe.ts';
import type { JsonValue } from '../../../src/platform/brand.ts';
import type { HttpTransport } from '../../../src/platform/http-transport.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { seededRandom } from '../../../src/platform/seeded-random.ts';
import { createNodeTransport } from '../../../src/platform/system-http-transport.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';
import type { Fault } from '../../../src/showroom/magento/faults.ts';
import { type SimulatedMagento, startSimulatedMagento } from '../../../src/showroom/magento/index.ts';
import type { DeliveryOutcome } from '../../../src/sync/lane.ts';
import { goods, sweepSale } from '../../sweep/sales.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { berlin, line, saleOf } from '../delivery/sales.ts';

let shop: SimulatedMagento;
let transport: HttpTransport;
let recipe: OptionalRecipe;
const clock = new ManualClock();

beforeEach(async () => {
  shop = await startSimulatedMagento({
    port: 0,
    clock,
    random: seededRandom(7),
    log: silentLogger,
    holdfastModule: true,
  });
  transport = createNodeTransport();
  recipe = recipeFor(shop.integrationToken);
});
afterEach(async () => {
  transport.close();
  await shop.close();
});

const recipeFor = (token: string, settings: Partial<typeof berlin> = {}): OptionalRecipe =>
  createModuleRecipe({
    client: createMagentoClient({
      baseUrl: shop.url,
      storeCode: 'default',
      auth: { type: 'token', token },
      transport,
      clock,
      log: silentLogger,
    }),
    shop: { ...berlin, ...settings },
    clock,
    log: silentLogger,
  });

const running = (): AbortSignal => new AbortController().signal;
const ledger = () => shop.shop.ledger;
const ordersOf = (sale: CompletedSale) =>
  ledger().orders.filter((order) => order.row['increment_id'] === sale.receiptNumber);
const posts = (): number => shop.calls.filter(({ method }) => method === 'POST').length;
const quantity = (sku: string, source = 'store-berlin'): number =>
  ledger().sourceItems.find((item) => item.sku === sku && item.source_code === source)?.quantity ?? 0;

/** What was written down last; a process that dies has nothing else. */
class Notes {
  progress: JsonValue = null;
  readonly write = async (progress: JsonValue): Promise<void> => {
    this.progress = progress;
  };
}

const deliver = (
  sale: CompletedSale,
  notes = new Notes(),
  with_ = recipe,
  signal = running(),
): Promise<DeliveryOutcome> => with_.deliver(sale, notes.progress, notes.write, signal);

/** Tries until the shop has it or a person must act; each try is a process of its own that knows only what was written. */
async function persist(sale: CompletedSale, notes = new Notes()): Promise<DeliveryOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await deliver(sale, notes);
    notes.progress = outcome.progress;
    if (outcome.kind !== 'later' || attempt === 5) return outcome;
  }
}

describe('a sale delivered by the module', () => {
  it('is in Magento at the figures sold, invoiced and shipped, in one call', async () => {
    const sale = sweepSale('rich', 1);
    const before = new Map(Object.keys(goods.rich).map((sku) => [sku, quantity(sku)]));
    const outcome = await deliver(sale);
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      order: { orderNumber: sale.receiptNumber, stock: '4 articles from store-berlin' },
    });
    expect(shop.calls).toHaveLength(1);
    const [order] = ordersOf(sale);
    expect(order?.row).toMatchObject({
      state: 'complete',
      grand_total: 72.5,
      discount_amount: -2,
      total_paid: 72.5,
      customer_id: 5,
      coupon_code: 'TENOFF',
      ext_order_id: sale.saleId.replaceAll('-', ''),
    });
    expect(order?.items.map((item) => item['sku'])).toEqual(['TSHIRT-M', 'COF-01', 'TEA-01', 'GIFT-WRAP']);
    for (const [sku, sold] of Object.entries(goods.rich)) expect(quantity(sku)).toBe((before.get(sku) ?? 0) - sold);
    expect(ledger().reservations.reduce((sum, each) => sum + each.quantity, 0)).toBe(0);
  });

  it('is sold though Magento has none of it, and says so', async () => {
    for (const item of ledger().sourceItems) if (item.sku === 'HOU-04') item.quantity = 0;
    const outcome = await deliver(sweepSale('plain', 2));
    expect(outcome).toMatchObject({ kind: 'confirmed' });
    expect(outcome.answer).toContain('goes negative (-3)');
  });

  it('keeps an offline approval open until its outcome is known', async () => {
    const sale = sweepSale('plain', 3);
    const card = {
      paymentId: '01900000-0001-7000-8000-000000000003',
      outcome: 'approved-offline',
      brand: 'Visa',
      maskedPan: '541333******4444',
      authorizationCode: null,
      terminalReference: null,
      entryMode: 'contactless',
    } as const;
    const paid = { ...sale, tenders: [{ kind: 'card', amount: sale.totals.grandTotal, card }] } as const;
    const outcome = await deliver(paid);
    expect(outcome.answer).toContain('not invoiced, because a payment is provisional');
    expect(ordersOf(sale)[0]?.row).toMatchObject({ state: 'processing', total_due: sale.totals.grandTotal / 100 });
    const told = JSON.stringify(ordersOf(sale)[0]);
    expect(told).toContain('(provisional)');
    expect(told).not.toContain('541333');
  });

  const mishaps: readonly (readonly [string, Fault['action'], scope: string])[] = [
    ['the connection breaks before the shop reads the sale', { kind: 'drop-before' }, 'document'],
    ['the reply is lost', { kind: 'drop-after' }, 'done'],
    ['the shop writes it and answers 500', { kind: 'error-after' }, 'done'],
    ['the answer is cut off', { kind: 'truncate' }, 'done'],
    ['the shop answers 500', { kind: 'answer', status: 500 }, 'document'],
    ['a proxy loses patience', { kind: 'answer', status: 502 }, 'document'],
    ['the shop is in maintenance', { kind: 'answer', status: 503 }, 'lane'],
    ['the shop asks for less', { kind: 'answer', status: 429, retryAfter: 30 }, 'overload'],
    ['the token is refused', { kind: 'answer', status: 401 }, 'lane'],
  ];
  it.each(mishaps)('is there exactly once when %s', async (_, action, scope) => {
    const sale = sweepSale('plain', 4);
    shop.faults.add({ method: 'POST', action, times: 1 });
    const notes = new Notes();
    const first = await deliver(sale, notes);
    if (scope === 'done') expect(first).toMatchObject({ kind: 'confirmed' });
    else {
      expect(first).toMatchObject({ kind: 'later', scope });
      notes.progress = first.progress;
      expect(await persist(sale, notes)).toMatchObject({ kind: 'confirmed' });
    }
    expect(ordersOf(sale)).toHaveLength(1);
    expect(ledger().invoices).toHaveLength(1);
    expect(ledger().shipments).toHaveLength(1);
  });

  it('is there exactly once when every reply is lost for a while, looks included', async () => {
    const sale = sweepSale('plain', 5);
    shop.faults.add({ action: { kind: 'drop-after' }, times: 4 });
    expect(await persist(sale)).toMatchObject({ kind: 'confirmed' });
    expect(ordersOf(sale)).toHaveLength(1);
    expect(posts()).toBe(1);
  });

  it('is there exactly once when the process dies between the shop’s reply and its note', async () => {
    const sale = sweepSale('plain', 6);
    const notes = new Notes();
    await deliver(sale, notes);
    // The confirmation was never written; the next process knows only that the sale was posted.
    expect(recipe.holds(notes.progress)).toBe('begun');
    expect(recipe.describe(notes.progress)).toBe('posted to the module, answer unknown');
    expect(await deliver(sale, notes)).toMatchObject({ kind: 'confirmed' });
    expect(posts()).toBe(1);
    expect(ordersOf(sale)).toHaveLength(1);
  });

  it('is posted again where the shop never got it before the process died', async () => {
    const sale = sweepSale('plain', 7);
    const notes = new Notes();
    notes.progress = { version: 1, recipe: 'module', posted: true };
    expect(await deliver(sale, notes)).toMatchObject({ kind: 'confirmed' });
    expect(shop.calls.map(({ method, status }) => [method, status])).toEqual([
      ['GET', 404],
      ['POST', 200],
    ]);
  });

  it('is one order though two processes post it at the same time', async () => {
    const sale = sweepSale('plain', 8);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => deliver(sale)));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['confirmed']));
    expect(ordersOf(sale)).toHaveLength(1);
  });

  it('asks nothing when it is to stop, and says nothing was begun', async () => {
    const outcome = await deliver(sweepSale('plain', 9), new Notes(), recipe, AbortSignal.abort());
    expect(outcome).toMatchObject({ kind: 'later', scope: 'lane', code: 'delivery.stopped' });
    expect(recipe.holds(outcome.progress)).toBe('idle');
    expect(shop.calls).toHaveLength(0);
  });
});

describe('a sale that the module refuses', () => {
  it('is parked when its receipt number is another sale’s, and leaves the way free for other sales', async () => {
    const sale = sweepSale('plain', 10);
    await deliver(sale);
    const twin = { ...sale, saleId: sweepSale('plain', 11).saleId };
    const outcome = await deliver(twin);
    expect(outcome).toMatchObject({ kind: 'parked', code: 'magento.conflict' });
    expect(outcome.answer).toContain(sale.saleId);
    expect(recipe.holds(outcome.progress)).toBe('idle');
    expect(await deliver(sweepSale('plain', 12))).toMatchObject({ kind: 'confirmed' });
  });

  it('is parked when its figures do not add up', async () => {
    const sale = saleOf([line({ sku: 'HOU-04', productId: 34, inclTax: '9.99', tax: '1.60' })], 13);
    const wrong = { ...sale, totals: { ...sale.totals, tax: sale.totals.subtotal } };
    expect(await deliver(wrong)).toMatchObject({ kind: 'parked', code: 'magento.refused' });
    expect(ordersOf(sale)).toHaveLength(0);
  });

  it.each([
    ['source', { sourceCode: 'nowhere' }, 'magento.unknown-source'],
    ['store', { storeId: 99 }, 'magento.unknown-store'],
  ])('holds all sales back when the terminal’s settings name a %s that is not there', async (_, settings, code) => {
    const outcome = await deliver(sweepSale('plain', 14), new Notes(), recipeFor(shop.integrationToken, settings));
    expect(outcome).toMatchObject({ kind: 'later', scope: 'lane', code });
    expect(outcome.answer).toContain('settings');
  });

  it('waits when the module was removed', async () => {
    shop.holdfastModule = false;
    expect(await deliver(sweepSale('plain', 15))).toMatchObject({
      kind: 'later',
      scope: 'lane',
      code: 'magento.no-module',
    });
  });
});

describe('looking for the module', () => {
  it('tells there, absent and unknown apart', async () => {
    expect(await recipe.look(running())).toEqual({ kind: 'there' });
    shop.holdfastModule = false;
    expect(await recipe.look(running())).toMatchObject({ kind: 'absent' });
    shop.holdfastModule = true;
    expect(await recipeFor('no such token').look(running())).toMatchObject({
      kind: 'unknown',
      code: 'magento.unauthorized',
    });
    await shop.unplug();
    expect(await recipe.look(running())).toMatchObject({ kind: 'unknown', code: 'magento.no-connection' });
  });

  it('knows nothing of other recipes’ progress', () => {
    expect(recipe.holds(null)).toBe('foreign');
    expect(recipe.holds({ version: 1, recipe: 'C' })).toBe('foreign');
    expect(recipe.holds({ version: 2, recipe: 'module', posted: true })).toBe('foreign');
  });
});
