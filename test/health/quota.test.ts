import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  planStorage,
  type QuotaSettings,
  roomForSnapshot,
  roomOf,
  type StorageLevel,
  type StorageMeasurement,
  storageLevels,
} from '../../src/health/quota.ts';

const mb = 1_000_000;
const settings: QuotaSettings = {
  limit: 2000 * mb,
  budgets: { snapshot: 500 * mb, journal: 500 * mb, tape: 500 * mb, logs: 100 * mb },
  reserve: 32 * mb,
  tightBelow: 250 * mb,
  criticalBelow: 100 * mb,
  fullBelow: 20 * mb,
};
const plenty: StorageMeasurement = {
  usage: { snapshot: 10 * mb, journal: 10 * mb, tape: 10 * mb, logs: 0 },
  reserve: 32 * mb,
  free: 1000 * mb,
  tapeFree: null,
  refused: false,
};
const was = (room: StorageLevel) => ({ levels: { room, tapeMedium: 'ok' as const }, over: [] });
const calm = was('ok');
const plan = (change: Partial<StorageMeasurement>, before: StorageLevel = 'ok') =>
  planStorage({ ...plenty, ...change }, settings, was(before));
const rank = (level: StorageLevel): number => storageLevels.indexOf(level);

describe('what is allowed at each level', () => {
  test('ok', () => {
    expect(plan({})).toMatchObject({
      level: 'ok',
      snapshots: 'allowed',
      prune: false,
      quiet: false,
      warn: false,
      newSales: true,
      payments: true,
      reserve: 'keep',
    });
  });

  test('tight: nothing grows that need not, and what may go goes', () => {
    expect(plan({ free: 249 * mb })).toMatchObject({
      level: 'tight',
      snapshots: 'not-larger',
      prune: true,
      quiet: false,
      warn: false,
      newSales: true,
    });
  });

  test('critical: no snapshot, a quiet log, and the trader is told', () => {
    expect(plan({ free: 99 * mb })).toMatchObject({
      level: 'critical',
      snapshots: 'none',
      prune: true,
      quiet: true,
      warn: true,
      newSales: true,
      reserve: 'keep',
    });
  });

  test('full: the reserve is given up for the sale in hand, and no other is begun', () => {
    expect(plan({ free: 19 * mb })).toMatchObject({
      level: 'full',
      snapshots: 'none',
      newSales: false,
      payments: true,
      reserve: 'release',
    });
    expect(plan({ free: 0, reserve: 0 }, 'full')).toMatchObject({ newSales: false, payments: false, reserve: 'keep' });
    expect(plan({ free: 20 * mb, reserve: 0 }, 'full')).toMatchObject({ newSales: false, payments: true });
  });

  test('a limit that is reached stops new sales, but leaves the reserve for a medium that is full', () => {
    const usage = { snapshot: 400 * mb, journal: 400 * mb, tape: 400 * mb, logs: 768 * mb };
    expect(plan({ usage })).toMatchObject({
      level: 'full',
      bound: 'limit',
      room: 0,
      newSales: false,
      payments: true,
      reserve: 'keep',
    });
  });

  test('a refused write counts as full whatever the figures say', () => {
    expect(plan({ refused: true })).toMatchObject({ level: 'full', newSales: false, reserve: 'release' });
  });

  test('a full medium of the tape alone does not stop the selling', () => {
    expect(plan({ tapeFree: 0 })).toMatchObject({ level: 'critical', newSales: true, levels: { tapeMedium: 'full' } });
  });

  test('a part beyond its budget is named, until it is clearly inside again', () => {
    const journal = (bytes: number) => ({ ...plenty, usage: { ...plenty.usage, journal: bytes } });
    const beyond = planStorage(journal(501 * mb), settings, calm);
    expect(beyond).toMatchObject({ level: 'tight', over: ['journal'], prune: true });
    expect(planStorage(journal(499 * mb), settings, beyond).over).toEqual(['journal']);
    expect(planStorage(journal(470 * mb), settings, beyond)).toMatchObject({ level: 'ok', over: [] });
    expect(planStorage(journal(499 * mb), settings, calm).over).toEqual([]);
  });

  test('the reserve is made again once the medium is not full any more, though it takes room then', () => {
    expect(plan({ free: 60 * mb, reserve: 0 }, 'full')).toMatchObject({ level: 'critical', reserve: 'restore' });
    expect(plan({ free: 51 * mb, reserve: 0 }, 'full')).toMatchObject({ level: 'full', reserve: 'keep' });
  });
});

const bytes = fc.integer({ min: 0, max: 1500 * mb });
const measurement: fc.Arbitrary<StorageMeasurement> = fc.record({
  usage: fc.record({ snapshot: bytes, journal: bytes, tape: bytes, logs: bytes }),
  reserve: fc.constantFrom(0, 7 * mb, 32 * mb),
  free: bytes,
  tapeFree: fc.option(bytes),
  refused: fc.boolean(),
});
const level = fc.constantFrom(...storageLevels);
const free = fc.integer({ min: 0, max: 400 * mb });

describe('properties', () => {
  test('looking again changes nothing', () => {
    fc.assert(
      fc.property(measurement, level, (measured, before) => {
        const once = planStorage(measured, settings, was(before));
        expect(planStorage(measured, settings, once)).toEqual(once);
      }),
    );
  });

  test('giving up or making the reserve changes neither the room nor the level', () => {
    fc.assert(
      fc.property(measurement, level, (measured, before) => {
        const moved = { ...measured, reserve: 0, free: measured.free + measured.reserve };
        expect(roomOf(moved, settings)).toEqual(roomOf(measured, settings));
        const [one, other] = [measured, moved].map((each) => planStorage(each, settings, was(before)));
        expect(other).toEqual({ ...one, reserve: other?.reserve });
      }),
    );
  });

  test('less room never makes it better', () => {
    fc.assert(
      fc.property(free, free, level, (a, b, before) => {
        const less = plan({ free: Math.min(a, b) }, before);
        const more = plan({ free: Math.max(a, b) }, before);
        expect(rank(less.level)).toBeGreaterThanOrEqual(rank(more.level));
      }),
    );
  });

  test('a worse level comes at once; small movements never make it flutter', () => {
    const smallest = settings.fullBelow * 0.2;
    fc.assert(
      fc.property(free, fc.array(fc.integer({ min: 0, max: smallest }), { minLength: 4 }), (base, steps) => {
        let now = planStorage({ ...plenty, free: base }, settings, calm);
        let changes = 0;
        for (const up of steps) {
          const next = planStorage({ ...plenty, free: base + up }, settings, now);
          if (next.level !== now.level) changes += 1;
          now = next;
        }
        expect(changes).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('from every level enough room leads back to ok, and none to full', () => {
    fc.assert(
      fc.property(level, (before) => {
        expect(plan({ free: settings.tightBelow * 1.25 }, before).level).toBe('ok');
        expect(plan({ free: 0 }, before).level).toBe('full');
      }),
    );
  });

  test('a payment is only taken where the reserve or the medium can hold its sale', () => {
    fc.assert(
      fc.property(measurement, level, (measured, before) => {
        const { payments } = planStorage(measured, settings, was(before));
        expect(payments).toBe(measured.free + measured.reserve >= settings.reserve / 2);
      }),
    );
  });

  test('a snapshot that fits leaves a level that is not critical', () => {
    fc.assert(
      fc.property(free, (before) => {
        const room = roomForSnapshot({ ...plenty, free: before }, settings);
        if (room === 0) return;
        const after = planStorage({ ...plenty, free: before - room }, settings, calm);
        expect(rank(after.level)).toBeLessThanOrEqual(rank('tight'));
      }),
    );
  });
});
