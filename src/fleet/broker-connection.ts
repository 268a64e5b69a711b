import type { Clock, Duration, Instant, Monotonic } from '../platform/clock.ts';
import { instant, milliseconds, seconds } from '../platform/clock.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import {
  type BrokerLink,
  LinkError,
  type LinkSettings,
  type LinkTrouble,
  type MqttVersion,
  type OpenBrokerLink,
  type OutgoingMessage,
} from './broker-link.ts';
import { pauseAfter, type ReconnectPolicy } from './reconnect-policy.ts';

export type ConnectionState =
  /** Not started, or ended. */
  | { readonly name: 'off' }
  | { readonly name: 'connecting' }
  /** The broker answered; topics are being subscribed to. */
  | { readonly name: 'subscribing' }
  | { readonly name: 'online'; readonly mqttVersion: MqttVersion; readonly since: Instant }
  | { readonly name: 'waiting'; readonly trouble: LinkTrouble; readonly words: string; readonly until: Instant };

/** What of the link differs from connection to connection is asked for at each. */
export interface ConnectionWishes {
  readonly url: string;
  readonly authorities: readonly string[];
  /** The MQTT version to speak; `auto`: 5, and 3.1.1 where the broker does not know it. */
  readonly mqttVersion: MqttVersion | 'auto';
  /** Asked before every connection, which is the `connection`-th of this process: credentials and session change. */
  identity(connection: number): Pick<LinkSettings, 'clientId' | 'username' | 'password' | 'will'>;
  /** What is subscribed to, by the MQTT version that is spoken where that matters. */
  readonly topics: readonly string[] | ((mqttVersion: MqttVersion) => readonly string[]);
  /** How long the broker keeps the session after a break (MQTT 5); left out: five minutes. */
  readonly sessionExpiry?: Duration;
  /**
   * For whoever talks to thousands: messages that may be on their way before the first is acknowledged, in either direction; default: 1 to the
   * broker.
   */
  readonly inFlight?: number;
  /** As {@link LinkEvents.message}. */
  message(topic: string, payload: Uint8Array): Promise<void> | void;
}

export interface BrokerConnectionOptions {
  readonly open: OpenBrokerLink;
  readonly wishes: ConnectionWishes;
  readonly policy: ReconnectPolicy;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const connectTimeout = seconds(20);
const keepAlive = seconds(45);
const sessionExpiry = seconds(300);
const goodbyeWithin = seconds(2);
/** A broker that does not acknowledge for so long is as good as gone. */
const acknowledgedWithin = seconds(30);

/**
 * Keeps one connection to the broker for as long as it runs: connects, subscribes, waits, tries again for ever. MQTT.js' own
 * reconnection and stores are not used: it retries in step with every other terminal, and forgets what it stored.
 */
export class BrokerConnection {
  readonly #options: BrokerConnectionOptions;
  readonly #listeners = new Set<(state: ConnectionState) => void>();
  #state: ConnectionState = { name: 'off' };
  #link: BrokerLink | null = null;
  #connections = 0;
  #failures = 0;
  #mqttVersion: MqttVersion;
  /** On their way to the broker, and who waits for a place among them, in the order of the calls. */
  #inFlight = 0;
  readonly #queue: (() => void)[] = [];
  #wake = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  constructor(options: BrokerConnectionOptions) {
    this.#options = options;
    this.#mqttVersion = options.wishes.mqttVersion === 'auto' ? 5 : options.wishes.mqttVersion;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Connections of this process so far, the present one included. */
  get connections(): number {
    return this.#connections;
  }

  /** Called at every change of state; returns what ends that. */
  onChange(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs until `signal` aborts; then says goodbye to the broker. */
  start(signal: AbortSignal): void {
    this.#ended = this.#run(signal);
  }

  /** Resolves when it has ended. */
  ended(): Promise<void> {
    return this.#ended;
  }

  /** Tries at once, if it waits. */
  kick(): void {
    this.#wake.abort();
  }

  /** Begins a new connection, as with new credentials. */
  reconnect(): void {
    this.#failures = 0;
    this.#link?.drop();
    this.kick();
  }

  /**
   * Resolves with the broker's acknowledgement, which says nothing about the receiver. Throws `fleet.offline` when there is no
   * connection (remedy `retry`), `fleet.refused` when the broker does not take it.
   */
  async publish(message: OutgoingMessage): Promise<void> {
    const most = Math.min(this.#options.wishes.inFlight ?? 1, this.#link?.mostInFlight ?? Number.POSITIVE_INFINITY);
    if (this.#inFlight >= most || this.#queue.length > 0) {
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    } else this.#inFlight += 1;
    try {
      await this.#publishNow(message);
    } finally {
      // Whoever waits longest takes the place over.
      const next = this.#queue.shift();
      if (next === undefined) this.#inFlight -= 1;
      else next();
    }
  }

  async #publishNow(message: OutgoingMessage): Promise<void> {
    const link = this.#link;
    if (link === null || this.#state.name !== 'online') throw offline();
    const { clock, log } = this.#options;
    const late = clock.schedule(acknowledgedWithin, () => {
      log.warn({ topic: message.topic }, 'the broker does not acknowledge; the connection is given up');
      link.drop();
    });
    try {
      await link.publish(message);
    } catch (error) {
      const trouble = error instanceof LinkError ? error.trouble : 'unreachable';
      if (trouble === 'unreachable' || trouble === 'unavailable') throw offline(error);
      throw new HoldfastError('fleet.refused', `The broker does not take a message: ${messageOf(error)}`, {
        remedy: trouble === 'quota' || trouble === 'rate' ? 'retry' : 'operator',
        cause: error,
        hint: `Check what this client may write at the broker: ${message.topic}`,
      });
    } finally {
      late.cancel();
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    const stopped = aborted(signal);
    void stopped.then(() => this.kick());
    while (!signal.aborted) {
      const trouble = await this.#connectOnce(signal, stopped);
      if (signal.aborted || trouble === null) break;
      await this.#pause(trouble, signal);
    }
    this.#enter({ name: 'off' });
  }

  /** From connecting to the end of the connection; null when it was ended from here. */
  async #connectOnce(signal: AbortSignal, stopped: Promise<null>): Promise<LinkError | null> {
    const { wishes, clock } = this.#options;
    this.#connections += 1;
    this.#enter({ name: 'connecting' });
    let tellLost: (error: LinkError) => void = () => undefined;
    const lost = new Promise<LinkError>((resolve) => {
      tellLost = resolve;
    });
    let link: BrokerLink | null = null;
    let onlineSince: Monotonic | null = null;
    try {
      link = await this.#options.open(
        {
          url: wishes.url,
          authorities: wishes.authorities,
          mqttVersion: this.#mqttVersion,
          connectTimeout,
          keepAlive,
          sessionExpiry: wishes.sessionExpiry ?? sessionExpiry,
          ...(wishes.inFlight === undefined ? {} : { receiveMaximum: wishes.inFlight }),
          ...wishes.identity(this.#connections),
        },
        { message: (topic, payload) => wishes.message(topic, payload), lost: tellLost },
      );
      this.#link = link;
      this.#enter({ name: 'subscribing' });
      const topics = typeof wishes.topics === 'function' ? wishes.topics(link.mqttVersion) : wishes.topics;
      const early = await Promise.race([link.subscribe(topics), lost]);
      if (early !== undefined) throw early;
      onlineSince = clock.monotonic();
      this.#enter({ name: 'online', mqttVersion: link.mqttVersion, since: clock.now() });
      const ended = await Promise.race([lost, stopped]);
      if (ended === null) return null;
      throw ended;
    } catch (error) {
      return error instanceof LinkError ? error : new LinkError('unreachable', messageOf(error), error);
    } finally {
      this.#link = null;
      if (onlineSince !== null && clock.monotonic() - onlineSince >= this.#options.policy.stableAfter) {
        this.#failures = 0;
      }
      if (signal.aborted && link !== null) await Promise.race([link.close(), clock.sleep(goodbyeWithin)]);
      link?.drop();
    }
  }

  async #pause(error: LinkError, signal: AbortSignal): Promise<void> {
    const { clock, random, policy, wishes } = this.#options;
    this.#failures += 1;
    if (error.trouble === 'protocol-version' && wishes.mqttVersion === 'auto' && this.#mqttVersion === 5) {
      this.#mqttVersion = 4;
      this.#failures = 0;
    }
    const pause: Duration = pauseAfter(error.trouble, Math.max(1, this.#failures), policy, random);
    this.#enter({
      name: 'waiting',
      trouble: error.trouble,
      words: error.message,
      until: instant(clock.now() + milliseconds(pause)),
    });
    this.#wake = new AbortController();
    if (!signal.aborted) await clock.sleep(pause, this.#wake.signal);
  }

  #enter(state: ConnectionState): void {
    const { log } = this.#options;
    const before = this.#state;
    this.#state = state;
    const fields = { from: before.name, to: state.name };
    if (state.name === 'waiting')
      log.info({ ...fields, trouble: state.trouble, words: state.words }, 'broker: waiting');
    else log.info(fields, `broker: ${state.name}`);
    for (const listener of this.#listeners) {
      try {
        listener(state);
      } catch (error) {
        log.error({ error: messageOf(error) }, 'a listener for the broker connection failed');
      }
    }
  }
}

function aborted(signal: AbortSignal): Promise<null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}

function offline(cause?: unknown): HoldfastError {
  return new HoldfastError('fleet.offline', 'There is no connection to the fleet’s broker', {
    remedy: 'retry',
    ...(cause === undefined ? {} : { cause }),
  });
}
