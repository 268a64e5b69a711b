import { crc32 } from 'node:zlib';
import type { JsonValue } from '../platform/brand.ts';
import { HoldfastError } from '../platform/errors.ts';

/**
 * Every stored value: version, CRC-32 over key and payload, payload. LevelDB hands out wrong or swapped values from a
 * damaged table without an error; this notices.
 */
const version = 2;
/** Bytes before the payload. */
export const headerLength = 5;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function seal(key: string, payload: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(headerLength + payload.length);
  sealed.set(payload, headerLength);
  return sealInPlace(key, sealed);
}

/** Seals a value whose payload lies {@link headerLength} bytes behind its beginning. */
export function sealInPlace(key: string, value: Uint8Array): Uint8Array {
  value[0] = version;
  const sum = checksum(key, value.subarray(headerLength));
  new DataView(value.buffer, value.byteOffset, value.byteLength).setUint32(1, sum, true);
  return value;
}

export const sealJson = (key: string, value: unknown): Uint8Array => seal(key, encoder.encode(JSON.stringify(value)));

/** The payload; throws `snapshot.damaged` when the value is not the one that was written under this key. */
export function unseal(key: string, sealed: Uint8Array): Uint8Array {
  if (sealed.length < headerLength || sealed[0] !== version) throw damaged(key, 'has no valid header');
  const payload = sealed.subarray(headerLength);
  if (sealedChecksum(sealed) !== checksum(key, payload)) throw damaged(key, 'has a wrong checksum');
  return payload;
}

export const unsealJson = (key: string, sealed: Uint8Array): JsonValue =>
  JSON.parse(decoder.decode(unseal(key, sealed))) as JsonValue;

/** The checksum a sealed value carries; for adding many up. */
export function sealedChecksum(sealed: Uint8Array): number {
  return new DataView(sealed.buffer, sealed.byteOffset, sealed.byteLength).getUint32(1, true);
}

export function damaged(key: string, why: string): HoldfastError {
  return new HoldfastError('snapshot.damaged', `The snapshot's record "${key}" ${why}.`, {
    remedy: 'retry',
    hint: 'The snapshot will be fetched again; nothing sold is affected.',
  });
}

function checksum(key: string, payload: Uint8Array): number {
  return crc32(payload, crc32(key));
}
