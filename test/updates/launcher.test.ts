import { describe, expect, it } from 'vitest';
import { type DiskOperation, MemoryDisk } from '../../src/platform/memory-disk.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { mostStarts } from '../../src/updates/launch-plan.ts';
import {
  type LauncherNote,
  noteFile,
  noteSchema,
  type Order,
  orderFile,
  readState,
  verdictFile,
  writeState,
} from '../../src/updates/launch-state.ts';
import { bundleFile, type LauncherParts, launch, shelve } from '../../src/updates/launcher.ts';
import type { ReleaseName } from '../../src/updates/manifest.ts';
import { releaseKeysFile, releaseKeysSchema } from '../../src/updates/release-keys.ts';
import { facts, type MadeBundle, MemoryShelf, makeBundle, pinned, releaseKey } from './releases.ts';

const [first, second, third] = [releaseKey(), releaseKey(), releaseKey()];
const old = '0.1.0-000000000000' as ReleaseName;
const bundle = makeBundle('0.2.0', [first.pem]);

/** A machine with release 0.1.0, and the bundle of another one in the till's folder. */
class Machine {
  readonly disk = new MemoryDisk();
  readonly shelf = new MemoryShelf(this.disk);

  static async with(made: MadeBundle = bundle): Promise<Machine> {
    const machine = new Machine();
    const placing = await machine.shelf.add(old);
    await placing.complete(facts('0.1.0'));
    await machine.shelf.point('current', old);
    await machine.shelf.point('launcher', old);
    await writeState(machine.disk.files('shelf'), releaseKeysFile, pinned(first, second));
    await machine.till.replace(bundleFile(made.name), made.bytes);
    return machine;
  }

  /** Of this life of the machine. */
  get till() {
    return this.disk.files('till');
  }
  get parts(): LauncherParts {
    const machine = { node: '20.19.0', architecture: 'arm64' };
    return { shelf: this.shelf, notes: this.disk.files('shelf'), till: this.till, machine, tell: () => undefined };
  }
  start(): Promise<ReleaseName | null> {
    return launch(this.parts);
  }
  /** Unpacks a release if need be, and orders it, as the till does. */
  async order(release: ReleaseName, orderId = 'o1'): Promise<void> {
    await shelve(this.parts, release);
    const order: Order = {
      version: 1,
      orderId,
      release,
      by: 'test',
      orderedAt: '2026-11-29T08:00:00.000Z',
      contact: 'required',
      before: { devices: [], snapshot: true, journal: true },
    };
    await writeState(this.till, orderFile, order);
  }
  async judge(release: ReleaseName, verdict: 'good' | 'bad', orderId = 'o1'): Promise<void> {
    const value = { version: 1, orderId, release, verdict, words: `It is ${verdict}.` };
    await writeState(this.till, verdictFile, value);
  }
  note(): Promise<LauncherNote | null> {
    return readState(this.disk.files('shelf'), noteFile, noteSchema);
  }
  keys() {
    return readState(this.disk.files('shelf'), releaseKeysFile, releaseKeysSchema);
  }
}

describe('the launcher', () => {
  it('starts what is there, as long as nothing is ordered', async () => {
    const machine = await Machine.with();
    expect(await machine.start()).toBe(old);
    expect(await machine.start()).toBe(old);
    expect(await machine.note()).toMatchObject({ committed: old, trial: null });
  });

  it('puts what is ordered on trial, and keeps it when it has proven itself, with its launcher', async () => {
    const machine = await Machine.with();
    await machine.order(bundle.name);
    expect(await machine.start()).toBe(bundle.name);
    expect(machine.shelf.read(bundle.name, 'dist/src/main.js')).toBe('sell();');
    expect(await machine.note()).toMatchObject({ committed: old, trial: { starts: 1 } });
    expect(await machine.shelf.target('launcher')).toBe(old);
    await machine.judge(bundle.name, 'good');
    expect(await machine.start()).toBe(bundle.name);
    expect(await machine.note()).toMatchObject({
      committed: bundle.name,
      previous: old,
      trial: null,
      last: { how: 'committed' },
    });
    expect(await machine.shelf.target('launcher')).toBe(bundle.name);
    // The order is over, whether the till has withdrawn it or not.
    expect(await machine.start()).toBe(bundle.name);
  });

  it('goes back when it judges itself bad, and when it never gets as far', async () => {
    const judged = await Machine.with();
    await judged.order(bundle.name);
    await judged.start();
    await judged.judge(bundle.name, 'bad');
    expect(await judged.start()).toBe(old);
    expect((await judged.note())?.last).toMatchObject({ how: 'rolled-back', words: 'It is bad.' });

    const dead = await Machine.with();
    await dead.order(bundle.name);
    for (let start = 1; start <= mostStarts; start += 1) expect(await dead.start()).toBe(bundle.name);
    expect(await dead.start()).toBe(old);
    expect((await dead.note())?.last).toMatchObject({ how: 'rolled-back', words: expect.stringContaining('3 times') });
    expect(await dead.start()).toBe(old);
  });

  it('goes back to the release before when that is ordered later, and forward again', async () => {
    const machine = await Machine.with();
    await machine.order(bundle.name);
    await machine.start();
    await machine.judge(bundle.name, 'good');
    await machine.start();
    await machine.order(old, 'o2');
    expect(await machine.start()).toBe(old);
    await machine.judge(old, 'good', 'o2');
    expect(await machine.start()).toBe(old);
    expect(await machine.note()).toMatchObject({ committed: old, previous: bundle.name });
    // The next order may come before the last one was noted as done.
    await machine.order(bundle.name, 'o3');
    await machine.start();
    await machine.judge(bundle.name, 'good', 'o3');
    await machine.order(old, 'o4');
    expect(await machine.start()).toBe(old);
    expect(await machine.note()).toMatchObject({ committed: bundle.name, trial: { release: old, orderId: 'o4' } });
  });

  it('unpacks nothing that is not signed, not whole or not for here', async () => {
    const refusals: readonly (readonly [MadeBundle, RegExp])[] = [
      [makeBundle('0.2.0', [third.pem]), /not signed by a key that this terminal trusts/],
      [{ ...bundle, bytes: bundle.bytes.subarray(0, -2) }, /not whole/],
      [makeBundle('0.2.0', [first.pem], { architecture: 'x64' }), /is for x64/],
    ];
    for (const [made, words] of refusals) {
      const machine = await Machine.with(made);
      await expect(shelve(machine.parts, made.name)).rejects.toThrow(words);
      expect([...(await machine.shelf.releases()).keys()]).toEqual([old]);
    }
  });

  it('starts nothing that could not read the journal, can’t follow, or is not there', async () => {
    const refusals: readonly (readonly [MadeBundle, RegExp])[] = [
      [makeBundle('0.2.0', [first.pem], { formats: facts('0.2.0', 2).formats }), /can't read the journal/],
      [makeBundle('0.2.0', [first.pem], { minimumVersion: '0.1.5' }), /can follow 0\.1\.5/],
    ];
    for (const [made, words] of refusals) {
      const machine = await Machine.with(made);
      await machine.order(made.name);
      expect(await machine.start()).toBe(old);
      expect((await machine.note())?.last).toMatchObject({ how: 'refused', words: expect.stringMatching(words) });
    }
    const machine = await Machine.with();
    await machine.order(bundle.name);
    await machine.shelf.remove(bundle.name);
    expect(await machine.start()).toBe(old);
    expect((await machine.note())?.last).toMatchObject({
      how: 'refused',
      words: expect.stringContaining('not installed'),
    });
  });

  it('replaces the pinned keys with those that a release brings, only once that has proven itself', async () => {
    const brings = makeBundle('0.2.0', [second.pem], { keys: [second.publicKey, third.publicKey] });
    const machine = await Machine.with(brings);
    await machine.order(brings.name);
    await machine.start();
    expect((await machine.keys())?.keys).toEqual([first.publicKey, second.publicKey]);
    await machine.judge(brings.name, 'good');
    await machine.start();
    expect((await machine.keys())?.keys).toEqual([second.publicKey, third.publicKey]);
    // What the old key signs is worth nothing from now on; what the new one signs is taken.
    const lost = makeBundle('0.3.0', [first.pem]);
    await machine.till.replace(bundleFile(lost.name), lost.bytes);
    await expect(machine.order(lost.name, 'o2')).rejects.toMatchObject({ code: 'update.not-signed' });
    const next = makeBundle('0.3.0', [third.pem]);
    await machine.till.replace(bundleFile(next.name), next.bytes);
    await machine.order(next.name, 'o3');
    expect(await machine.start()).toBe(next.name);
  });

  it('lets a release that a person has installed by hand count', async () => {
    const machine = await Machine.with();
    await machine.order(bundle.name);
    await machine.start();
    const byHand = '0.1.1-111111111111' as ReleaseName;
    await (await machine.shelf.add(byHand)).complete(facts('0.1.1'));
    await machine.shelf.point('current', byHand);
    expect(await machine.start()).toBe(byHand);
    expect(await machine.note()).toMatchObject({ committed: byHand, trial: null, last: { how: 'superseded' } });
  });

  it('makes room by removing what nothing needs any more', async () => {
    const machine = await Machine.with();
    await machine.order(bundle.name);
    await machine.start();
    await machine.judge(bundle.name, 'good');
    await machine.start();
    const next = makeBundle('0.3.0', [first.pem]);
    await machine.till.replace(bundleFile(next.name), next.bytes);
    await machine.order(next.name, 'o2');
    await machine.start();
    await machine.judge(next.name, 'good', 'o2');
    await machine.start();
    const last = makeBundle('0.4.0', [first.pem]);
    await machine.till.replace(bundleFile(last.name), last.bytes);
    await machine.order(last.name, 'o3');
    await machine.start();
    expect([...(await machine.shelf.releases()).keys()].sort()).toEqual([bundle.name, next.name, last.name].sort());
  });
});

/** Ends the power before or after the `at`-th step; resolves when the story is told or the power is gone. */
async function untilPowerCut(machine: Machine, at: number, seed: number, story: () => Promise<void>): Promise<boolean> {
  let step = 0;
  let isCut = false;
  const cut = new Promise<void>((resolve) => {
    machine.disk.onOperation = (_: DiskOperation) => {
      step += 1;
      if (step === at) {
        isCut = true;
        machine.disk.cutPower(seededRandom(seed));
        resolve();
      }
      return null;
    };
  });
  await Promise.race([story(), cut]);
  machine.disk.onOperation = () => null;
  return isCut;
}

describe('a power cut at any step', () => {
  /** What the till does in a start: a good release finds out that it is. */
  const live = async (machine: Machine, verdict: 'good' | 'bad'): Promise<void> => {
    await machine.order(bundle.name);
    const started = await machine.start();
    if (started === bundle.name) await machine.judge(bundle.name, verdict);
    await machine.start();
  };

  for (const [verdict, end] of [
    ['good', bundle.name],
    ['bad', old],
  ] as const) {
    it(`leaves something to start at every moment, and ends with ${verdict === 'good' ? 'the new release' : 'the old one'}`, async () => {
      let cuts = 0;
      for (let at = 1; ; at += 1) {
        const machine = await Machine.with();
        const isCut = await untilPowerCut(machine, at, at, () => live(machine, verdict));
        if (!isCut) break;
        cuts += 1;
        const current = await machine.shelf.target('current');
        expect(current).not.toBeNull();
        // What is current is complete.
        expect((await machine.shelf.releases()).has(current ?? old)).toBe(true);
        await live(machine, verdict);
        expect(await machine.start()).toBe(end);
        expect((await machine.note())?.last).toMatchObject({ orderId: 'o1' });
        if (end === bundle.name) {
          for (const { path } of bundle.manifest.files) expect(machine.shelf.read(end, path)).toBeDefined();
          expect(machine.shelf.read(end, 'dist/src/main.js')).toBe('sell();');
        }
      }
      expect(cuts).toBeGreaterThan(15);
    });
  }

  it('twice in a row, at any two steps, bricks nothing either', async () => {
    for (let at = 1; at < 40; at += 1) {
      for (const then of [1, 4, 9]) {
        const machine = await Machine.with();
        await untilPowerCut(machine, at, at, () => live(machine, 'good'));
        await untilPowerCut(machine, then, at * then, () => live(machine, 'good'));
        const started = await machine.start();
        expect([old, bundle.name]).toContain(started);
        expect((await machine.shelf.releases()).has(started ?? old)).toBe(true);
      }
    }
  });
});
