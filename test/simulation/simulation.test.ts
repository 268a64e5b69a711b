import { describe, expect, test } from 'vitest';
import { recordedCatalogue } from '../../src/showroom/magento/index.ts';
import { compileLate } from './late-compilation.ts';
import { profileOf } from './options.ts';
import { simulate } from './world.ts';

compileLate();
const catalogue = recordedCatalogue();
const patience = 120_000;

describe('a simulated world', () => {
  test.each(['stall', 'kiosk'] as const)(
    'of a %s is the same byte for byte when its seed is',
    async (profile) => {
      const options = { seed: 7, days: 1, profile, catalogue, keep: 1_000_000 };
      const first = await simulate(options);
      const second = await simulate(options);
      expect(first.lines.length).toBeGreaterThan(300);
      expect(second.lines.join('')).toBe(first.lines.join(''));
      expect(second).toEqual(first);
      expect((await simulate({ ...options, seed: 8 })).digest).not.toBe(first.digest);
    },
    patience,
  );

  test(
    'sells, fails in every way and keeps everything it promises',
    async () => {
      let [sales, powerCuts] = [0, 0];
      for (let seed = 1; seed <= 6; seed += 1) {
        const end = await simulate({ seed, days: 1, profile: profileOf(seed, null), catalogue });
        expect({ seed, findings: end.findings }).toEqual({ seed, findings: [] });
        expect(end.lost + end.doubled).toBe(0);
        sales += end.sales;
        powerCuts += end.powerCuts;
      }
      expect(sales).toBeGreaterThan(30);
      expect(powerCuts).toBeGreaterThan(12);
    },
    patience,
  );
});
