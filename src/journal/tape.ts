import type { AppendFile, DurableFiles } from '../platform/durable-files.ts';
import { type Frame, hashOf, noPrevious, readStretches } from './frame.ts';
import type { NumberRange } from './journal.ts';

/** A place between two frames of the tape, and what lies before it. */
export interface TapePosition {
  /** File name; empty for the beginning of an empty tape. */
  readonly segment: string;
  readonly offset: number;
  /** Of the frame before; 0 at the beginning. */
  readonly sequence: number;
  /** Hash of the frame before, hexadecimal. */
  readonly head: string;
}

export const tapeStart: TapePosition = {
  segment: '',
  offset: 0,
  sequence: 0,
  head: Buffer.from(noPrevious).toString('hex'),
};

/** What a reading of the tape found. */
export interface TapeScan {
  /** Where the next frame belongs: after the last whole one. */
  readonly end: TapePosition;
  /** Bytes after {@link end} in which nothing can be read: a write that the power cut off, or damage. */
  readonly torn: { readonly segment: string; readonly offset: number; readonly length: number } | null;
  /** Files with something unreadable or out of order before a readable frame. */
  readonly damaged: ReadonlySet<string>;
  /** Sequences that are absent between frames. */
  readonly missing: readonly NumberRange[];
  /** Sequences whose frame does not name the one before it as its previous. */
  readonly chainBreaks: readonly number[];
}

export interface Segment {
  readonly name: string;
  /** Sequence of its first frame. */
  readonly first: number;
  readonly size: number;
}

const segmentPattern = /^tape-(\d{16})\.frames$/;

export function segmentName(first: number): string {
  return `tape-${String(first).padStart(16, '0')}.frames`;
}

/** The files of the tape in order. Other files in the folder (set aside, foreign) are not its business. */
export async function tapeSegments(files: DurableFiles): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const { name, size } of await files.list()) {
    const match = segmentPattern.exec(name);
    if (match) segments.push({ name, first: Number(match[1]), size });
  }
  return segments;
}

/** The newest format that a file of the tape begins with (see `Frame`); 0 if none can be read. */
export async function formatOfTape(files: DurableFiles, segments: readonly Segment[]): Promise<number> {
  const beginnings = await Promise.all(
    segments.map(({ name }) => files.read(name, 0, 4).catch((): Uint8Array => new Uint8Array())),
  );
  const versions = beginnings.map((bytes) => /^HFJ(\d)$/.exec(Buffer.from(bytes).toString('latin1'))?.[1] ?? '0');
  return Math.max(0, ...versions.map(Number));
}

/**
 * Reads the tape from `from` to its end, checks every frame and the chain, and goes on after damage. `visit` gets each
 * frame once, in ascending order; it must copy what it keeps.
 */
export async function scanTape(
  files: DurableFiles,
  from: TapePosition,
  visit: (frame: Frame, segment: string) => void | Promise<void>,
): Promise<TapeScan> {
  const segments = (await tapeSegments(files)).filter(({ name }) => name >= from.segment);
  const damaged = new Set<string>();
  const missing: NumberRange[] = [];
  const chainBreaks: number[] = [];
  let end = from;
  let torn: TapeScan['torn'] = null;
  for (const segment of segments) {
    const start = segment.name === from.segment ? from.offset : 0;
    if (torn !== null) damaged.add(torn.segment);
    torn = null;
    const bytes = await files.read(segment.name, 0, segment.size);
    for (const stretch of readStretches(bytes, start)) {
      if (stretch.kind === 'unreadable') {
        torn = { segment: segment.name, offset: stretch.offset, length: stretch.length };
        continue;
      }
      if (torn !== null) damaged.add(segment.name);
      torn = null;
      const { frame } = stretch;
      if (frame.sequence <= end.sequence) {
        damaged.add(segment.name);
        continue;
      }
      if (frame.sequence > end.sequence + 1) missing.push({ from: end.sequence + 1, through: frame.sequence - 1 });
      else if (Buffer.from(frame.previous).toString('hex') !== end.head) chainBreaks.push(frame.sequence);
      await visit(frame, segment.name);
      end = {
        segment: segment.name,
        offset: stretch.offset + frame.bytes.length,
        sequence: frame.sequence,
        head: hashOf(frame),
      };
    }
  }
  // The last file may hold no whole frame at all: what follows belongs there all the same.
  const last = segments.at(-1);
  if (last !== undefined && last.name !== end.segment) end = { ...end, segment: last.name, offset: 0 };
  return { end, torn, damaged, missing, chainBreaks };
}

/** All readable frames with a sequence of at least `from`, in order. */
export async function* readTape(files: DurableFiles, from: number): AsyncGenerator<Frame> {
  const segments = await tapeSegments(files);
  let last = from - 1;
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1];
    if (next !== undefined && next.first <= from) continue;
    const bytes = await files.read(segment.name, 0, segment.size);
    for (const stretch of readStretches(bytes)) {
      if (stretch.kind === 'unreadable' || stretch.frame.sequence <= last) continue;
      last = stretch.frame.sequence;
      yield stretch.frame;
    }
  }
}

/** Writes at the end of the tape. After an error call {@link rollback} before anything else. */
export class TapeWriter {
  readonly #files: DurableFiles;
  readonly #segmentBytes: number;
  #end: TapePosition;
  #file: AppendFile | null = null;

  constructor(files: DurableFiles, end: TapePosition, segmentBytes: number) {
    this.#files = files;
    this.#end = end;
    this.#segmentBytes = segmentBytes;
  }

  /** After the last durable frame. */
  get end(): TapePosition {
    return this.#end;
  }

  /** Resolves when all frames are durable. */
  async append(frames: readonly Frame[]): Promise<void> {
    let end = this.#end;
    let waiting: Uint8Array[] = [];
    const flush = async (): Promise<void> => {
      if (waiting.length === 0) return;
      this.#file ??= await this.#files.openForAppend(end.segment);
      await this.#file.appendDurably(Buffer.concat(waiting));
      waiting = [];
    };
    for (const frame of frames) {
      if (end.segment === '' || end.offset >= this.#segmentBytes) {
        await flush();
        await this.#closeFile();
        end = { ...end, segment: segmentName(frame.sequence), offset: 0 };
      }
      waiting.push(frame.bytes);
      end = {
        segment: end.segment,
        offset: end.offset + frame.bytes.length,
        sequence: frame.sequence,
        head: hashOf(frame),
      };
    }
    await flush();
    this.#end = end;
  }

  /** Cuts off everything after `to`: what an append that failed has left behind, or what was refused after all. */
  async rollback(to: TapePosition = this.#end): Promise<void> {
    await this.#closeFile();
    for (const { name, size } of await tapeSegments(this.#files)) {
      const keep = name === to.segment ? to.offset : name < to.segment ? size : 0;
      if (keep < size) await this.#cut(name, keep);
    }
    this.#end = to;
  }

  async close(): Promise<void> {
    await this.#closeFile();
  }

  async #cut(name: string, size: number): Promise<void> {
    const file = await this.#files.openForAppend(name);
    try {
      await file.truncate(size);
    } finally {
      await file.close();
    }
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }
}
