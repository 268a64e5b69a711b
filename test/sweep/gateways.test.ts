import { expect, it } from 'vitest';
import { sweep } from './sweep.ts';

// HOLDFAST_GATEWAY_SWEEP=1: every mishap instead of a sample (some minutes).
const isWhole = process.env['HOLDFAST_GATEWAY_SWEEP'] !== undefined;
const right = { lost: 0, doubled: 0, stockOff: 0, problems: [] };

it('a gateway may be killed before and after each message: between Magento’s answer and the receipt, too, the order is one', async () => {
  const { cuts, missed, ...findings } = await sweep({
    journeys: { quote: ['plain'], direct: [], module: ['plain'] },
    everyBytes: null,
    seed: 11,
    gateways: 2,
    only: /^gateway killed/,
  });
  expect(findings).toEqual(right);
  expect(missed).toEqual([]);
  expect(cuts).toBeGreaterThan(40);
});

it('nothing is lost or doubled and no stock is off, wherever a gateway, the terminal or the way into the shop ends', async () => {
  const { cuts, missed, ...findings } = await sweep({
    journeys: {
      quote: ['plain', 'customer'],
      direct: ['plain', 'return', 'outcome'],
      module: ['plain', 'return'],
    },
    everyBytes: null,
    seed: 11,
    sample: isWhole ? 1 : 23,
    gateways: 2,
  });
  expect(findings).toEqual(right);
  // Order numbers grow longer, and whether a gateway looks for the module first is not the same every time.
  expect(missed.length).toBeLessThan(cuts / 10);
  expect(cuts).toBeGreaterThan(30);
});
