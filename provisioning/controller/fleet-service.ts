import { BrokerConnection, type ConnectionWishes } from '../../src/fleet/broker-connection.ts';
import type { OpenBrokerLink } from '../../src/fleet/broker-link.ts';
import type { Message } from '../../src/fleet/envelope.ts';
import { type FleetName, isFinal } from '../../src/fleet/protocol.ts';
import { defaultReconnectPolicy } from '../../src/fleet/reconnect-policy.ts';
import type { Address } from '../../src/fleet/topics.ts';
import { type Clock, hours, instant, minutes, seconds } from '../../src/platform/clock.ts';
import { messageOf } from '../../src/platform/errors.ts';
import { type TerminalId, terminalId } from '../../src/platform/ids.ts';
import type { Logger } from '../../src/platform/log.ts';
import type { Random } from '../../src/platform/random.ts';
import { AlarmDesk } from './alarm-desk.ts';
import type { BrokerAccounts } from './broker-accounts.ts';
import { CredentialsDesk } from './credentials-desk.ts';
import { EnrolmentDesk } from './enrolment-desk.ts';
import { FleetCaseDesk } from './fleet-case-desk.ts';
import { type Answer, FleetLine, type FleetTraffic } from './fleet-line.ts';
import { isOpen, JobsDesk } from './jobs-desk.ts';
import { ReconciliationDesk } from './reconciliation-desk.ts';
import { ReportsDesk } from './reports-desk.ts';
import { RolloutDesk } from './rollout-desk.ts';
import { RolloutJobs } from './rollout-jobs.ts';
import { SettingsDesk } from './settings-desk.ts';
import type { ControllerStore } from './store/controller-store.ts';
import type { CollectionName } from './store/documents.ts';
import { removeStrayAccounts } from './stray-accounts.ts';
import type { Vault } from './vault.ts';

export interface FleetServiceOptions {
  readonly fleet: FleetName;
  readonly store: ControllerStore;
  readonly vault: Vault;
  readonly accounts: BrokerAccounts;
  /** The way to the broker, and what this controller signs in with. */
  readonly broker: Pick<ConnectionWishes, 'url' | 'authorities' | 'mqttVersion'> & {
    readonly open: OpenBrokerLink;
    readonly username: string;
    readonly password: string;
  };
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Answers and offers to thousands of terminals that may be on their way to the broker together; Mosquitto takes 20. */
const inFlight = 20;
/** Jobs of thousands of terminals end in the same second: rollouts are looked at together. */
const lookEvery = seconds(1);
const advanceEvery = seconds(5);
const sweepEvery = minutes(1);
/** What happened to terminals is kept so long; what people did, much longer. */
const eventsKept = hours(24 * 30);
const auditKept = hours(24 * 730);

/**
 * The fleet's side of the protocol: hears terminals, answers them, and sends what has changed in the store, whoever changed it. One
 * controller at a time runs it (leadership.ts).
 */
export class FleetService {
  readonly #options: FleetServiceOptions;
  readonly #line: FleetLine;
  readonly #enrolment: EnrolmentDesk;
  readonly #credentials: CredentialsDesk;
  readonly #settings: SettingsDesk;
  readonly #jobs: JobsDesk;
  readonly #rollouts: RolloutDesk;
  readonly #rolloutJobs: RolloutJobs;
  readonly #reports: ReportsDesk;
  readonly #alarms: AlarmDesk;
  readonly #reconciliations: ReconciliationDesk;
  /** What each terminal is to be told, one after the other. */
  readonly #telling = new Map<string, Promise<void>>();
  /** A job of a rollout may have ended, or a person has steered one. */
  #isAdvanceWanted = false;
  /** Something happened that a look at Magento's orders may wait for: a terminal came, one is done, a person began one. */
  #isLookWanted = true;

  constructor(options: FleetServiceOptions) {
    this.#options = options;
    this.#settings = new SettingsDesk(options);
    this.#enrolment = new EnrolmentDesk({ ...options, settings: this.#settings });
    this.#credentials = new CredentialsDesk(options);
    this.#jobs = new JobsDesk(options);
    this.#rollouts = new RolloutDesk({ ...options, jobs: this.#jobs });
    this.#rolloutJobs = new RolloutJobs(options.store);
    this.#reports = new ReportsDesk(options);
    this.#alarms = new AlarmDesk(options);
    this.#reconciliations = new ReconciliationDesk({
      ...options,
      jobs: this.#jobs,
      cases: new FleetCaseDesk(options),
    });
    this.#line = new FleetLine({ ...options, hear: (address, message) => this.#hear(address, message) });
  }

  get traffic(): FleetTraffic {
    return this.#line.traffic;
  }

  /** Runs until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { broker, fleet, store, clock, random, log } = this.#options;
    const { open, username, password, ...wishes } = broker;
    const connection = new BrokerConnection({
      open,
      wishes: {
        ...wishes,
        ...this.#line.wishes,
        inFlight,
        identity: () => ({ clientId: `holdfast-${fleet}-controller`, username, password, will: null }),
      },
      policy: defaultReconnectPolicy,
      clock,
      random,
      log: log.child({ room: 'fleet line' }),
    });
    this.#line.use(connection);
    connection.onChange(({ name }) => {
      if (name === 'online') void this.#do('offer what is open', () => this.#offerOpenJobs());
    });
    this.#rolloutJobs.watch();
    const unwatch = store.onChange((collection, id) => this.#changed(collection, id));
    connection.start(signal);
    let sweptAt = 0;
    let advancedAt = 0;
    while (!signal.aborted) {
      if (this.#isAdvanceWanted || clock.monotonic() - advancedAt >= advanceEvery) {
        this.#isAdvanceWanted = false;
        advancedAt = clock.monotonic();
        await this.#do('advance rollouts', () => this.#rollouts.advance(this.#rolloutJobs));
        if (this.#isLookWanted) {
          this.#isLookWanted = false;
          await this.#do('compare orders', () => this.#reconciliations.advance());
        }
      }
      if (clock.monotonic() - sweptAt >= sweepEvery) {
        sweptAt = clock.monotonic();
        await this.#sweep();
      }
      await clock.sleep(lookEvery, signal);
    }
    unwatch();
    this.#rolloutJobs.end();
    await connection.ended();
    this.#line.use(null);
    await this.#line.settled();
  }

  async #sweep(): Promise<void> {
    const { store, clock } = this.#options;
    await this.#do('take back enrolments', () => this.#enrolment.collectGarbage());
    await this.#do('shut out who is not known any more', async () => {
      const strays = await removeStrayAccounts(this.#options);
      if (strays.length > 0)
        this.#options.log.warn({ strays: strays.length }, 'the broker knew accounts that are over');
    });
    await this.#do('end overdue jobs', () => this.#jobs.sweep());
    await this.#do('forget old looks at orders', () => this.#reconciliations.sweep());
    // Who was lost meanwhile keeps no place, and time alone ends a look.
    this.#isLookWanted = true;
    await this.#do('look for alarms', () => this.#alarms.lookAtAll());
    await this.#do('prune logs', async () => {
      await store.pruneLog('events', instant(clock.now() - eventsKept));
      await store.pruneLog('audit', instant(clock.now() - auditKept));
    });
  }

  async #hear(address: Address, message: Message): Promise<Answer | null> {
    if (!('terminal' in address)) {
      if (message.type !== 'enrolment.request') return null;
      return { type: 'enrolment.grant', body: await this.#enrolment.request(address.claim, message.body) };
    }
    const { terminal } = address;
    switch (message.type) {
      case 'presence.birth':
        await this.#reports.born(terminal, message.body);
        this.#isLookWanted = true;
        await this.#alarms.look(terminal);
        return null;
      case 'presence.end':
        await this.#reports.ended(terminal, message.body);
        return null;
      case 'telemetry.report': {
        const isGap = await this.#reports.telemetry(terminal, message.body);
        await this.#alarms.look(terminal);
        if (isGap) await this.#line.send(terminal, 'telemetry.ask', {});
        return null;
      }
      case 'settings.reported':
        await this.#reports.settings(terminal, message.body);
        await this.#alarms.look(terminal);
        return null;
      case 'job.status':
        await this.#reconciliations.heard(terminal, message.body);
        await this.#jobs.status(terminal, message.body);
        this.#isAdvanceWanted ||= isFinal(message.body.state);
        this.#isLookWanted ||= isFinal(message.body.state);
        return null;
      case 'settings.get': {
        const desired = await this.#settings.desired(terminal);
        return { type: 'settings.document', body: desired ?? { version: 0, settings: {}, secrets: {} } };
      }
      case 'jobs.get':
        return { type: 'jobs.open', body: { offers: [...(await this.#jobs.openOffers(terminal))] } };
      case 'enrolment.confirm':
        await this.#enrolment.confirm(terminal, message.body.device);
        return { type: 'request.done', body: {} };
      case 'credentials.get':
        return {
          type: 'credentials.document',
          body: { credentials: await this.#credentials.renew(terminal, message.body.jobId) },
        };
      case 'credentials.confirm':
        await this.#credentials.confirm(terminal, message.body.jobId);
        return { type: 'request.done', body: {} };
      default:
        return null;
    }
  }

  /** Somebody changed something, here or at another controller: whom it concerns is told. */
  #changed(collection: CollectionName, id: string): void {
    if (collection === 'terminals') this.#tell(id, () => this.#tellSettings(terminalId(id)));
    if (collection === 'groups') void this.#do('tell a group', () => this.#tellGroup(id));
    if (collection === 'jobs') this.#tell(id.slice(0, id.indexOf('/')), () => this.#tellJob(id));
    this.#isAdvanceWanted ||= collection === 'rollouts' || collection === 'reconciliations';
    if (collection === 'reconciliations') {
      this.#isLookWanted = true;
      this.#reconciliations.wake();
    }
  }

  #tell(terminal: string, task: () => Promise<void>): void {
    const before = this.#telling.get(terminal) ?? Promise.resolve();
    const told = before.then(() => this.#do('tell a terminal', task));
    this.#telling.set(terminal, told);
    void told.then(() => {
      if (this.#telling.get(terminal) === told) this.#telling.delete(terminal);
    });
  }

  async #tellSettings(terminal: TerminalId): Promise<void> {
    const { store } = this.#options;
    const before = await store.get('desired', terminal);
    const desired = await this.#settings.desired(terminal);
    if (desired === undefined || before?.value.desired.version === desired.version) return;
    if (await this.#isThere(terminal)) await this.#line.send(terminal, 'settings.changed', desired);
  }

  async #tellGroup(group: string): Promise<void> {
    for (const { value } of await this.#options.store.list('terminals')) {
      if (value.group === group) this.#tell(value.terminal, () => this.#tellSettings(value.terminal));
    }
  }

  async #tellJob(id: string): Promise<void> {
    const found = await this.#options.store.get('jobs', id);
    if (found === null || !(await this.#isThere(found.value.terminal))) return;
    const { terminal, offer, state, cancelWanted } = found.value;
    if (cancelWanted && (state === 'cancelled' || state === 'held' || state === 'running')) {
      await this.#line.send(terminal, 'job.cancel', { jobId: offer.jobId });
    } else if (state === 'queued') await this.#line.send(terminal, 'job.offer', offer);
  }

  /** What terminals said while nobody listened is lost: whoever is asked again to do a job says how it stands. */
  async #offerOpenJobs(): Promise<void> {
    for (const { value } of await this.#options.store.list('jobs')) {
      if (!isOpen(value.state)) continue;
      this.#tell(value.terminal, async () => {
        if (await this.#isThere(value.terminal)) await this.#line.send(value.terminal, 'job.offer', value.offer);
      });
    }
  }

  /** Whoever is not there fetches everything when it comes. */
  async #isThere(terminal: TerminalId): Promise<boolean> {
    const report = await this.#options.store.get('reports', terminal);
    return report?.value.presence.state === 'online';
  }

  async #do(what: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#options.log.warn({ what, error: messageOf(error) }, 'something for the fleet has to wait');
    }
  }
}
