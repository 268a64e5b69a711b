import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Key, Keypad } from '../../drivers/keypad/keypad.ts';
import { seconds } from '../../src/platform/clock.ts';
import type { ManualClock } from '../tools/manual-clock.ts';

export interface KeypadRig {
  readonly keypad: Keypad;
  readonly clock: ManualClock;
  /** A finger presses a key and lets it go, at a person's speed. */
  press(key: Key): Promise<void>;
  unplug(): void | Promise<void>;
  plugIn(): void;
}

const allKeys: readonly Key[] = [
  ...(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.'] as const),
  ...(['times', 'clear', 'enter', 'total', 'menu'] as const),
];

/** What every {@link Keypad} must do, whatever it is wired to. */
export function keypadContract(name: string, makeRig: () => KeypadRig): void {
  describe(`${name} keeps the keypad contract`, () => {
    let rig: KeypadRig;
    let keys: Key[];
    beforeEach(() => {
      rig = makeRig();
      keys = [];
      rig.keypad.onKey((key) => keys.push(key));
    });
    afterEach(async () => {
      await rig.keypad.stop();
      expect(rig.keypad.health().state).toBe('closed');
      expect(rig.clock.waiting).toBe(0);
    });

    it('has all sixteen keys, each of which counts once', async () => {
      await rig.keypad.start();
      expect(rig.keypad.health()).toMatchObject({ kind: 'keypad', state: 'ready' });
      for (const key of allKeys) await rig.press(key);
      expect(keys).toEqual(allKeys);
    });

    it('counts the same key as often as it is pressed', async () => {
      await rig.keypad.start();
      for (let count = 0; count < 5; count += 1) await rig.press('0');
      expect(keys).toEqual(['0', '0', '0', '0', '0']);
    });

    it('is lost, comes back, and counts no key of the time between', async () => {
      await rig.keypad.start();
      await rig.press('1');
      await rig.unplug();
      expect(rig.keypad.health().state).toBe('lost');
      await rig.press('2');
      rig.plugIn();
      await rig.clock.advance(seconds(6));
      expect(rig.keypad.health().state).toBe('ready');
      await rig.press('3');
      expect(keys).toEqual(['1', '3']);
    });

    it('says nothing to those who listen no more, and lets no listener’s fault reach another', async () => {
      const deaf: Key[] = [];
      const stop = rig.keypad.onKey((key) => deaf.push(key));
      rig.keypad.onKey(() => {
        throw new Error('broken listener');
      });
      const late: Key[] = [];
      rig.keypad.onKey((key) => late.push(key));
      await rig.keypad.start();
      stop();
      await rig.press('7');
      expect([deaf, keys, late]).toEqual([[], ['7'], ['7']]);
      expect(rig.keypad.health().state).toBe('ready');
    });

    it('counts no key once it is stopped', async () => {
      await rig.keypad.start();
      await rig.keypad.stop();
      await rig.press('9');
      expect(keys).toEqual([]);
    });
  });
}
