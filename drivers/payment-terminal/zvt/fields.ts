/**
 * The fields of a message, each behind its number ("bitmap", PA00P015, chapter 13). What identifies a card or its holder is
 * left out while reading, so that nothing behind this file ever has it: tracks, synchronous chip data, CVV, expiry date, the
 * chip's own file, offsets of a PIN. The card number is the one exception and is masked by whoever takes it (`card-number.ts`).
 */
export interface Field {
  readonly bitmap: number;
  readonly value: Uint8Array;
}

type Length = number | 'll' | 'lll' | 'tlv';

const lengths: ReadonlyMap<number, Length> = new Map<number, Length>([
  [0x01, 1],
  [0x02, 1],
  [0x03, 1],
  [0x04, 6],
  [0x05, 1],
  [0x06, 'tlv'],
  [0x0b, 3],
  [0x0c, 3],
  [0x0d, 2],
  [0x0e, 2],
  [0x17, 2],
  [0x19, 1],
  [0x22, 'll'],
  [0x23, 'll'],
  [0x24, 'lll'],
  [0x27, 1],
  [0x29, 4],
  [0x2a, 15],
  [0x2d, 'll'],
  [0x2e, 'lll'],
  [0x37, 3],
  [0x3a, 2],
  [0x3b, 8],
  [0x3c, 'lll'],
  [0x3d, 3],
  [0x49, 2],
  [0x4c, 'll'],
  [0x60, 'lll'],
  [0x70, 4],
  [0x71, 4],
  [0x72, 1],
  [0x73, 1],
  [0x74, 1],
  [0x75, 1],
  [0x87, 2],
  [0x88, 3],
  [0x8a, 1],
  [0x8b, 'll'],
  [0x8c, 1],
  [0x92, 'lll'],
  [0x9a, 'lll'],
  [0xa0, 1],
  [0xa7, 'll'],
  [0xaa, 3],
  [0xaf, 'lll'],
  [0xba, 5],
  [0xd0, 1],
  [0xd1, 'll'],
  [0xd2, 1],
  [0xd3, 1],
  [0xe0, 1],
  [0xf0, 1],
  [0xf9, 1],
  [0xfa, 1],
  [0xfb, 1],
  [0xfc, 1],
  [0xfd, 1],
]);

/** Expiry date, tracks 1 to 3, chip data, CVV, purse record, the chip's card file, PIN data. */
const cardData: ReadonlySet<number> = new Set([0x0e, 0x23, 0x24, 0x2d, 0x2e, 0x3a, 0x92, 0x9a, 0xa7, 0xaf, 0xd1]);

/**
 * The fields of `data`, without card data. Null when a field is cut short. A field of an unknown number ends the reading,
 * because its length can't be known; what came before it counts.
 */
export function readFields(data: Uint8Array): readonly Field[] | null {
  const fields: Field[] = [];
  for (let at = 0; at < data.length; ) {
    const bitmap = data[at] ?? 0;
    const kind = lengths.get(bitmap);
    if (kind === undefined) break;
    const extent = extentOf(kind, data.subarray(at + 1));
    if (extent === null) return null;
    const from = at + 1 + extent.header;
    const to = from + extent.length;
    if (to > data.length) return null;
    if (!cardData.has(bitmap)) fields.push({ bitmap, value: data.slice(from, to) });
    at = to;
  }
  return fields;
}

export const fieldOf = (fields: readonly Field[], bitmap: number): Uint8Array | undefined =>
  fields.find((field) => field.bitmap === bitmap)?.value;

interface Extent {
  readonly header: number;
  readonly length: number;
}

function extentOf(kind: Length, rest: Uint8Array): Extent | null {
  if (kind === 'tlv') return tlvLength(rest);
  if (typeof kind === 'number') return { header: 0, length: kind };
  return variableLength(rest, kind === 'll' ? 2 : 3);
}

/** LLVAR and LLLVAR (PA00P016, 5.2.8): each digit of the length in a byte of its own, `F1 F2` is 12. */
export function variableLength(bytes: Uint8Array, digits: 2 | 3): Extent | null {
  let length = 0;
  for (let index = 0; index < digits; index += 1) {
    const digit = (bytes[index] ?? 0) - 0xf0;
    if (digit < 0 || digit > 9) return null;
    length = length * 10 + digit;
  }
  return { header: digits, length };
}

/** Length of a TLV object (PA00P015, 9.3.2): a byte below 80, or `81` and one byte, or `82` and two, the high one first. */
export function tlvLength(bytes: Uint8Array): Extent | null {
  const [first, second, third] = bytes;
  if (first === undefined) return null;
  if (first < 0x80) return { header: 1, length: first };
  if (first === 0x81) return second === undefined ? null : { header: 2, length: second };
  if (first === 0x82 && second !== undefined && third !== undefined) {
    return { header: 3, length: (second << 8) | third };
  }
  return null;
}
