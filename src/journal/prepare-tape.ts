import type { DurableFiles } from '../platform/durable-files.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import type { Frame } from './frame.ts';
import type { NumberRange } from './journal.ts';
import type { Finding } from './report.ts';
import { plural } from './report.ts';
import { readFrames } from './store-copy.ts';
import { scanTape, segmentName, type TapeScan, TapeWriter, tapeSegments, tapeStart } from './tape.ts';

export interface PreparedTape {
  readonly writer: TapeWriter;
  /** Records that were written to the tape because only the store had them. */
  readonly restored: number;
  readonly findings: readonly Finding[];
  readonly setAside: readonly string[];
}

/**
 * Makes the tape whole and ready for writing: unreadable files are rewritten from the store, a torn end is cut off,
 * records that only the store has are appended. What is replaced is kept under a name that ends in `label`.
 * `scan` is that of the whole tape or of its part since a checkpoint.
 */
export async function prepareTape(
  files: DurableFiles,
  store: KeyValueStore,
  scan: TapeScan,
  label: string,
  segmentBytes: number,
): Promise<PreparedTape> {
  const findings: Finding[] = [];
  const setAside: string[] = [];
  let { end, torn } = scan;
  let restored = 0;

  const lacking = await restorable(store, scan.missing);
  if (scan.damaged.size > 0 || lacking.length > 0) {
    const rewritten = await rewriteSegments(files, store, scan.damaged, lacking, label);
    setAside.push(...rewritten.setAside);
    restored += rewritten.restored;
    findings.push({
      code: 'tape.damaged',
      words: `The tape was damaged in ${rewritten.names.length} file(s) and was written again from the database.`,
      details: [...rewritten.names, ...(lacking.length > 0 ? [plural(lacking)] : [])],
    });
    ({ end, torn } = await scanTape(files, tapeStart, () => {}));
  }

  const writer = new TapeWriter(files, end, segmentBytes);
  if (torn !== null) {
    const bytes = await files.read(torn.segment, torn.offset, torn.length);
    if (bytes.some((value) => value !== 0)) {
      const kept = `${torn.segment}.${label}.end`;
      await files.replace(kept, bytes);
      setAside.push(kept);
    }
    findings.push({
      code: 'tape.torn',
      words: 'The last write to the tape was incomplete, as a power cut leaves it; it was cut off.',
      details: [`${torn.segment} from byte ${torn.offset}, ${torn.length} bytes`],
    });
  }
  await writer.rollback();
  restored += await appendFrames(writer, readFrames(store, end.sequence + 1));
  return { writer, restored, findings, setAside };
}

/** Writes frames in portions; resolves with their number. */
export async function appendFrames(writer: TapeWriter, frames: AsyncIterable<Frame>): Promise<number> {
  let count = 0;
  let waiting: Frame[] = [];
  for await (const frame of frames) {
    count++;
    waiting.push(frame);
    if (waiting.length < 256) continue;
    await writer.append(waiting);
    waiting = [];
  }
  await writer.append(waiting);
  return count;
}

/** Those of `missing` that the store has. */
async function restorable(store: KeyValueStore, missing: readonly NumberRange[]): Promise<NumberRange[]> {
  const found: NumberRange[] = [];
  for (const range of missing) {
    for await (const { sequence } of readFrames(store, range.from)) {
      if (sequence <= range.through) found.push(range);
      break;
    }
  }
  return found;
}

/** Writes every file again that is damaged or lacks records, each with the records that belong between its name and the next. */
async function rewriteSegments(
  files: DurableFiles,
  store: KeyValueStore,
  damaged: ReadonlySet<string>,
  lacking: readonly NumberRange[],
  label: string,
): Promise<{ readonly names: readonly string[]; readonly restored: number; readonly setAside: readonly string[] }> {
  const segments = await tapeSegments(files);
  if (segments[0] === undefined || segments[0].first > 1) segments.unshift({ name: segmentName(1), first: 1, size: 0 });
  const names: string[] = [];
  const setAside: string[] = [];
  let restored = 0;
  for (const [index, segment] of segments.entries()) {
    const before = segments[index + 1]?.first ?? Number.POSITIVE_INFINITY;
    const lacks = lacking.some(({ from, through }) => from < before && through >= segment.first);
    if (!damaged.has(segment.name) && !lacks) continue;
    if (segment.size > 0) {
      const kept = `${segment.name}.${label}`;
      await files.replace(kept, await files.read(segment.name, 0, segment.size));
      setAside.push(kept);
    }
    const frames: Uint8Array[] = [];
    for await (const frame of readFrames(store, segment.first)) {
      if (frame.sequence >= before) break;
      frames.push(frame.bytes);
    }
    await files.replace(segment.name, Buffer.concat(frames));
    names.push(segment.name);
    restored += frames.length;
  }
  return { names, restored, setAside };
}
