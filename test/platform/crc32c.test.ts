import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/platform/crc32c.ts';

describe('crc32c', () => {
  // RFC 3720 B.4 and the check value of the CRC catalogue.
  it.each([
    ['32 bytes of zeroes', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['32 incrementing bytes', Uint8Array.from({ length: 32 }, (_, n) => n), 0x46dd794e],
    ['the text 123456789', new TextEncoder().encode('123456789'), 0xe3069283],
    ['nothing', new Uint8Array(), 0],
  ])('of %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('continues from the CRC of what came before, at any cut', () => {
    const whole = Uint8Array.from({ length: 61 }, (_, n) => n * 7);
    for (let cut = 0; cut <= whole.length; cut++) {
      expect(crc32c(whole.subarray(cut), crc32c(whole.subarray(0, cut)))).toBe(crc32c(whole));
    }
  });
});
