import { expect, it } from 'vitest';
import { sweep } from './sweep.ts';

it('nothing is lost or doubled and no stock is off, wherever the way into the shop is cut (a sample; all of it: npm run sweep)', async () => {
  const { cuts, missed, ...findings } = await sweep({
    journeys: {
      quote: ['plain', 'rich', 'customer', 'mail'],
      direct: ['plain', 'rich', 'return', 'outcome'],
      module: ['plain', 'rich', 'return', 'outcome'],
    },
    everyBytes: null,
    seed: 7,
    sample: 7,
  });
  expect(findings).toEqual({ lost: 0, doubled: 0, stockOff: 0, problems: [] });
  expect(missed).toEqual([]);
  expect(cuts).toBeGreaterThan(60);
});
