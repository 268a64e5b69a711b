import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMagentoClient } from '../../../src/magento/client/client.ts';
import { createMagentoLane } from '../../../src/magento/lane.ts';
import { minutes, seconds } from '../../../src/platform/clock.ts';
import type { HttpResult, HttpTransport } from '../../../src/platform/http-transport.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { seededRandom } from '../../../src/platform/seeded-random.ts';
import { createNodeTransport } from '../../../src/platform/system-http-transport.ts';
import { type SimulatedMagento, startSimulatedMagento } from '../../../src/showroom/magento/index.ts';
import { createOutbox } from '../../../src/sync/outbox.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { MemoryJournal } from '../../tools/memory-journal.ts';
import { berlin, line, saleOf } from './sales.ts';

let clock: ManualClock;
let shop: SimulatedMagento;
const real = createNodeTransport();
beforeEach(async () => {
  clock = new ManualClock();
  shop = await startSimulatedMagento({ port: 0, clock, random: seededRandom(1), log: silentLogger });
});
afterEach(async () => {
  real.close();
  await shop.close();
});

const refusedTls = (code: string, message: string): HttpResult => ({
  kind: 'failed',
  sent: false,
  status: null,
  code,
  message,
});
const eventLoopTurns = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

it.each([
  ['CERT_NOT_YET_VALID', 'certificate is not yet valid'],
  ['CERT_HAS_EXPIRED', 'certificate has expired'],
])(
  'a till whose clock is wrong says so for %s, keeps its sales, and delivers them once the clock is right',
  async (code, message) => {
    let clockIsWrong = true;
    const transport: HttpTransport = {
      exchange: async (request) => (clockIsWrong ? refusedTls(code, message) : real.exchange(request)),
      close: () => undefined,
    };
    clock.isTrusted = false;
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
      choice: 'auto',
      unconfirmed: () => journal.unconfirmed(),
      madeDirectly: async () => undefined,
      clock,
      log: silentLogger,
    });
    const sale = saleOf([line({ sku: 'HOU-04', productId: 34, inclTax: '9.99', tax: '1.60' })], 1);
    await journal.append({ kind: 'sale', sale });
    const outbox = createOutbox({ journal, lane, clock, random: seededRandom(2), log: silentLogger });
    outbox.start();
    for (let minute = 0; minute < 10; minute += 1) {
      await clock.advance(minutes(1));
      await eventLoopTurns();
    }
    expect(outbox.status()).toMatchObject({ online: false, code: 'clock.wrong' });
    expect(outbox.status().words).toContain('set the clock');
    expect(journal.counts).toMatchObject({ waiting: 1, parked: 0 });
    clockIsWrong = false;
    clock.isTrusted = true;
    for (let second = 0; second < 120 && journal.counts.waiting > 0; second += 1) {
      await clock.advance(seconds(1));
      await eventLoopTurns();
    }
    expect(journal.counts.confirmed).toBe(1);
    await outbox.stop();
  },
);
