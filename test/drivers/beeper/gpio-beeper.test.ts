import { expect, test } from 'vitest';
import { createGpioBeeper } from '../../../drivers/beeper/gpio-beeper.ts';
import { MemoryGpioChip, memoryGpio } from '../../../drivers/link/gpio/memory-gpio.ts';
import { milliseconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { ManualClock } from '../../tools/manual-clock.ts';

function wired() {
  const clock = new ManualClock();
  const chip = new MemoryGpioChip();
  const beeper = createGpioBeeper({ name: 'beeper', gpio: memoryGpio(chip), line: 18, clock, log: silentLogger });
  /** The line's level every 10 ms for so long. */
  const heard = async (length: number): Promise<string> => {
    let levels = '';
    for (let time = 0; time < length; time += 10) {
      await clock.advance(milliseconds(10));
      levels += chip.level(18);
    }
    return levels.replace(/(.)\1*/g, '$1');
  };
  return { beeper, heard, chip };
}

test('one long tone for what is done, three short ones for what is refused, and silence after', async () => {
  const { beeper, heard, chip } = wired();
  await beeper.start();
  expect(beeper.health()).toMatchObject({ kind: 'beeper', driver: 'gpio', state: 'ready' });
  expect(chip.level(18)).toBe(0);
  beeper.sound('done');
  expect(await heard(400)).toBe('10');
  beeper.sound('refused');
  expect(await heard(800)).toBe('101010');
  await beeper.stop();
});

test('a key held down does not beep for minutes', async () => {
  const { beeper, heard } = wired();
  await beeper.start();
  for (let key = 0; key < 100; key += 1) beeper.sound('done');
  await heard(700);
  expect(await heard(1000)).toBe('0');
  await beeper.stop();
});

test('without its pin it is silent, says so, and hurts nobody', async () => {
  const clock = new ManualClock();
  const beeper = createGpioBeeper({
    name: 'beeper',
    gpio: memoryGpio(new MemoryGpioChip()),
    line: 400,
    clock,
    log: silentLogger,
  });
  await beeper.start();
  expect(beeper.health().state).toBe('absent');
  expect(beeper.health().condition).toMatch(/400/);
  beeper.sound('refused');
  await clock.advance(milliseconds(10));
  await beeper.stop();
});
