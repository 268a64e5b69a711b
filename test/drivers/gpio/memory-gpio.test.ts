import { describe, expect, it } from 'vitest';
import { MemoryGpioChip, memoryGpio } from '../../../drivers/link/gpio/memory-gpio.ts';
import { gpioContract } from '../../contract/gpio-contract.ts';

gpioContract('memoryGpio', async () => {
  const chip = new MemoryGpioChip();
  return { chip, opener: memoryGpio(chip), dispose: async () => undefined };
});

describe('MemoryGpioChip', () => {
  it('lets a low win through any number of connected lines, as pressed keys connect them', () => {
    const chip = new MemoryGpioChip();
    chip.pullUp(3);
    chip.connect(1, 2, true);
    chip.connect(2, 3, true);
    expect(chip.level(3)).toBe(1);
    chip.drive(1, 0);
    expect(chip.level(3)).toBe(0);
    chip.connect(2, 3, false);
    expect(chip.level(3)).toBe(1);
  });

  it('tells when two outputs drive against each other', async () => {
    const chip = new MemoryGpioChip();
    const port = await memoryGpio(chip).open(new AbortController().signal);
    await port.requestOutputs([1, 2], [0, 1]);
    expect(chip.problems).toEqual([]);
    chip.connect(1, 2, true);
    expect(chip.problems[0]).toContain('drive against each other');
  });
});
