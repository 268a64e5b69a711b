import { describe, expect, it } from 'vitest';
import { type I2cLibrary, systemI2c } from '../../../drivers/link/i2c/system-i2c.ts';

const signal = new AbortController().signal;

function libraryThat(sendByte: (address: number, byte: number) => Promise<void>) {
  const closed: number[] = [];
  const library: I2cLibrary = {
    openPromisified: async (bus) => ({ sendByte, close: async () => void closed.push(bus) }),
  };
  return { closed, load: async () => library };
}

describe('systemI2c', () => {
  it('sends bytes to its address, and closes the bus once', async () => {
    const sent: string[] = [];
    const { closed, load } = libraryThat(async (address, byte) => void sent.push(`${address.toString(16)} ${byte}`));
    const opener = systemI2c({ bus: 1, address: 0x27, load });
    expect(opener.description).toBe('address 0x27 of I²C bus 1');
    const device = await opener.open(signal);
    const reasons: string[] = [];
    device.onClose((reason) => reasons.push(reason));
    await device.sendByte(8);
    await device.sendByte(255);
    await Promise.all([device.close(), device.close()]);
    expect(sent).toEqual(['27 8', '27 255']);
    expect(closed).toEqual([1]);
    expect(reasons).toEqual(['closed by us']);
  });

  it.each([
    ["ENOENT: no such file or directory, open '/dev/i2c-1'", 'i2c.unavailable', 'this machine has no I²C bus 1'],
    ["EACCES: permission denied, open '/dev/i2c-1'", 'i2c.unavailable', 'no permission to use I²C bus 1'],
    ['EBUSY: resource busy or locked', 'i2c.unavailable', 'is used by a kernel driver'],
    ['EREMOTEIO: remote I/O error', 'i2c.no-answer', 'nothing answers at address 0x27 of I²C bus 1'],
    ['ENXIO: no such device or address', 'i2c.no-answer', 'nothing answers at address 0x27 of I²C bus 1'],
  ])('says what %s means', async (message, code, words) => {
    const { load } = libraryThat(() => Promise.reject(new Error(message)));
    const device = await systemI2c({ bus: 1, address: 0x27, load }).open(signal);
    await expect(device.sendByte(0)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    await device.close();
  });

  it('says so where the library is not installed', async () => {
    const opener = systemI2c({ bus: 1, address: 0x27, load: () => Promise.reject(new Error('Cannot find package')) });
    await expect(opener.open(signal)).rejects.toMatchObject({ code: 'i2c.unavailable', remedy: 'operator' });
  });

  it('works with the real library as far as this machine goes: a bus that can’t exist is said to be missing', async () => {
    const opening = systemI2c({ bus: 250, address: 0x27 }).open(signal);
    // An optional package that needs a compiler: where it could not be built, opening says so.
    const usable = await import('i2c-bus').then(
      () => true,
      () => false,
    );
    if (!usable) {
      await expect(opening).rejects.toMatchObject({ code: 'i2c.unavailable', remedy: 'operator' });
      return;
    }
    const device = await opening;
    await expect(device.sendByte(0)).rejects.toMatchObject({
      code: 'i2c.unavailable',
      message: 'this machine has no I²C bus 250 (/dev/i2c-250)',
    });
    await device.close();
  });
});
