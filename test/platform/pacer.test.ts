import { expect, test } from 'vitest';
import { milliseconds } from '../../src/platform/clock.ts';
import { createPacer } from '../../src/platform/pacer.ts';
import { ManualClock } from '../tools/manual-clock.ts';

test('work goes on undisturbed for a stretch, then others get their turn', async () => {
  const clock = new ManualClock();
  const rest = createPacer(clock, milliseconds(50));
  expect(rest()).toBeUndefined();
  await clock.advance(milliseconds(7));
  expect(rest()).toBeUndefined();
  await clock.advance(milliseconds(1));
  const pause = rest();
  expect(pause).toBeInstanceOf(Promise);
  expect(clock.waiting).toBe(1);
  await clock.advance(milliseconds(50));
  await pause;
  expect(rest()).toBeUndefined();
});
