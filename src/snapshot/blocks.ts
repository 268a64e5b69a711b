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

/** Packs the records of one kind into blocks. */
export class BlockPacker {
  readonly changes: KeyValueChange[] = [];
  readonly #generation: number;
  readonly #kind: RecordKind;
  #block: number;
  #ends: number[] = [];
  #bytes = Buffer.allocUnsafe(4 * fullBlock);
  #length = 0;

  /** `block`: the number of the first block to fill. */
  constructor(generation: number, kind: RecordKind, block: number) {
    this.#generation = generation;
    this.#kind = kind;
    this.#block = block;
  }

  add(record: unknown): Position {
    const text = JSON.stringify(record);
    const needed = this.#length + text.length * 3;
    if (needed > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], needed * 2);
    this.#length += this.#bytes.write(text, this.#length);
    const position = this.#block * slots + this.#ends.length;
    this.#ends.push(this.#length);
    if (this.#ends.length === slots || this.#length >= fullBlock) this.#close();
    return position;
  }

  /** Ends the last block; the number of the next. */
  end(): number {
    if (this.#ends.length > 0) this.#close();
    return this.#block;
  }

  #close(): void {
    const key = blockKey(this.#generation, this.#kind, this.#block);
    const heading = headerLength + 4 + 4 * this.#ends.length;
    const value = new Uint8Array(heading + this.#length);
    const view = new DataView(value.buffer);
    view.setUint32(headerLength, this.#ends.length, true);
    this.#ends.forEach((end, slot) => {
      view.setUint32(headerLength + 4 + 4 * slot, end, true);
    });
    value.set(this.#bytes.subarray(0, this.#length), heading);
    this.changes.push({ type: 'put', key, value: sealInPlace(key, value) });
    this.#block += 1;
    this.#ends = [];
    this.#length = 0;
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
