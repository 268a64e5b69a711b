import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMagentoClient } from '../../src/magento/client/client.ts';
import { createMagentoLane } from '../../src/magento/lane.ts';
import { seconds } from '../../src/platform/clock.ts';
import type { HttpTransport } from '../../src/platform/http-transport.ts';
import { type ReceiptNumber, type ReturnId, type SaleId, type TerminalId, terminalId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { createNodeTransport } from '../../src/platform/system-http-transport.ts';
import type { CompletedReturn } from '../../src/register/return.ts';
import type { CompletedSale } from '../../src/register/sale.ts';
import { type SimulatedMagento, startSimulatedMagento } from '../../src/showroom/magento/index.ts';
import { repairReservations } from '../../src/showroom/magento/reservation-repair.ts';
import { createOutbox, type Outbox } from '../../src/sync/outbox.ts';
import { berlin } from '../magento/delivery/sales.ts';
import { returnOf } from '../magento/returns/returns.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryJournal } from '../tools/memory-journal.ts';
import { checkReturn } from './document-check.ts';
import { checkSale, checkStock, checkStrays, noFindings } from './ledger-check.ts';
import { goods, type SaleKind, sweepSale } from './sales.ts';
import type { SweptRecipe } from './sweep.ts';

const terminals = 8;
const salesEach = 6;

interface Till {
  readonly journal: MemoryJournal;
  readonly outbox: Outbox;
  readonly transport: HttpTransport;
}

let clock: ManualClock;
let shop: SimulatedMagento;
let tills: Till[];
beforeEach(async () => {
  clock = new ManualClock();
  shop = await startSimulatedMagento({ port: 0, clock, random: seededRandom(3), log: silentLogger });
  shop.latency = 'recorded';
  for (const item of shop.shop.ledger.sourceItems) if (item.source_code === berlin.sourceCode) item.quantity = 10_000;
  tills = [];
});
afterEach(async () => {
  for (const till of tills) till.transport.close();
  await shop.close();
});

/** The kinds take turns; every rich sale is the same customer's. */
function saleAt(terminal: number, counter: number): { readonly kind: SaleKind; readonly sale: CompletedSale } {
  const kind: SaleKind = counter % 3 === 0 ? 'rich' : 'plain';
  const sale: CompletedSale = {
    ...sweepSale(kind, counter),
    terminalId: `K${terminal}` as TerminalId,
    receiptNumber: `K${terminal}-${String(counter).padStart(8, '0')}` as ReceiptNumber,
    saleId: `01900000-0000-7000-8000-0000000${terminal}${String(counter).padStart(4, '0')}` as SaleId,
  };
  return { kind, sale };
}

async function openTill(recipe: SweptRecipe, overlap: number, number: number): Promise<Till> {
  const transport = createNodeTransport();
  const client = createMagentoClient({
    baseUrl: shop.url,
    storeCode: 'default',
    auth: { type: 'token', token: shop.integrationToken },
    transport,
    clock,
    log: silentLogger,
    requestTimeout: seconds(30),
  });
  const journal = new MemoryJournal(clock, [], terminalId(`K${number}`));
  const lane = createMagentoLane({
    client,
    shop: { ...berlin, returnsSourceCode: `returns-k${number}` },
    choice: recipe,
    unconfirmed: () => journal.unconfirmed(),
    madeDirectly: async () => undefined,
    clock,
    log: silentLogger,
  });
  const outbox = createOutbox({ journal, lane, clock, random: seededRandom(number), log: silentLogger, overlap });
  const till = { journal, outbox, transport };
  tills.push(till);
  return till;
}

const eventLoopTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time moves in steps of a few milliseconds, so that the tills' calls overlap in the shop as they would. */
async function drainAll(): Promise<void> {
  for (const { outbox } of tills) outbox.start();
  const end = clock.monotonic() + 4 * 3_600_000;
  while (tills.some(({ journal }) => journal.counts.waiting > 0) && clock.monotonic() < end) {
    for (let turn = 0; turn < 6; turn += 1) await eventLoopTurn();
    const delivering = tills.some(({ outbox }) => outbox.status().state === 'delivering');
    await clock.advance(delivering ? seconds(0.02) : seconds(1));
  }
  await Promise.all(tills.map(({ outbox }) => outbox.stop()));
}

describe('eight terminals at once on one Magento, the same goods, the same customer', () => {
  it.each([
    ['by carts', 'quote', 1],
    ['directly', 'direct', 1],
    ['by the module', 'module', 1],
    ['by carts, three sales of each on their way', 'quote', 3],
  ] as const)('%s: every sale and return once, as sold, the stock right', async (_, recipe, overlap) => {
    shop.holdfastModule = recipe === 'module';
    const { ledger } = shop.shop;
    const before = ledger.sourceItems
      .filter((item) => item.source_code === berlin.sourceCode)
      .map(({ sku, quantity }) => ({ sku, quantity }));
    const sales: CompletedSale[] = [];
    const sold = new Map<string, number>();
    const returns: { readonly given: CompletedReturn; readonly sale: CompletedSale }[] = [];
    for (let terminal = 1; terminal <= terminals; terminal += 1) {
      const till = await openTill(recipe, overlap, terminal);
      shop.shop.data.sources.push({ source_code: `returns-k${terminal}`, name: `Returns K${terminal}`, enabled: true });
      for (let counter = 1; counter <= salesEach; counter += 1) {
        const { kind, sale } = saleAt(terminal, counter);
        await till.journal.append({ kind: 'sale', sale });
        sales.push(sale);
        for (const [sku, count] of Object.entries(goods[kind])) sold.set(sku, (sold.get(sku) ?? 0) + count);
      }
      // Two come back while the sales are still on their way, of the same article.
      for (const counter of [1, 2]) {
        const { sale } = saleAt(terminal, counter);
        const number = salesEach + counter;
        const given = returnOf(sale, [{ line: 0, quantity: 1 }], number, {
          returnId: `01900000-0000-7000-9000-0000000${terminal}${String(number).padStart(4, '0')}` as ReturnId,
        });
        await till.journal.append({ kind: 'return', return: given });
        returns.push({ given, sale });
        sold.set('HOU-04', (sold.get('HOU-04') ?? 0) - 1);
      }
    }
    shop.faults.set([
      { action: { kind: 'drop-after' }, probability: 0.02 },
      { action: { kind: 'drop-before' }, probability: 0.02 },
    ]);
    await drainAll();
    expect(tills.map(({ journal }) => journal.counts.confirmed)).toEqual(tills.map(() => salesEach + 2));
    if (recipe === 'direct') repairReservations(shop.shop);
    const findings = noFindings();
    for (const sale of sales) checkSale(ledger, sale, berlin.sourceCode, findings);
    for (const { given, sale } of returns) checkReturn(ledger, given, sale, false, findings);
    const left = ledger.sourceItems.filter(
      ({ source_code: code, quantity }) => code.startsWith('returns-') && quantity !== 0,
    );
    expect(left).toEqual([]);
    checkStrays(ledger, sales, findings);
    checkStock(ledger, before, sold, berlin.sourceCode, findings);
    expect(findings).toEqual(noFindings());
  });
});
