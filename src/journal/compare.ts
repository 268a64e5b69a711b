import type { DurableFiles } from '../platform/durable-files.ts';
import type { TerminalId } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import type { Ledger } from './ledger.ts';
import { loadOpenSubjects, type OpenSubjects } from './open-subjects.ts';
import { indexesOf, Planner } from './planner.ts';
import { same } from './prepare-store.ts';
import { removePruned } from './prune.ts';
import { loadQueue, type Queue } from './queue.ts';
import { isWithin } from './ranges.ts';
import { type Checkpoint, readCheckpoint, readFrame, readLedger, writeCheckpoint } from './store-copy.ts';
import { type Segment, scanTape, type TapePosition, type TapeScan, tapeSegments, tapeStart } from './tape.ts';

/** Thrown when the store, though its files look sound, can't be the basis for going on. */
export class Unsound extends Error {}

/** What comparing the two copies has shown. */
export interface Comparison {
  /** The documents to be delivered, from the store. */
  readonly queue: Queue;
  /** Likewise the card payments and cases that are open. */
  readonly open: OpenSubjects;
  readonly scan: TapeScan;
  /** Records that only the tape had; the store has them now. */
  readonly restored: number;
}

/**
 * Reads the tape (since the checkpoint, if it holds; not at all if it is null) and brings the store up to it. Where they
 * differ one of them is wrong: `blame` says which; of the store it is thrown as {@link Unsound} or `journal.damaged`, of
 * the tape its files come back as damaged.
 */
export async function compareCopies(
  store: KeyValueStore,
  tape: DurableFiles | null,
  segments: readonly Segment[],
  terminalId: TerminalId,
  blame: 'store' | 'tape',
): Promise<Comparison> {
  const before = readLedger(store);
  const checkpoint = blame === 'store' ? readCheckpoint(store) : undefined;
  const from = checkpoint !== undefined && holds(checkpoint, segments, before) ? checkpoint.position : tapeStart;
  const differing = new Set<string>();
  let planner = new Planner(terminalId, before, indexesOf(store));
  let restored = 0;
  const flush = async (durable: boolean): Promise<void> => {
    if (planner.size === 0) return;
    const plan = planner.finish();
    restored += plan.records.length;
    await store.write(plan.changes, { durable });
    planner = new Planner(terminalId, plan.ledger, indexesOf(store));
  };
  let scan: TapeScan = { end: tapeStart, torn: null, damaged: differing, missing: [], chainBreaks: [] };
  if (tape !== null) {
    scan = await scanTape(tape, from, async (frame, segment) => {
      if (frame.sequence > before.sequence) {
        planner.addFrame(frame);
        if (planner.size >= 256) await flush(false);
        return;
      }
      // A prune was cut short: the store is done, the tape's files are removed by the next one.
      if (frame.sequence <= (before.prunedThrough ?? 0)) return;
      const stored = readFrame(store, frame.sequence);
      if (stored !== undefined && same(stored.bytes, frame.bytes)) return;
      if (blame === 'tape') differing.add(segment);
      else if (stored === undefined) throw new Unsound(`The tape has record ${frame.sequence}, which was missing`);
      else throw new Unsound(`The copies differ in record ${frame.sequence}`);
    });
    await flush(true);
  }
  await removePruned(store);
  const queue = await loadQueue(store);
  const open = await loadOpenSubjects(store);
  const { waiting, parked, openSubjects } = readLedger(store);
  if (queue.list().length !== waiting + parked) throw new Unsound('The database lacks what is to be delivered');
  if (open.size !== openSubjects) throw new Unsound('The database lacks card payments or cases that are open');
  return { queue, open, restored, scan: { ...scan, damaged: new Set([...scan.damaged, ...differing]) } };
}

/** Writes down that the tape is whole up to where it ends now. */
export async function setCheckpoint(store: KeyValueStore, files: DurableFiles, position: TapePosition): Promise<void> {
  const segments = await tapeSegments(files);
  const earlier = segments.filter(({ name }) => name < position.segment).map(({ name, size }) => ({ name, size }));
  await writeCheckpoint(store, { position, earlier });
}

/** Whether the tape's files up to the checkpoint are those that it was set for. */
function holds({ position, earlier }: Checkpoint, segments: readonly Segment[], ledger: Ledger): boolean {
  const before = segments.filter(({ name }) => name < position.segment);
  const current = segments.find(({ name }) => name === position.segment);
  return (
    position.sequence <= ledger.sequence &&
    current !== undefined &&
    current.size >= position.offset &&
    before.length === earlier.length &&
    before.every(({ name, size }, index) => name === earlier[index]?.name && size === earlier[index]?.size) &&
    !ledger.gaps.some((gap) => isWithin([gap], position.sequence))
  );
}
