import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GpioOpener, GpioPort, Level } from '../../drivers/link/gpio/gpio.ts';
import type { MemoryGpioChip } from '../../drivers/link/gpio/memory-gpio.ts';
import { isHoldfastError } from '../../src/platform/errors.ts';

export interface GpioRig {
  /** What the pins are wired to. */
  readonly chip: MemoryGpioChip;
  readonly opener: GpioOpener;
  dispose(): Promise<void>;
}

const signal = new AbortController().signal;
const patience = { timeout: 240_000, interval: 5 };

/** What every {@link GpioOpener} must do. */
export function gpioContract(name: string, makeRig: () => Promise<GpioRig>): void {
  describe(`${name} keeps the GPIO contract`, () => {
    let rig: GpioRig;
    const ports: GpioPort[] = [];
    const open = async (): Promise<GpioPort> => {
      const port = await rig.opener.open(signal);
      ports.push(port);
      return port;
    };
    /** The level on the wire; where each write is a process of its own, the line is let go of for a moment in between. */
    const onWire = async (
      port: GpioPort,
      lines: readonly number[],
      levels: readonly (Level | null)[],
    ): Promise<void> => {
      const driven = (): (Level | null)[] => lines.map((line) => rig.chip.driven(line));
      if (port.pace === 'process-each') await expect.poll(driven, patience).toEqual(levels);
      else expect(driven()).toEqual(levels);
    };
    beforeEach(async () => {
      rig = await makeRig();
    });
    afterEach(async () => {
      await Promise.all(ports.splice(0).map((port) => port.close()));
      await rig.dispose();
    });

    it('drives outputs from the first moment, several at a time', async () => {
      const port = await open();
      const outputs = await port.requestOutputs([17, 27, 4], [1, 0, 1]);
      await onWire(port, [17, 27, 4], [1, 0, 1]);
      await outputs.write([0, 0, 1]);
      await onWire(port, [17, 27, 4], [0, 0, 1]);
      await Promise.all([outputs.write([1, 1, 1]), outputs.write([1, 0, 0])]);
      await onWire(port, [17, 27, 4], [1, 0, 0]);
      expect(rig.chip.problems).toEqual([]);
    });

    it('reads inputs in the order in which they were requested', async () => {
      rig.chip.pullUp(6);
      rig.chip.drive(5, 0);
      rig.chip.drive(13, 1);
      const port = await open();
      const inputs = await port.requestInputs([13, 5, 6], { pull: 'up' });
      expect(await inputs.read()).toEqual([1, 0, 1]);
      rig.chip.drive(5, 1);
      rig.chip.drive(6, 0);
      expect(await inputs.read()).toEqual([1, 1, 0]);
    });

    it('tells of a level that changed, and reads what it told', async () => {
      rig.chip.pullUp(5);
      rig.chip.pullUp(6);
      const port = await open();
      const told: [number, Level][] = [];
      const inputs = await port.requestInputs([5, 6], {
        pull: 'up',
        onChange: (line, level) => told.push([line, level]),
      });
      expect(await inputs.read()).toEqual([1, 1]);
      // A program that prints edges says nothing when it has started (gpiomon 1.x): change until it is heard.
      await expect
        .poll(() => {
          if (told.length === 0) {
            rig.chip.drive(5, 1);
            rig.chip.drive(5, 0);
          }
          return told.at(-1);
        }, patience)
        .toEqual([5, 0]);
      expect(await inputs.read()).toEqual([0, 1]);
      rig.chip.drive(5, null);
      await expect.poll(() => told.at(-1), patience).toEqual([5, 1]);
      rig.chip.drive(6, 0);
      await expect.poll(() => told.at(-1), patience).toEqual([6, 0]);
      expect(await inputs.read()).toEqual([1, 0]);
    });

    it('lets go of an open drain instead of driving it high', async () => {
      rig.chip.pullUp(22);
      const port = await open();
      const rows = await port.requestOutputs([22, 23], [1, 1], 'open-drain');
      await onWire(port, [22, 23], [null, null]);
      expect(rig.chip.level(22)).toBe(1);
      rig.chip.connect(22, 23, true);
      await rows.write([0, 1]);
      await onWire(port, [22, 23], [0, null]);
      expect(rig.chip.level(23)).toBe(0);
      expect(rig.chip.problems).toEqual([]);
    });

    it('refuses a line that is taken, by the same port or another user', async () => {
      const port = await open();
      await port.requestOutputs([17], [0]);
      await onWire(port, [17], [0]);
      const refusals = [
        await port.requestInputs([17]).catch((error: unknown) => error),
        await (await open()).requestOutputs([18, 17], [0, 0]).catch((error: unknown) => error),
      ];
      expect(refusals.map((refusal) => isHoldfastError(refusal, 'gpio.line-busy'))).toEqual([true, true]);
      expect(String(refusals[0])).toContain('17');
    });

    it('refuses a line that the chip does not have', async () => {
      const port = await open();
      for (const line of [54, -1, 1.5]) {
        const refusal = await port.requestInputs([line]).catch((error: unknown) => error);
        expect(isHoldfastError(refusal, 'gpio.unknown-line')).toBe(true);
      }
    });

    it('lets go of everything when it is closed, and is then closed for good', async () => {
      const port = await open();
      const reasons: string[] = [];
      port.onClose((reason) => reasons.push(reason));
      const outputs = await port.requestOutputs([17], [1]);
      const inputs = await port.requestInputs([5]);
      await Promise.all([port.close(), port.close()]);
      port.onClose((reason) => reasons.push(reason));
      expect(reasons).toEqual(['closed by us', 'closed by us']);
      await expect.poll(() => rig.chip.driven(17), patience).toBeNull();
      await expect(outputs.write([0])).rejects.toMatchObject({ code: 'gpio.unavailable' });
      await expect(inputs.read()).rejects.toMatchObject({ code: 'gpio.unavailable' });
      await expect(port.requestInputs([6])).rejects.toMatchObject({ code: 'gpio.unavailable' });
      const next = await open();
      await next.requestOutputs([17], [0]);
      await onWire(next, [17], [0]);
    });
  });
}
