import { describe, expect, it } from 'vitest';
import { keysOf } from '../../src/showroom/keys.ts';

describe('keysOf', () => {
  it('reads keys by name, and digits together', () => {
    expect(keysOf(' 3 times 1042  enter total 50.00 enter')).toEqual([
      ...['3', 'times', '1', '0', '4', '2', 'enter', 'total', '5', '0', '.', '0', '0', 'enter'],
    ]);
    expect(keysOf('')).toEqual([]);
  });

  it('refuses a key that no keypad has', () => {
    expect(() => keysOf('12 return')).toThrowError(expect.objectContaining({ code: 'showroom.no-such-key' }));
  });
});
