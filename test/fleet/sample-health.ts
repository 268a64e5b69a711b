import type { Health } from '../../src/fleet/protocol.ts';

/** A terminal that is well. */
export const sampleHealth: Health = {
  queue: { waiting: 0, parked: 0, confirmed: 12, oldestUnconfirmed: null, lastReceiptCounter: 12 },
  delivery: {
    state: 'online',
    words: 'The shop answers',
    lane: 'http',
    recipe: 'module',
    lastConfirmationAt: '2026-11-23T08:59:00.000Z',
  },
  loop: { heartbeatAge: 500, attempts: 12, confirmations: 12 },
  snapshot: { generation: 3, takenAt: '2026-11-23T08:00:00.000Z', rejected: 0, size: 1_000_000 },
  storage: { level: 'ok', words: 'enough space' },
  space: { room: 1_000_000_000, free: 8_000_000_000, limit: 2_000_000_000 },
  devices: [{ name: 'printer', kind: 'printer', driver: 'escpos', state: 'ready', condition: 'ready' }],
  journal: { state: 'whole', words: 'both copies are written' },
  clock: { trusted: true, zone: 'Europe/Berlin' },
  shift: { open: true, openedAt: '2026-11-23T07:00:00.000Z' },
  busy: { sale: false, payment: false },
  attention: [],
  machine: { temperature: 48, memoryTotal: 1e9, memoryAvailable: 6e8, processMemory: 9e7, load: 0.2, uptime: 3600 },
  versions: { holdfast: '0.1.0', node: '20.20.2', system: 'Debian 12', model: 'Raspberry Pi 4' },
  cases: { open: 0, list: [] },
  parked: { count: 0, list: [] },
  checklist: {
    at: '2026-11-23T08:59:00.000Z',
    verdict: 'ok',
    lines: [{ check: 'cases', verdict: 'ok', words: 'none is open', nextStep: null }],
  },
  shop: { address: 'https://shop.example', store: 'default' },
};
