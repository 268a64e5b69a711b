import type { TopicAccess } from '../../src/fleet/topics.ts';

/** Somebody who may sign in to the broker. */
export interface BrokerAccount {
  readonly username: string;
  readonly password: string;
  readonly access: TopicAccess;
}

/**
 * What a broker that keeps accounts of its own must be told (Mosquitto's dynamic security, EMQX, RabbitMQ). The embedded broker looks
 * them up in the controller's store and needs none of it. Both are repeated after a failure, so both must be idempotent.
 */
export interface BrokerAccounts {
  put(account: BrokerAccount): Promise<void>;
  /** Also ends the account's connections. */
  remove(username: string): Promise<void>;
}

export const noAccounts: BrokerAccounts = {
  put: async () => undefined,
  remove: async () => undefined,
};
