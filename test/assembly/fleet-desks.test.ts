import { expect, it } from 'vitest';
import { createFleetDesks, type FleetDesksParts } from '../../src/assembly/fleet-desks.ts';
import type { CaseDetail } from '../../src/control/cases-protocol.ts';
import type { QueueDetail } from '../../src/control/protocol.ts';
import { healthSchema } from '../../src/fleet/protocol.ts';
import { minutes } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { status } from '../control/sample-answers.ts';
import { ManualClock } from '../tools/manual-clock.ts';

const parkedCase: CaseDetail = {
  caseId: 'document-parked:019a',
  title: 'Magento refuses a sale',
  words: `customer ada.byron@example.com: ${'refused '.repeat(100)}`,
  receiptNumber: null,
  state: 'open',
  owner: null,
  openedAt: '2026-11-23T08:00:00.000Z',
  changedAt: '2026-11-23T08:00:00.000Z',
  evidence: { code: 'x' },
  nextStep: 'Correct the cause, then send it on its way again.',
  runbook: 'docs/runbooks/order-parked.md',
  outcomes: ['corrected'],
  outcome: null,
  history: [],
};
const parked: QueueDetail = {
  documentId: '019a',
  name: 'customer ada.byron@example.com',
  kind: 'customer',
  receiptNumber: null,
  total: null,
  currency: null,
  soldAt: '2026-11-23T08:00:00.000Z',
  state: 'parked',
  step: 'the customer',
  attempts: 2,
  lastAnswer: 'ada.byron@example.com is taken',
  nextAttemptAt: null,
  orderNumber: null,
  lines: [],
  tenders: [],
  progress: null,
  instructions: ['delivered as sold'],
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('tell the fleet of cases, parked documents and the checklist, without an address, and look seldom', async () => {
  const clock = new ManualClock();
  let looks = 0;
  const control: FleetDesksParts['control'] = {
    status: () => ({ ...status, cases: 1, sales: { ...status.sales, parked: 1 } }),
    cases: async () => [parkedCase],
    case: () => parkedCase,
    queue: async () => [parked],
    document: () => parked,
    checklist: async () => {
      looks += 1;
      await turn();
      const words = `oldest unconfirmed: customer ada.byron@example.com, look ${looks}`;
      const line = { check: 'retry-loop', verdict: 'attention', words, nextStep: null } as const;
      return { terminalId: 'K1', at: new Date(clock.now()).toISOString(), verdict: 'attention', lines: [line] };
    },
  };
  const magento = { baseUrl: 'https://shop.example', storeCode: 'default' };
  const desks = createFleetDesks({ control, magento, clock, log: silentLogger });
  // The first look only begins the checklist: telling that the terminal is there does not wait for a walk through a week.
  expect((await desks.look()).checklist).toBeNull();
  await turn();
  const told = await desks.look();
  expect(JSON.stringify(told)).not.toContain('@');
  const { cases, parked: queue, checklist, shop } = healthSchema.shape;
  expect(cases.parse(told.cases)).toMatchObject({
    open: 1,
    list: [{ kind: 'document-parked', outcomes: ['corrected'] }],
  });
  expect(queue.parse(told.parked)).toMatchObject({ count: 1, list: [{ attempts: 2, decided: ['delivered as sold'] }] });
  expect(checklist.parse(told.checklist)).toMatchObject({ verdict: 'attention', lines: [{ check: 'retry-loop' }] });
  expect(shop.parse(told.shop)).toEqual({ address: 'https://shop.example', store: 'default' });
  await desks.look();
  expect(looks).toBe(1);
  await clock.advance(minutes(15));
  await desks.look();
  expect(looks).toBe(2);
  await turn();
  // Asked for, it is made at once.
  await desks.checklist();
  expect((await desks.look()).checklist?.lines[0]?.words).toContain('look 3');
});
