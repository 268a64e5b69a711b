import { createHash } from 'node:crypto';
import { type Clock, stamp } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { TerminalId } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import { MemoryStore } from '../platform/memory-store.ts';
import { encodeFrame, type Frame, hashOf, writtenIn } from './frame.ts';
import type { JournalRecord } from './journal.ts';
import { emptyLedger, requireTerminal } from './ledger.ts';
import { indexesOf, Planner } from './planner.ts';
import { sideBySide } from './prepare-store.ts';
import type { JournalReport } from './report.ts';
import { damagedLabel, type JournalPlaces, startJournal } from './start.ts';
import { readFrames } from './store-copy.ts';
import { readTape, tapeSegments } from './tape.ts';

const format = 'holdfast-journal';

/**
 * A journal as JSON Lines, each ending in a line feed: a head `{format, version, terminalId}`; per record `{sequence,
 * stamp, entry, previous, hash}` with the SHA-256 of its frame and of the one before; a foot `{records, sha256}` with the
 * SHA-256 of everything before it.
 */
export async function* exportLines(frames: AsyncIterable<Frame>, terminalId: TerminalId): AsyncGenerator<string> {
  const digest = createHash('sha256');
  const line = (content: unknown): string => {
    const text = `${JSON.stringify(content)}\n`;
    digest.update(text);
    return text;
  };
  yield line({ format, version: 1, terminalId });
  let records = 0;
  for await (const frame of frames) {
    records++;
    yield line({
      sequence: frame.sequence,
      ...writtenIn(frame),
      previous: hex(frame.previous),
      hash: hashOf(frame),
    });
  }
  yield `${JSON.stringify({ records, sha256: digest.digest('hex') })}\n`;
}

/**
 * Everything that can be read in either copy, changing nothing: for a medium that was taken out of a broken terminal.
 */
export async function* readJournalFrames(places: JournalPlaces): AsyncGenerator<Frame> {
  const view = new MemoryStore();
  await places.store.readInto(view);
  for await (const [fromTape, fromStore] of sideBySide(readTape(places.tape, 1), readFrames(view))) {
    const frame = fromTape ?? fromStore;
    if (frame !== undefined) yield frame;
  }
}

export interface RecoverOptions {
  readonly terminalId: TerminalId;
  readonly clock: Clock;
  /** Size at which the tape goes on in a new file; default 8 MiB. */
  readonly segmentBytes?: number;
  /**
   * The last receipt that is known to have been given, e.g. from paper. If the export is older, the numbers between are
   * passed over so that none is given twice.
   */
  readonly lastReceiptCounter?: number;
}

/**
 * Makes a journal from an export where there is none yet, both copies. Nothing is in place until the whole export was
 * checked. Errors: `journal.exists`, `journal.bad-export` (which line and why), `journal.other-terminal`.
 */
export async function recoverJournal(
  lines: AsyncIterable<string>,
  places: JournalPlaces,
  options: RecoverOptions,
): Promise<JournalReport> {
  const { terminalId, clock } = options;
  if ((await places.store.check()).exists || (await tapeSegments(places.tape)).length > 0) {
    throw new HoldfastError('journal.exists', `There is a journal in ${places.store.place} already`, {
      remedy: 'operator',
      hint: 'Recover into an empty folder. An existing journal is repaired by starting the terminal.',
    });
  }
  await places.store.rebuild(damagedLabel(clock), (store) => fill(store, lines, options));
  const segmentBytes = options.segmentBytes ?? 8 * 1024 * 1024;
  const started = await startJournal(places, { terminalId, clock, provision: false, segmentBytes });
  for (const anchor of started.anchors) await anchor.close();
  await started.tape?.close();
  await started.store.close();
  return started.report;
}

async function fill(store: KeyValueStore, lines: AsyncIterable<string>, options: RecoverOptions): Promise<void> {
  const { terminalId, clock, lastReceiptCounter = 0 } = options;
  let planner = new Planner(terminalId, emptyLedger, indexesOf(store));
  const flush = async (durable: boolean): Promise<void> => {
    const plan = planner.finish();
    await store.write(plan.changes, { durable });
    planner = new Planner(terminalId, plan.ledger, indexesOf(store));
  };
  for await (const frame of readExport(lines, terminalId)) {
    planner.addFrame(frame);
    if (planner.size >= 256) await flush(false);
  }
  const { nextReceiptCounter, sequence } = planner.ledger;
  if (lastReceiptCounter >= nextReceiptCounter) {
    const receipts = [{ from: nextReceiptCounter, through: lastReceiptCounter }];
    const entry = { kind: 'gap', sequences: [], receipts, reason: 'skipped' } as const;
    planner.addRecord({ sequence: sequence + 1, stamp: stamp(clock), entry });
  }
  await flush(true);
}

/** The frames of an export, each checked; ends only if the foot agrees with everything before it. */
async function* readExport(lines: AsyncIterable<string>, terminalId: TerminalId): AsyncGenerator<Frame> {
  const digest = createHash('sha256');
  let number = 0;
  let last = 0;
  let footed = false;
  for await (const text of lines) {
    const line = text.endsWith('\n') ? text : `${text}\n`;
    number++;
    const content = parse(line, number);
    if (footed) throw badExport(number, 'nothing may follow the last line');
    if (number === 1) checkHead(content, terminalId);
    else if (typeof content['sha256'] === 'string') {
      if (content['sha256'] !== digest.digest('hex')) throw badExport(number, 'the file was changed');
      footed = true;
      continue;
    } else {
      const frame = frameOf(content, number);
      if (frame.sequence <= last) throw badExport(number, 'the records are not in order');
      last = frame.sequence;
      yield frame;
    }
    digest.update(line);
  }
  if (!footed) throw badExport(number, 'the end of the file is missing');
}

function parse(line: string, number: number): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(line);
    if (typeof content === 'object' && content !== null) return content as Record<string, unknown>; // any object
  } catch (error) {
    throw badExport(number, 'it is not JSON', error);
  }
  throw badExport(number, 'it is not an object');
}

function checkHead(head: Readonly<Record<string, unknown>>, terminalId: TerminalId): void {
  if (head['format'] !== format) throw badExport(1, 'this is not an exported journal');
  if (head['version'] !== 1) throw badExport(1, `version ${String(head['version'])} is newer than this Holdfast`);
  requireTerminal(String(head['terminalId']) as TerminalId, terminalId); // only to compare it
}

function frameOf(content: Readonly<Record<string, unknown>>, number: number): Frame {
  const { previous, hash, sequence, stamp: written, entry } = content;
  if (typeof previous !== 'string' || !/^[0-9a-f]{64}$/.test(previous) || !Number.isSafeInteger(sequence)) {
    throw badExport(number, 'it is not a record');
  }
  const record = { sequence, stamp: written, entry } as JournalRecord; // ours if the hash of the frame agrees
  const frame = encodeFrame(record, Buffer.from(previous, 'hex'));
  if (hashOf(frame) !== hash) throw badExport(number, `record ${String(sequence)} was changed`);
  return frame;
}

function badExport(line: number, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('journal.bad-export', `Line ${line} of the export can't be used: ${why}`, {
    remedy: 'operator',
    cause,
    hint: 'Copy the export again; it must be complete and unchanged.',
  });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
