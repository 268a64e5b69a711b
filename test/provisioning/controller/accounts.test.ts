import { beforeEach, expect, it } from 'vitest';
import type { BrokerAccounts } from '../../../provisioning/controller/broker-accounts.ts';
import { ClaimDesk } from '../../../provisioning/controller/claim-desk.ts';
import type { ControllerStore } from '../../../provisioning/controller/store/controller-store.ts';
import { KeyValueControllerStore } from '../../../provisioning/controller/store/key-value-controller-store.ts';
import { removeStrayAccounts } from '../../../provisioning/controller/stray-accounts.ts';
import type { FleetName } from '../../../src/fleet/protocol.ts';
import { hours } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../../src/platform/memory-store.ts';
import { seededRandom } from '../../../src/platform/seeded-random.ts';
import { ManualClock } from '../../tools/manual-clock.ts';

let clock: ManualClock;
let store: ControllerStore;
let names: Set<string>;
let isAway: boolean;
let claims: ClaimDesk;
const accounts: BrokerAccounts = {
  put: async ({ username }) => {
    if (isAway) throw new Error('the broker is away');
    names.add(username);
  },
  remove: async (username) => {
    names.delete(username);
  },
  list: async () => [...names],
};
const wishes = { name: 'spring', group: null, prefix: 'K', approval: 'auto', limit: null, by: 'ann' } as const;

beforeEach(() => {
  clock = new ManualClock();
  store = new KeyValueControllerStore(new MemoryStoreMedium().open({ createIfMissing: true }), silentLogger);
  names = new Set();
  isAway = false;
  claims = new ClaimDesk({ fleet: 'acme' as FleetName, store, accounts, clock, random: seededRandom(1) });
});

it('a batch that the broker could not be told of is made anew under the same name', async () => {
  isAway = true;
  await expect(claims.makeBatch({ ...wishes, lasts: null })).rejects.toThrow('the broker is away');
  expect(await store.get('claims', 'batch-spring')).toBeNull();
  isAway = false;
  expect(await claims.makeBatch({ ...wishes, lasts: null })).toMatchObject({ claim: 'batch-spring' });
  expect([...names]).toEqual(['batch-spring']);
});

it('the broker forgets whom the store does not know, or not any more, and nobody else', async () => {
  await claims.makeBatch({ ...wishes, lasts: hours(1) });
  const { claim } = await claims.makeCode({ ...wishes, terminal: null, replaces: false, lastReceiptCounter: null });
  names.add('0123456789abcdef01234567-3').add('controller').add('gateway').add('somebody-else');
  expect(await removeStrayAccounts({ store, accounts, clock })).toEqual(['0123456789abcdef01234567-3']);
  await clock.advance(hours(2));
  expect([...(await removeStrayAccounts({ store, accounts, clock }))].sort()).toEqual(['batch-spring', claim].sort());
  expect([...names].sort()).toEqual(['controller', 'gateway', 'somebody-else']);
});
