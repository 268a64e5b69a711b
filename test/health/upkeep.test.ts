import { describe, expect, test } from 'vitest';
import { createUpkeep, type UpkeepParts } from '../../src/health/upkeep.ts';
import { hours, minutes, seconds } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { ManualClock } from '../tools/manual-clock.ts';

function begun(change: Partial<UpkeepParts> = {}) {
  const clock = new ManualClock();
  const done: string[] = [];
  const state = { idle: true, pruneSoon: false };
  const upkeep = createUpkeep({
    idle: () => state.idle,
    scrubs: [
      async () => {
        done.push('scrub');
        return [];
      },
    ],
    prune: async () => {
      done.push('prune');
      return 3;
    },
    pruneSoon: () => state.pruneSoon,
    clock,
    log: silentLogger,
    ...change,
  });
  const end = new AbortController();
  upkeep.start(end.signal);
  return { clock, done, state, upkeep, end };
}

describe('upkeep', () => {
  test('waits until nobody has sold for a while, then does both once a day', async () => {
    const { clock, done, state, upkeep } = begun();
    state.idle = false;
    await clock.advance(hours(1));
    expect(done).toEqual([]);
    state.idle = true;
    await clock.advance(seconds(100));
    expect(done).toEqual([]);
    await clock.advance(minutes(1));
    expect(done).toEqual(['prune', 'scrub']);
    expect(upkeep.status()).toMatchObject({ damage: [], prunedSales: 3, scrubbedAt: expect.any(Number) });
    await clock.advance(hours(23));
    expect(done).toHaveLength(2);
    await clock.advance(hours(2));
    expect(done).toHaveLength(4);
  });

  test('prunes every hour while space is short', async () => {
    const { clock, done, state } = begun();
    state.pruneSoon = true;
    await clock.advance(minutes(305));
    expect(done.filter((what) => what === 'prune')).toHaveLength(6);
  });

  test('a scrub ends when somebody sells, and is done again later', async () => {
    const begins: AbortSignal[] = [];
    const { clock, state, upkeep } = begun({
      scrubs: [
        async (signal) => {
          begins.push(signal);
          while (begins.length === 1 && !signal.aborted) await clock.sleep(seconds(1), signal);
          return [];
        },
      ],
    });
    await clock.advance(minutes(5));
    expect(begins).toHaveLength(1);
    state.idle = false;
    await clock.advance(seconds(5));
    expect(begins[0]?.aborted).toBe(true);
    expect(upkeep.status().scrubbedAt).toBeNull();
    state.idle = true;
    await clock.advance(minutes(5));
    expect(begins).toHaveLength(2);
    expect(upkeep.status().scrubbedAt).not.toBeNull();
  });

  test('tells what every scrub found, until one finds nothing', async () => {
    let found = ['the snapshot is damaged'];
    const { clock, upkeep } = begun({ scrubs: [async () => found, async () => ['the tape is damaged']] });
    await clock.advance(minutes(5));
    expect(upkeep.status().damage).toEqual(['the snapshot is damaged', 'the tape is damaged']);
    found = [];
    await clock.advance(hours(25));
    expect(upkeep.status().damage).toEqual(['the tape is damaged']);
  });

  test('a failure of one does not keep the other from being done', async () => {
    const { clock, done, upkeep } = begun({
      prune: () => Promise.reject(new Error('no')),
    });
    await clock.advance(minutes(5));
    expect(done).toEqual(['scrub']);
    expect(upkeep.status().prunedAt).toBeNull();
  });

  test('ends when the terminal does', async () => {
    const { clock, end, upkeep } = begun();
    await clock.advance(minutes(5));
    end.abort();
    await upkeep.ended();
    expect(clock.waiting).toBe(0);
  });
});
