import { describe, expect, it } from 'vitest';
import { createOutageDesk, outageReportJob } from '../../src/assembly/outage-desk.ts';
import { terminalConfigSchema } from '../../src/config/schema.ts';
import { outageSummarySchema } from '../../src/outage-report/summary.ts';
import { marketDay } from '../outage-report/sample-outage.ts';
import { ManualClock } from '../tools/manual-clock.ts';

const config = terminalConfigSchema.parse({
  terminal: { id: 'K1' },
  dataDir: '/nowhere',
  magento: {
    baseUrl: 'http://127.0.0.1:1',
    sourceCode: 'store-berlin',
    auth: { type: 'token', token: 'x' },
    address: { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' },
  },
});

function desk() {
  const clock = new ManualClock('2026-11-23T20:00:00Z');
  const journal = { records: () => marketDay().read() };
  return createOutageDesk({ config, journal, clock });
}

describe('the outage report of a terminal', () => {
  it('tells the fleet what the journal says, small enough for a message', async () => {
    const { words, result } = await outageReportJob(desk()).run(
      { kind: 'outage-report', from: '2026-11-23T08:00:00Z', to: '2026-11-23T16:00:00Z' },
      { jobId: '0' as never, tell: () => undefined, signal: new AbortController().signal },
    );
    expect(words).toBe('96 sale(s) sold, 95 document(s) delivered');
    outageSummarySchema.parse(result);
    expect(JSON.stringify(result).length).toBeLessThan(60_000);
    // Nothing of a card, no customer.
    expect(JSON.stringify(result)).not.toMatch(/476173|541333|@/);
  });

  it('ends now where it was asked for the future, and refuses a window that holds nothing', async () => {
    const report = await desk().outageReport({ from: '2026-11-23T08:00:00Z', to: '2027-01-01T00:00:00Z' });
    expect(report.to).toBe('2026-11-23T20:00:00.001Z');
    for (const [from, to] of [
      ['2026-11-23T16:00:00Z', '2026-11-23T08:00:00Z'],
      ['2020-01-01T00:00:00Z', '2026-11-23T08:00:00Z'],
      ['2027-01-01T00:00:00Z', '2027-01-02T00:00:00Z'],
    ] as const) {
      await expect(desk().outageReport({ from, to })).rejects.toMatchObject({ code: 'outage-report.bad-window' });
    }
  });
});
