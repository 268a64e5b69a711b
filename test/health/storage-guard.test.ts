import { describe, expect, test } from 'vitest';
import type { QuotaSettings } from '../../src/health/quota.ts';
import { createStorageGuard, spaceHint } from '../../src/health/storage-guard.ts';
import { minutes, seconds } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryMedium } from './memory-medium.ts';

const mb = 1_000_000;
const settings: QuotaSettings = {
  limit: 900 * mb,
  budgets: { snapshot: 300 * mb, journal: 300 * mb, tape: 200 * mb, logs: 50 * mb },
  reserve: 32 * mb,
  tightBelow: 250 * mb,
  criticalBelow: 100 * mb,
  fullBelow: 20 * mb,
};

async function guarded() {
  const clock = new ManualClock();
  const medium = new MemoryMedium(1000 * mb, settings.reserve);
  const guard = createStorageGuard({ medium, settings, clock, log: silentLogger });
  const told: string[] = [];
  guard.onChange(({ level }) => told.push(level));
  const end = new AbortController();
  guard.start(end.signal);
  await clock.advance(seconds(0));
  return { clock, medium, guard, told, end };
}

describe('the storage guard', () => {
  test('makes the reserve when it opens, and tells nothing while all is well', async () => {
    const { guard, medium, told, clock } = await guarded();
    expect(medium.reserve.bytes).toBe(32 * mb);
    await clock.advance(minutes(5));
    expect(guard.plan.level).toBe('ok');
    expect(told).toEqual([]);
  });

  test('gives the reserve up when the medium fills, and takes it back when there is room, without a restart', async () => {
    const { guard, medium, told, clock } = await guarded();
    medium.others = 955 * mb;
    await clock.advance(seconds(6));
    expect(guard.plan).toMatchObject({ level: 'full', newSales: false, payments: true });
    expect(medium.reserve.bytes).toBe(0);
    expect(medium.free().free).toBe(45 * mb);
    await clock.advance(minutes(10));
    expect(told).toEqual(['full']);
    medium.others = 100 * mb;
    await clock.advance(seconds(6));
    expect(guard.plan).toMatchObject({ level: 'ok', newSales: true });
    expect(medium.reserve.bytes).toBe(32 * mb);
    expect(told).toEqual(['full', 'ok']);
  });

  test('looks at the free space at once when it is asked', async () => {
    const { guard, medium } = await guarded();
    medium.others = 955 * mb;
    expect(guard.plan.newSales).toBe(true);
    expect(guard.look().newSales).toBe(false);
  });

  test('counts the files from time to time, and at once when asked', async () => {
    const { guard, medium, clock } = await guarded();
    medium.used.journal = 301 * mb;
    expect(guard.look().over).toEqual([]);
    await clock.advance(minutes(2));
    expect(guard.plan).toMatchObject({ level: 'tight', over: ['journal'] });
    medium.used.journal = 0;
    expect((await guard.measure()).level).toBe('ok');
  });

  test('a refused write gives the reserve up although the figures look well, and that is believed for a while', async () => {
    const { guard, medium, clock } = await guarded();
    expect(await guard.refused()).toBe(true);
    expect(medium.reserve.bytes).toBe(0);
    expect(guard.plan.newSales).toBe(false);
    expect(await guard.refused()).toBe(false);
    await clock.advance(seconds(20));
    expect(guard.plan.level).toBe('full');
    await clock.advance(seconds(20));
    expect(guard.plan.level).toBe('ok');
    expect(medium.reserve.bytes).toBe(32 * mb);
  });

  test('a write that is refused while the reserve is being made waits for that, and then gets it', async () => {
    const { guard, medium, clock } = await guarded();
    await guard.refused();
    let made = (): void => {};
    medium.beforeRestore = () => new Promise((resolve) => (made = resolve));
    await clock.advance(seconds(40));
    const answer = guard.refused();
    made();
    await answer;
    expect(medium.reserve.bytes).toBe(0);
  });

  test('goes on with what it knew when the system gives no figures', async () => {
    const { guard, medium, clock } = await guarded();
    medium.mute = true;
    await clock.advance(minutes(3));
    expect(guard.plan.level).toBe('ok');
  });

  test('a listener that fails keeps nobody else from hearing', async () => {
    const { guard, medium } = await guarded();
    const heard: string[] = [];
    guard.onChange(() => {
      throw new Error('broken');
    });
    const end = guard.onChange(({ level }) => heard.push(level));
    medium.others = 955 * mb;
    guard.look();
    end();
    medium.others = 0;
    guard.look();
    expect(heard).toEqual(['full']);
  });

  test('says how much a snapshot may take, and refuses any while space is short', async () => {
    const { guard, medium } = await guarded();
    expect(await guard.snapshotRoom()).toEqual({ free: (900 - 32 - 125) * mb, mayGrow: true });
    medium.others = 1000 * mb - 32 * mb - 200 * mb;
    expect(await guard.snapshotRoom()).toEqual({ free: 75 * mb, mayGrow: false });
    medium.others = 1000 * mb - 32 * mb - 50 * mb;
    await expect(guard.snapshotRoom()).rejects.toMatchObject({
      code: 'snapshot.no-room',
      message: expect.stringContaining('50 MB left'),
      hint: expect.stringContaining('dataDir'),
    });
  });

  test('ends when it is told to', async () => {
    const { guard, clock, end } = await guarded();
    end.abort();
    await guard.ended();
    expect(clock.waiting).toBe(0);
  });

  test('names what would help', async () => {
    const { guard, medium } = await guarded();
    medium.used.logs = 51 * mb;
    expect(spaceHint(await guard.measure(), settings)).toBe(
      'Raise quota.logs (50 MB) if the medium has room, or have the log rotated sooner.',
    );
    Object.assign(medium.used, { logs: 40 * mb, snapshot: 300 * mb, journal: 300 * mb, tape: 199 * mb });
    expect(spaceHint(await guard.measure(), settings)).toContain('quota.limit (900 MB)');
    Object.assign(medium.used, { logs: 0, snapshot: 0, journal: 0, tape: 0 });
    medium.tapeFree = 0;
    expect(spaceHint(await guard.measure(), settings)).toContain('journal.tapeDir');
  });
});
