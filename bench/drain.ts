import { createMagentoClient } from '../src/magento/client/client.ts';
import { createMagentoLane } from '../src/magento/lane.ts';
import { seconds } from '../src/platform/clock.ts';
import type { HttpTransport } from '../src/platform/http-transport.ts';
import { silentLogger } from '../src/platform/log.ts';
import { seededRandom } from '../src/platform/seeded-random.ts';
import { SystemClock } from '../src/platform/system-clock.ts';
import { createNodeTransport } from '../src/platform/system-http-transport.ts';
import { startSimulatedMagento } from '../src/showroom/magento/index.ts';
import { createOutbox } from '../src/sync/outbox.ts';
import { berlin } from '../test/magento/delivery/sales.ts';
import { sweepSale } from '../test/sweep/sales.ts';
import { MemoryJournal } from '../test/tools/memory-journal.ts';
import { type BenchContext, bench } from './kit/bench.ts';
import { type Row, row, type Table, value } from './kit/result.ts';

/**
 * How fast a queue of sales gets into Magento, beside what that Magento could take: a simulated shop that answers as slowly as
 * the recorded one (placing 500 ms, other calls 45–200 ms) and, as that machine, works on two requests at once. The share of
 * its time that it was kept at work is what counts.
 */
const workers = 2;
const clock = new SystemClock();

interface Drained {
  readonly sales: number;
  readonly calls: number;
  /** Milliseconds from the first call to the last confirmation. */
  readonly took: number;
  /** Milliseconds that the shop's workers were busy, together. */
  readonly busy: number;
}

/** Passes on as many requests at a time as the shop has workers, and counts how long they work. */
class WorkingShop implements HttpTransport {
  calls = 0;
  busy = 0;
  readonly #real = createNodeTransport();
  readonly #waiting: (() => void)[] = [];
  #free = workers;

  exchange: HttpTransport['exchange'] = async (request) => {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const start = clock.monotonic();
    const result = await this.#real.exchange(request);
    this.busy += clock.monotonic() - start;
    this.calls += 1;
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
    return result;
  };

  close(): void {
    this.#real.close();
  }
}

async function drain(choice: 'quote' | 'direct' | 'module', overlap: number, count: number): Promise<Drained> {
  const random = seededRandom(overlap);
  const shop = await startSimulatedMagento({ port: 0, clock, random, log: silentLogger, latency: 'recorded' });
  for (const item of shop.shop.ledger.sourceItems) item.quantity = 1_000_000;
  shop.holdfastModule = choice === 'module';
  const transport = new WorkingShop();
  const client = createMagentoClient({
    baseUrl: shop.url,
    storeCode: 'default',
    auth: { type: 'token', token: shop.integrationToken },
    transport,
    clock,
    log: silentLogger,
    requestTimeout: seconds(30),
  });
  const journal = new MemoryJournal(clock);
  const lane = createMagentoLane({
    client,
    shop: berlin,
    choice,
    unconfirmed: () => journal.unconfirmed(),
    madeDirectly: async () => undefined,
    clock,
    log: silentLogger,
  });
  for (let counter = 1; counter <= count; counter += 1) {
    await journal.append({ kind: 'sale', sale: sweepSale('plain', counter) });
  }
  const outbox = createOutbox({ journal, lane, clock, random, log: silentLogger, overlap });
  const start = clock.monotonic();
  const drained = new Promise<void>((resolve) => {
    outbox.onChange(() => {
      if (journal.counts.waiting === 0) resolve();
    });
  });
  outbox.start();
  await drained;
  const took = clock.monotonic() - start;
  const { calls, busy } = transport;
  await outbox.stop();
  transport.close();
  await shop.close();
  if (journal.counts.confirmed !== count)
    throw new Error(`${journal.counts.confirmed} of ${count} sales were confirmed`);
  return { sales: count, calls, took, busy };
}

async function measureDrain({ quick, progress }: BenchContext): Promise<readonly Table[]> {
  const count = quick ? 4 : 8;
  const tables: Table[] = [];
  for (const [name, choice] of [
    ['recipe C, the cart', 'quote'],
    ['recipe B, orders directly', 'direct'],
    ['the module', 'module'],
  ] as const) {
    const rows: Row[] = [];
    const notes: string[] = [];
    for (const overlap of [1, 2, 4]) {
      progress(`${name}, ${overlap} on their way`);
      const { sales, calls, took, busy } = await drain(choice, overlap, count);
      const possible = row('what the shop could take', value((sales * 60_000 * workers) / busy, '/min'));
      if (overlap === 1) {
        rows.push(possible);
        notes.push(`${(calls / sales).toFixed(1)} calls a sale.`);
      }
      rows.push(row(`${overlap} on their way`, value((sales * 60_000) / took, '/min'), possible));
    }
    tables.push({ id: choice, title: `Draining ${count} sales by ${name}`, rows, notes });
  }
  return tables;
}

await bench({ name: 'drain', title: 'Sales get into Magento' }, measureDrain);
