import { expect, test } from 'vitest';
import { createGpioLamp } from '../../drivers/lamp/gpio-lamp.ts';
import { MemoryGpioChip, memoryGpio } from '../../drivers/link/gpio/memory-gpio.ts';
import { HelpDesk } from '../../src/assembly/help-desk.ts';
import { milliseconds, seconds } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { ManualClock } from '../tools/manual-clock.ts';

test('a call for help lights the lamp, is in the status with its reason, and is told once to whoever listens', async () => {
  const clock = new ManualClock();
  const chip = new MemoryGpioChip();
  const lamp = createGpioLamp({ name: 'help lamp', gpio: memoryGpio(chip), line: 23, clock, log: silentLogger });
  await lamp.start();
  const help = new HelpDesk(lamp, clock, silentLogger);
  const heard: unknown[] = [];
  help.on('helpCalled', (call) => heard.push(call));
  expect(help.attention()).toEqual([]);

  help.helpCalled('asked');
  const since = clock.now();
  await clock.advance(seconds(20));
  help.helpCalled('payment');
  expect(help.call).toEqual({ reason: 'payment', since });
  expect(help.attention()).toEqual([
    expect.objectContaining({ severity: 'alarm', words: expect.stringContaining('payment') }),
  ]);
  const levels = new Set([chip.level(23)]);
  await clock.advance(milliseconds(500));
  levels.add(chip.level(23));
  expect(levels).toEqual(new Set([0, 1]));

  help.helpEnded();
  help.helpEnded();
  expect(chip.level(23)).toBe(0);
  expect(help.attention()).toEqual([]);
  expect(heard).toEqual([{ reason: 'asked', since }, { reason: 'payment', since }, null]);
  await lamp.stop();
});
