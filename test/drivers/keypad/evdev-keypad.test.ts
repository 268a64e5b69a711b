import { describe, expect, it } from 'vitest';
import { createEvdevKeypad, type EvdevKeypadOptions } from '../../../drivers/keypad/evdev-keypad.ts';
import type { Key, Keypad } from '../../../drivers/keypad/keypad.ts';
import { seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { FakePlace } from '../fake-place.ts';
import { keyRecords, stroke } from '../input-records.ts';

async function start(options: Partial<EvdevKeypadOptions> = {}) {
  const place = new FakePlace();
  const clock = new ManualClock();
  const keypad = createEvdevKeypad({
    name: 'keypad',
    opener: place,
    recordSize: 24,
    clock,
    log: silentLogger,
    ...options,
  });
  const keys: Key[] = [];
  keypad.onKey((key) => keys.push(key));
  await keypad.start();
  const type = (...names: string[]): void => {
    for (const name of names) place.send(stroke(options.recordSize ?? 24, name));
  };
  return { place, clock, keypad: keypad satisfies Keypad, keys, type };
}

describe('createEvdevKeypad', () => {
  it('knows the keys of a USB number pad, whatever Num Lock says', async () => {
    const { keypad, keys, type } = await start();
    type('KEY_NUMLOCK', 'KEY_KP7', 'KEY_KP8', 'KEY_KPASTERISK', 'KEY_KP0', 'KEY_KPDOT', 'KEY_NUMLOCK', 'KEY_KPENTER');
    type('KEY_KPPLUS', 'KEY_KPMINUS', 'KEY_KPSLASH', 'KEY_BACKSPACE', 'KEY_5', 'KEY_NUMERIC_9', 'KEY_Q');
    expect(keys.join(' ')).toBe('7 8 times 0 . enter total clear menu clear 5 9');
    await keypad.stop();
  });

  it('works on 32-bit systems', async () => {
    const { keypad, keys, type } = await start({ recordSize: 16 });
    type('KEY_KP1', 'KEY_KPENTER');
    expect(keys).toEqual(['1', 'enter']);
    await keypad.stop();
  });

  it('takes a layout by the kernel’s names, or by numbers for keys that have none', async () => {
    const { keypad, keys, type } = await start({ layout: { KEY_KPSLASH: 'total', KEY_KPPLUS: 'none', 192: 'menu' } });
    type('KEY_KPSLASH', 'KEY_KPPLUS', '192');
    expect(keys).toEqual(['total', 'menu']);
    await keypad.stop();
    await expect(start({ layout: { KEY_KPSLASH: 'pay' } })).rejects.toThrow(/"pay" is not a key/);
    await expect(start({ layout: { SLASH: 'menu' } })).rejects.toThrow(/"SLASH" is not the name or number of a key/);
  });

  it('repeats held keys only when asked to', async () => {
    const held = [1, 2, 2, 0] as const;
    const plain = await start();
    for (const value of held) plain.place.send(keyRecords(24, 'KEY_DELETE', value));
    expect(plain.keys).toEqual(['clear']);
    await plain.keypad.stop();
    const repeating = await start({ repeat: true });
    for (const value of held) repeating.place.send(keyRecords(24, 'KEY_DELETE', value));
    expect(repeating.keys).toEqual(['clear', 'clear', 'clear']);
    await repeating.keypad.stop();
  });

  it('starts afresh after it was plugged in again in the middle of a record', async () => {
    const { place, clock, keypad, keys, type } = await start();
    place.send(stroke(24, 'KEY_KP1').slice(0, 30));
    place.unplug();
    expect(keypad.health()).toMatchObject({ kind: 'keypad', driver: 'evdev', state: 'lost' });
    place.plugIn();
    await clock.advance(seconds(5));
    type('KEY_KP2');
    expect(keys).toEqual(['2']);
    await keypad.stop();
  });
});
