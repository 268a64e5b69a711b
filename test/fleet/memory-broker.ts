import {
  type BrokerLink,
  LinkError,
  type LinkEvents,
  type LinkSettings,
  type OpenBrokerLink,
  type OutgoingMessage,
} from '../../src/fleet/broker-link.ts';
import { isWithin, type TopicAccess } from '../../src/fleet/topics.ts';

interface Client {
  readonly settings: LinkSettings;
  readonly events: LinkEvents;
  readonly access: TopicAccess | null;
  readonly topics: string[];
}

const unshared = (filter: string): string => filter.split('/').slice(2).join('/');

/** What somebody may reach; null: not let in. `'all'`: everything. */
export type Doorman = (username: string, password: string, clientId: string) => Promise<TopicAccess | 'all' | null>;

/**
 * A broker in memory for seeded worlds: users and ACLs, retained messages, wills, one session a client id. Every message passes
 * {@link onMessage}, which may lose it.
 */
export class MemoryBroker {
  onMessage: (message: OutgoingMessage, to: string) => 'deliver' | 'lose' = () => 'deliver';
  /** Nobody gets through while this is set. */
  down = false;
  /** Whose turn it is of those who share a subscription. */
  #turn = 0;
  readonly #door: Doorman;
  readonly #clients = new Map<string, Client>();
  readonly #retained = new Map<string, OutgoingMessage>();

  constructor(door: Doorman) {
    this.#door = door;
  }

  readonly open: OpenBrokerLink = async (settings, events) => {
    if (this.down) throw new LinkError('unreachable', 'the broker is down');
    const access = await this.#door(settings.username, settings.password, settings.clientId);
    if (access === null) throw new LinkError('not-authorised', `${settings.username} is not let in`);
    this.#cut(settings.clientId, 'taken-over');
    const client: Client = { settings, events, access: access === 'all' ? null : access, topics: [] };
    this.#clients.set(settings.clientId, client);
    return this.#linkOf(client);
  };

  /** Ends the connections of a user, as a broker does whose account is removed. */
  remove(username: string): void {
    for (const [id, client] of this.#clients)
      if (client.settings.username === username) this.#cut(id, 'not-authorised');
  }

  /** Cuts the connections of the clients that `which` says. */
  cut(which: (clientId: string) => boolean): void {
    for (const id of [...this.#clients.keys()]) if (which(id)) this.#cut(id, 'unreachable');
  }

  /** Of whoever is signed in. */
  get usernames(): readonly string[] {
    return [...this.#clients.values()].map(({ settings }) => settings.username);
  }

  get clients(): readonly string[] {
    return [...this.#clients.keys()];
  }

  #linkOf(client: Client): BrokerLink {
    const { settings, access } = client;
    const alive = (): boolean => this.#clients.get(settings.clientId) === client;
    return {
      mqttVersion: settings.mqttVersion,
      subscribe: async (topics) => {
        for (const topic of topics) {
          if (access !== null && !access.subscribe.some((filter) => isWithin(topic, filter))) {
            throw new LinkError('not-authorised', `${topic} may not be read`);
          }
        }
        client.topics.push(...topics);
        for (const message of this.#retained.values()) this.#deliver(client, message);
      },
      publish: async (message) => {
        if (!alive()) throw new LinkError('unreachable', 'cut');
        if (access !== null && !access.publish.some((filter) => isWithin(message.topic, filter))) {
          throw new LinkError('not-authorised', `${message.topic} may not be written`);
        }
        this.#publish(message);
      },
      close: async () => {
        if (alive()) this.#clients.delete(settings.clientId);
      },
      drop: () => {
        if (alive()) this.#cut(settings.clientId, 'unreachable');
      },
    };
  }

  #publish(message: OutgoingMessage): void {
    if (message.retained) this.#retained.set(message.topic, message);
    for (const client of this.#clients.values()) this.#deliver(client, message);
    const sharers = [...this.#clients.values()].filter((client) =>
      client.topics.some((topic) => topic.startsWith('$share/') && isWithin(message.topic, unshared(topic))),
    );
    this.#turn += 1;
    const chosen = sharers[this.#turn % Math.max(1, sharers.length)];
    if (chosen !== undefined) this.#hand(chosen, message);
  }

  #deliver(client: Client, message: OutgoingMessage): void {
    if (client.topics.some((topic) => isWithin(message.topic, topic))) this.#hand(client, message);
  }

  #hand(client: Client, message: OutgoingMessage): void {
    if (this.onMessage(message, client.settings.clientId) === 'lose') return;
    queueMicrotask(() => {
      if (this.#clients.get(client.settings.clientId) === client) {
        void client.events.message(message.topic, Buffer.from(message.text));
      }
    });
  }

  #cut(id: string, trouble: 'taken-over' | 'unreachable' | 'not-authorised'): void {
    const client = this.#clients.get(id);
    if (client === undefined) return;
    this.#clients.delete(id);
    client.events.lost(new LinkError(trouble, `cut: ${trouble}`));
    if (client.settings.will !== null) this.#publish(client.settings.will);
  }
}
