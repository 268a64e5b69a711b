import { afterEach, describe, expect, it } from 'vitest';
import type { Scale } from '../../drivers/scale/scale.ts';
import type { VirtualScale } from '../../drivers/scale/virtual-scale.ts';
import { until } from '../drivers/wait.ts';

/** A scale driver and, at the other end of its line, the scale. */
export interface ScaleRig {
  readonly driver: Scale;
  readonly scale: VirtualScale;
  /** Bytes that the scale sends of its own accord. */
  say(bytes: Uint8Array): void;
  /** The line goes silent without ending. */
  setCable(plugged: boolean): void;
  setPower(on: boolean): Promise<void>;
  dispose(): Promise<void>;
}

/** What every scale driver must do, over whatever line. */
export function scaleContract(name: string, makeRig: () => Promise<ScaleRig>): void {
  describe(`${name} keeps the scale contract`, () => {
    let rig: ScaleRig;
    const ready = async (): Promise<void> => {
      rig = await makeRig();
      await rig.driver.start();
      expect(rig.driver.health()).toMatchObject({ kind: 'scale', state: 'ready', condition: 'ready' });
    };
    afterEach(async () => {
      await rig.driver.stop();
      expect(rig.scale.problems).toEqual([]);
      await rig.dispose();
    });

    it('gives the weight that its display shows', async () => {
      await ready();
      for (const weight of [0.005, 0.25, 1.234, 14.995]) {
        rig.scale.put(weight);
        expect(await rig.driver.weigh()).toEqual({ kind: 'weight', weight, unit: 'kg', net: false });
      }
    });

    it('says that nothing is on it', async () => {
      await ready();
      expect(await rig.driver.weigh()).toEqual({ kind: 'nothing' });
    });

    it('waits for goods to come to rest', async () => {
      await ready();
      rig.scale.put(0.5, true);
      const weighing = rig.driver.weigh();
      setImmediate(() => rig.scale.put(0.512));
      expect(await weighing).toEqual({ kind: 'weight', weight: 0.512, unit: 'kg', net: false });
    });

    it('never gives the weight of goods that do not come to rest', async () => {
      await ready();
      rig.scale.put(0.5, true);
      expect(await rig.driver.weigh()).toEqual({ kind: 'moving' });
    });

    it('tells overload and less than zero from a weight', async () => {
      await ready();
      rig.scale.put(15.1);
      expect(await rig.driver.weigh()).toEqual({ kind: 'overload' });
      rig.scale.put(-0.2);
      expect(await rig.driver.weigh()).toEqual({ kind: 'under-zero' });
    });

    it('starts without a scale, says so, and weighs when one appears', async () => {
      rig = await makeRig();
      await rig.setPower(false);
      await rig.driver.start();
      expect(rig.driver.health().state).toBe('absent');
      const refusal = await rig.driver.weigh();
      expect(refusal).toEqual({ kind: 'no-answer', reason: rig.driver.health().condition });
      expect(rig.driver.health().condition).toMatch(/not plugged in|nothing answers|does not answer/);
      await rig.setPower(true);
      await until(() => rig.driver.health().state === 'ready');
      rig.scale.put(0.3);
      expect(await rig.driver.weigh()).toMatchObject({ kind: 'weight', weight: 0.3 });
    });

    it('notices while idle that the scale was switched off', async () => {
      await ready();
      await rig.setPower(false);
      await until(() => rig.driver.health().state !== 'ready');
      expect(await rig.driver.weigh()).toMatchObject({ kind: 'no-answer' });
      await rig.setPower(true);
      await until(() => rig.driver.health().state === 'ready');
    });

    it('notices a line that has gone silent', async () => {
      await ready();
      rig.setCable(false);
      expect(await rig.driver.weigh()).toMatchObject({ kind: 'no-answer' });
      rig.setCable(true);
      await until(() => rig.driver.health().state === 'ready');
    });

    it('is not misled by noise before its answer', async () => {
      await ready();
      rig.scale.put(0.75);
      rig.say(Uint8Array.of(0x39, 0x39, 0xff, 0x00, 0x0d, 0x2e));
      await until(() => rig.driver.health().state === 'ready');
      expect(await rig.driver.weigh()).toMatchObject({ kind: 'weight', weight: 0.75 });
    });

    it('stops for good', async () => {
      await ready();
      await rig.driver.stop();
      expect(rig.driver.health().state).toBe('closed');
      expect(await rig.driver.weigh()).toEqual({ kind: 'no-answer', reason: 'stopped' });
    });
  });
}
