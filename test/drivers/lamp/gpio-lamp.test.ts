import { expect, test } from 'vitest';
import { createGpioLamp } from '../../../drivers/lamp/gpio-lamp.ts';
import { MemoryGpioChip, memoryGpio } from '../../../drivers/link/gpio/memory-gpio.ts';
import { milliseconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { ManualClock } from '../../tools/manual-clock.ts';

function wired(line = 23) {
  const clock = new ManualClock();
  const chip = new MemoryGpioChip();
  const lamp = createGpioLamp({ name: 'help lamp', gpio: memoryGpio(chip), line, clock, log: silentLogger });
  const seen = async (length: number): Promise<string> => {
    let levels = '';
    for (let time = 0; time < length; time += 100) {
      await clock.advance(milliseconds(100));
      levels += chip.level(23);
    }
    return levels.replace(/(.)\1*/g, '$1');
  };
  return { lamp, chip, seen };
}

test('blinks while somebody is wanted, and is dark after', async () => {
  const { lamp, chip, seen } = wired();
  await lamp.start();
  expect(lamp.health()).toMatchObject({ kind: 'lamp', driver: 'gpio', state: 'ready' });
  expect(await seen(1000)).toBe('0');
  lamp.show(true);
  lamp.show(true);
  expect((await seen(3000)).length).toBeGreaterThanOrEqual(5);
  lamp.show(false);
  expect(await seen(2000)).toBe('0');
  lamp.show(true);
  await lamp.stop();
  expect(chip.level(23)).toBe(0);
});

test('without its pin it says so and hurts nobody', async () => {
  const { lamp, seen } = wired(400);
  await lamp.start();
  expect(lamp.health().state).toBe('absent');
  lamp.show(true);
  expect(await seen(1000)).toBe('0');
  await lamp.stop();
});
