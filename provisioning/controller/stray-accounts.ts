import { claimNameSchema, deviceIdSchema } from '../../src/fleet/protocol.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { BrokerAccounts } from './broker-accounts.ts';
import { isOver } from './enrolment-desk.ts';
import type { ControllerStore } from './store/controller-store.ts';
import { accountsOf } from './store/documents.ts';

/**
 * Takes from the broker what the store does not know (any more): a decision counts when it is in the store, and the broker may not have
 * heard of it then. Names that no terminal and no claim could have are left alone. Answers what was removed.
 */
export async function removeStrayAccounts(options: {
  readonly store: ControllerStore;
  readonly accounts: BrokerAccounts;
  readonly clock: Clock;
}): Promise<readonly string[]> {
  const { store, accounts, clock } = options;
  // The broker first: whatever it has been told of was in the store before.
  const listed = (await accounts.list()).filter(isOurs);
  if (listed.length === 0) return [];
  const known = new Set<string>();
  for (const { value } of await store.list('terminals')) {
    for (const { username } of accountsOf(value)) known.add(username);
  }
  for (const { value } of await store.list('claims')) {
    if (!value.revoked && !isOver(value, clock.now())) known.add(value.name);
  }
  const strays = [...new Set(listed)].filter((name) => !known.has(name));
  for (const name of strays) await accounts.remove(name);
  return strays;
}

const isOurs = (name: string): boolean =>
  claimNameSchema.safeParse(name).success || deviceIdSchema.safeParse(name.split('-')[0]).success;
