import { expect, it } from 'vitest';
import { sweep } from './sweep.ts';

it('nothing is lost or doubled and no stock is off, wherever the way into the shop is cut (a sample; all of it: npm run sweep)', async () => {
  const { cuts, missed, ...findings } = await sweep({
    recipes: ['quote', 'direct', 'module'],
    everyBytes: null,
    kinds: ['plain', 'rich'],
    seed: 7,
    sample: 5,
  });
  expect(findings).toEqual({ lost: 0, doubled: 0, stockOff: 0, problems: [] });
  expect(missed).toEqual([]);
  expect(cuts).toBeGreaterThan(60);
});
