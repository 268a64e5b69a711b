import type { TopicAccess } from '../../src/fleet/topics.ts';

/** Somebody who may sign in to the broker. */
export interface BrokerAccount {
  readonly username: string;
  readonly password: string;
  /** The only client id that it may sign in with, so that nobody throws another out by taking its id; null: any. */
  readonly clientId: string | null;
  readonly access: TopicAccess;
}

/**
 * What a broker that keeps accounts of its own must be told (mosquitto-accounts.ts is one). The embedded broker looks them up in the
 * controller's store and needs none of it. All are repeated after a failure, so all must be idempotent.
 */
export interface BrokerAccounts {
  put(account: BrokerAccount): Promise<void>;
  /** Also ends the account's connections. */
  remove(username: string): Promise<void>;
  /** User names that the broker lets in, or has let in and not thrown out yet; others' may be among them. */
  list(): Promise<readonly string[]>;
}

export const noAccounts: BrokerAccounts = {
  put: async () => undefined,
  remove: async () => undefined,
  list: async () => [],
};
