import type { JsonValue } from '../platform/brand.ts';
import { crc32c } from '../platform/crc32c.ts';
import { HoldfastError } from '../platform/errors.ts';

/**
 * Values of LevelDB that are not frames: format version (1 byte), CRC-32C over key and content (4 bytes, little endian),
 * content as JSON. LevelDB 1.20 returns wrong values from a damaged table without an error (measured); this notices.
 */
const version = 1;

export function seal(key: string, content: unknown): Uint8Array {
  const json = Buffer.from(JSON.stringify(content), 'utf8');
  const bytes = Buffer.allocUnsafe(5 + json.length);
  bytes[0] = version;
  json.copy(bytes, 5);
  bytes.writeUInt32LE(checksum(key, bytes), 1);
  return bytes;
}

/** The content; `journal.damaged` when it is not what was sealed under this key. */
export function unseal(key: string, value: Uint8Array): JsonValue {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (bytes.length < 6 || bytes[0] !== version || bytes.readUInt32LE(1) !== checksum(key, bytes)) {
    throw new HoldfastError('journal.damaged', `The database holds a damaged value under ${key}`, {
      remedy: 'operator',
    });
  }
  return JSON.parse(bytes.toString('utf8', 5));
}

function checksum(key: string, sealed: Buffer): number {
  return crc32c(sealed.subarray(5), crc32c(Buffer.from(key, 'utf8')));
}
