import { Gateway } from '../../provisioning/gateway/gateway.ts';
import { Shops } from '../../provisioning/gateway/shops.ts';
import { BrokerConnection } from '../../src/fleet/broker-connection.ts';
import type { OpenBrokerLink } from '../../src/fleet/broker-link.ts';
import { returnsBegun } from '../../src/fleet/delivery-documents.ts';
import { DeliveryLane } from '../../src/fleet/delivery-lane.ts';
import type { DeliveryPlace } from '../../src/fleet/delivery-messages.ts';
import { Messenger } from '../../src/fleet/messenger.ts';
import type { FleetName } from '../../src/fleet/protocol.ts';
import { defaultReconnectPolicy } from '../../src/fleet/reconnect-policy.ts';
import { topicsReadAt } from '../../src/fleet/topics.ts';
import type { Journal } from '../../src/journal/journal.ts';
import type { MagentoAuth } from '../../src/magento/client/token.ts';
import { seconds } from '../../src/platform/clock.ts';
import type { HttpTransport } from '../../src/platform/http-transport.ts';
import { terminalId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import type { Random } from '../../src/platform/random.ts';
import { createNodeTransport } from '../../src/platform/system-http-transport.ts';
import { MemoryBroker } from '../fleet/memory-broker.ts';
import type { ManualClock } from '../tools/manual-clock.ts';

const fleet = 'acme' as FleetName;
const never = <Value>(): Promise<Value> => new Promise(() => {});

/** Where a gateway dies relative to its n-th message (from 1), sent or received: before it counts, or right after. */
export interface MessageDeath {
  readonly message: number;
  readonly counts: boolean;
}

/** Whoever is killed: nothing that it was doing goes on, and nothing more is heard of it. */
class Mortal {
  dead = false;
  calls = 0;
  messages = 0;
  readonly onDeath: (() => void)[] = [];
  death: MessageDeath | null = null;

  kill(): void {
    if (this.dead) return;
    this.dead = true;
    for (const task of this.onDeath) task();
  }

  /** True: this message is the last, and does not count. */
  #diesBefore(): boolean {
    this.messages += 1;
    if (this.death?.message !== this.messages || this.death.counts) return false;
    this.kill();
    return true;
  }

  #diesAfter(): void {
    if (this.death?.message === this.messages && this.death.counts) this.kill();
  }

  links(broker: MemoryBroker): OpenBrokerLink {
    return async (settings, events) => {
      if (this.dead) return never();
      const link = await broker.open(settings, {
        message: (topic, payload) => {
          if (this.dead || this.#diesBefore()) return;
          void events.message(topic, payload);
          this.#diesAfter();
        },
        lost: (error) => {
          if (!this.dead) events.lost(error);
        },
      });
      this.onDeath.push(() => broker.cut((id) => id === settings.clientId));
      return {
        ...link,
        publish: async (message) => {
          if (this.dead || this.#diesBefore()) return never();
          await link.publish(message);
          this.#diesAfter();
          if (this.dead) return never();
        },
      };
    };
  }

  transport(real: HttpTransport): HttpTransport {
    return {
      exchange: async (request) => {
        if (this.dead) return never();
        this.calls += 1;
        const result = await real.exchange(request);
        this.calls -= 1;
        return this.dead ? never() : result;
      },
      close: () => real.close(),
    };
  }
}

interface Life {
  readonly mortal: Mortal;
  readonly gateway: Gateway;
}

export interface GatewaysOptions {
  readonly clock: ManualClock;
  readonly random: Random;
  readonly baseUrl: string;
  readonly auth: () => MagentoAuth;
  readonly place: () => DeliveryPlace;
  readonly count: number;
}

/** Real gateways on a broker in memory, each of which may be killed, and what a terminal reaches them through. */
export class Gateways {
  readonly broker = new MemoryBroker(async () => 'all');
  readonly #options: GatewaysOptions;
  readonly #lives: Life[] = [];
  readonly #transports: HttpTransport[] = [];
  kills = 0;

  constructor(options: GatewaysOptions) {
    this.#options = options;
    for (let each = 0; each < options.count; each += 1) this.#start();
  }

  /** Calls to Magento that are under way. */
  get calls(): number {
    return this.#lives.reduce((sum, { mortal }) => sum + (mortal.dead ? 0 : mortal.calls), 0);
  }

  /** Messages of the one that is at work, or was last. */
  get messages(): number {
    return Math.max(...this.#lives.map(({ mortal }) => mortal.messages));
  }

  get ids(): readonly string[] {
    return this.#lives.map(({ gateway }) => gateway.status().gateway);
  }

  /** Counts messages anew; each gateway dies at its so-manieth. */
  arm(death: MessageDeath | null): void {
    for (const { mortal } of this.#lives) {
      mortal.messages = 0;
      mortal.death = death;
    }
  }

  /** Kills those that are at work. Others come in their place at once. */
  killWorking(): void {
    for (const { mortal, gateway } of [...this.#lives]) if (gateway.status().working > 0) mortal.kill();
  }

  async close(): Promise<void> {
    await Promise.all(this.#lives.map(({ mortal, gateway }) => (mortal.dead ? undefined : gateway.stop())));
    for (const transport of this.#transports) transport.close();
  }

  /** A terminal's lane, for as long as `isDead` says that it lives. */
  lane(journal: Pick<Journal, 'unconfirmed'>, onDeath: (task: () => void) => void): DeliveryLane {
    const { clock, random, place } = this.#options;
    const mortal = new Mortal();
    onDeath(() => mortal.kill());
    const world = { clock, random, log: silentLogger };
    const lane = new DeliveryLane({
      ...world,
      place: place(),
      returnsBegun: () => returnsBegun(journal.unconfirmed()),
      describe: () => '',
      madeDirectly: async () => undefined,
      onReachable: async () => undefined,
    });
    const address = { fleet, terminal: terminalId('K1') };
    const connection = new BrokerConnection({
      ...world,
      open: mortal.links(this.broker),
      wishes: {
        url: 'mqtt://memory',
        authorities: [],
        mqttVersion: 5,
        topics: topicsReadAt(address),
        identity: () => ({ clientId: 'till', username: 'K1', password: '', will: null }),
        message: (topic, payload) => messenger.receive(topic, payload),
      },
      policy: defaultReconnectPolicy,
    });
    const messenger = new Messenger({ ...world, publisher: connection, address });
    lane.attach(messenger);
    connection.start(new AbortController().signal);
    return lane;
  }

  #start(): void {
    const { clock, random, baseUrl, auth } = this.#options;
    const mortal = new Mortal();
    const transport = createNodeTransport();
    this.#transports.push(transport);
    const world = { clock, random, log: silentLogger };
    const gateway = new Gateway({
      ...world,
      fleet,
      broker: {
        open: mortal.links(this.broker),
        url: 'mqtt://memory',
        authorities: [],
        mqttVersion: 5,
        username: 'gateway',
        password: '',
      },
      shops: new Shops({
        baseUrl,
        auth: auth(),
        transport: mortal.transport(transport),
        requestTimeout: seconds(30),
        clock,
        log: silentLogger,
      }),
      concurrency: 4,
    });
    const life: Life = { mortal, gateway };
    this.#lives.push(life);
    mortal.onDeath.push(() => {
      this.kills += 1;
      this.#lives.splice(this.#lives.indexOf(life), 1);
      this.#start();
    });
    gateway.start();
  }
}
