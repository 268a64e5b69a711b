import { describe, expect, test } from 'vitest';
import { recordedCatalogue } from '../../src/showroom/magento/index.ts';
import type { Invariant } from './findings.ts';
import { compileLate } from './late-compilation.ts';
import type { Mutation } from './mutation.ts';
import {
  acknowledgedBeforeSync,
  batchesNotAtomic,
  confirmedTooSoon,
  countsCashTwice,
  oneCopyOnly,
  outcomesForgotten,
  passesOneOver,
  receiptsCountedInMemory,
  retriesWithoutLooking,
} from './mutations.ts';
import { profileOf } from './options.ts';
import { simulate } from './world.ts';

compileLate();
const catalogue = recordedCatalogue();
/** Worlds of one day that a broken build may survive before it is caught. */
const mostSeeds = 20;

async function caught(mutation: Mutation): Promise<readonly Invariant[]> {
  for (let seed = 1; seed <= mostSeeds; seed += 1) {
    const end = await simulate({ seed, days: 1, profile: profileOf(seed, null), catalogue, mutation });
    if (end.findings.length > 0) return end.findings.map(({ invariant }) => invariant);
  }
  return [];
}

describe('the simulation notices a build', () => {
  test.each<[Mutation, Invariant]>([
    [acknowledgedBeforeSync, 'acknowledged-is-kept'],
    [batchesNotAtomic, 'acknowledged-is-kept'],
    [oneCopyOnly, 'copies-agree'],
    [retriesWithoutLooking, 'magento-exactly-once'],
    [receiptsCountedInMemory, 'acknowledged-is-kept'],
    [confirmedTooSoon, 'magento-exactly-once'],
    [passesOneOver, 'comes-to-rest'],
    [countsCashTwice, 'cash-in-drawer'],
    [outcomesForgotten, 'card-money'],
  ])(
    'where $name',
    async (mutation, invariant) => {
      expect(await caught(mutation)).toContain(invariant);
    },
    180_000,
  );
});
