import { describe, expect, test } from 'vitest';
import { pruneSales } from '../../src/assembly/retention.ts';
import type { PruneWish } from '../../src/journal/prune.ts';
import { ManualClock } from '../tools/manual-clock.ts';

const signal = new AbortController().signal;
/** What the journal is asked to remove. */
async function wishes(clock = new ManualClock()): Promise<PruneWish[]> {
  const asked: PruneWish[] = [];
  await pruneSales({ prune: async (wish) => asked.push(wish) }, clock, 90, signal);
  return asked;
}

describe('retention', () => {
  test('counts back from now', async () => {
    const asked = await wishes();
    expect(new Date(asked[0]?.olderThan ?? 0).toISOString()).toBe('2026-08-25T09:00:00.000Z');
  });

  test('removes nothing while the clock may be wrong', async () => {
    const clock = Object.assign(new ManualClock(), { trusted: () => false });
    expect(await wishes(clock)).toEqual([]);
  });
});
