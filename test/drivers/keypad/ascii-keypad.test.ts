import { describe, expect, it } from 'vitest';
import { createAsciiKeypad } from '../../../drivers/keypad/ascii-keypad.ts';
import type { Key } from '../../../drivers/keypad/keypad.ts';
import { seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { FakePlace } from '../fake-place.ts';

describe('createAsciiKeypad', () => {
  it('forgets half a sequence when the keypad is pulled out, and goes on when it is back', async () => {
    const place = new FakePlace();
    const clock = new ManualClock();
    const keypad = createAsciiKeypad({ name: 'keypad', opener: place, clock, log: silentLogger });
    const keys: Key[] = [];
    keypad.onKey((key) => keys.push(key));
    await keypad.start();
    place.send('1\x1b[');
    place.unplug();
    expect(keypad.health()).toMatchObject({ kind: 'keypad', driver: 'ascii', state: 'lost', condition: 'unplugged' });
    place.plugIn();
    await clock.advance(seconds(5));
    place.send('2\r');
    expect(keys).toEqual(['1', '2', 'enter']);
    await keypad.stop();
  });

  it('refuses a bad layout before anything is opened', () => {
    const place = new FakePlace();
    const options = { name: 'keypad', opener: place, clock: new ManualClock(), log: silentLogger };
    expect(() => createAsciiKeypad({ ...options, layout: { q: 'quit' } })).toThrowError(/"quit" is not a key/);
    expect(place.connected).toBe(false);
  });

  it('does not let one listener’s fault reach another', async () => {
    const place = new FakePlace();
    const keypad = createAsciiKeypad({ name: 'k', opener: place, clock: new ManualClock(), log: silentLogger });
    const keys: Key[] = [];
    keypad.onKey(() => {
      throw new Error('broken listener');
    });
    keypad.onKey((key) => keys.push(key));
    await keypad.start();
    place.send('7');
    expect(keys).toEqual(['7']);
    expect(place.connected).toBe(true);
    await keypad.stop();
  });
});
