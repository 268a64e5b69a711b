import { describe, expect, it } from 'vitest';
import { type ChecklistFacts, checklist } from '../../src/reconciliation/checklist.ts';
import { type ReadinessFacts, readiness } from '../../src/reconciliation/readiness.ts';
import { worstOf } from '../../src/reconciliation/verdict.ts';
import { dataset, hour, mb, now, well } from './mornings.ts';

const standing = (facts: ChecklistFacts, check: string) => checklist(facts).filter((each) => each.check === check);

describe('the checklist', () => {
  it('is ok when all is well, and has nothing to do then', () => {
    const lines = checklist(well);
    expect(worstOf(lines)).toBe('ok');
    expect(lines.every(({ nextStep }) => nextStep === null)).toBe(true);
  });

  it.each([
    ['snapshot-fits', 'fail', { dataset: { ...dataset, snapshot: null } }],
    ['snapshot-fits', 'fail', { dataset: { ...dataset, room: 5 * mb } }],
    [
      'snapshot-fits',
      'attention',
      { dataset: { ...dataset, snapshot: { size: 190 * mb, used: 190 * mb, budget: 200 * mb } } },
    ],
    ['journal-holds', 'fail', { dataset: { ...dataset, room: 3 * mb } }],
    ['journal-holds', 'attention', { dataset: { ...dataset, room: 10 * mb } }],
    ['journal-copies', 'attention', { dataset: { ...dataset, journal: { state: 'one-copy', words: 'one' } } }],
    ['journal-copies', 'fail', { dataset: { ...dataset, journal: { state: 'stopped', words: 'none' } } }],
    ['journal-copies', 'attention', { dataset: { ...dataset, damage: ['a frame is damaged'] } }],
    ['retry-loop', 'fail', { delivery: { ...well.delivery, heartbeatAge: 200_000 } }],
    ['retry-loop', 'attention', { delivery: { ...well.delivery, state: 'paused' } }],
    ['retry-loop', 'attention', { delivery: { ...well.delivery, state: 'offline' } }],
    ['offline-payments', 'fail', { cards: { ...well.cards, unknown: 1 } }],
    ['offline-payments', 'fail', { cards: { ...well.cards, window: 'urgent' } }],
    ['offline-payments', 'attention', { cards: { ...well.cards, compared: null } }],
    [
      'offline-payments',
      'attention',
      { cards: { ...well.cards, compared: { at: now, newestRowAt: null, differences: 2 } } },
    ],
    ['orders-synced', 'fail', { delivery: { ...well.delivery, parked: 1 } }],
    ['orders-synced', 'attention', { delivery: { ...well.delivery, waiting: 1, begun: 1 } }],
    [
      'orders-synced',
      'attention',
      { delivery: { ...well.delivery, waiting: 1, oldest: { name: 'receipt K1-1', soldAt: now - hour } } },
    ],
    ['reservations', 'attention', { reservations: { waiting: 2, overstated: 1 } }],
    ['orders-compared', 'attention', { orders: null }],
    ['orders-compared', 'attention', { orders: { at: now - 10 * 24 * hour, differences: 0 } }],
    ['cases', 'attention', { cases: [{ title: 'Magento refuses a sale', runbook: 'order-parked', count: 2 }] }],
  ] as const)('%s is %s', (check, verdict, change) => {
    const facts: ChecklistFacts = { ...well, ...change };
    const [found] = standing(facts, check);
    expect(found).toMatchObject({ verdict, nextStep: expect.stringMatching(/\S/) });
    expect(worstOf(checklist(facts))).toBe(verdict);
  });

  it('says how long selling fits: 100 sales a day of 10 kB in two copies on 1 GB', () => {
    expect(standing(well, 'journal-holds')[0]?.words).toContain(
      '490 days of selling fit (100 sales a day, 14.0 MB a week)',
    );
  });

  it('names what a fresh sale in the queue is not: a reason to worry', () => {
    const oldest = { name: 'receipt K1-1', soldAt: now - 60_000 };
    expect(worstOf(checklist({ ...well, delivery: { ...well.delivery, waiting: 1, oldest } }))).toBe('ok');
  });
});

const prepared: ReadinessFacts = {
  now,
  dataset,
  snapshotAsOf: now - 10 * 60_000,
  storageLevel: 'ok',
  clockTrusted: true,
  devices: [{ kind: 'printer', state: 'ready', condition: 'ready' }],
  battery: null,
  cards: { offlineAllowed: true, paymentsLeft: 20, totalLeft: '500.00', windowEndsAt: null, window: 'open' },
};

describe('readiness for hours without internet', () => {
  it('is ok when all is well', () => {
    expect(worstOf(readiness(prepared, 8))).toBe('ok');
  });

  it.each([
    ['snapshot-fresh', 'fail', { snapshotAsOf: null }],
    ['snapshot-fresh', 'attention', { snapshotAsOf: now - 20 * hour }],
    ['disk', 'fail', { storageLevel: 'full' }],
    ['disk', 'attention', { storageLevel: 'tight' }],
    ['disk', 'fail', { dataset: { ...dataset, room: mb } }],
    ['clock', 'attention', { clockTrusted: false }],
    ['paper', 'attention', { devices: [{ kind: 'printer', state: 'ready', condition: 'paper near its end' }] }],
    ['power', 'fail', { battery: { charge: 9, onMains: false } }],
    ['power', 'attention', { battery: { charge: 30, onMains: false } }],
    ['cards', 'attention', { cards: { ...prepared.cards, offlineAllowed: false } }],
    ['cards', 'fail', { cards: { ...prepared.cards, paymentsLeft: 0 } }],
    ['cards', 'attention', { cards: { ...prepared.cards, windowEndsAt: now + 3 * hour } }],
  ] as const)('%s is %s', (check, verdict, change) => {
    const lines = readiness({ ...prepared, ...change }, 8);
    expect(lines.find((each) => each.check === check)).toMatchObject({
      verdict,
      nextStep: expect.stringMatching(/\S/),
    });
    expect(worstOf(lines)).toBe(verdict);
  });

  it('asks for room by the hours', () => {
    const facts = { ...prepared, dataset: { ...dataset, room: 60 * mb } };
    expect(worstOf(readiness(facts, 2))).toBe('ok');
    expect(worstOf(readiness(facts, 100))).toBe('fail');
  });
});
