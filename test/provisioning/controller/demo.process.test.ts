import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DemoFleet,
  demoPassword,
  demoUser,
  startDemoFleet,
} from '../../../provisioning/controller/demo/demo-fleet.ts';
import { DemoTill } from '../../../provisioning/controller/demo/demo-till.ts';
import { healthSchema } from '../../../src/fleet/protocol.ts';
import { hours, instant, minutes } from '../../../src/platform/clock.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { seededRandom } from '../../../src/platform/seeded-random.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import { systemRandom } from '../../../src/platform/system-random.ts';
import { asking, signedIn } from './controller-bench.ts';

/** As long as a slow machine takes for real sockets. */
const patience = { timeout: 60_000 };

const begin = instant('2026-11-23T06:00:00Z');

/** A day of a till, as it tells of it every five minutes. */
function day(seed: number) {
  const till = new DemoTill(terminalId('K1'), '0.1.0', seededRandom(seed), begin);
  return Array.from({ length: 288 }, (_, step) => {
    till.advance(instant(begin + (step + 1) * minutes(5)));
    return { health: till.health(), hasInternet: till.hasInternet };
  });
}

describe('a till of the demo fleet', () => {
  it('lives through the same day with the same seed', () => {
    expect(day(7)).toEqual(day(7));
    expect(day(7)).not.toEqual(day(8));
  });

  it('loses its internet and comes back, and every sale is somewhere', () => {
    const days = Array.from({ length: 20 }, (_, seed) => day(seed));
    const all = days.flat();
    for (const { health } of all) healthSchema.parse(health);
    expect(all.some(({ hasInternet }) => !hasInternet)).toBe(true);
    expect(all.some(({ health }) => health.queue.waiting > 10)).toBe(true);
    for (const lived of days) {
      const first = lived[0]!.health.queue;
      for (const { health, hasInternet } of lived) {
        const { waiting, parked, confirmed, lastReceiptCounter } = health.queue;
        expect(confirmed + waiting + parked).toBeLessThanOrEqual(lastReceiptCounter);
        expect(confirmed).toBeGreaterThanOrEqual(first.confirmed - 1);
        if (!hasInternet) expect(health.delivery.state).toBe('offline');
      }
    }
  });
});

describe('the demo fleet', () => {
  let demo: DemoFleet;
  beforeAll(async () => {
    const world = { clock: new SystemClock(), random: systemRandom, log: silentLogger };
    demo = await startDemoFleet({ terminals: 6, seed: 1, port: 0, ...world });
    await demo.complete;
  });
  afterAll(() => demo.stop());

  it('joins by batches, tells of itself, has a day behind it, and does what it is told', async () => {
    const ask = await signedIn(demo.controller, demoUser, demoPassword);
    const rows = async () => (await ask('GET', '/api/terminals')).body.rows;
    await expect
      .poll(
        async () => (await rows()).filter((row: { version: string | null }) => row.version === '0.1.0').length,
        patience,
      )
      .toBe(6);
    // One that is in an outage would do it later.
    const { terminal } = (await rows()).find((row: { delivery: string | null }) => row.delivery === 'online');
    const { events } = (await ask('GET', `/api/terminals/${terminal}/events?limit=1000`)).body;
    expect(events.at(-1).at).toBeLessThan(Date.now() - hours(23));
    const { body: job } = await ask('POST', `/api/terminals/${terminal}/jobs`, {
      job: { kind: 'collect-diagnostics' },
    });
    await expect
      .poll(async () => (await ask('GET', `/api/terminals/${terminal}/jobs/${job.jobId}`)).body.state, patience)
      .toBe('succeeded');
  });

  it('makes an outage report, which the controller draws for whoever has signed in', async () => {
    const ask = await signedIn(demo.controller, demoUser, demoPassword);
    const { rows } = (await ask('GET', '/api/terminals')).body;
    const { terminal } = rows.find((row: { delivery: string | null }) => row.delivery === 'online');
    const from = new Date(Date.now() - hours(24)).toISOString();
    const to = new Date().toISOString();
    const { body: job } = await ask('POST', `/api/terminals/${terminal}/jobs`, {
      job: { kind: 'outage-report', from, to },
    });
    const path = `/api/terminals/${terminal}/outage-reports/${job.jobId}`;
    await expect.poll(async () => (await ask('GET', `${path}.svg`)).status, patience).toBe(200);
    const svg = await ask('GET', `${path}.svg`);
    expect(svg.body).toContain(`What happened at ${terminal}`);
    expect(svg.body).toContain('>Connection<');
    expect(svg.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await ask('GET', `${path}.pdf`)).body).toMatch(/^%PDF-1\.4/);
    expect((await ask('GET', `${path}.png`)).headers.get('content-type')).toBe('image/png');
    expect((await asking(demo.controller)('GET', `${path}.svg`)).status).toBe(401);
    const other = path.replace(job.jobId, '00000000-0000-7000-8000-000000000000');
    expect((await ask('GET', `${other}.svg`)).body).toMatchObject({ code: 'fleet.no-such-report' });
  });
});
