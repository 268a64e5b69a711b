import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type Client } from 'aedes';
import type { FleetName } from '../../src/fleet/protocol.ts';
import { controllerAccess, gatewayAccess, type TopicAccess } from '../../src/fleet/topics.ts';
import { messageOf } from '../../src/platform/errors.ts';
import type { Logger } from '../../src/platform/log.ts';
import type { BrokerAccounts } from './broker-accounts.ts';
import { type BrokerDoor, mayPublish, maySubscribe } from './broker-door.ts';

export interface EmbeddedBrokerOptions {
  readonly fleet: FleetName;
  readonly door: BrokerDoor;
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  /** PEM files; null: without TLS, for one machine or a shop's own network. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** What the controller itself signs in with, made anew at every start. */
  readonly controllerPassword: string;
  /** What the fleet's gateways sign in with; null: there are none. */
  readonly gatewayPassword: string | null;
  readonly log: Logger;
}

export const controllerUser = 'controller';
export const gatewayUser = 'gateway';

/** CONNACK return codes of MQTT 3.1.1, table 3.1. */
const badCredentials = 4;

/**
 * An MQTT 3.1.1 broker inside the controller, for a fleet of some hundreds and for trying out: no second program, and a device that is
 * revoked is thrown out at once. Who may come in, and what they may reach, the controller's store says.
 */
export class EmbeddedBroker implements BrokerAccounts {
  readonly #broker: Aedes;
  readonly #server: Server;
  /** For the controller itself, on this machine: the certificate is made out to the name that terminals use. */
  readonly #ownDoor: Server;
  readonly #access = new WeakMap<Client, TopicAccess>();
  readonly #clients = new Map<Client, string>();

  private constructor(broker: Aedes, server: Server, ownDoor: Server, options: EmbeddedBrokerOptions) {
    this.#broker = broker;
    this.#server = server;
    this.#ownDoor = ownDoor;
    const { door, log, fleet, controllerPassword, gatewayPassword } = options;
    broker.authenticate = (client, username, password, done) => {
      const refuse = (): void => done(Object.assign(new Error('not known'), { returnCode: badCredentials }), false);
      const secret = password?.toString('utf8') ?? '';
      const look = async (): Promise<TopicAccess | null> => {
        if (username === gatewayUser) {
          const isKnown = gatewayPassword !== null && secret === gatewayPassword;
          return isKnown ? gatewayAccess(fleet, { shared: false }) : null;
        }
        if (username !== controllerUser) return door.open(username ?? '', secret, client.id);
        return secret === controllerPassword ? controllerAccess(fleet) : null;
      };
      look().then(
        (access) => {
          if (access === null) return refuse();
          this.#access.set(client, access);
          this.#clients.set(client, username ?? '');
          done(null, true);
        },
        (error: unknown) => {
          log.error({ error: messageOf(error) }, 'nobody can be let in');
          done(Object.assign(new Error('unavailable'), { returnCode: 3 }), false);
        },
      );
    };
    broker.authorizePublish = (client, packet, done) => {
      const access = client === null ? undefined : this.#access.get(client);
      if (access !== undefined && mayPublish(access, packet.topic)) return done(null);
      log.warn({ topic: packet.topic, client: client?.id }, 'a message was refused: not this client’s topic');
      done(new Error('not authorised'));
    };
    broker.authorizeSubscribe = (client, subscription, done) => {
      const access = client === null ? undefined : this.#access.get(client);
      const isAllowed = access !== undefined && maySubscribe(access, subscription.topic);
      done(null, isAllowed ? subscription : null);
    };
    broker.on('clientDisconnect', (client) => this.#clients.delete(client));
  }

  /** Throws what listening throws, and `ENOENT` for TLS files that are not there. */
  static async start(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
    const broker = await Aedes.createBroker({ maxClientsIdLength: 128, connectTimeout: 30_000 });
    const server =
      options.tls === null
        ? createServer(broker.handle)
        : createTlsServer(
            { cert: readFileSync(options.tls.certFile), key: readFileSync(options.tls.keyFile) },
            broker.handle,
          );
    const ownDoor = createServer(broker.handle);
    const embedded = new EmbeddedBroker(broker, server, ownDoor, options);
    await listening(server, options.port, options.host);
    await listening(ownDoor, 0, '127.0.0.1');
    return embedded;
  }

  get port(): number {
    return portOf(this.#server);
  }

  /** Where the controller itself comes in, on 127.0.0.1 and without TLS. */
  get ownPort(): number {
    return portOf(this.#ownDoor);
  }

  /** Accounts are looked up where they are kept. */
  async put(): Promise<void> {}

  async list(): Promise<readonly string[]> {
    return [...this.#clients.values()];
  }

  async remove(username: string): Promise<void> {
    for (const [client, name] of this.#clients) if (name === username) client.close();
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#broker.close(resolve));
    for (const server of [this.#server, this.#ownDoor]) {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  }
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** A TCP server that listens has an address. */
const portOf = (server: Server): number => (server.address() as AddressInfo).port;
