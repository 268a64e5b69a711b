import type { Change, ControllerStore } from '../../provisioning/controller/store/controller-store.ts';
import type { ReportDocument, TerminalDocument } from '../../provisioning/controller/store/documents.ts';
import type { DeviceId } from '../../src/fleet/protocol.ts';
import { hours, type Instant, instant, minutes } from '../../src/platform/clock.ts';
import { terminalId } from '../../src/platform/ids.ts';
import { sampleHealth } from '../fleet/sample-health.ts';

const markets = ['fish market', 'flower market', 'old town', 'harbour', 'station'];

/** Writes a fleet into a controller's store, as it would be after some days: most are well, every thirteenth is in trouble. */
export async function writeFleet(store: ControllerStore, size: number, now: Instant): Promise<void> {
  await store.write([
    group('market', 'Market stalls'),
    group('kiosk', 'Self-checkouts'),
    ...Array.from({ length: size }, (_, index) => index + 1).flatMap((number) => documentsOf(number, now)),
  ]);
  await writeHistory(store, now);
}

const group = (name: string, label: string): Change => ({
  collection: 'groups',
  id: name,
  expected: 0,
  value: { name, label, settings: { 'log.level': 'info', 'sync.retryEvery': 60 }, secrets: {} },
});

/** A plain walk through the numbers, so that it is the same fleet every time. */
const situation = (number: number) =>
  number % 13 === 7
    ? 'lost'
    : number % 17 === 3
      ? 'offline'
      : number % 29 === 5
        ? 'parked'
        : number % 41 === 9
          ? 'off'
          : 'well';

function documentsOf(number: number, now: Instant): Change[] {
  const terminal = terminalId(`K${number}`);
  const device = number.toString(16).padStart(24, '0') as DeviceId;
  const is = situation(number);
  const value: TerminalDocument = {
    terminal,
    label: `${markets[number % markets.length]}, stall ${number}`,
    group: number % 3 === 0 ? 'kiosk' : 'market',
    createdAt: now - hours(24 * 20),
    createdBy: 'batch-spring',
    settings: number === 7 ? { 'log.level': 'debug' } : {},
    secrets: {},
    member: {
      device,
      sealingKey: 'A'.repeat(60),
      account: { username: `${device}-1`, passwordHash: 'x' },
      hardware: { model: 'Raspberry Pi 4 Model B Rev 1.5', serial: `1000000${number}` },
      firstReceiptCounter: 1,
      since: now - hours(24 * 20),
    },
    pending: null,
    rotation: null,
    accounts: 1,
    revoked: null,
  };
  const waiting = is === 'lost' || is === 'offline' ? (number % 37) + 1 : 0;
  const presence = is === 'lost' ? 'lost' : is === 'off' ? 'stopped' : 'online';
  const iso = (at: number): string => new Date(at).toISOString();
  const report: ReportDocument = {
    terminal,
    presence: { state: presence, session: { start: 3, connection: 2 }, since: now - minutes(30 + (number % 200)) },
    lastHeard: now - minutes(1),
    telemetry: { session: { start: 3, connection: 2 }, sequence: 40 },
    reported:
      number === 7
        ? {
            version: 4,
            outcomes: {
              'log.level': { state: 'applied' },
              'sync.retryEvery': { state: 'rejected', reason: 'Its own file decides this' },
            },
          }
        : null,
    health: {
      ...sampleHealth,
      attention: is === 'parked' ? [parkedAttention] : [],
      ...deskOf(terminal, is, now),
      queue: {
        waiting,
        parked: is === 'parked' ? 1 : 0,
        confirmed: 1200 + number,
        oldestUnconfirmed:
          waiting > 0 ? { receiptNumber: `${terminal}-00001234`, soldAt: iso(now - minutes(number % 400)) } : null,
        lastReceiptCounter: 1234,
      },
      delivery: {
        state: is === 'offline' ? 'offline' : 'online',
        words: is === 'offline' ? 'The shop can’t be reached' : 'The shop answers',
        lane: 'http',
        recipe: 'module',
        lastConfirmationAt: iso(now - minutes(3)),
      },
      snapshot: { generation: 31, takenAt: iso(now - hours(1 + (number % 9))), rejected: 0, size: 41_000_000 },
    },
  };
  return [
    { collection: 'terminals', id: terminal, expected: 0, value },
    { collection: 'reports', id: terminal, expected: 0, value: report },
    {
      collection: 'desired',
      id: terminal,
      expected: 0,
      value: { terminal, desired: { version: 4, settings: {}, secrets: {} }, device, secretsDigest: '' },
    },
  ];
}

const parkedAttention = {
  severity: 'alarm',
  words: '1 sale was refused by the shop and waits for a person',
  nextStep: 'Look at it: holdfast parked list',
} as const;

/** What people have to do at a terminal, as it tells it. */
function deskOf(
  terminal: string,
  is: string,
  now: Instant,
): Pick<ReportDocument['health'], 'cases' | 'parked' | 'checklist'> {
  const at = new Date(now - minutes(5)).toISOString();
  const fine = { check: 'delivery', verdict: 'ok', words: 'everything is in Magento', nextStep: null } as const;
  if (is !== 'parked') {
    return {
      cases: { open: 0, list: [] },
      parked: { count: 0, list: [] },
      checklist: { at, verdict: 'ok', lines: [fine] },
    };
  }
  const receiptNumber = `${terminal}-00000817`;
  const refused = {
    check: 'parked',
    verdict: 'fail',
    words: 'Magento refuses 1 sale',
    nextStep: 'holdfast parked list',
  } as const;
  return {
    cases: {
      open: 1,
      list: [
        {
          caseId: `order-missing:${receiptNumber}`,
          kind: 'order-missing',
          title: 'An order is missing',
          words: 'Magento has no order of a sale of 17.25 EUR.',
          receiptNumber,
          state: 'open',
          owner: null,
          openedAt: new Date(now - hours(20)).toISOString(),
          changedAt: at,
          nextStep: 'Deliver it again: holdfast orders redeliver',
          runbook: 'docs/runbooks/order-parked.md',
          outcomes: ['corrected', 'explained'],
        },
      ],
    },
    parked: {
      count: 1,
      list: [
        {
          documentId: `sale-${terminal}`,
          kind: 'sale',
          receiptNumber,
          soldAt: new Date(now - hours(20)).toISOString(),
          total: '17.25',
          currency: 'EUR',
          step: 'no order yet',
          reason: 'The product that was requested doesn’t exist.',
          attempts: 3,
          decided: [],
        },
      ],
    },
    checklist: { at, verdict: 'fail', lines: [fine, refused] },
  };
}

/** What happened to K7 in the last day: an outage of two hours, with a queue that grew and drained. */
async function writeHistory(store: ControllerStore, now: Instant): Promise<void> {
  const at = (ago: number): Instant => instant(now - minutes(ago));
  const note = (ago: number, entry: Parameters<ControllerStore['append']>[2]) =>
    store.append('events', 'K7', entry, at(ago));
  await note(1500, { kind: 'enrolled', device: 'x' });
  await note(1490, { kind: 'online', version: '0.1.0' });
  await note(1489, { kind: 'delivery', state: 'online', words: 'The shop answers' });
  await note(700, { kind: 'delivery', state: 'offline', words: 'The shop can’t be reached' });
  for (const [index, waiting] of [1, 2, 4, 7, 11, 16, 22, 29, 34].entries()) {
    await note(690 - index * 13, { kind: 'queue', waiting, parked: 0 });
  }
  await note(660, { kind: 'lost' });
  await note(580, { kind: 'online', version: '0.1.0' });
  await note(570, { kind: 'delivery', state: 'online', words: 'The shop answers' });
  for (const [index, waiting] of [20, 9, 3, 1].entries())
    await note(568 - index * 2, { kind: 'queue', waiting, parked: 0 });
  await note(560, { kind: 'queue', waiting: 0, parked: 1 });
  await note(300, { kind: 'queue', waiting: 0, parked: 0 });
  await note(240, { kind: 'job', job: 'test-print', state: 'succeeded', words: 'Printed' });
  await note(120, { kind: 'alarm', severity: 'warning', words: 'Its processor is at 81 °C.' });
  await note(100, { kind: 'alarm-ended', words: 'Its processor is at 81 °C.' });
  await note(60, { kind: 'queue', waiting: 6, parked: 0 });
  await note(40, { kind: 'lost' });
}
