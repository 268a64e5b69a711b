import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Link, LinkOpener } from '../../drivers/link/link.ts';
import { milliseconds, seconds } from '../../src/platform/clock.ts';
import { isHoldfastError } from '../../src/platform/errors.ts';

/** The other end of the line, and the hand on the plug. */
export interface LinkRig {
  readonly opener: LinkOpener;
  /** All that has arrived at the other end since the rig was made, over every connection. */
  received(): Buffer;
  send(bytes: Uint8Array): void;
  /** The other end no longer reads. */
  stopReading(): void;
  /** Unplugged: the other end is gone, and so is the place that was opened. */
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
  dispose(): Promise<void>;
}

const signal = new AbortController().signal;
const everyByte = Uint8Array.from({ length: 256 }, (_, value) => value);

/** What every {@link LinkOpener} must do, on the real interface of the operating system. */
export function linkContract(name: string, makeRig: () => Promise<LinkRig>): void {
  describe(`${name} keeps the link contract`, () => {
    let rig: LinkRig;
    const links: Link[] = [];
    const open = async (): Promise<{ link: Link; data: Buffer[]; reasons: string[] }> => {
      const link = await rig.opener.open(signal);
      links.push(link);
      const data: Buffer[] = [];
      const reasons: string[] = [];
      link.onData((bytes) => data.push(Buffer.from(bytes)));
      link.onClose((reason) => reasons.push(reason));
      return { link, data, reasons };
    };
    afterEach(async () => {
      await Promise.all(links.splice(0).map((link) => link.close()));
      await rig.dispose();
    });

    it('carries every byte value both ways, in order', async () => {
      rig = await makeRig();
      const { link, data } = await open();
      await Promise.all([link.write(everyByte, seconds(30)), link.write(everyByte, seconds(30))]);
      rig.send(everyByte);
      await expect.poll(() => rig.received().length, patience).toBe(512);
      await expect.poll(() => Buffer.concat(data).length, patience).toBe(256);
      expect(rig.received().equals(Buffer.concat([everyByte, everyByte]))).toBe(true);
      expect(Buffer.concat(data).equals(Buffer.from(everyByte))).toBe(true);
    });

    it('says once, in words, that the other end is gone, and refuses to write from then on', async () => {
      rig = await makeRig();
      const { link, reasons } = await open();
      await rig.unplug();
      await expect.poll(() => reasons.length, patience).toBe(1);
      expect(reasons[0]).not.toBe('');
      const refusal = await link.write(everyByte, seconds(30)).catch((error: unknown) => error);
      expect(isHoldfastError(refusal, 'link.closed')).toBe(true);
      const late: string[] = [];
      link.onClose((reason) => late.push(reason));
      expect(late).toEqual(reasons);
      await link.close();
      expect(reasons).toHaveLength(1);
    });

    it('sends nothing stale after it was plugged in again', async () => {
      rig = await makeRig();
      const first = await open();
      await rig.unplug();
      await expect.poll(() => first.reasons.length, patience).toBe(1);
      await first.link.write(Buffer.from('STALE'), seconds(1)).catch(() => undefined);
      await rig.plugIn();
      const second = await open();
      await first.link.write(Buffer.from('STALE'), seconds(1)).catch(() => undefined);
      await second.link.write(Buffer.from('fresh'), seconds(30));
      await expect.poll(() => rig.received().includes('fresh'), patience).toBe(true);
      expect(rig.received().includes('STALE')).toBe(false);
    });

    it('gives up a write that the other end does not take, and the connection with it', async () => {
      rig = await makeRig();
      const { link, reasons } = await open();
      rig.stopReading();
      // More than any kernel buffers between two ends.
      const failure = await link
        .write(Buffer.alloc(32 << 20, 0x2e), milliseconds(500))
        .catch((error: unknown) => error);
      expect(isHoldfastError(failure, 'link.stuck')).toBe(true);
      await expect.poll(() => reasons.length, patience).toBe(1);
      const refusal = await link.write(everyByte, seconds(30)).catch((error: unknown) => error);
      expect(isHoldfastError(refusal, 'link.closed')).toBe(true);
    });

    it('fails a write under way, and those behind it, when it is unplugged', async () => {
      rig = await makeRig();
      const { link } = await open();
      rig.stopReading();
      const failed = (bytes: Uint8Array): Promise<unknown> =>
        link.write(bytes, seconds(600)).then(
          () => 'written',
          (error: unknown) => isHoldfastError(error, 'link.closed'),
        );
      const writes = Promise.all([failed(Buffer.alloc(32 << 20, 0x2e)), failed(everyByte)]);
      await rig.unplug();
      expect(await writes).toEqual([true, true]);
    });

    it('is absent, in words, where there is nothing', async () => {
      rig = await makeRig();
      await rig.unplug();
      const refusal = await rig.opener.open(signal).catch((error: unknown) => error);
      expect(isHoldfastError(refusal, 'link.absent')).toBe(true);
      expect(String(refusal)).toMatch(/not plugged in|nothing answers/);
    });

    it('does not open for someone who has given up', async () => {
      rig = await makeRig();
      const given = new AbortController();
      given.abort();
      await expect(rig.opener.open(given.signal)).rejects.toMatchObject({ code: 'link.absent' });
    });

    it('outlives a listener that throws: the connection ends, the process does not', async () => {
      rig = await makeRig();
      const { link, reasons } = await open();
      link.onData(() => {
        throw new Error('parser fault');
      });
      rig.send(everyByte);
      await expect.poll(() => reasons.length, patience).toBe(1);
      expect(reasons[0]).toContain('parser fault');
    });

    it('closes once, however often it is asked', async () => {
      rig = await makeRig();
      const { link, reasons } = await open();
      await Promise.all([link.close(), link.close()]);
      await link.close();
      expect(reasons).toEqual(['closed by us']);
    });

    it('leaves no descriptor open', async () => {
      rig = await makeRig();
      const { link } = await open();
      await link.close();
      const before = descriptors();
      for (let round = 0; round < 5; round += 1) {
        const opened = await open();
        await opened.link.close();
      }
      await expect.poll(descriptors, patience).toBeLessThanOrEqual(before);
    });
  });
}

const patience = { timeout: 240_000, interval: 10 };

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
