import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createPaymentWebhooks } from '../../provisioning/controller/payment-webhooks.ts';
import { FleetAgent } from '../../src/fleet/agent.ts';
import { writeMessage } from '../../src/fleet/envelope.ts';
import { type JobExecutors, jobRejected, jobsFile, jobsStateSchema, noJobs } from '../../src/fleet/jobs-agent.ts';
import type { AbsentJudgement, AbsentTerminal, OrdersCompared } from '../../src/fleet/order-comparison.ts';
import type { Health, Job, SettingOutcome } from '../../src/fleet/protocol.ts';
import type { Wanted } from '../../src/fleet/settings-agent.ts';
import type { JsonValue } from '../../src/platform/brand.ts';
import { hours, instant, milliseconds, minutes, seconds } from '../../src/platform/clock.ts';
import { type TerminalId, terminalId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { openStateFile } from '../../src/platform/state-file.ts';
import { adyenKey, signedNotification } from '../payments/adyen/signed-notification.ts';
import { type ControllerLife, FleetWorld, fleet } from './fleet-world.ts';
import { sampleHealth } from './sample-health.ts';

const agreeing: OrdersCompared = {
  sales: 4,
  returns: 0,
  unconfirmed: 0,
  differing: 0,
  differences: [],
  stockNotJudged: null,
  absent: [],
};

/** A terminal that keeps what the fleet wants, over several starts. */
class Till {
  readonly world: FleetWorld;
  readonly place: string;
  kept: Wanted = { version: 0, values: {} };
  /** What the running process was started with. */
  running: Wanted['values'] = {};
  health: Health = sampleHealth;
  isQuiet = true;
  /** What its shop has of a terminal that is gone. */
  lookFor = ({ terminal, device }: AbsentTerminal): AbsentJudgement => ({
    terminal,
    device,
    missing: 0,
    missingReceipts: [],
    doubled: [],
  });
  printed = 0;
  restarts = 0;
  reports = 0;
  agent!: FleetAgent;
  readonly paymentReports: JsonValue[] = [];
  /** Runs in the middle of a test print. */
  duringPrint: () => Promise<void> = async () => undefined;

  constructor(world: FleetWorld, place: string) {
    this.world = world;
    this.place = place;
  }

  async start(): Promise<void> {
    const { clock, random, broker, disk } = this.world;
    this.running = this.kept.values;
    const files = disk.files(this.place);
    const plain = { waitsForQuiet: false, afterRestart: 'again', run: async () => ({ words: 'Done' }) } as const;
    const executors: Omit<JobExecutors, 'rotate-credentials' | 'open-shift'> = {
      'sync-now': plain,
      'refresh-snapshot': plain,
      'show-message': plain,
      'collect-diagnostics': { ...plain, run: async () => ({ words: 'Collected', result: { disk: 'fine' } }) },
      update: { ...plain, run: () => Promise.reject(jobRejected('No updates here.')) },
      'close-shift': plain,
      checklist: plain,
      'act-on-case': plain,
      'decide-parked': plain,
      'outage-report': plain,
      'reconcile-orders': {
        ...plain,
        run: async ({ absent }) => ({ words: 'Compared', result: { ...agreeing, absent: absent.map(this.lookFor) } }),
      },
      'payment-report': {
        ...plain,
        run: async ({ report }) => {
          this.paymentReports.push(report);
          return { words: 'Taken' };
        },
      },
      'test-print': {
        waitsForQuiet: true,
        afterRestart: 'lost',
        run: async () => {
          this.printed += 1;
          await this.duringPrint();
          return { words: 'Printed' };
        },
      },
      restart: {
        waitsForQuiet: true,
        afterRestart: 'done',
        run: async () => {
          this.restarts += 1;
          return { words: 'Restarting' };
        },
      },
    };
    const kept = (): Wanted => this.kept;
    this.agent = new FleetAgent({
      place: { fleet, url: 'mqtt://memory', authorities: [], mqttVersion: 'auto' },
      identity: await this.world.identity(this.place),
      jobs: await openStateFile(files, jobsFile, jobsStateSchema, noJobs, silentLogger),
      settings: {
        get keptVersion() {
          return kept().version;
        },
        get kept() {
          return kept().values;
        },
        keep: async (wanted) => {
          this.kept = wanted;
        },
        outcomes: () => this.#outcomes(),
        restartWanted: () => undefined,
      },
      executors,
      isQuiet: () => this.isQuiet,
      look: async () => {
        this.reports += 1;
        return this.health;
      },
      reportEvery: milliseconds(60_000),
      version: '0.1.0',
      open: broker.open,
      clock,
      random,
      log: silentLogger,
    });
    await this.agent.start();
    await clock.advance(seconds(3));
  }

  /** The process ends at once and starts again. */
  async crash(): Promise<void> {
    const { world } = this;
    world.disk.cutPower(world.random);
    world.broker.cut((id) => id !== 'controller' && id !== 'holdfast-acme-controller');
    void this.agent.stop('stopped');
    await this.start();
  }

  #outcomes(): Record<string, SettingOutcome> {
    return Object.fromEntries(
      Object.entries(this.kept.values).map(([key, value]) => [
        key,
        JSON.stringify(this.running[key]) === JSON.stringify(value)
          ? { state: 'applied' }
          : { state: 'pending-restart' },
      ]),
    );
  }
}

/** Adyen posts a notification to the controller. */
async function posted(desks: Pick<ControllerLife, 'store' | 'jobs'>, merchantReference: string): Promise<string> {
  const handler = createPaymentWebhooks({ ...desks, hmacKeys: [adyenKey], log: silentLogger });
  const server = createServer((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const body = signedNotification(merchantReference);
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body });
  server.close();
  server.closeAllConnections();
  return answer.text();
}

async function setUp(seed = 1): Promise<{ world: FleetWorld; till: Till; terminal: TerminalId }> {
  const world = new FleetWorld(seed);
  const terminal = await joined(world, 'till');
  const till = new Till(world, 'till');
  await till.start();
  return { world, till, terminal };
}

async function joined(world: FleetWorld, place: string): Promise<TerminalId> {
  const wishes = { terminal: null, group: null, prefix: 'K', replaces: false, lastReceiptCounter: null, by: 'ann' };
  const { claim, digits } = await world.controller.claims.makeCode(wishes);
  const enrolled = world.enrol(place, async () => ({ name: claim, password: digits }), new AbortController().signal);
  await world.clock.advance(seconds(10));
  return enrolled;
}

const reportOf = async (world: FleetWorld, terminal: TerminalId) =>
  (await world.controller.store.get('reports', terminal))?.value;
const order = (world: FleetWorld, terminal: TerminalId, job: Job, deadline: number | null = null) =>
  world.controller.jobs.order(terminal, {
    job,
    deadline: deadline as never,
    expectedVersion: null,
    rollout: null,
    by: 'ann',
  });
const jobOf = async (world: FleetWorld, terminal: TerminalId, jobId: string) =>
  (await world.controller.store.get('jobs', `${terminal}/${jobId}`))?.value;

describe('presence', () => {
  it('is told by birth and will, and an old will changes nothing', async () => {
    const { world, till, terminal } = await setUp();
    expect((await reportOf(world, terminal))?.presence).toMatchObject({
      state: 'online',
      session: { start: 1, connection: 1 },
    });
    world.broker.down = true;
    world.broker.cut((id) => id.includes('-acme-') && !id.endsWith('controller'));
    await world.clock.advance(seconds(1));
    expect((await reportOf(world, terminal))?.presence.state).toBe('lost');
    world.broker.down = false;
    await world.clock.advance(minutes(1));
    const born = (await reportOf(world, terminal))?.presence;
    expect(born).toMatchObject({ state: 'online' });
    expect(born!.session!.connection).toBeGreaterThan(1);
    await till.agent.messenger.send('presence.end', { session: { start: 1, connection: 1 }, why: 'lost' });
    await world.clock.advance(seconds(1));
    expect((await reportOf(world, terminal))?.presence.state).toBe('online');
    const stopped = till.agent.stop('restarting');
    await world.clock.advance(seconds(1));
    await stopped;
    expect((await reportOf(world, terminal))?.presence.state).toBe('restarting');
  });
});

describe('telemetry', () => {
  it('is told whole at first, then what has changed, at most every ten seconds', async () => {
    const { world, till, terminal } = await setUp();
    expect((await reportOf(world, terminal))?.health).toEqual(sampleHealth);
    const before = (await reportOf(world, terminal))?.telemetry?.sequence;
    await world.clock.advance(seconds(50));
    expect((await reportOf(world, terminal))?.telemetry?.sequence).toBe(before);
    for (let waiting = 1; waiting <= 20; waiting += 1) {
      till.health = { ...till.health, queue: { ...till.health.queue, waiting } };
      await world.clock.advance(seconds(1));
    }
    await world.clock.advance(seconds(10));
    const after = await reportOf(world, terminal);
    expect(after?.health.queue?.waiting).toBe(20);
    expect(after!.telemetry!.sequence - before!).toBeLessThanOrEqual(3);
  });

  it('is told at once when somebody is wanted at the terminal, also in the middle of a report', async () => {
    const { world, till, terminal } = await setUp();
    const alarms = async () => (await world.controller.store.list('alarms')).map(({ value }) => value.words);
    await world.clock.advance(seconds(4));
    const attention = [{ severity: 'alarm', words: 'A customer asks for help.', nextStep: 'Go there.' }] as const;
    till.health = { ...till.health, attention: [...attention] };
    till.agent.lookNow();
    await world.clock.advance(milliseconds(100));
    expect(await alarms()).toEqual(['A customer asks for help.']);
    expect((await reportOf(world, terminal))?.health.attention).toEqual(attention);
    // The end of the call comes while another report is on its way.
    till.health = { ...till.health, shift: { open: false, openedAt: null } };
    till.agent.lookNow();
    till.health = sampleHealth;
    till.agent.lookNow();
    await world.clock.advance(seconds(2));
    expect(await alarms()).toEqual([]);
  });

  it('is asked for whole when something between was lost', async () => {
    const { world, till, terminal } = await setUp();
    let lose = 1;
    world.broker.onMessage = ({ topic }) => (topic.endsWith('/telemetry') && lose-- > 0 ? 'lose' : 'deliver');
    till.health = { ...till.health, storage: { level: 'tight', words: 'little space' } };
    await world.clock.advance(seconds(12));
    expect((await reportOf(world, terminal))?.health.storage?.level).toBe('ok');
    till.health = { ...till.health, queue: { ...till.health.queue, waiting: 7 } };
    await world.clock.advance(seconds(15));
    expect((await reportOf(world, terminal))?.health).toMatchObject({
      storage: { level: 'tight' },
      queue: { waiting: 7 },
    });
  });

  it('raises alarms with the next step, and ends them', async () => {
    const { world, till, terminal } = await setUp();
    const attention = [{ severity: 'alarm', words: 'Magento refuses 2 sale(s).', nextStep: 'Look at them.' }] as const;
    till.health = { ...till.health, attention: [...attention] };
    await world.clock.advance(seconds(15));
    const alarms = await world.controller.store.list('alarms');
    expect(alarms.map(({ value }) => value)).toMatchObject([{ terminal, ...attention[0], acknowledged: null }]);
    till.health = sampleHealth;
    await world.clock.advance(seconds(15));
    expect(await world.controller.store.list('alarms')).toEqual([]);
    world.broker.down = true;
    world.broker.cut((id) => !id.endsWith('controller'));
    world.broker.down = false;
    const stopped = till.agent.stop('stopped');
    await world.clock.advance(minutes(15));
    await stopped;
  });
});

describe('settings', () => {
  it('reach a terminal at once, or when it comes by, and say what became of them', async () => {
    const { world, till, terminal } = await setUp();
    await world.controller.settings.change({ kind: 'terminal', terminal }, { 'receipt.header': ['Acme'] }, null);
    await world.clock.advance(seconds(1));
    expect(till.kept.values).toEqual({ 'receipt.header': ['Acme'] });
    expect((await reportOf(world, terminal))?.reported?.outcomes).toEqual({
      'receipt.header': { state: 'pending-restart' },
    });
    const stopped = till.agent.stop('stopped');
    await world.clock.advance(seconds(1));
    await stopped;
    await world.controller.settings.change({ kind: 'terminal', terminal }, { 'log.level': 'debug' }, null);
    await till.start();
    expect(till.kept.values).toEqual({ 'receipt.header': ['Acme'], 'log.level': 'debug' });
    expect((await reportOf(world, terminal))?.reported?.outcomes['receipt.header']).toEqual({ state: 'applied' });
  });

  it('come in whatever order; an older document changes nothing', async () => {
    const { world, till, terminal } = await setUp();
    const change = (header: string) =>
      world.controller.settings.change({ kind: 'terminal', terminal }, { 'receipt.header': [header] }, null);
    const held: { topic: string; text: string }[] = [];
    world.broker.onMessage = (message) => {
      if (!message.topic.endsWith('/desired')) return 'deliver';
      held.push(message);
      return 'lose';
    };
    await change('one');
    await world.clock.advance(seconds(1));
    await change('two');
    await world.clock.advance(seconds(1));
    expect(held).toHaveLength(2);
    for (const message of held.reverse()) {
      till.agent.messenger.receive(message.topic, Buffer.from(message.text));
      await world.clock.advance(seconds(1));
      expect(till.kept.values).toEqual({ 'receipt.header': ['two'] });
    }
  });

  it('of a group hold for all in it, less what a terminal decides for itself; secrets travel sealed', async () => {
    const { world, till, terminal } = await setUp();
    const { store, settings } = world.controller;
    const group = { name: 'market', label: 'Market', settings: {}, secrets: {} };
    await store.write([{ collection: 'groups', id: 'market', expected: 0, value: group }]);
    const found = await store.get('terminals', terminal);
    await store.write([
      { collection: 'terminals', id: terminal, expected: null, value: { ...found!.value, group: 'market' } },
    ]);
    const seen: string[] = [];
    world.broker.onMessage = ({ text }) => {
      seen.push(text);
      return 'deliver';
    };
    const auth = { type: 'token', token: 'shop-token-0123456789' };
    const wishes = { 'magento.auth': auth, 'receipt.footer': ['Bye'], 'log.level': 'warn' };
    await settings.change({ kind: 'group', name: 'market' }, wishes, null);
    await settings.change({ kind: 'terminal', terminal }, { 'log.level': 'debug' }, null);
    await world.clock.advance(seconds(2));
    expect(till.kept.values).toEqual({ 'magento.auth': auth, 'receipt.footer': ['Bye'], 'log.level': 'debug' });
    expect(seen.join()).not.toContain('shop-token');
    expect(JSON.stringify(await store.list('groups'))).not.toContain('shop-token');
    // What is sealed for another device is said, and what was there stays.
    const { version } = till.kept;
    const text = writeMessage(
      'settings.changed',
      { version: version + 1, settings: {}, secrets: { 'magento.auth': 'a.b.c.d' } },
      { clock: world.clock, random: world.random },
    ).text;
    till.agent.messenger.receive(`holdfast/acme/${terminal}/desired`, Buffer.from(text));
    await world.clock.advance(seconds(2));
    expect(till.kept.values).toEqual({ 'magento.auth': auth });
    expect((await reportOf(world, terminal))?.reported?.outcomes['magento.auth']?.state).toBe('rejected');
    const nonsense = settings.change({ kind: 'group', name: 'market' }, { 'sync.overlap': 99, dataDir: '/x' }, null);
    await expect(nonsense).rejects.toMatchObject({ code: 'fleet.bad-settings' });
  });
});

describe('jobs', () => {
  it('are done once, however often they are offered and whenever the process ends', async () => {
    for (let cutAt = 1; cutAt <= 10; cutAt += 1) {
      const { world, till, terminal } = await setUp(cutAt);
      let operations = 0;
      let isCut = false;
      world.disk.onOperation = ({ where }) => {
        if (!where.includes('fleet-jobs')) return null;
        operations += 1;
        if (operations === cutAt) {
          isCut = true;
          world.disk.cutPower(world.random);
        }
        return null;
      };
      const { jobId } = await order(world, terminal, { kind: 'test-print' });
      await world.clock.advance(seconds(5));
      if (isCut) await till.crash();
      await world.clock.advance(minutes(1));
      await till.crash();
      await world.clock.advance(minutes(1));
      expect(till.printed, `cut at ${cutAt}`).toBeLessThanOrEqual(1);
      const job = await jobOf(world, terminal, jobId);
      expect(['succeeded', 'failed']).toContain(job?.state);
      if (job?.state === 'succeeded') expect(till.printed).toBe(1);
    }
  });

  it('wait for quiet, keep their deadline, and are rejected where they do not belong', async () => {
    const { world, till, terminal } = await setUp();
    till.isQuiet = false;
    const print = await order(world, terminal, { kind: 'test-print' });
    await world.clock.advance(seconds(5));
    expect(await jobOf(world, terminal, print.jobId)).toMatchObject({
      state: 'held',
      words: 'Waits until nobody sells',
    });
    const late = await order(world, terminal, { kind: 'test-print' }, world.clock.now() + 5_000);
    await world.clock.advance(seconds(10));
    till.isQuiet = true;
    const shift = await order(world, terminal, { kind: 'open-shift' });
    const diagnostics = await order(world, terminal, { kind: 'collect-diagnostics' });
    await world.clock.advance(seconds(10));
    expect(await jobOf(world, terminal, print.jobId)).toMatchObject({ state: 'succeeded' });
    expect(await jobOf(world, terminal, late.jobId)).toMatchObject({ state: 'timed-out' });
    expect(await jobOf(world, terminal, shift.jobId)).toMatchObject({ state: 'rejected' });
    expect(await jobOf(world, terminal, diagnostics.jobId)).toMatchObject({
      state: 'succeeded',
      result: { disk: 'fine' },
    });
    expect(till.printed).toBe(1);
  });

  it('bring an acquirer’s webhook to the terminal that took the payment, however long that is away', async () => {
    const { world, till, terminal } = await setUp();
    const { store, jobs } = world.controller;
    await till.agent.stop('stopped');
    const answers = [];
    for (const reference of [`${terminal}-00000042_x`, '000000123', 'K99-00000001_x']) {
      answers.push(await posted({ store, jobs }, reference));
    }
    expect(answers).toEqual(['[accepted]', '[accepted]', '[accepted]']);
    await world.clock.advance(minutes(10));
    expect(till.paymentReports).toEqual([]);
    await till.start();
    await world.clock.advance(seconds(10));
    expect(till.paymentReports).toMatchObject([
      { acquirer: 'adyen', about: { merchant: `${terminal}-00000042_x` }, event: { kind: 'issuer-approved' } },
    ]);
  });

  it('that restart the process are done when it is back', async () => {
    const { world, till, terminal } = await setUp();
    const { jobId } = await order(world, terminal, { kind: 'restart' });
    await world.clock.advance(seconds(5));
    expect(await jobOf(world, terminal, jobId)).toMatchObject({ state: 'running' });
    await till.crash();
    await world.clock.advance(seconds(5));
    expect(await jobOf(world, terminal, jobId)).toMatchObject({ state: 'succeeded' });
    expect(till.restarts).toBe(1);
  });

  it('are cancelled while they wait, also by somebody far away', async () => {
    const { world, till, terminal } = await setUp();
    till.isQuiet = false;
    const { jobId } = await order(world, terminal, { kind: 'test-print' });
    await world.clock.advance(seconds(5));
    await world.controller.jobs.cancel(terminal, jobId, null);
    await world.clock.advance(seconds(5));
    expect(await jobOf(world, terminal, jobId)).toMatchObject({ state: 'cancelled' });
    till.isQuiet = true;
    await world.clock.advance(seconds(5));
    expect(till.printed).toBe(0);
  });

  it('renew credentials, wherever a message gets lost or either side stops', async () => {
    for (let at = 1; at <= 14; at += 1) {
      const { world, till, terminal } = await setUp(at);
      const before = (await world.identity('till')).membership;
      let messages = 0;
      world.broker.onMessage = () => {
        messages += 1;
        if (messages === at && at % 2 === 0) void world.crashController();
        return messages === at ? 'lose' : 'deliver';
      };
      await order(world, terminal, { kind: 'rotate-credentials' });
      await world.clock.advance(minutes(2));
      await till.crash();
      await world.clock.advance(minutes(7));
      const jobs = await world.controller.store.list('jobs');
      // Whatever became of that one, the terminal is in, and another one succeeds.
      expect((await reportOf(world, terminal))?.presence.state, `lost ${at}: ${jobs[0]?.value.words}`).toBe('online');
      world.broker.onMessage = () => 'deliver';
      const again = await order(world, terminal, { kind: 'rotate-credentials' });
      await world.clock.advance(minutes(1));
      const done = await jobOf(world, terminal, again.jobId);
      expect(done?.state, `lost ${at}: ${jobs[0]?.value.words}; then ${done?.words}`).toBe('succeeded');
      const after = (await world.identity('till')).membership;
      if (before.stage !== 'enrolled' || after.stage !== 'enrolled') throw new Error('not enrolled');
      expect(after.credentials.username).not.toBe(before.credentials.username);
      const member = (await world.controller.store.get('terminals', terminal))?.value.member;
      expect(member?.account.username).toBe(after.credentials.username);
    }
  });
});

describe('looks at the orders of a fleet', () => {
  it('reach each terminal as soon as it is there, once, and keep cases for one that is gone', async () => {
    const { world, till, terminal } = await setUp();
    const lost = await joined(world, 'lost');
    const gone = new Till(world, 'lost');
    gone.health = { ...sampleHealth, queue: { ...sampleHealth.queue, waiting: 2, lastReceiptCounter: 12 } };
    await gone.start();
    await world.clock.advance(seconds(15));
    await gone.agent.stop('stopped');
    const known = await reportOf(world, lost);
    if (known === undefined) throw new Error('it told nothing');
    const value = { ...known, lastHeard: instant(world.clock.now() - hours(25)) };
    await world.controller.store.write([{ collection: 'reports', id: lost, expected: null, value }]);
    till.lookFor = ({ device }) => ({
      terminal: lost,
      device,
      missing: 1,
      missingReceipts: [`${lost}-00000012`],
      doubled: [],
    });
    const { store } = world.controller;
    const made = await world.controller.reconciliations.begin({
      since: instant('2026-11-20T00:00:00Z'),
      members: [terminal, lost],
      numbers: [terminal, lost],
      by: 'ann',
    });
    await world.clock.advance(seconds(5));
    const look = async () => (await store.get('reconciliations', made.reconciliationId))?.value;
    expect(await look()).toMatchObject({
      state: 'running',
      terminals: [{ state: 'succeeded', compared: { sales: 4 } }, { state: 'later' }],
      absent: [{ lookedFor: terminal, missing: 1 }],
    });
    const open = async () => (await store.list('cases')).filter(({ value }) => value.open);
    expect(await open()).toHaveLength(1);
    // Back again, it looks for itself.
    await gone.start();
    await world.clock.advance(seconds(10));
    expect(await look()).toMatchObject({ state: 'done', terminals: [{}, { state: 'succeeded' }] });
    expect(await open()).toEqual([]);
    expect(await store.list('jobs')).toHaveLength(2);
  });
});

describe('a controller that was away', () => {
  it('has its terminals’ settings fetched, and hears of the jobs that were done meanwhile', async () => {
    const { world, till, terminal } = await setUp();
    const job = await order(world, terminal, { kind: 'test-print' });
    let goAway: () => void = () => undefined;
    const printing = new Promise<void>((resolve) => {
      till.duringPrint = () =>
        new Promise((done) => {
          goAway = done;
          resolve();
        });
    });
    await world.clock.advance(seconds(1));
    await printing;
    const ended = world.controller.end();
    await world.clock.advance(seconds(5));
    await ended;
    // Nobody hears that it is done, and nobody answers the terminal when it has connected anew.
    goAway();
    await world.clock.advance(seconds(1));
    await world.controller.settings.change({ kind: 'terminal', terminal }, { 'receipt.header': ['Acme'] }, null);
    world.broker.cut((id) => !id.endsWith('controller'));
    await world.clock.advance(minutes(2));
    expect(till.kept.values).toEqual({});
    expect((await jobOf(world, terminal, job.jobId))?.state).toBe('running');
    await world.crashController();
    await world.clock.advance(minutes(3));
    expect(till.kept.values).toEqual({ 'receipt.header': ['Acme'] });
    expect((await jobOf(world, terminal, job.jobId))?.state).toBe('succeeded');
    expect(till.printed).toBe(1);
  });
});

describe('rollouts', () => {
  it('give a job to a few first, and stop where too many end badly', async () => {
    const world = new FleetWorld();
    const tills: Till[] = [];
    for (let number = 1; number <= 10; number += 1) {
      await joined(world, `till-${number}`);
      const till = new Till(world, `till-${number}`);
      await till.start();
      tills.push(till);
    }
    const terminals = tills.map((_, index) => terminalId(`K${index + 1}`));
    const wishes = { label: 'x', terminals, expectedVersion: null, deadline: null, by: 'ann', pauseAt: null } as const;
    const good = await world.controller.rollouts.begin({
      ...wishes,
      job: { kind: 'sync-now' },
      steps: [20],
      pauseAfterStep: true,
      abortAt: 50,
    });
    await world.clock.advance(seconds(30));
    expect((await world.controller.store.list('jobs')).length).toBe(2);
    const stored = async (id: string) => (await world.controller.store.get('rollouts', id))?.value;
    expect(await stored(good.rolloutId)).toMatchObject({ state: 'paused', step: 1 });
    await world.controller.rollouts.steer(good.rolloutId, 'resume');
    await world.clock.advance(seconds(30));
    expect(await stored(good.rolloutId)).toMatchObject({ state: 'done' });
    const bad = await world.controller.rollouts.begin({
      ...wishes,
      job: { kind: 'update', version: '9.9.9', url: 'https://updates.example/9.9.9' },
      steps: [50],
      pauseAfterStep: false,
      abortAt: 40,
    });
    await world.clock.advance(seconds(30));
    expect(await stored(bad.rolloutId)).toMatchObject({ state: 'aborted' });
    const given = (await world.controller.store.list('jobs')).filter(({ value }) => value.rollout === bad.rolloutId);
    expect(given).toHaveLength(5);
  });
});
