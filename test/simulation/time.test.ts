import { describe, expect, test } from 'vitest';
import { milliseconds } from '../../src/platform/clock.ts';
import { trueClock } from './clocks.ts';
import { SimulatedTime } from './time.ts';

describe('simulated time', () => {
  test('keeps appointments in order, those of one moment as they were made', async () => {
    const time = new SimulatedTime();
    const kept: string[] = [];
    for (const [delay, name] of [
      [30, 'c'],
      [10, 'a'],
      [10, 'b'],
      [40, 'never'],
    ] as const) {
      time.after(delay, () => kept.push(`${name} at ${time.now}`));
    }
    const cancelled = time.after(20, () => kept.push('cancelled'));
    cancelled.cancel();
    await time.pass(35);
    expect(kept).toEqual(['a at 10', 'b at 10', 'c at 30']);
    expect(time.now).toBe(35);
  });

  test('does not go on before every promise has had its turn', async () => {
    const time = new SimulatedTime();
    const clock = trueClock(time);
    const seen: number[] = [];
    time.after(10, () => {
      void (async () => {
        for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
        seen.push(time.now);
        await clock.sleep(milliseconds(5));
        seen.push(time.now);
      })();
    });
    time.after(11, () => seen.push(-1));
    await time.pass(100);
    expect(seen).toEqual([10, -1, 15]);
  });

  test('stops early when what is waited for is there', async () => {
    const time = new SimulatedTime();
    let done = false;
    time.after(10, () => {
      done = true;
    });
    await time.pass(1_000, () => done);
    expect(time.now).toBe(10);
  });
});
