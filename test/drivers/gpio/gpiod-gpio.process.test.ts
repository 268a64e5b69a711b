import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gpiodGpio } from '../../../drivers/link/gpio/gpiod-gpio.ts';
import { gpioContract } from '../../contract/gpio-contract.ts';
import { until } from '../wait.ts';
import { FakeGpiod } from './fake-gpiod.ts';

const signal = new AbortController().signal;
const holder = fileURLToPath(new URL('../../../dist/test/drivers/gpio/holder-to-be-killed.js', import.meta.url));

for (const generation of [1, 2] as const) {
  gpioContract(`gpiodGpio with gpiod ${generation}.x`, async () => {
    const gpiod = await new FakeGpiod(generation).start();
    return {
      chip: gpiod.chip,
      opener: gpiodGpio({ chip: '', folder: gpiod.folder }),
      dispose: () => gpiod.stop(),
    };
  });
}

describe('gpiodGpio', () => {
  let gpiod: FakeGpiod;
  beforeEach(async () => {
    gpiod = await new FakeGpiod(2).start();
  });
  afterEach(() => gpiod.stop());
  const opener = (chip = '') => gpiodGpio({ chip, folder: gpiod.folder });

  it('says what to install where the programs are missing', async () => {
    await expect(gpiodGpio({ chip: '', folder: '/nonexistent' }).open(signal)).rejects.toMatchObject({
      code: 'gpio.unavailable',
      hint: expect.stringContaining('apt-get install gpiod'),
    });
  });

  it('refuses programs of a version it does not know', async () => {
    gpiod.instead.set('gpioset', { out: 'gpioset (libgpiod) v3.0\n', exit: 0 });
    await expect(opener().open(signal)).rejects.toThrow(/unknown version: gpioset \(libgpiod\) v3.0/);
  });

  it('names the chips that there are when the configured one is missing', async () => {
    await expect(opener('pinctrl-rp1').open(signal)).rejects.toMatchObject({
      code: 'gpio.no-such-chip',
      message: 'this machine has no GPIO chip called pinctrl-rp1, only pinctrl-bcm2711',
    });
  });

  it('is lost, with the program’s own words, when a program that holds lines ends', async () => {
    const port = await opener().open(signal);
    const reasons: string[] = [];
    port.onClose((reason) => reasons.push(reason));
    const outputs = await port.requestOutputs([17], [0]);
    gpiod.crash('gpioset', 'gpioset: the chip was unplugged');
    await until(() => reasons.length > 0);
    expect(reasons).toEqual(['GPIO can’t be used: gpioset: the chip was unplugged']);
    await expect(outputs.write([1])).rejects.toMatchObject({ code: 'gpio.unavailable' });
  });

  it('takes its programs along when it is killed, so that the pins are free for the next start', async () => {
    const till = spawn(process.execPath, [holder, gpiod.folder], { stdio: 'ignore' });
    await until(() => gpiod.chip.driven(17) === 1);
    till.kill('SIGKILL');
    await until(() => gpiod.chip.driven(17) === null);
    const port = await opener().open(signal);
    await port.requestOutputs([17], [0]);
    expect(gpiod.chip.driven(17)).toBe(0);
    await port.close();
  });

  it('does not take nonsense for levels', async () => {
    gpiod.instead.set('gpioget', { out: '"17"=active\n', exit: 0 });
    const port = await opener().open(signal);
    await expect(port.requestInputs([17])).rejects.toThrow(/gave no levels: "17"=active/);
    await port.close();
  });

  it('stops waiting for a program that never answers when the attempt is given up', async () => {
    gpiod.instead.set('gpiodetect', {});
    const attempt = new AbortController();
    const opening = opener().open(attempt.signal);
    const refusal = expect(opening).rejects.toMatchObject({ code: 'gpio.unavailable' });
    attempt.abort();
    await refusal;
  });
});
