import { describe, expect, it } from 'vitest';
import type { Claim } from '../../src/fleet/enrolment.ts';
import { minutes, seconds } from '../../src/platform/clock.ts';
import { terminalId } from '../../src/platform/ids.ts';
import { FleetWorld } from './fleet-world.ts';

const K7 = terminalId('K7');
const batch = {
  name: 'spring',
  group: null,
  prefix: 'K',
  approval: 'auto',
  limit: null,
  lasts: null,
  by: 'ann',
} as const;
const codeFor = {
  terminal: K7,
  group: null,
  prefix: '',
  replaces: false,
  lastReceiptCounter: null,
  by: 'ann',
};

/** Lets time pass until `task` is done, at most an hour and a half. */
async function until<Result>(world: FleetWorld, task: Promise<Result>): Promise<Result> {
  let isDone = false;
  const settled = task.finally(() => {
    isDone = true;
  });
  settled.catch(() => undefined);
  for (let turn = 0; turn < 1_500 && !isDone; turn += 1) await world.clock.advance(seconds(turn < 600 ? 1 : 5));
  if (!isDone) throw new Error(`not done: ${world.told.join(' | ')}`);
  return settled;
}

async function claimOf(world: FleetWorld): Promise<Claim> {
  const { claim, password } = await world.controller.claims.makeBatch(batch);
  return { name: claim, password };
}

const join = (world: FleetWorld, place: string, claim: Claim, signal = new AbortController().signal) =>
  until(
    world,
    world.enrol(place, async () => claim, signal),
  );

/** What must be true of a fleet whose only device has joined. */
async function expectOneMember(world: FleetWorld, place = 'till'): Promise<void> {
  const { store } = world.controller;
  const terminals = await store.list('terminals');
  const { membership, key } = await world.identity(place);
  if (membership.stage !== 'enrolled') throw new Error(`the device is ${membership.stage}`);
  expect(terminals.map(({ id }) => id)).toEqual([membership.terminal]);
  const [terminal] = terminals;
  expect(terminal?.value.pending).toBeNull();
  expect(terminal?.value.member?.device).toBe(key?.device);
  expect(terminal?.value.member?.account.username).toBe(membership.credentials.username);
  expect((await store.list('devices')).map(({ value }) => [value.device, value.state])).toEqual([
    [key?.device, 'member'],
  ]);
  const claims = await store.list('claims', { prefix: 'batch-' });
  expect(claims.map(({ value }) => value.used)).toEqual([1]);
}

describe('enrolment', () => {
  it('by a batch gives a device a number, credentials and settings', async () => {
    const world = new FleetWorld();
    expect(await join(world, 'till', await claimOf(world))).toBe('K1');
    await expectOneMember(world);
    expect(await join(world, 'second', { name: 'batch-spring' as never, password: 'wrong' }).catch(() => 'no')).toBe(
      'no',
    );
  });

  it('by a code gives a device the number that the code is for, within five minutes', async () => {
    const world = new FleetWorld();
    const { claim, digits } = await world.controller.claims.makeCode(codeFor);
    await world.clock.advance(minutes(4));
    expect(await join(world, 'till', { name: claim, password: digits })).toBe('K7');
    const late = await world.controller.claims.makeCode({ ...codeFor, terminal: terminalId('K8') });
    await world.clock.advance(minutes(5));
    let asked = 0;
    const refused = world.enrol(
      'late',
      async () => {
        asked += 1;
        if (asked === 2) throw new Error('the installer went home');
        return { name: late.claim, password: late.digits };
      },
      new AbortController().signal,
    );
    await expect(until(world, refused)).rejects.toThrow('went home');
    expect(world.told.join(' ')).toContain('take a new one');
  });

  it('takes a whole batch at the same moment, each under a number of its own, and lets none wait', async () => {
    const world = new FleetWorld();
    const { claim, password } = await world.controller.claims.makeBatch({ ...batch, limit: 40 });
    const places = Array.from({ length: 40 }, (_, index) => `till ${index}`);
    const joined = Promise.all(
      places.map((place) => world.enrol(place, async () => ({ name: claim, password }), new AbortController().signal)),
    );
    // Half of what a device is told to wait when the controller could not do it now.
    await world.clock.advance(seconds(7));
    const numbers = await until(world, joined);
    expect(new Set(numbers).size).toBe(40);
    expect(world.told).not.toContain('The controller could not do it now');
    expect((await world.controller.store.get('claims', claim))?.value.used).toBe(40);
  });

  it('waits for a person where the batch wants one', async () => {
    const world = new FleetWorld();
    const { claim, password } = await world.controller.claims.makeBatch({ ...batch, approval: 'manual' });
    const joined = world.enrol('till', async () => ({ name: claim, password }), new AbortController().signal);
    await world.clock.advance(seconds(40));
    expect(world.told).toContain('Somebody must let this device in');
    const [device] = await world.controller.store.list('devices');
    await world.controller.devices.approve(device!.value.device);
    expect(await until(world, joined)).toBe('K1');
  });

  it('of a device that lost its credentials gives it its number again, and of one that was revoked nothing', async () => {
    const world = new FleetWorld();
    const claim = await claimOf(world);
    await join(world, 'till', claim);
    const identity = await world.identity('till');
    const before = identity.membership;
    await identity.askAgain();
    expect(await join(world, 'till', claim)).toBe('K1');
    await expectOneMember(world);
    const after = (await world.identity('till')).membership;
    if (before.stage !== 'enrolled' || after.stage !== 'enrolled') throw new Error('not enrolled');
    // The credentials before are worth nothing any more.
    expect(after.credentials.username).not.toBe(before.credentials.username);
    await world.controller.devices.revoke(terminalId('K1'), 'ann', 'stolen');
    await (await world.identity('till')).askAgain();
    await expect(join(world, 'till', claim)).rejects.toMatchObject({ code: 'fleet.revoked' });
  });

  it('of hardware that replaces a broken one takes over its number, and goes on behind its receipts', async () => {
    const world = new FleetWorld();
    const first = await world.controller.claims.makeCode(codeFor);
    await join(world, 'old', { name: first.claim, password: first.digits });
    const presence = { state: 'online', session: null, since: 0 } as const;
    const queue = { waiting: 0, parked: 0, confirmed: 4711, oldestUnconfirmed: null, lastReceiptCounter: 4711 };
    await world.controller.store.write([
      {
        collection: 'reports',
        id: K7,
        expected: null,
        value: { terminal: K7, presence, lastHeard: 0 as never, telemetry: null, health: { queue }, reported: null },
      },
    ]);
    const taken = await world.controller.claims.makeCode(codeFor);
    await expect(join(world, 'new', { name: taken.claim, password: taken.digits })).rejects.toMatchObject({
      code: 'fleet.number-taken',
    });
    const replacing = await world.controller.claims.makeCode({ ...codeFor, replaces: true });
    expect(await join(world, 'new', { name: replacing.claim, password: replacing.digits })).toBe('K7');
    expect((await world.identity('new')).membership).toMatchObject({ firstReceiptCounter: 4711 + 1000 + 1 });
    // What it told last is kept: its sales may be missing.
    const former = async () => (await world.controller.store.list('former')).map(({ value }) => value);
    expect(await former()).toMatchObject([{ terminal: 'K7', why: 'replaced', before: 5712, queue }]);
    // The broken one is out, should it come back.
    await (await world.identity('old')).askAgain();
    const again = await world.controller.claims.makeCode({ ...codeFor, replaces: true, lastReceiptCounter: 5000 });
    await expect(join(world, 'old', { name: again.claim, password: again.digits })).rejects.toMatchObject({
      code: 'fleet.revoked',
    });
    expect(await join(world, 'third', { name: again.claim, password: again.digits })).toBe('K7');
    // The broken one's successor may have given numbers up to there by itself.
    expect((await world.identity('third')).membership).toMatchObject({ firstReceiptCounter: 5712 });
    expect(await former()).toHaveLength(2);
  });

  it('that is never confirmed is taken back, number and all', async () => {
    const world = new FleetWorld();
    const claim = await claimOf(world);
    let isGone = false;
    world.disk.onOperation = ({ where }) => {
      if (!isGone && where.includes('fleet-settings')) {
        isGone = true;
        world.disk.cutPower(world.random);
      }
      return null;
    };
    void world.enrol('till', async () => claim, new AbortController().signal);
    await world.clock.advance(seconds(5));
    expect((await world.controller.store.list('terminals')).map(({ id }) => id)).toEqual(['K1']);
    await world.clock.advance(minutes(63));
    expect(await world.controller.store.list('terminals')).toEqual([]);
    expect(await world.controller.store.list('devices')).toEqual([]);
    // Should the device come back after all, it is let in anew.
    await join(world, 'till', claim);
  });

  it('converges wherever the device’s power fails', async () => {
    let cuts = 0;
    for (let cutAt = 1; ; cutAt += 1) {
      const world = new FleetWorld(cutAt);
      const claim = await claimOf(world);
      let operations = 0;
      let isCut = false;
      world.disk.onOperation = () => {
        operations += 1;
        if (operations === cutAt) {
          isCut = true;
          world.disk.cutPower(world.random);
        }
        return null;
      };
      void world.enrol('till', async () => claim, new AbortController().signal).catch(() => undefined);
      await world.clock.advance(seconds(30));
      if (!isCut) break;
      cuts += 1;
      // Its connections died with it.
      world.broker.cut((id) => id !== 'controller');
      await join(world, 'till', claim);
      await expectOneMember(world);
    }
    expect(cuts).toBeGreaterThanOrEqual(12);
  });

  it('converges wherever the controller stops', async () => {
    let stops = 0;
    for (let stopAt = 1; ; stopAt += 1) {
      const world = new FleetWorld(stopAt);
      const claim = await claimOf(world);
      let writes = 0;
      let isStopped = false;
      world.onControllerWrite = () => {
        writes += 1;
        isStopped ||= writes === stopAt;
        return writes === stopAt;
      };
      await join(world, 'till', claim);
      if (!isStopped) break;
      stops += 1;
      await expectOneMember(world);
    }
    expect(stops).toBeGreaterThanOrEqual(6);
  });

  it('converges whichever message is lost', async () => {
    let losses = 0;
    for (let loseAt = 1; ; loseAt += 1) {
      const world = new FleetWorld(loseAt);
      const claim = await claimOf(world);
      let messages = 0;
      world.broker.onMessage = () => {
        messages += 1;
        return messages === loseAt ? 'lose' : 'deliver';
      };
      await join(world, 'till', claim);
      if (messages < loseAt) break;
      losses += 1;
      await expectOneMember(world);
    }
    expect(losses).toBe(4);
  });
});
