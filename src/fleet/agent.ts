import { type Clock, type Duration, milliseconds, minutes, seconds } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { TerminalId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { StateFile } from '../platform/state-file.ts';
import { BrokerConnection, type ConnectionState } from './broker-connection.ts';
import type { OpenBrokerLink } from './broker-link.ts';
import { credentialRotation, enrolledAs, SigningIn } from './credential-rotation.ts';
import type { DeviceKey } from './device-key.ts';
import { clientIdOf, type FleetPlace } from './enrolment.ts';
import type { Identity } from './identity.ts';
import { type JobExecutor, type JobExecutors, JobsAgent, type JobsState, jobRejected } from './jobs-agent.ts';
import { Messenger } from './messenger.ts';
import type { Health, PresenceSession } from './protocol.ts';
import { defaultReconnectPolicy, isRefusal, type ReconnectPolicy, wordsFor } from './reconnect-policy.ts';
import { SettingsAgent, type SettingsPort } from './settings-agent.ts';
import { TelemetryAgent } from './telemetry-agent.ts';
import { topicsReadAt } from './topics.ts';

export interface FleetAgentOptions {
  readonly place: FleetPlace;
  readonly identity: Identity;
  readonly jobs: StateFile<JobsState>;
  readonly settings: SettingsPort;
  /** All but what the agent does itself. */
  readonly executors: Omit<JobExecutors, 'rotate-credentials' | 'open-shift'>;
  readonly isQuiet: () => boolean;
  readonly look: () => Promise<Health>;
  readonly reportEvery: Duration;
  readonly version: string;
  readonly open: OpenBrokerLink;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly policy?: ReconnectPolicy;
}

/** What whoever looks at the terminal may know of its place in the fleet. */
export interface FleetStatus {
  readonly terminal: TerminalId;
  readonly connection: ConnectionState;
  /** What a person should do about the connection; null: nothing. */
  readonly trouble: { readonly words: string; readonly nextStep: string } | null;
  readonly openJobs: number;
  /** The controller has answered since this process began. */
  readonly wasAnswered: boolean;
}

const neverOpensShifts: JobExecutor<'open-shift'> = {
  waitsForQuiet: false,
  afterRestart: 'again',
  run: async () => {
    throw jobRejected('A shift is opened at the terminal, by the one who counts the drawer.');
  },
};

/** What the controller did not answer is asked for again within this, each terminal at a moment of its own. */
const askAgainWithin = minutes(1);
/** A short break is no alarm: the broker keeps the will back for so long, where it can. */
const willDelay = seconds(30);

/** The terminal's part in its fleet: presence, settings, jobs, telemetry. Nothing of it is ever waited for by a sale. */
export class FleetAgent {
  readonly messenger: Messenger;
  readonly connection: BrokerConnection;
  readonly jobs: JobsAgent;
  readonly #options: FleetAgentOptions;
  readonly #settings: SettingsAgent;
  readonly #telemetry: TelemetryAgent;
  readonly #key: DeviceKey;
  readonly #terminal: TerminalId;
  readonly #signingIn: SigningIn;
  #starts = 0;
  readonly #end = new AbortController();
  readonly #connectionEnd = new AbortController();

  /** The device must be enrolled. */
  constructor(options: FleetAgentOptions) {
    const { identity, place, clock, random, log } = options;
    const member = enrolledAs(identity);
    if (identity.key === null) throw new TypeError('A device that is enrolled has a key');
    this.#options = options;
    this.#key = identity.key;
    this.#terminal = member.terminal;
    const address = { fleet: place.fleet, terminal: member.terminal };
    this.connection = new BrokerConnection({
      open: options.open,
      wishes: {
        ...place,
        topics: topicsReadAt(address),
        identity: (connection) => this.#signIn(connection),
        message: (topic, payload) => this.messenger.receive(topic, payload),
      },
      policy: options.policy ?? defaultReconnectPolicy,
      clock,
      random,
      log,
    });
    this.messenger = new Messenger({ publisher: this.connection, address, clock, random, log });
    this.#settings = new SettingsAgent({ messenger: this.messenger, port: options.settings, key: this.#key, log });
    this.#signingIn = new SigningIn(identity);
    const rotation = credentialRotation({
      identity,
      key: this.#key,
      messenger: this.messenger,
      connection: this.connection,
      signingIn: this.#signingIn,
    });
    this.jobs = new JobsAgent({
      ...options,
      messenger: this.messenger,
      state: options.jobs,
      executors: { ...options.executors, 'rotate-credentials': rotation, 'open-shift': neverOpensShifts },
    });
    this.#telemetry = new TelemetryAgent({
      ...options,
      messenger: this.messenger,
      session: () => this.#session(this.connection.connections),
    });
  }

  /** Counts this start, then runs until {@link stop}. Throws `store.…` when the start can't be noted. */
  async start(): Promise<void> {
    this.#starts = await this.#options.identity.countStart();
    this.connection.onChange((state) => {
      if (state.name === 'online') void this.#cameOnline();
      else this.#telemetry.disconnected();
      const isRefused = state.name === 'waiting' && isRefusal(state.trouble);
      if (isRefused && this.#signingIn.refused()) queueMicrotask(() => this.connection.kick());
    });
    this.jobs.start(this.#end.signal);
    this.#telemetry.start(this.#end.signal);
    this.connection.start(this.#connectionEnd.signal);
  }

  /** Tells at once what has changed, as when somebody is wanted at the terminal; else it is told within ten seconds. */
  lookNow(): void {
    this.#telemetry.lookNow();
  }

  /** Says goodbye to the fleet. */
  async stop(why: 'stopped' | 'restarting'): Promise<void> {
    this.#end.abort();
    if (this.connection.state.name === 'online') {
      const goodbye = this.messenger.send('presence.end', { session: this.#session(this.connection.connections), why });
      await Promise.race([goodbye.catch(() => undefined), this.#options.clock.sleep(seconds(2))]);
    }
    this.#connectionEnd.abort();
    await this.connection.ended();
  }

  status(): FleetStatus {
    const { state } = this.connection;
    const isHarmless = state.name !== 'waiting' || state.trouble === 'unreachable' || state.trouble === 'unavailable';
    return {
      terminal: this.#terminal,
      connection: state,
      trouble: isHarmless ? null : wordsFor(state.trouble),
      openJobs: this.jobs.open.length,
      wasAnswered: this.messenger.wasAnswered,
    };
  }

  /**
   * Subscribed first, then told who is there, then everything fetched: nothing that changes meanwhile is missed. After a restart of the
   * broker the controller may be there later than the terminal, so what it did not answer is asked for again.
   */
  async #cameOnline(): Promise<void> {
    const { version, clock, random, log } = this.#options;
    const { connections } = this.connection;
    const isOver = (): boolean =>
      this.#end.signal.aborted ||
      this.connection.state.name !== 'online' ||
      this.connection.connections !== connections;
    try {
      await this.#signingIn.accepted();
      await this.messenger.send('presence.birth', {
        session: this.#session(this.connection.connections),
        device: this.#key.device,
        version,
        bootId: clock.bootId,
      });
      this.#telemetry.connected();
      for (;;) {
        const haveSettings = await this.#settings.synchronise();
        const haveJobs = await this.jobs.synchronise();
        if ((haveSettings && haveJobs) || isOver()) return;
        await clock.sleep(milliseconds(random.fraction() * askAgainWithin), this.#end.signal);
        if (isOver()) return;
      }
    } catch (error) {
      log.info({ error: messageOf(error) }, 'fleet: the connection ended early');
    }
  }

  #session(connection: number): PresenceSession {
    return { start: this.#starts, connection };
  }

  #signIn(connection: number) {
    const { place } = this.#options;
    const will = this.messenger.compose('presence.end', { session: this.#session(connection), why: 'lost' });
    return {
      clientId: clientIdOf(place.fleet, this.#key),
      ...this.#signingIn.credentials,
      will: { ...will, delay: willDelay },
    };
  }
}
