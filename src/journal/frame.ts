import { hash } from 'node:crypto';
import type { Stamp } from '../platform/clock.ts';
import { crc32c } from '../platform/crc32c.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { JournalRecord } from './journal.ts';
import { currentEntry, type WrittenEntry } from './older-entries.ts';

/**
 * One record as it lies on the tape and, byte for byte the same, in LevelDB. Little endian:
 *
 * | bytes | what |
 * |---|---|
 * | 0–3 | `HFJ1`: where a frame may begin, and the format's version |
 * | 4–7 | length of the payload |
 * | 8–15 | sequence |
 * | 16–19 | CRC-32C of bytes 4–15 and 20–end |
 * | 20–51 | SHA-256 of the whole frame before this one (zeroes for the first of the journal) |
 * | 52– | payload: `{stamp, entry}` as JSON |
 *
 * Because a frame depends only on the record and the frame before, either copy can be rebuilt from the other exactly.
 */
export interface Frame {
  readonly sequence: number;
  /** SHA-256 of the frame before. */
  readonly previous: Uint8Array;
  /** The whole frame. */
  readonly bytes: Uint8Array;
}

/** What the first frame of a journal names as the frame before it. */
export const noPrevious: Uint8Array = new Uint8Array(32);

/** The most one record may hold: a bound for what a damaged length can make us read. */
export const largestPayload = 4 * 1024 * 1024;

const magic = Buffer.from('HFJ1', 'latin1');
const headerLength = 52;

/** `journal.too-large` when the record would not fit. */
export function encodeFrame(record: JournalRecord, previous: Uint8Array): Frame {
  const payload = Buffer.from(JSON.stringify({ stamp: record.stamp, entry: record.entry }), 'utf8');
  if (payload.length > largestPayload) {
    throw new HoldfastError('journal.too-large', `A record of ${payload.length} bytes is too large`, {
      remedy: 'never',
    });
  }
  const bytes = Buffer.allocUnsafe(headerLength + payload.length);
  magic.copy(bytes, 0);
  bytes.writeUInt32LE(payload.length, 4);
  bytes.writeBigUInt64LE(BigInt(record.sequence), 8);
  bytes.set(previous, 20);
  payload.copy(bytes, headerLength);
  bytes.writeUInt32LE(checksum(bytes), 16);
  return { sequence: record.sequence, previous, bytes };
}

/** The frame that begins at `offset`, or undefined if there is no whole and undamaged one. */
export function decodeFrame(bytes: Uint8Array, offset = 0): Frame | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset + offset, bytes.byteLength - offset);
  if (buffer.length < headerLength || magic.compare(buffer, 0, 4) !== 0) return undefined;
  const end = headerLength + buffer.readUInt32LE(4);
  if (end > headerLength + largestPayload || end > buffer.length) return undefined;
  const frame = buffer.subarray(0, end);
  if (frame.readUInt32LE(16) !== checksum(frame)) return undefined;
  return { sequence: Number(frame.readBigUInt64LE(8)), previous: frame.subarray(20, headerLength), bytes: frame };
}

/** What the frame after this one must name as its previous, hexadecimal. */
export function hashOf(frame: Frame): string {
  const known = hashes.get(frame);
  if (known !== undefined) return known;
  const made = hash('sha256', frame.bytes);
  hashes.set(frame, made);
  return made;
}

/** Both copies and the ledger want it of every frame that is appended. */
const hashes = new WeakMap<Frame, string>();

/** The record in an undamaged frame. */
export function recordOf(frame: Frame): JournalRecord {
  const { stamp, entry } = writtenIn(frame);
  return { sequence: frame.sequence, stamp, entry: currentEntry(entry) };
}

/** What an undamaged frame holds, as the release that wrote it put it. */
export function writtenIn(frame: Frame): { readonly stamp: Stamp; readonly entry: WrittenEntry } {
  const payload = Buffer.from(frame.bytes.buffer, frame.bytes.byteOffset, frame.bytes.byteLength).toString(
    'utf8',
    headerLength,
  );
  return JSON.parse(payload) as ReturnType<typeof writtenIn>; // ours: the CRC proved it
}

/** Whether an undamaged frame holds the state of a delivery, as most do; told by how every release begins them, without reading it. */
export function isDelivery({ bytes }: Frame): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = buffer.indexOf(entryBegins, headerLength);
  return at >= 0 && buffer.compare(deliveryBegins, 0, deliveryBegins.length, at, at + deliveryBegins.length) === 0;
}

/** Inside a text its quotation marks would stand behind backslashes. */
const entryBegins = Buffer.from(',"entry":{"kind":', 'latin1');
const deliveryBegins = Buffer.from(',"entry":{"kind":"delivery",', 'latin1');

/** A stretch of tape: a frame, or bytes in which none can be read. */
export type Stretch =
  | { readonly kind: 'frame'; readonly offset: number; readonly frame: Frame }
  | { readonly kind: 'unreadable'; readonly offset: number; readonly length: number };

/** Everything in `bytes`, in order. After damage it goes on at the next place where a whole frame begins. */
export function* readStretches(bytes: Uint8Array, start = 0): Generator<Stretch> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = start;
  while (offset < buffer.length) {
    const frame = decodeFrame(buffer, offset);
    if (frame !== undefined) {
      yield { kind: 'frame', offset, frame };
      offset += frame.bytes.length;
      continue;
    }
    let next = offset;
    do {
      next = buffer.indexOf(magic, next + 1);
    } while (next !== -1 && decodeFrame(buffer, next) === undefined);
    const end = next === -1 ? buffer.length : next;
    yield { kind: 'unreadable', offset, length: end - offset };
    offset = end;
  }
}

function checksum(frame: Buffer): number {
  return crc32c(frame.subarray(20), crc32c(frame.subarray(4, 16)));
}
