import { describe, expect, it } from 'vitest';
import { metricsText } from '../../src/assembly/metrics.ts';
import { attention } from '../../src/assembly/status.ts';
import type { TerminalStatus } from '../../src/control/protocol.ts';
import { status } from '../control/sample-answers.ts';

const now = Date.parse('2026-11-23T09:00:00.000Z');
const busy: TerminalStatus = {
  ...status,
  sales: { total: 10, returns: 0, waiting: 4, parked: 1, confirmed: 5, withdrawn: 0 },
  oldestUnconfirmed: { name: 'receipt K1-00000006', soldAt: '2026-11-23T08:50:00.000Z' },
  connection: { ...status.connection, state: 'offline', attempts: 17, confirmations: 5, heartbeatAge: 2500 },
  journal: { state: 'one-copy', words: 'only one copy is written' },
  devices: [{ name: 'printer', kind: 'printer', driver: 'escpos', state: 'ready', condition: 'ready' }],
  attention: [{ severity: 'alarm', words: 'Magento refuses 1 sale(s).', nextStep: '' }],
};

describe('the metrics', () => {
  it('tell queue, ages, attempts, journal and what needs attention', () => {
    const lines = metricsText(busy, now).split('\n');
    for (const line of [
      'holdfast_sales{terminal="K1",state="waiting"} 4',
      'holdfast_sales{terminal="K1",state="parked"} 1',
      'holdfast_oldest_unconfirmed_age_seconds{terminal="K1"} 600',
      'holdfast_delivery_attempts_total{terminal="K1"} 17',
      'holdfast_delivery_confirmations_total{terminal="K1"} 5',
      'holdfast_delivery_heartbeat_age_seconds{terminal="K1"} 2.5',
      'holdfast_snapshot_age_seconds{terminal="K1"} 3600',
      'holdfast_journal_state{terminal="K1",state="one-copy"} 1',
      'holdfast_journal_state{terminal="K1",state="whole"} 0',
      'holdfast_shop_reachable{terminal="K1"} 0',
      'holdfast_attention{terminal="K1",severity="alarm"} 1',
      'holdfast_device_ready{terminal="K1",device="printer"} 1',
    ])
      expect(lines).toContain(line);
  });

  it('leave out what there is not, rather than lie with a zero', () => {
    const text = metricsText({ ...busy, oldestUnconfirmed: null, snapshot: null }, now);
    expect(text).not.toContain('oldest_unconfirmed');
    expect(text).not.toContain('snapshot_age');
  });

  it('are in the text format: each metric with its help and type, then samples, and a last line end', () => {
    const text = metricsText(busy, now);
    expect(text.endsWith('\n')).toBe(true);
    let family = '';
    for (const line of text.trimEnd().split('\n')) {
      const head = /^# (HELP|TYPE) (holdfast_[a-z_]+) (.+)$/.exec(line);
      if (head?.[1] === 'HELP') family = head[2] ?? '';
      else if (head?.[1] === 'TYPE') expect(['gauge', 'counter']).toContain(head[3]);
      else expect(line).toMatch(new RegExp(`^${family}\\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\\} -?[0-9.]+$`));
    }
  });

  it('escape what a label may not hold', () => {
    const [device] = busy.devices;
    const named = { ...busy, devices: device === undefined ? [] : [{ ...device, name: 'left "A"\\B' }] };
    expect(metricsText(named, now)).toContain('device="left \\"A\\"\\\\B"');
  });
});

describe('what needs attention', () => {
  const facts = (heartbeatAge: number, waiting = 0): Parameters<typeof attention>[0] => ({
    journal: { state: 'whole', storeError: null, tapeError: null } as Parameters<typeof attention>[0]['journal'],
    parked: 0,
    devices: [],
    snapshot: { generation: 1 } as Parameters<typeof attention>[0]['snapshot'],
    refresher: { running: false, failure: null } as Parameters<typeof attention>[0]['refresher'],
    connection: { ...status.connection, heartbeatAge },
    unresolvedPayment: false,
    storage: null,
    stockRepair: { waiting, oldestAt: null, overstated: [], checkedAt: null },
    damage: [],
    payments: status.payments,
    cases: [],
  });

  it('a delivery loop that stands still is an alarm; one that turns is none', () => {
    expect(attention(facts(10_000))).toEqual([]);
    expect(attention(facts(180_001))).toMatchObject([
      { severity: 'alarm', words: expect.stringMatching(/stands still/) },
    ]);
  });

  it('sales made past the cart are a warning until the shop’s repair was seen', () => {
    expect(attention(facts(0, 2))).toMatchObject([{ severity: 'warning', words: expect.stringMatching(/^2 sale/) }]);
  });
});
