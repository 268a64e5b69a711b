import type { ChecklistFacts, DatasetFacts } from '../../src/reconciliation/checklist.ts';

export const mb = 1_000_000;
export const hour = 3_600_000;
export const now = Date.parse('2026-11-23T09:00:00Z');

export const dataset: DatasetFacts = {
  snapshot: { size: 10 * mb, used: 20 * mb, budget: 200 * mb },
  room: 1000 * mb,
  copies: [
    { used: 10 * mb, budget: 500 * mb },
    { used: 10 * mb, budget: 500 * mb },
  ],
  soldInWeek: 700,
  saleSize: 10_000,
  journal: { state: 'whole', words: 'both copies are written' },
  damage: [],
};

/** All is well. */
export const well: ChecklistFacts = {
  now,
  dataset,
  delivery: {
    state: 'online',
    words: 'reached',
    heartbeatAge: 2000,
    attempts: 40,
    lastConfirmationAt: now - 60_000,
    nextAttemptAt: null,
    oldest: null,
    waiting: 0,
    parked: 0,
    begun: 0,
  },
  cards: {
    offlineAllowed: true,
    stored: 0,
    storedTotal: '0.00',
    deciding: 0,
    unknown: 0,
    window: 'open',
    compared: { at: now - hour, newestRowAt: now - 24 * hour, differences: 0 },
    soldInWeek: 30,
  },
  reservations: { waiting: 0, overstated: 0 },
  orders: { at: now - hour, differences: 0 },
  cases: [],
};
