import { describe, expect, it } from 'vitest';
import { hours, type Instant, milliseconds, minutes, seconds } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { silentLogger } from '../../src/platform/log.ts';
import type { SnapshotInfo } from '../../src/snapshot/catalogue.ts';
import { createRefresher } from '../../src/snapshot/refresher.ts';
import { ManualClock } from '../tools/manual-clock.ts';

function world(options: { failures?: number; takes?: number; followFailures?: number; code?: string } = {}) {
  const clock = new ManualClock();
  const end = new AbortController();
  let failures = options.failures ?? 0;
  let followFailures = options.followFailures ?? 0;
  const state = {
    takenAt: null as Instant | null,
    begun: [] as Instant[],
    generation: 0,
    followed: [] as Instant[],
    readAnew: false,
  };
  const refresher = createRefresher({
    take: async (onProgress): Promise<SnapshotInfo> => {
      state.begun.push(clock.now());
      onProgress({ step: 'product', done: 1, total: 2 });
      await clock.sleep(seconds(options.takes ?? 0));
      if (failures > 0) {
        failures -= 1;
        throw new HoldfastError('shop.unreachable', 'No connection.', { remedy: 'retry', hint: 'Wait.' });
      }
      state.takenAt = clock.now();
      state.generation += 1;
      return {
        generation: state.generation,
        takenAt: clock.now(),
        counts: {},
        rejected: [],
        rejectedCount: 0,
        size: 0,
      };
    },
    follow: async (signal) => {
      state.followed.push(clock.now());
      await clock.sleep(seconds(options.takes ?? 0), signal);
      if (signal.aborted) throw new HoldfastError('shop.refused', 'Stopped.', { remedy: 'retry' });
      if (followFailures-- > 0) throw new HoldfastError(options.code ?? 'shop.unreachable', 'No.', { remedy: 'retry' });
      return { changed: 0, readAnew: state.readAnew, way: 'looking' };
    },
    takenAt: () => state.takenAt,
    clock,
    random: { bytes: (length) => new Uint8Array(length), fraction: () => 0.5 },
    log: silentLogger,
    every: minutes(1),
    fullReadAt: '03:30',
  });
  return { clock, end, refresher, state };
}

describe('the refresher', () => {
  it('takes a first snapshot at once and the next at night, later by its own share of an hour', async () => {
    const { clock, end, refresher, state } = world();
    refresher.start(end.signal);
    await clock.advance(seconds(1));
    expect(state.generation).toBe(1);
    // It is ten o'clock in Berlin; the night's reading is due at four, because this terminal is put off by half an hour.
    await clock.advance(minutes(17 * 60 + 58));
    expect(state.generation).toBe(1);
    await clock.advance(minutes(3));
    expect(state.generation).toBe(2);
    await clock.advance(minutes(23 * 60));
    expect(state.generation).toBe(2);
    await clock.advance(minutes(61));
    expect(state.generation).toBe(3);
    end.abort();
    await refresher.ended();
  });

  it('reads the whole shop as soon as it is on again when the night was missed', async () => {
    const { clock, end, refresher, state } = world();
    state.takenAt = (clock.now() - hours(9)) as Instant;
    refresher.start(end.signal);
    await clock.advance(seconds(1));
    expect(state.generation).toBe(1);
    end.abort();
  });

  it('follows the shop every minute and a little, each terminal its own', async () => {
    const { clock, end, refresher, state } = world();
    state.takenAt = clock.now();
    refresher.start(end.signal);
    await clock.advance(minutes(10));
    expect(state.generation).toBe(0);
    expect(state.followed).toHaveLength(10);
    expect(state.followed[1]! - state.followed[0]!).toBe(63_000);
    expect(refresher.status()).toMatchObject({ followedAt: state.followed.at(-1), failure: null });
    end.abort();
  });

  it('says why it can’t follow, goes on trying, and forgets it once it works', async () => {
    const { clock, end, refresher, state } = world({ followFailures: 2, code: 'shop.unauthorized' });
    state.takenAt = clock.now();
    refresher.start(end.signal);
    await clock.advance(seconds(100));
    expect(state.followed).toHaveLength(2);
    expect(refresher.status()).toMatchObject({ followedAt: null, failure: { code: 'shop.unauthorized' } });
    await clock.advance(seconds(40));
    expect(refresher.status()).toMatchObject({ followedAt: clock.now() - 14_000, failure: null });
    end.abort();
  });

  it('has nothing to say about a shop that is out of reach while there is a snapshot to sell from', async () => {
    const { clock, end, refresher, state } = world({ followFailures: 2 });
    state.takenAt = clock.now();
    refresher.start(end.signal);
    await clock.advance(seconds(100));
    expect(refresher.status()).toMatchObject({ followedAt: null, failure: null });
    await clock.advance(seconds(40));
    expect(refresher.status().followedAt).not.toBeNull();
    end.abort();
  });

  it('reads the whole shop when too much has changed to be kept beside', async () => {
    const { clock, end, refresher, state } = world();
    state.takenAt = clock.now();
    state.readAnew = true;
    refresher.start(end.signal);
    await clock.advance(seconds(1));
    expect(state.generation).toBe(1);
    state.readAnew = false;
    await clock.advance(minutes(5));
    expect(state.generation).toBe(1);
    end.abort();
  });

  it('lets who asks for a snapshot not wait for a round, and does both one after the other', async () => {
    const { clock, end, refresher, state } = world({ takes: 30 });
    state.takenAt = clock.now();
    refresher.start(end.signal);
    await clock.advance(seconds(1));
    expect(state.followed).toHaveLength(1);
    const pulled = refresher.pull(() => {}, end.signal);
    await clock.advance(seconds(1));
    expect(state.begun).toHaveLength(1);
    await clock.advance(seconds(30));
    expect((await pulled).generation).toBe(1);
    expect(refresher.status().failure).toBeNull();
    end.abort();
  });

  it('tries again soon while there is nothing to sell from, says why, and forgets it once it works', async () => {
    const { clock, end, refresher, state } = world({ failures: 3 });
    refresher.start(end.signal);
    await clock.advance(seconds(11));
    expect(state.begun).toHaveLength(3);
    expect(refresher.status().failure).toEqual({ code: 'shop.unreachable', words: 'No connection.', hint: 'Wait.' });
    await clock.advance(seconds(5));
    expect(state.generation).toBe(1);
    expect(refresher.status().failure).toBeNull();
    end.abort();
  });

  it('looks at once when woken, as after the network came back or damage was found', async () => {
    const { clock, end, refresher, state } = world({ failures: 1 });
    refresher.start(end.signal);
    await clock.advance(seconds(1));
    expect(state.generation).toBe(0);
    state.takenAt = null;
    refresher.wake();
    await clock.advance(seconds(0));
    expect(state.generation).toBe(1);
    end.abort();
  });

  it('joins who asks to the snapshot being taken, and shows its progress', async () => {
    const { clock, end, refresher, state } = world({ takes: 10 });
    refresher.start(end.signal);
    await clock.advance(seconds(1));
    const seen: string[] = [];
    const pulled = refresher.pull((progress) => seen.push(progress.step), end.signal);
    await clock.advance(seconds(10));
    expect((await pulled).generation).toBe(1);
    expect(state.begun).toHaveLength(1);
    const second = refresher.pull((progress) => seen.push(progress.step), end.signal);
    await clock.advance(seconds(10));
    expect((await second).generation).toBe(2);
    expect(seen).toEqual(['product']);
    end.abort();
  });

  it('does not end an import because the one who asked has gone', async () => {
    const { clock, end, refresher, state } = world({ takes: 10 });
    refresher.start(end.signal);
    await clock.advance(seconds(1));
    const gone = new AbortController();
    const pulled = refresher.pull(() => {}, gone.signal);
    gone.abort();
    await expect(pulled).rejects.toMatchObject({ code: 'snapshot.cancelled' });
    await clock.advance(seconds(10));
    expect(state.generation).toBe(1);
    end.abort();
  });

  it('is not put off for a year by a clock that was a year ahead when the last snapshot was taken', async () => {
    const { clock, end, refresher, state } = world();
    state.takenAt = (clock.now() + hours(365 * 24)) as Instant;
    refresher.start(end.signal);
    await clock.advance(minutes(1));
    expect(state.generation).toBe(1);
    end.abort();
  });

  it.each([1, -1])(
    'reads no whole shop because the clock jumps by %s year, and goes on following',
    async (direction) => {
      const { clock, end, refresher, state } = world();
      refresher.start(end.signal);
      await clock.advance(minutes(5));
      clock.jump(milliseconds(direction * hours(365 * 24)));
      refresher.wake();
      await clock.advance(minutes(10));
      expect(state.generation).toBe(1);
      expect(state.followed.length).toBeGreaterThan(10);
      await clock.advance(hours(18));
      expect(state.generation).toBe(2);
      end.abort();
    },
  );
});
