/** Tables for the reflected Castagnoli polynomial 0x82f63b78, eight bytes a step (RFC 3720 B.4). */
const tables: readonly Int32Array[] = buildTables();

/**
 * CRC-32C (Castagnoli) of `bytes`, continuing from `seed` (the CRC of what came before), as an unsigned 32-bit number.
 * LevelDB, iSCSI and ext4 use the same.
 */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as unknown as Eight; // always eight: buildTables() makes them
  const length = bytes.length;
  let crc = ~seed;
  let at = 0;
  for (const end = length - 7; at < end; at += 8) {
    crc ^= byte(bytes, at) | (byte(bytes, at + 1) << 8) | (byte(bytes, at + 2) << 16) | (byte(bytes, at + 3) << 24);
    crc =
      byte(t7, crc & 0xff) ^
      byte(t6, (crc >>> 8) & 0xff) ^
      byte(t5, (crc >>> 16) & 0xff) ^
      byte(t4, crc >>> 24) ^
      byte(t3, byte(bytes, at + 4)) ^
      byte(t2, byte(bytes, at + 5)) ^
      byte(t1, byte(bytes, at + 6)) ^
      byte(t0, byte(bytes, at + 7));
  }
  for (; at < length; at++) crc = byte(t0, (crc ^ byte(bytes, at)) & 0xff) ^ (crc >>> 8);
  return ~crc >>> 0;
}

type Eight = readonly [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

/** Every index used above is in range; the type checker can't know. */
function byte(table: Uint8Array | Int32Array, index: number): number {
  return table[index] as number;
}

function buildTables(): Int32Array[] {
  const first = new Int32Array(256);
  for (let n = 0; n < 256; n++) {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    first[n] = crc;
  }
  const all = [first];
  for (let k = 1; k < 8; k++) {
    const before = all[k - 1] ?? first;
    all.push(Int32Array.from(before, (crc) => byte(first, crc & 0xff) ^ (crc >>> 8)));
  }
  return all;
}
