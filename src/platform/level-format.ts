import { crc32c } from './crc32c.ts';

/**
 * How LevelDB lays out its files (doc/log_format.md and doc/table_format.md of LevelDB 1.20), for reading them without
 * LevelDB: its own reading verifies no table, drops damaged log blocks in silence, and ends the whole process by a failed
 * assertion on some damaged tables, in `open`, `get` and `repair` alike (measured).
 */

/** A part of a log record, or a place in the log where none can be read. */
export type LogPart =
  | { readonly kind: 'part'; readonly position: 'whole' | 'first' | 'middle' | 'last'; readonly data: Buffer }
  | { readonly kind: 'unreadable' };

const logBlock = 32_768;
const partHeader = 7;
const positions = [undefined, 'whole', 'first', 'middle', 'last'] as const;

/** Blocks of 32 KiB holding parts `masked CRC-32C of type and data (4), length of data (2), type (1), data`. */
export function* readLog(bytes: Buffer): Generator<LogPart> {
  for (let block = 0; block < bytes.length; block += logBlock) {
    const end = Math.min(block + logBlock, bytes.length);
    let at = block;
    while (at + partHeader <= end) {
      const length = bytes.readUInt16LE(at + 4);
      const type = bytes.readUInt8(at + 6);
      const dataEnd = at + partHeader + length;
      const position = positions[type];
      if (position === undefined || dataEnd > end) {
        // Zeroes to the end of the block: space that was reserved and never written.
        if (bytes.subarray(at, end).some((value) => value !== 0)) yield { kind: 'unreadable' };
        at = end;
      } else {
        const intact = unmask(bytes.readUInt32LE(at)) === crc32c(bytes.subarray(at + 6, dataEnd));
        if (intact) yield { kind: 'part', position, data: bytes.subarray(at + partHeader, dataEnd) };
        else yield { kind: 'unreadable' };
        at = dataEnd;
      }
    }
    // Up to six bytes fill a block up; at the end of the file they are the beginning of a part.
    const rest = bytes.subarray(at, end);
    if (rest.length > 0 && (end - block < logBlock || rest.some((value) => value !== 0))) yield { kind: 'unreadable' };
  }
}

/** One change as logs and tables hold it; `value` is null for a deletion. The highest `version` of a key counts. */
export interface StoredChange {
  readonly key: string;
  readonly version: number;
  readonly value: Buffer | null;
}

/** The whole records of a log; what is incomplete or next to something unreadable is left out. */
export function* readLogRecords(bytes: Buffer): Generator<Buffer> {
  let parts: Buffer[] | null = null;
  for (const part of readLog(bytes)) {
    if (part.kind === 'unreadable') parts = null;
    else if (part.position === 'whole') yield part.data;
    else if (part.position === 'first') parts = [part.data];
    else if (parts !== null) {
      parts.push(part.data);
      if (part.position === 'middle') continue;
      yield Buffer.concat(parts);
      parts = null;
    }
  }
}

/** The changes of one write batch: `version (8), count (4)`, then each `type (1), key, value`. */
export function* readBatch(batch: Buffer): Generator<StoredChange> {
  let version = Number(batch.readBigUInt64LE(0));
  const reader = new Reader(batch, 12);
  while (reader.at < batch.length) {
    const type = reader.little(1);
    const key = reader.text(reader.varint()).toString('utf8');
    yield { key, version: version++, value: type === 1 ? reader.text(reader.varint()) : null };
  }
}

/** What a manifest says is in use. */
export interface LiveFiles {
  /** Sizes of the tables by number. Other tables are left over from a compaction that did not finish. */
  readonly tables: ReadonlyMap<number, number>;
  /** Logs with a lower number are in the tables already. */
  readonly firstLog: number;
}

/** The sum of a manifest's records, each a VersionEdit (`VersionEdit::EncodeTo`). RangeError if one can't be read. */
export function liveFiles(edits: Iterable<Buffer>): LiveFiles {
  const tables = new Map<number, number>();
  let firstLog = 0;
  for (const edit of edits) {
    const reader = new Reader(edit, 0);
    while (reader.at < edit.length) {
      const tag = reader.varint();
      if (tag === 1) reader.text(reader.varint());
      else if (tag === 2) firstLog = reader.varint();
      else if (tag === 3 || tag === 4 || tag === 9) reader.varint();
      else if (tag === 5) {
        reader.varint();
        reader.text(reader.varint());
      } else if (tag === 6) {
        reader.varint();
        tables.delete(reader.varint());
      } else if (tag === 7) {
        reader.varint();
        const number = reader.varint();
        tables.set(number, reader.varint());
        reader.text(reader.varint());
        reader.text(reader.varint());
      } else throw new RangeError(`Not a tag of a manifest: ${tag}`);
    }
  }
  return { tables, firstLog };
}

export interface BlockHandle {
  readonly offset: number;
  /** Without the trailer: compression (1) and masked CRC-32C (4). */
  readonly size: number;
}

const footerLength = 48;
const tableMagic = 0xdb4775248b80fb57n;
const trailer = 5;

/** Where a table's index and meta index lie; undefined when its end is not that of a table. */
export function tableFooter(
  bytes: Buffer,
): { readonly metaIndex: BlockHandle; readonly index: BlockHandle } | undefined {
  if (bytes.length < footerLength || bytes.readBigUInt64LE(bytes.length - 8) !== tableMagic) return undefined;
  try {
    const footer = new Reader(bytes, bytes.length - footerLength);
    return { metaIndex: footer.handle(), index: footer.handle() };
  } catch {
    return undefined;
  }
}

export function blockIsIntact(bytes: Buffer, { offset, size }: BlockHandle): boolean {
  const end = offset + size + trailer;
  if (end > bytes.length) return false;
  return unmask(bytes.readUInt32LE(end - 4)) === crc32c(bytes.subarray(offset, end - 4));
}

/** The data blocks that an intact index names. */
export function indexedBlocks(bytes: Buffer, index: BlockHandle): BlockHandle[] {
  return Array.from(readBlock(bytes, index), ({ value }) => new Reader(value, 0).handle());
}

/**
 * Blocks found without an index, as long as one intact block follows the other from the start of the file: a block ends
 * where the checksum of all its bytes stands behind them.
 */
export function* chainedBlocks(bytes: Buffer): Generator<BlockHandle> {
  let offset = 0;
  let crc = 0;
  for (let at = 0; at + 5 <= bytes.length; at++) {
    crc = crc32c(bytes.subarray(at, at + 1), crc);
    if (at === offset || unmask(bytes.readUInt32LE(at + 1)) !== crc) continue;
    yield { offset, size: at - offset };
    offset = at + trailer;
    at = offset - 1;
    crc = 0;
  }
}

/** The changes in an intact data block: keys end in `type (1), version (7)`. */
export function* readDataBlock(bytes: Buffer, handle: BlockHandle): Generator<StoredChange> {
  for (const { key, value } of readBlock(bytes, handle)) {
    if (key.length < 8) throw new RangeError('Not a key of LevelDB');
    const tag = key.readBigUInt64LE(key.length - 8);
    yield {
      key: key.toString('utf8', 0, key.length - 8),
      version: Number(tag >> 8n),
      value: (tag & 0xffn) === 1n ? value : null,
    };
  }
}

/** Entries `shared, unshared, value length, rest of key, value`, then the restart points and their number. */
function* readBlock(bytes: Buffer, { offset, size }: BlockHandle): Generator<{ key: Buffer; value: Buffer }> {
  const raw = bytes.subarray(offset, offset + size);
  const block = bytes.readUInt8(offset + size) === 1 ? unsnap(raw) : raw;
  const end = block.length - 4 - 4 * block.readUInt32LE(block.length - 4);
  const reader = new Reader(block, 0);
  let key = Buffer.alloc(0);
  while (reader.at < end) {
    const shared = reader.varint();
    const unshared = reader.varint();
    const valueLength = reader.varint();
    key = Buffer.concat([key.subarray(0, shared), reader.text(unshared)]);
    yield { key, value: reader.text(valueLength) };
  }
}

/** Snappy's raw format (format_description.txt): length, then literals and copies of what came before. */
function unsnap(input: Buffer): Buffer {
  const reader = new Reader(input, 0);
  const output = Buffer.alloc(reader.varint());
  let filled = 0;
  while (reader.at < input.length) {
    const tag = reader.little(1);
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >>> 2;
      const literal = reader.text((short < 60 ? short : reader.little(short - 59)) + 1);
      literal.copy(output, filled);
      filled += literal.length;
      continue;
    }
    const length = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const distance = kind === 1 ? ((tag >>> 5) << 8) | reader.little(1) : reader.little(kind === 2 ? 2 : 4);
    if (distance === 0 || distance > filled) throw new RangeError('Not Snappy');
    for (let n = 0; n < length; n++, filled++) output[filled] = output[filled - distance] ?? 0;
  }
  return output;
}

/** Reads one thing after the other; throws RangeError beyond the end. */
class Reader {
  at: number;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  little(width: number): number {
    const value = this.#bytes.readUIntLE(this.at, width);
    this.at += width;
    return value;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const part = this.little(1);
      value += (part & 0x7f) * scale;
      if (part < 0x80) return value;
    }
  }

  text(length: number): Buffer {
    if (this.at + length > this.#bytes.length) throw new RangeError('Beyond the end');
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  handle(): BlockHandle {
    return { offset: this.varint(), size: this.varint() };
  }
}

/** LevelDB stores a rotated and shifted CRC, because it also checks data that contains CRCs (`crc32c::Mask`). */
function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}
