import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from './crc32c.ts';
import { codeOf, messageOf } from './errors.ts';
import { storageError } from './storage-error.ts';

/**
 * A look at the files of a LevelDB without opening it. Opening drops damaged log blocks without a word and compacts the
 * evidence away, and block checksums of tables are never verified (measured, LevelDB 1.20 as in classic-level 3), so this
 * reads what LevelDB does not: log_format.md and table_format.md of LevelDB.
 */
export interface LevelCheck {
  /** False when the folder holds no file of a LevelDB at all. */
  readonly exists: boolean;
  /** What is damaged, one sentence each. Empty: safe to open. */
  readonly damage: readonly string[];
  /** A log ends in bytes that are no record: a write that the power cut off. LevelDB ignores them, rightly. */
  readonly unfinishedWrite: boolean;
  /** Bytes of tables whose blocks were not verified because `tableBytes` was used up. */
  readonly unverifiedBytes: number;
}

export interface LevelCheckOptions {
  /** Tables are verified block by block until so many bytes were read, newest first; of the others only the index. */
  readonly tableBytes: number;
}

export async function checkLevelFiles(path: string, options: LevelCheckOptions): Promise<LevelCheck> {
  let names: string[];
  try {
    names = await readdir(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { exists: false, damage: [], unfinishedWrite: false, unverifiedBytes: 0 };
    throw storageError(error, `read the folder ${path}`);
  }
  const damage: string[] = [];
  let unfinishedWrite = false;
  let unverifiedBytes = 0;
  const logs = names.filter((name) => /^\d+\.log$/.test(name)).sort();
  const tables = names.filter((name) => /^\d+\.(ldb|sst)$/.test(name)).sort((a, b) => b.localeCompare(a));
  if (logs.length + tables.length === 0 && !names.includes('CURRENT')) {
    return { exists: false, damage, unfinishedWrite, unverifiedBytes };
  }
  const read = async (name: string, check: (bytes: Buffer) => void): Promise<void> => {
    try {
      check(await readFile(join(path, name)));
    } catch (error) {
      damage.push(`${name} can't be read (${messageOf(error)})`);
    }
  };

  let manifest: string | undefined;
  await read('CURRENT', (bytes) => {
    manifest = /^(MANIFEST-\d+)\n$/.exec(bytes.toString('latin1'))?.[1];
    if (manifest === undefined) damage.push('CURRENT does not name a manifest');
  });
  if (manifest !== undefined) {
    await read(manifest, (bytes) => {
      const found = checkLog(bytes);
      if (found.damaged || found.records === 0) damage.push(`${manifest} is damaged`);
    });
  }
  for (const name of logs) {
    await read(name, (bytes) => {
      const found = checkLog(bytes);
      if (found.damaged) damage.push(`${name} has a damaged block before intact ones`);
      unfinishedWrite ||= found.unfinished;
    });
  }
  let left = options.tableBytes;
  for (const name of tables) {
    const size = await stat(join(path, name)).then(
      (found) => found.size,
      () => 0,
    );
    const every = size <= left;
    left -= every ? size : 0;
    unverifiedBytes += every ? 0 : size;
    await read(name, (bytes) => {
      const wrong = checkTable(bytes, every);
      if (wrong !== undefined) damage.push(`${name} ${wrong}`);
    });
  }
  return { exists: true, damage, unfinishedWrite, unverifiedBytes };
}

interface LogFindings {
  readonly records: number;
  /** Something unreadable lies before something readable. */
  readonly damaged: boolean;
  /** Something unreadable lies at the end. */
  readonly unfinished: boolean;
}

const blockSize = 32_768;
const recordHeader = 7;
/** Record types 1–4: whole, first, middle and last part. */
const lastType = 4;

/** Blocks of 32 KiB holding records `masked CRC-32C of type and data (4), length (2), type (1), data`. */
export function checkLog(bytes: Buffer): LogFindings {
  let records = 0;
  let damaged = false;
  let unfinished = false;
  let inside = false;
  for (let block = 0; block < bytes.length; block += blockSize) {
    const end = Math.min(block + blockSize, bytes.length);
    let at = block;
    while (at + recordHeader <= end) {
      const length = bytes.readUInt16LE(at + 4);
      const type = bytes.readUInt8(at + 6);
      const dataEnd = at + recordHeader + length;
      if (type === 0 && length === 0) {
        // Zeroes: space that was reserved and never written, if nothing follows.
        unfinished ||= bytes.subarray(at, end).some((value) => value !== 0);
        break;
      }
      if (type > lastType || dataEnd > end) {
        unfinished = true;
        break;
      }
      if (unmask(bytes.readUInt32LE(at)) !== crc32c(bytes.subarray(at + 6, dataEnd))) unfinished = true;
      else {
        damaged ||= unfinished;
        // A middle or last part without its first, or a first where a last was due: what stood between is gone.
        const continues = type === 3 || type === 4;
        damaged ||= continues !== inside;
        inside = type === 2 || type === 3;
        records++;
      }
      at = dataEnd;
    }
    if (at < end && end - at < recordHeader) {
      unfinished ||= end - block < blockSize || bytes.subarray(at, end).some((value) => value !== 0);
    }
  }
  return { records, damaged, unfinished: unfinished || inside };
}

const footerLength = 48;
const tableMagic = 0xdb4775248b80fb57n;
/** Compression (1) and masked CRC-32C (4) behind every block. */
const blockTrailer = 5;

/** What is wrong with a table, or undefined. `every`: all blocks, else only the index and the meta index. */
function checkTable(bytes: Buffer, every: boolean): string | undefined {
  if (bytes.length < footerLength || bytes.readBigUInt64LE(bytes.length - 8) !== tableMagic) {
    return 'has no end: it was cut off or overwritten';
  }
  try {
    const footer = new Reader(bytes, bytes.length - footerLength);
    const metaIndex = footer.handle();
    const index = footer.handle();
    if (!blockIsIntact(bytes, metaIndex) || !blockIsIntact(bytes, index)) return 'has a damaged index';
    if (!every) return undefined;
    const blocks = indexedBlocks(blockContents(bytes, index));
    return blocks.every((block) => blockIsIntact(bytes, block)) ? undefined : 'has a damaged block';
  } catch {
    return 'has a damaged end';
  }
}

interface BlockHandle {
  readonly offset: number;
  readonly size: number;
}

function blockIsIntact(bytes: Buffer, { offset, size }: BlockHandle): boolean {
  const end = offset + size + blockTrailer;
  if (end > bytes.length - footerLength) return false;
  return unmask(bytes.readUInt32LE(offset + size + 1)) === crc32c(bytes.subarray(offset, offset + size + 1));
}

/** A block's bytes, decompressed if it says that it is Snappy. */
function blockContents(bytes: Buffer, { offset, size }: BlockHandle): Buffer {
  const raw = bytes.subarray(offset, offset + size);
  return bytes.readUInt8(offset + size) === 1 ? unsnap(raw) : raw;
}

/** The handles in an index block: entries `shared, unshared, value length, key, value`, then the restart points. */
function indexedBlocks(index: Buffer): BlockHandle[] {
  const end = index.length - 4 - 4 * index.readUInt32LE(index.length - 4);
  const reader = new Reader(index, 0);
  const handles: BlockHandle[] = [];
  while (reader.at < end) {
    reader.varint();
    const unshared = reader.varint();
    const valueLength = reader.varint();
    reader.at += unshared;
    const next = reader.at + valueLength;
    handles.push(reader.handle());
    reader.at = next;
  }
  return handles;
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
      const length = (short < 60 ? short : reader.little(short - 59)) + 1;
      input.copy(output, filled, reader.at, reader.at + length);
      reader.at += length;
      filled += length;
      continue;
    }
    const length = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const distance = kind === 1 ? ((tag >>> 5) << 8) | reader.little(1) : reader.little(kind === 2 ? 2 : 4);
    if (distance === 0 || distance > filled) throw new RangeError('Not Snappy');
    for (let n = 0; n < length; n++, filled++) output[filled] = output[filled - distance] ?? 0;
  }
  return output;
}

/** Reads numbers one after the other; throws RangeError beyond the end. */
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
    for (let shift = 1; ; shift *= 128) {
      const part = this.little(1);
      value += (part & 0x7f) * shift;
      if (part < 0x80) return value;
    }
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
