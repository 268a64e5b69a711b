import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Level } from '../../../drivers/link/gpio/gpio.ts';
import { MemoryGpioChip } from '../../../drivers/link/gpio/memory-gpio.ts';
import { type OnoffLibrary, type OnoffLine, onoffGpio } from '../../../drivers/link/gpio/onoff-gpio.ts';
import { sysfsChips, unexportStale } from '../../../drivers/link/gpio/sysfs-gpio.ts';
import { gpioContract } from '../../contract/gpio-contract.ts';

const signal = new AbortController().signal;
/** As on a Raspberry Pi 4 with kernel 6.6. */
const base = 512;

function addChip(root: string, name: string, label: string, firstNumber: number, lines: number): void {
  mkdirSync(join(root, name));
  writeFileSync(join(root, name, 'label'), `${label}\n`);
  writeFileSync(join(root, name, 'base'), `${firstNumber}\n`);
  writeFileSync(join(root, name, 'ngpio'), `${lines}\n`);
}

/** What `onoff` does, over a chip in memory and a folder in place of sysfs. It can't be had without a real sysfs. */
function fakeOnoff(chip: MemoryGpioChip, root: string, accessible = true): OnoffLibrary {
  const owners = new Map<number, object>();
  class Gpio implements OnoffLine {
    static readonly accessible = accessible;
    readonly #number: number;
    readonly #line: number;
    #listener: (error: null, level: Level) => void = () => undefined;

    constructor(number: number, direction: 'in' | 'high' | 'low', edge?: 'none' | 'both') {
      this.#number = number;
      this.#line = number - base;
      // An exported line is used as it is and its errors are overlooked, unless it was taken back before.
      const stale = join(root, `gpio${number}`);
      const takenBack = readFileSync(join(root, 'unexport'), 'utf8') === String(number);
      const inTheWay = existsSync(stale) && !takenBack;
      // Taking a line back is not asked whose it is: it is taken even from whoever uses it.
      if (takenBack) chip.release(owners.get(number) ?? {});
      try {
        chip.request(
          this,
          [this.#line],
          [
            {
              driven: inTheWay ? null : drivenBy(direction),
              onChange: edge === 'both' ? (_, level) => this.#listener(null, level) : null,
            },
          ],
        );
      } catch {
        throw Object.assign(new Error('EBUSY: resource busy or locked, write'), { code: 'EBUSY' });
      }
      owners.set(number, this);
      mkdirSync(stale, { recursive: true });
      writeFileSync(join(root, 'unexport'), '');
    }

    readSync(): Level {
      return chip.level(this.#line);
    }
    writeSync(level: Level): void {
      chip.setDriven([this.#line], [level]);
    }
    setDirection(direction: 'in' | 'out' | 'high' | 'low'): void {
      chip.setDriven([this.#line], [drivenBy(direction)]);
    }
    watch(listener: (error: null, level: Level) => void): void {
      this.#listener = listener;
    }
    unexport(): void {
      chip.release(this);
      rmSync(join(root, `gpio${this.#number}`), { recursive: true });
    }
  }
  return { Gpio };
}

const drivenBy = (direction: string): Level | null => (direction === 'in' ? null : direction === 'high' ? 1 : 0);

let root: string;
function makeRoot(): string {
  root = mkdtempSync(join(tmpdir(), 'holdfast-sysfs-'));
  writeFileSync(join(root, 'unexport'), '');
  return root;
}

gpioContract('onoffGpio over a stand-in for onoff', async () => {
  const chip = new MemoryGpioChip();
  const folder = makeRoot();
  addChip(folder, 'gpiochip512', 'pinctrl-bcm2711', base, 54);
  return {
    chip,
    opener: onoffGpio({ chip: '', root: folder, load: async () => fakeOnoff(chip, folder) }),
    dispose: async () => rmSync(folder, { recursive: true, force: true }),
  };
});

describe('onoffGpio', () => {
  beforeEach(makeRoot);
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const chip = new MemoryGpioChip();
  const opener = (label = '', accessible = true) =>
    onoffGpio({ chip: label, root, load: async () => fakeOnoff(chip, root, accessible) });

  it('asks sysfs for the chip and its base, whatever the kernel calls and numbers it', async () => {
    addChip(root, 'gpiochip571', 'pinctrl-rp1', 571, 54);
    addChip(root, 'gpiochip512', 'raspberrypi-exp-gpio', 512, 8);
    mkdirSync(join(root, 'gpiochip9'));
    expect(sysfsChips(root).map(({ label, base: first }) => [label, first])).toEqual([
      ['raspberrypi-exp-gpio', 512],
      ['pinctrl-rp1', 571],
    ]);
    const numbers: number[] = [];
    const library = fakeOnoff(chip, root);
    class Recording extends library.Gpio {
      constructor(number: number, direction: 'in' | 'high' | 'low', edge?: 'none' | 'both') {
        super(base + 4, direction, edge);
        numbers.push(number);
      }
    }
    const port = await onoffGpio({ chip: '', root, load: async () => ({ Gpio: Recording }) }).open(signal);
    await port.requestOutputs([17], [0]);
    expect(numbers).toEqual([571 + 17]);
    await port.close();
  });

  it('takes a line back that a killed process left exported, so that its direction is really set', async () => {
    addChip(root, 'gpiochip512', 'pinctrl-bcm2711', base, 54);
    mkdirSync(join(root, `gpio${base + 17}`));
    const port = await opener().open(signal);
    await port.requestOutputs([17], [1]);
    expect(chip.driven(17)).toBe(1);
    await port.close();
    expect(existsSync(join(root, `gpio${base + 17}`))).toBe(false);
    expect(unexportStale(root, base + 17)).toBe(false);
  });

  it('says so where there is no sysfs, no such chip, or no library', async () => {
    await expect(opener('', false).open(signal)).rejects.toMatchObject({
      code: 'gpio.unavailable',
      hint: expect.stringContaining('devices.gpio.driver to gpiod'),
    });
    await expect(opener().open(signal)).rejects.toMatchObject({
      code: 'gpio.no-such-chip',
      message: 'this machine has no GPIO chip',
    });
    addChip(root, 'gpiochip0', 'INT34C5:00', 0, 54);
    addChip(root, 'gpiochip1', 'INT34C5:01', 54, 54);
    await expect(opener().open(signal)).rejects.toThrow(/several GPIO chips \(INT34C5:00, INT34C5:01\)/);
    const missing = onoffGpio({ chip: '', root, load: () => Promise.reject(new Error('Cannot find package')) });
    await expect(missing.open(signal)).rejects.toMatchObject({ code: 'gpio.unavailable' });
  });

  it('works with the real library as far as this machine goes: it says that GPIO is missing, or opens', async () => {
    const outcome = await onoffGpio({ chip: '' })
      .open(signal)
      .then(
        (port) => port.close().then(() => 'opened'),
        (error: { code?: string }) => error.code,
      );
    expect(['opened', 'gpio.unavailable', 'gpio.no-such-chip']).toContain(outcome);
  });
});
