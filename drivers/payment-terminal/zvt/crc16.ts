/**
 * CRC-16/KERMIT (polynomial 0x8408 reflected, start 0, check "123456789" = 0x2189). The specification calls it "CRC-XModem,
 * x16+x15+x10+x3" (PA00P016, 3.3); what goes by that name today is another one.
 */
export function crc16(bytes: Iterable<number>, start = 0): number {
  let crc = start;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  }
  return crc;
}
