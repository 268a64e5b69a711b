import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { succeededChanges } from '../../../provisioning/controller/absent-terminals.ts';
import { noAccounts } from '../../../provisioning/controller/broker-accounts.ts';
import { DeviceDesk } from '../../../provisioning/controller/device-desk.ts';
import { FleetCaseDesk } from '../../../provisioning/controller/fleet-case-desk.ts';
import { fleetCases } from '../../../provisioning/controller/fleet-desks.ts';
import { JobsDesk } from '../../../provisioning/controller/jobs-desk.ts';
import { ReconciliationDesk } from '../../../provisioning/controller/reconciliation-desk.ts';
import { reconciliationRoutes } from '../../../provisioning/controller/routes/reconciliations.ts';
import { exitCode } from '../../../src/cli/exit-code.ts';
import type { AbsentJudgement, AbsentTerminal, OrdersCompared } from '../../../src/fleet/order-comparison.ts';
import type { DeviceId, Health, JobId, JobState } from '../../../src/fleet/protocol.ts';
import { type Duration, hours, minutes } from '../../../src/platform/clock.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import { seededRandom } from '../../../src/platform/seeded-random.ts';
import { sampleHealth } from '../../fleet/sample-health.ts';
import { AskedController, SmallFleet, toldCase } from './small-fleet.ts';

let fleet: SmallFleet;
let jobs: JobsDesk;
let desk: ReconciliationDesk;
let controller: AskedController;
beforeEach(async () => {
  fleet = await SmallFleet.open();
  const { store, clock } = fleet;
  const common = { store, clock, random: seededRandom(1) };
  jobs = new JobsDesk(common);
  desk = new ReconciliationDesk({ ...common, jobs, cases: new FleetCaseDesk(common) });
  controller = await AskedController.open(fleet, reconciliationRoutes({ ...fleet.parts, reconciliations: desk }));
});
afterEach(() => controller.close());

const successor = 'ffffffffffffffffffffffff' as DeviceId;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const lost = (age: Duration) => {
  const since = fleet.clock.now() - age;
  return { presence: { state: 'lost', session: null, since }, lastHeard: since } as const;
};
/** Three sales on it, of which the first could be K7-00000010. */
const stranded: Partial<Health> = {
  queue: {
    ...sampleHealth.queue,
    waiting: 3,
    lastReceiptCounter: 12,
    oldestUnconfirmed: { receiptNumber: 'K7-00000010', soldAt: '2026-11-22T08:00:00.000Z' },
  },
};
const agree: OrdersCompared = {
  sales: 5,
  returns: 1,
  unconfirmed: 0,
  differing: 0,
  differences: [],
  stockNotJudged: null,
  absent: [],
};
const told = (caseId: string, receiptNumber: string | null = null): OrdersCompared => ({
  ...agree,
  differing: 1,
  differences: [
    { caseId, words: 'it differs', receiptNumber, nextStep: 'Look.', runbook: 'docs/runbooks/order-differs.md' },
  ],
});

async function looks(terminal: string) {
  const all = await fleet.store.list('jobs', { prefix: `${terminal}/` });
  return all.flatMap(({ value }) => (value.job.kind === 'reconcile-orders' ? [value] : []));
}
async function asked(terminal: string): Promise<readonly AbsentTerminal[]> {
  const job = (await looks(terminal)).at(-1)?.job;
  return job?.kind === 'reconcile-orders' ? job.absent : [];
}
/** As the fleet's service does with what a terminal says of its newest look. */
async function ends(terminal: string, result: OrdersCompared | null, state: JobState = 'succeeded'): Promise<void> {
  const job = (await looks(terminal)).at(-1);
  const status = { jobId: job?.jobId as JobId, revision: 9, state, words: 'so it ended', progress: null, result };
  await desk.heard(terminalId(terminal), status);
  await jobs.status(terminalId(terminal), status);
  await desk.advance();
  await fleet.seen();
}
const judged = (change: Partial<AbsentJudgement> = {}): OrdersCompared => {
  const device = '0123456789abcdef01234567';
  return { ...agree, absent: [{ terminal: 'K7', device, missing: 0, missingReceipts: [], doubled: [], ...change }] };
};
const own = () => fleetCases(fleet.view, {}).cases.filter(({ keptBy }) => keptBy === 'controller');
/** The command, at work until {@link ends} has told of all. */
async function reconcile(...args: string[]) {
  const runs = async (): Promise<number> => (await fleet.store.list('reconciliations')).length;
  const before = await runs();
  // Jobs are told apart by when they were given.
  await fleet.clock.advance(minutes(1));
  const answer = controller.holdfast(fleet.clock, 'fleet', 'reconcile', 'orders', ...args);
  while ((await runs()) === before) await turn();
  await desk.advance();
  return { answer };
}

describe('a look at the orders of a whole fleet', () => {
  it('is one job for each terminal that is there, and the command ends when all have looked', async () => {
    await fleet.add('K1');
    await fleet.add('K2');
    const { answer } = await reconcile('--since', '2026-11-20');
    expect((await looks('K1'))[0]?.job).toMatchObject({ since: '2026-11-20T00:00:00.000Z' });
    await ends('K1', agree);
    await ends('K2', agree);
    const { code, out } = await answer;
    expect(out).toContain('All terminals and Magento agree.');
    expect(out).toMatch(/sales compared +10/);
    expect(code).toBe(exitCode.done);
  });

  it('says what differs, the same difference of one shop once, and exits with 1', async () => {
    await fleet.add('K1');
    await fleet.add('K2');
    const { answer } = await reconcile('--json');
    await ends('K1', told('stock-differs:COFFEE'));
    await ends('K2', told('stock-differs:COFFEE'));
    const { code, out, err } = await answer;
    expect(code).toBe(exitCode.failed);
    const found = JSON.parse(out);
    expect(found).toMatchObject({ compared: 2, differing: 2 });
    expect(found.differences).toMatchObject([{ terminals: ['K1', 'K2'], caseId: 'stock-differs:COFFEE' }]);
    expect(err).toContain('holdfast fleet cases');
  });

  it('does not wait for who is away, names them, and has them look when they come', async () => {
    await fleet.add('K1');
    await fleet.add('K2', {}, lost(hours(2)));
    const { answer } = await reconcile();
    await ends('K1', agree);
    const { code, out } = await answer;
    expect(code).toBe(exitCode.attention);
    expect(out).toMatch(/K2 +away +Not connected/);
    await fleet.add('K2');
    await desk.advance();
    expect(await looks('K2')).toHaveLength(1);
    await ends('K2', agree);
    expect((await fleet.store.list('reconciliations'))[0]?.value.state).toBe('done');
  });

  it('gives up who does not come within a day', async () => {
    await fleet.add('K2', {}, lost(hours(2)));
    await (await reconcile()).answer;
    await fleet.clock.advance(hours(24));
    await desk.advance();
    expect((await fleet.store.list('reconciliations'))[0]?.value.state).toBe('done');
    await fleet.add('K2');
    await desk.advance();
    expect(await looks('K2')).toHaveLength(0);
  });

  it('has few read the shop at once', async () => {
    for (let number = 1; number <= 25; number += 1) await fleet.add(`K${number}`);
    const { answer } = await reconcile('--wait', '0');
    await answer;
    const begun = async () => (await fleet.store.list('jobs')).length;
    expect(await begun()).toBe(20);
    await ends('K1', agree);
    expect(await begun()).toBe(21);
  });

  it('names a terminal whose release can’t look', async () => {
    await fleet.add('K1');
    const { answer } = await reconcile();
    await ends('K1', null, 'rejected');
    const { code, out } = await answer;
    expect(code).toBe(exitCode.attention);
    expect(out).toMatch(/K1 +rejected +so it ended/);
  });

  it('needs the role operator', async () => {
    await fleet.add('K1');
    const viewer = await AskedController.open(
      fleet,
      reconciliationRoutes({ ...fleet.parts, reconciliations: desk }),
      'viewer',
    );
    const { code, err } = await viewer.holdfast(fleet.clock, 'fleet', 'reconcile', 'orders');
    await viewer.close();
    expect(code).toBe(exitCode.failed);
    expect(err).toContain('needs the role "operator"');
    const [entry] = await fleet.store.readLog('audit', { subject: null, limit: 1 });
    expect(entry?.entry).toMatchObject({ user: 'ann', action: 'POST /api/reconciliations', outcome: 'refused' });
  });
});

describe('a terminal that is gone', () => {
  beforeEach(async () => {
    await fleet.add('K1');
    await fleet.add('K7', stranded, lost(hours(30)));
  });

  it('is looked for by another one of its shop, and its missing receipts are one case, which the controller keeps', async () => {
    const { answer } = await reconcile();
    expect(await asked('K1')).toMatchObject([{ terminal: 'K7', from: 10, last: 12, before: null }]);
    const missing = judged({ missing: 2, missingReceipts: ['K7-00000010', 'K7-00000012'] });
    await ends('K1', missing);
    const { code, out } = await answer;
    expect(code).toBe(exitCode.failed);
    expect(out).toContain('Magento has no order of 2 of its receipts');
    expect(own()).toMatchObject([
      { kind: 'terminal-gone', terminals: ['K7'], words: expect.stringContaining('K7-00000010, K7-00000012') },
    ]);
    // Looked for again, and found as before: the same case, as it was.
    const changedAt = own()[0]?.changedAt;
    await fleet.clock.advance(hours(1));
    await reconcile('--wait', '0');
    await ends('K1', missing);
    expect(own().map((each) => each.changedAt)).toEqual([changedAt]);
    // Its sales were got off the medium and delivered.
    await reconcile('--wait', '0');
    await ends('K1', judged());
    expect(own()).toEqual([]);
  });

  it('is not looked for by a terminal of another shop', async () => {
    await fleet.add('K1', { shop: { address: 'https://other.example', store: 'default' } });
    const { answer } = await reconcile();
    expect(await asked('K1')).toEqual([]);
    await ends('K1', agree);
    expect((await answer).out).toContain('K7 is gone: no terminal of its shop could look for it.');
  });

  it('is looked for by the next one where the first could not', async () => {
    await fleet.add('K2', {}, lost(hours(1)));
    await reconcile('--wait', '0');
    await ends('K1', null, 'failed');
    await fleet.add('K2');
    await desk.advance();
    expect(await asked('K2')).toMatchObject([{ terminal: 'K7' }]);
  });

  it('is not looked for while nothing waited on it', async () => {
    await fleet.add('K7', {}, lost(hours(30)));
    await reconcile('--wait', '0');
    expect(await asked('K1')).toEqual([]);
  });

  it('does not come back into a case by an old answer that is told again', async () => {
    await reconcile('--wait', '0');
    const old = (await looks('K1')).at(-1);
    await ends('K1', judged({ missing: 1, missingReceipts: ['K7-00000010'] }));
    await fleet.clock.advance(hours(1));
    await reconcile('--wait', '0');
    await ends('K1', judged());
    const result = judged({ missing: 1, missingReceipts: ['K7-00000010'] });
    const status = {
      jobId: old?.jobId as JobId,
      revision: 9,
      state: 'succeeded',
      words: '',
      progress: null,
      result,
    } as const;
    await desk.heard(terminalId('K1'), status);
    await fleet.seen();
    expect(own()).toEqual([]);
  });

  it('keeps its cases itself once it is back', async () => {
    await reconcile('--wait', '0');
    await ends('K1', judged({ missing: 1, missingReceipts: ['K7-00000010'] }));
    expect(own()).toHaveLength(1);
    await fleet.add('K7', stranded);
    await desk.advance();
    await ends('K7', agree);
    expect(own()).toEqual([]);
  });

  it('is not told twice of an order that it tells itself', async () => {
    const twice = judged({ doubled: [{ receiptNumber: 'K7-00000003', orderNumbers: ['1', '2'] }] });
    await reconcile('--wait', '0');
    await ends('K1', twice);
    expect(own()).toMatchObject([{ caseId: 'order-doubled:K7-00000003' }]);
    const list = [toldCase('order-doubled:019a', { receiptNumber: 'K7-00000003' })];
    await fleet.add('K7', { ...stranded, cases: { open: 1, list } }, lost(hours(30)));
    await reconcile('--wait', '0');
    await ends('K1', twice);
    expect(fleetCases(fleet.view, {}).cases.map(({ caseId }) => caseId)).toEqual(['order-doubled:019a']);
  });

  it('is looked for with what it told last, though another device has taken its place or it was shut out', async () => {
    await new DeviceDesk({ ...fleet.parts, accounts: noAccounts }).revoke(terminalId('K7'), 'ann', 'stolen');
    // The successor's own reports lie over what the old device said.
    await fleet.add(
      'K7',
      { queue: { ...sampleHealth.queue, lastReceiptCounter: 1012 } },
      {},
      {
        device: successor,
        firstReceiptCounter: 1013,
      },
    );
    const changes = await succeededChanges(fleet.store, terminalId('K7'), successor, 1013);
    await fleet.store.write(changes);
    await reconcile('--wait', '0');
    const all = [...(await asked('K1')), ...(await asked('K7'))];
    expect(all).toMatchObject([
      { terminal: 'K7', device: '0123456789abcdef01234567', from: 10, last: 12, before: 1013 },
    ]);
    await ends('K1', judged({ missing: 3, missingReceipts: ['K7-00000010', 'K7-00000011', 'K7-00000012'] }));
    // The device that is there now knows nothing of it.
    await ends('K7', agree);
    expect(own()).toHaveLength(1);
    // What may still be missing is not forgotten, though it is long ago and the number is given up.
    await fleet.clock.advance(hours(24 * 61));
    await desk.sweep();
    await fleet.store.write([{ collection: 'terminals', id: 'K7', expected: null, value: null }]);
    await fleet.add('K1');
    expect(own()).toHaveLength(1);
    await reconcile('--wait', '0');
    expect(await asked('K1')).toMatchObject([{ terminal: 'K7' }]);
    await ends('K1', judged());
    await desk.sweep();
    expect(await fleet.store.list('former')).toEqual([]);
  });
});
