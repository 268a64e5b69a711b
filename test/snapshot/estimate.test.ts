import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLevelStore } from '../../src/platform/level-store.ts';
import { silentLogger } from '../../src/platform/log.ts';
import type { Random } from '../../src/platform/random.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { estimateSize, spaceToTake } from '../../src/snapshot/estimate.ts';
import { importSnapshot } from '../../src/snapshot/import.ts';
import { mayKeepFallback } from '../../src/snapshot/room.ts';
import { BriskClock, product, SampleShop } from './sample-shop.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-estimate-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const letters = (random: Random, length: number): string =>
  Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random.fraction() * 26))).join('');

/** What a shop writes about an article, from copied to never the same twice. */
const texts: Readonly<Record<string, (random: Random) => string>> = {
  'the same text everywhere': () => 'Made in our own workshop of the best materials. '.repeat(8),
  'words that return': (random) =>
    Array.from({ length: 60 }, () => `w${Math.floor(random.fraction() * 800)}`).join(' '),
  'nothing that repeats': (random) => letters(random, 400),
};

describe('the estimated size of a snapshot', () => {
  test.each(Object.keys(texts))('is near what LevelDB takes, for %s', async (kind) => {
    const random = seededRandom(7);
    const shop = new SampleShop(
      ...Array.from({ length: 3000 }, (_, index) =>
        product(index + 1, `${letters(random, 5)} ${letters(random, 7)}`, {
          attributes: { short_description: texts[kind]?.(random) ?? '' },
        }),
      ),
    );
    shop.pageSize = 300;
    const estimate = await estimateSize((of) => shop.page(of, null), null);
    const store = await openLevelStore(folder, { createIfMissing: true });
    const clock = new BriskClock();
    const { size } = await importSnapshot({
      source: shop,
      store,
      clock,
      log: silentLogger,
      sourceId: 's',
      budget: 1e9,
    });
    await store.close();
    expect(estimate).toBeGreaterThan(size);
    expect(estimate).toBeLessThan(size * 1.7);
  });
});

describe('room for a snapshot', () => {
  const sizes = { estimate: 10_000_000, inUse: 9_000_000, fallback: 8_000_000 };
  const needed = spaceToTake(sizes.estimate);
  const enough = { free: 1e9, mayGrow: true };
  const refusal = (...args: Parameters<typeof mayKeepFallback>): unknown => {
    try {
      return mayKeepFallback(...args);
    } catch (error) {
      return error;
    }
  };

  test('the fallback stays where budget and disk have room for all three', () => {
    expect(mayKeepFallback(sizes, 1e9, enough)).toBe(true);
    expect(mayKeepFallback(sizes, 26_000_000, enough)).toBe(false);
    expect(mayKeepFallback(sizes, 1e9, { ...enough, free: needed })).toBe(true);
    expect(mayKeepFallback(sizes, 1e9, { ...enough, free: needed - 1 })).toBe(false);
  });

  test('what does not fit is refused with the figures and what would help', () => {
    expect(refusal(sizes, 18_000_000, enough)).toMatchObject({
      code: 'snapshot.too-large',
      message: 'The shop would take about 10 MB beside the 9 MB in use, but the snapshot may take 18 MB.',
      hint: expect.stringContaining('quota.snapshot'),
    });
    expect(refusal(sizes, 1e9, { ...enough, free: needed - sizes.fallback - 2_000_000 })).toMatchObject({
      code: 'snapshot.too-large',
      message: expect.stringContaining('needs 26 MB while it is read, but only 24 MB of the disk'),
      hint: expect.stringContaining('Free 2 MB'),
    });
  });

  test('while space is short the shop may change but not grow', () => {
    const short = { free: 1e9, mayGrow: false };
    expect(mayKeepFallback(sizes, 1e9, short)).toBe(true);
    expect(refusal({ ...sizes, estimate: 14_000_000 }, 1e9, short)).toMatchObject({ code: 'snapshot.too-large' });
    expect(mayKeepFallback({ estimate: 14_000_000, inUse: 0, fallback: 0 }, 1e9, short)).toBe(true);
  });
});
