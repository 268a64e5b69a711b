import type { JsonValue } from '../platform/brand.ts';
import type { KeyValueChange } from '../platform/key-value-store.ts';
import { damaged, headerLength, sealInPlace } from './envelope.ts';
import { blockKey } from './layout.ts';
import type { SealedReader } from './sealed-reader.ts';
import type { RecordKind } from './shop-source.ts';

/**
 * Where a record lies: its block times 64 and its place in it. Later records of a kind have higher positions. A block's payload:
 * how many records, the end of each (32 bits each, little-endian, counted from the first record's beginning), the records as
 * JSON one behind the other; so one can be read without the others.
 */
export type Position = number;

const slots = 64;
/** A block is full with this many bytes; a lookup reads one block. */
const fullBlock = 8_000;
const mostHeading = headerLength + 4 + 4 * slots;
/** Blocks made in one piece of memory. */
const stretchBytes = 128 * 1024;

/** Packs the records of one kind into blocks. */
export class BlockPacker {
  readonly changes: KeyValueChange[] = [];
  readonly #generation: number;
  readonly #kind: RecordKind;
  #block: number;
  #ends: number[] = [];
  /** Several blocks lie in it; what is closed stays as it is. */
  #bytes: Buffer = Buffer.allocUnsafeSlow(stretchBytes);
  /** Where the records of the block in hand begin and end; before them is room for its heading. */
  #from = mostHeading;
  #to = mostHeading;

  /** `block`: the number of the first block to fill. */
  constructor(generation: number, kind: RecordKind, block: number) {
    this.#generation = generation;
    this.#kind = kind;
    this.#block = block;
  }

  add(record: unknown): Position {
    const text = JSON.stringify(record);
    this.#makeRoom(text.length * 3);
    this.#to += this.#bytes.write(text, this.#to);
    const position = this.#block * slots + this.#ends.length;
    this.#ends.push(this.#to - this.#from);
    if (this.#ends.length === slots || this.#to - this.#from >= fullBlock) this.#close();
    return position;
  }

  #makeRoom(bytes: number): void {
    if (this.#to + bytes <= this.#bytes.length) return;
    const begun = this.#bytes.subarray(this.#from, this.#to);
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(stretchBytes, mostHeading + begun.length + 2 * bytes));
    this.#bytes.set(begun, mostHeading);
    this.#from = mostHeading;
    this.#to = mostHeading + begun.length;
  }

  /** Ends the last block; the number of the next. */
  end(): number {
    if (this.#ends.length > 0) this.#close();
    return this.#block;
  }

  #close(): void {
    const key = blockKey(this.#generation, this.#kind, this.#block);
    const heading = headerLength + 4 + 4 * this.#ends.length;
    const value = this.#bytes.subarray(this.#from - heading, this.#to);
    value.writeUInt32LE(this.#ends.length, headerLength);
    for (const [slot, end] of this.#ends.entries()) value.writeUInt32LE(end, headerLength + 4 + 4 * slot);
    this.changes.push({ type: 'put', key, value: sealInPlace(key, value) });
    this.#block += 1;
    this.#ends = [];
    this.#from = this.#to + mostHeading;
    this.#to = this.#from;
  }
}

/** The record that an index says lies at `position`. Throws `snapshot.damaged`. */
export function recordAt(reader: SealedReader, generation: number, kind: RecordKind, position: Position): JsonValue {
  const key = blockKey(generation, kind, Math.floor(position / slots));
  const block = reader.bytes(key);
  if (block === undefined) throw damaged(key, 'is missing');
  return recordOf(key, block, position % slots);
}

/** All records of a block, with their positions. */
export function recordsOf(
  key: string,
  payload: Uint8Array,
): readonly { readonly position: Position; readonly record: JsonValue }[] {
  const first = Number(key.slice(key.lastIndexOf('/') + 1)) * slots;
  const count = new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0, true);
  return Array.from({ length: count }, (_, slot) => ({
    position: first + slot,
    record: recordOf(key, payload, slot),
  }));
}

function recordOf(key: string, payload: Uint8Array, slot: number): JsonValue {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const count = view.getUint32(0, true);
  if (slot >= count) throw damaged(key, `has ${count} records, not ${slot + 1}`);
  const start = slot === 0 ? 0 : view.getUint32(4 * slot, true);
  const end = view.getUint32(4 + 4 * slot, true);
  const from = payload.byteOffset + 4 + 4 * count;
  return JSON.parse(Buffer.from(payload.buffer, from + start, end - start).toString()) as JsonValue;
}
