import { afterAll, describe, expect, it } from 'vitest';
import { recordedNames } from './replay/exchange.ts';
import { notReplayed } from './replay/not-replayed.ts';
import { scenarios } from './replay/scenarios.ts';
import { World } from './replay/world.ts';

const replayed = new Set<string>();
const observed = new Set<string>();

describe.each(scenarios)('recorded Magento 2.4.7-p3: $name', ({ steps }) => {
  it('answers as recorded', async () => {
    const world = await World.open();
    try {
      const differing: Record<string, readonly string[]> = {};
      for (const step of steps) {
        if (typeof step === 'string') {
          const found = await world.replay(step);
          if (found.length > 0) differing[step] = found;
          replayed.add(step);
        } else if (typeof step === 'function') await step(world);
        else {
          await step.check(world);
          observed.add(step.observation);
        }
      }
      expect(differing).toEqual({});
    } finally {
      await world.close();
    }
  });
});

describe('the recordings', () => {
  it('are replayed, checked as observations, or left out for a stated reason', () => {
    const excluded = Object.values(notReplayed).flat();
    const accounted = [...replayed, ...observed, ...excluded].sort();
    expect(accounted).toEqual([...new Set(accounted)]);
    expect(accounted).toEqual(recordedNames);
  });
});

afterAll(() => {
  const excluded = Object.values(notReplayed).flat().length;
  console.log(
    `exchanges: replayed ${replayed.size} of ${recordedNames.length}, observations checked ${observed.size}, excluded ${excluded} with reasons`,
  );
});
