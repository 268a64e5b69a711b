import { beforeEach, describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { shelveWanted } from '../../src/updates/launch.ts';
import { orderFile, orderSchema, readState, writeState } from '../../src/updates/launch-state.ts';
import { type LauncherParts, launch } from '../../src/updates/launcher.ts';
import { factsOf, type ReleaseName } from '../../src/updates/manifest.ts';
import { releaseKeysFile } from '../../src/updates/release-keys.ts';
import { type InstallWishes, type SellingTerminal, UpdateDesk } from '../../src/updates/update-desk.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { facts, type MadeBundle, MemoryShelf, makeBundle, pinned, releaseKey } from './releases.ts';

const [first, second] = [releaseKey(), releaseKey()];
const old = '0.1.0-000000000000' as ReleaseName;
const machine = { node: '20.19.0', architecture: 'arm64' };

let disk: MemoryDisk;
let shelf: MemoryShelf;
let clock: ManualClock;
let quiet: boolean;
let relaunched: number;
let said: string[];

const launcher = (): LauncherParts => ({
  shelf,
  notes: disk.files('shelf'),
  till: disk.files('till'),
  machine,
  tell: () => undefined,
});
const openDesk = (version = '0.1.0', shelve: (() => Promise<void>) | null = () => shelveWanted(launcher())) =>
  UpdateDesk.open({
    ...launcher(),
    own: facts(version),
    shelve,
    rehearse: async (folder) => {
      const name = folder.split('/').at(-1) as ReleaseName;
      const known = (await shelf.releases()).get(name);
      return { version: known?.version ?? '', formats: facts('0.0.0').formats };
    },
    clock,
    log: silentLogger,
  });
const selling: SellingTerminal = {
  isQuiet: () => quiet,
  quietFor: seconds(20),
  before: () => ({ devices: ['keypad'], snapshot: true, journal: true }),
  room: () => 1_000_000_000,
  relaunch: () => {
    relaunched += 1;
  },
};
const wishes = (orderId = 'o1', signal = new AbortController().signal): InstallWishes => ({
  orderId,
  by: 'ann',
  contact: 'required',
  signal,
  tell: (words) => said.push(words),
});

/** Until `promise` has ended or `until` holds, while the clock goes. */
async function going(promise: Promise<unknown>, until: () => boolean): Promise<void> {
  let isOver = false;
  promise.then(
    () => {
      isOver = true;
    },
    () => {
      isOver = true;
    },
  );
  while (!isOver && !until()) {
    await new Promise((resolve) => setImmediate(resolve));
    if (clock.waiting > 0) await clock.advance(seconds(1));
  }
}

async function handIn(made: MadeBundle): Promise<string> {
  await disk.files('till').replace('upload.part', made.bytes);
  return 'upload.part';
}

beforeEach(async () => {
  disk = new MemoryDisk();
  shelf = new MemoryShelf(disk);
  clock = new ManualClock();
  quiet = true;
  relaunched = 0;
  said = [];
  await (await shelf.add(old)).complete(factsOf(facts('0.1.0')));
  await shelf.point('current', old);
  await shelf.point('launcher', old);
  await writeState(disk.files('shelf'), releaseKeysFile, pinned(first, second));
});

describe('the till’s side of an update', () => {
  const next = makeBundle('0.2.0', [second.pem]);

  it('waits for quiet, orders, and ends the process; a sale in between begins the wait anew', async () => {
    const desk = await openDesk();
    quiet = false;
    const installing = desk.install(await handIn(next), wishes(), selling);
    await going(installing, () => said.includes('Waits until nobody sells'));
    expect(relaunched).toBe(0);
    expect(await readState(disk.files('till'), orderFile, orderSchema)).toBeNull();
    quiet = true;
    const since = clock.monotonic();
    await going(installing, () => relaunched > 0);
    expect(clock.monotonic() - since).toBeGreaterThanOrEqual(20_000);
    const order = await readState(disk.files('till'), orderFile, orderSchema);
    expect(order).toMatchObject({ release: next.name, by: 'ann', before: { devices: ['keypad'] } });
    await expect(desk.install('upload.part', wishes('o2'), selling)).rejects.toMatchObject({ code: 'update.busy' });
  });

  it('is on trial after the restart, takes nothing new meanwhile, and tells how it ended at every later start', async () => {
    const before = await openDesk();
    await going(before.install(await handIn(next), wishes(), selling), () => relaunched > 0);
    await launch(launcher());

    const trial = await openDesk('0.2.0');
    expect(trial.standing('o1')).toEqual({ kind: 'on-trial' });
    expect(trial.mustReadJournal).toEqual(facts('0.1.0').formats);
    await expect(trial.install('upload.part', wishes('o2'), selling)).rejects.toMatchObject({
      code: 'update.on-trial',
    });
    const judged = trial.judged();
    await trial.decide('good', 'well');
    await trial.decide('bad', 'too late');
    expect(await judged).toMatchObject({ verdict: 'good' });
    expect(trial.mustReadJournal).toBeNull();
    expect(trial.standing('o1')).toMatchObject({ kind: 'ended', outcome: { how: 'committed' } });
    await launch(launcher());
    const after = await openDesk('0.2.0');
    expect(after.trial).toBeNull();
    expect(after.status()).toMatchObject({
      release: next.name,
      previous: old,
      trial: null,
      last: { how: 'committed' },
    });
    expect(after.attention()).toBeNull();
    // Nothing of it is left lying about.
    expect(await disk.files('till').list()).toEqual([]);
  });

  it('is judged also where its order was lost meanwhile', async () => {
    const before = await openDesk();
    await going(before.install(await handIn(next), wishes(), selling), () => relaunched > 0);
    await launch(launcher());
    await disk.files('till').remove(orderFile);
    const trial = await openDesk('0.2.0');
    expect(trial.trial?.order).toMatchObject({ release: next.name, contact: 'required' });
    await trial.decide('bad', 'no good');
    expect(await launch(launcher())).toBe(old);
    expect((await openDesk()).status().last).toMatchObject({ how: 'rolled-back', words: 'no good' });
  });

  it('says so where no launcher has seen the order, instead of restarting for ever', async () => {
    const before = await openDesk();
    await going(before.install(await handIn(next), wishes(), selling), () => relaunched > 0);
    const again = await openDesk();
    expect(again.standing('o1')).toMatchObject({ kind: 'ended', outcome: { how: 'refused' } });
    expect(again.attention()?.words).toContain('The launcher has not seen the order');
    expect(await readState(disk.files('till'), orderFile, orderSchema)).toBeNull();
  });

  it('says so where nobody unpacks, or where unpacking failed', async () => {
    const alone = await openDesk('0.1.0', null);
    const waiting = alone.install(await handIn(next), wishes(), selling);
    await going(waiting, () => false);
    await expect(waiting).rejects.toMatchObject({
      code: 'update.not-unpacked',
      hint: expect.stringContaining('.path'),
    });

    const damaged = Uint8Array.from(next.bytes);
    damaged.fill(0, damaged.length - 20);
    const refused = (await openDesk()).install(await handIn({ ...next, bytes: damaged }), wishes(), selling);
    await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('The bundle is damaged') });
  });

  it('refuses without room, without keys, and when it is cancelled', async () => {
    const full = (await openDesk()).install(await handIn(next), wishes(), { ...selling, room: () => 10 });
    await expect(full).rejects.toMatchObject({ code: 'update.no-room' });
    const end = new AbortController();
    quiet = false;
    const cancelled = (await openDesk()).install(await handIn(next), wishes('o1', end.signal), selling);
    await going(cancelled, () => said.includes('Waits until nobody sells'));
    end.abort();
    await going(cancelled, () => false);
    await expect(cancelled).rejects.toMatchObject({ code: 'update.cancelled' });
    await disk.files('shelf').remove(releaseKeysFile);
    const keyless = (await openDesk()).install(await handIn(next), wishes(), selling);
    await expect(keyless).rejects.toMatchObject({ code: 'update.no-keys' });
    await expect((await openDesk()).rollBack(wishes(), selling)).rejects.toMatchObject({
      code: 'update.nothing-before',
    });
    await clock.advance(milliseconds(0));
  });
});
