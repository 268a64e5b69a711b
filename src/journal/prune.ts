import { type Clock, type Instant, milliseconds } from '../platform/clock.ts';
import type { DurableFiles } from '../platform/durable-files.ts';
import { receiptCounter, type TerminalId } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import { createPacer } from '../platform/pacer.ts';
import { documentId, documentIn, isClosed, receiptOf } from './document.ts';
import { recordOf } from './frame.ts';
import type { PrunedRecord } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { OpenSubjects } from './open-subjects.ts';
import type { Queue } from './queue.ts';
import { without } from './ranges.ts';
import { removal } from './removal.ts';
import { readFrames, readLedger, readPlace } from './store-copy.ts';
import { type Segment, tapeSegments } from './tape.ts';

/** Which records need not be kept any longer. */
export interface PruneWish {
  /** Retention is over for what was recorded before. */
  readonly olderThan: Instant;
  /** Ends it soon; what is left is done by the next one. */
  readonly signal?: AbortSignal;
}

/** The oldest records, which may go. */
export interface PrunePlan {
  /** The last of them: the one before a file of the tape begins, so that whole files go. */
  readonly through: number;
  /** The last receipt counter among them; 0: they hold no receipt. */
  readonly receiptsThrough: number;
  readonly sales: number;
}

/** Between two stretches of looking: it takes a tenth of one core. */
const pause = milliseconds(80);

/**
 * The first record that must stay, whatever its age: what is not delivered, what it waits for, and what tells of a card
 * payment or a case that is open (the sale that such a payment paid comes after it). Infinity: none.
 */
export function firstNeeded(store: KeyValueStore, queue: Queue, open: OpenSubjects): number {
  let first = Math.min(queue.list()[0]?.sequence ?? Number.POSITIVE_INFINITY, open.first());
  for (const { needs } of queue.list()) {
    for (const id of needs) first = Math.min(first, readPlace(store, id)?.sequence ?? first);
  }
  return first;
}

/**
 * Finds what may be removed: a beginning of the journal before `needed` (see {@link firstNeeded}) in which every document is
 * confirmed or withdrawn and every record past its retention. The first record that must stay ends it. Age is told by records
 * whose clock was trusted; those before such a record are at least as old, whatever their own clock said.
 */
export async function planPruning(
  store: KeyValueStore,
  segments: readonly Segment[],
  terminal: TerminalId,
  needed: number,
  { olderThan, signal }: PruneWish,
  clock: Clock,
): Promise<PrunePlan | null> {
  const pruned = readLedger(store).prunedThrough ?? 0;
  const ends = segments.slice(1).map(({ first }) => first - 1);
  const rest = createPacer(clock, pause);
  let plan: PrunePlan | null = null;
  let sales = 0;
  let receiptsThrough = 0;
  /** Ends of files that were passed, whose records are as old as the next trusted one is. */
  let passed: PrunePlan | null = null;
  for await (const frame of readFrames(store, pruned + 1)) {
    await rest();
    if (signal?.aborted === true) return null;
    const record = recordOf(frame);
    const { stamp, entry } = record;
    if (stamp.trusted) {
      if (stamp.at >= olderThan) break;
      plan = passed;
    }
    if (record.sequence >= needed) break;
    const document = documentIn(entry);
    if (document !== null) {
      const place = readPlace(store, documentId(document));
      if (place === undefined || !isClosed(place.state)) break;
      const receipt = receiptOf(document);
      if (document.kind === 'sale') sales += 1;
      if (receipt !== null) receiptsThrough = receiptCounter(terminal, receipt.receiptNumber) ?? receiptsThrough;
    }
    if (!ends.includes(record.sequence)) continue;
    passed = { through: record.sequence, receiptsThrough, sales };
    if (stamp.trusted) plan = passed;
  }
  return plan;
}

/** The record to append before anything is removed. */
export function prunedRecord(ledger: Ledger, { through, receiptsThrough }: PrunePlan): PrunedRecord {
  const { nextReceiptCounter, openShift, sales, returns, waiting, parked, confirmed, withdrawn } = ledger;
  const range = { from: 1, through };
  const receipts = { from: 1, through: receiptsThrough };
  return {
    kind: 'pruned',
    through,
    standing: {
      nextReceiptCounter,
      openShift,
      sales,
      returns,
      waiting,
      parked,
      confirmed,
      withdrawn,
      gaps: [range, ...without(ledger.gaps, range)],
      receiptGaps: receiptsThrough === 0 ? ledger.receiptGaps : [receipts, ...without(ledger.receiptGaps, receipts)],
    },
  };
}

/** Records removed at once: a sale that is being kept meanwhile waits no longer than for these. */
const portion = 200;

/** Removes from the store all that its ledger says is pruned. */
export async function removePruned(store: KeyValueStore): Promise<void> {
  while (await removePortion(store));
}

/** Removes a piece of what is pruned, of the store first, then of the tape; false when nothing is left to remove. */
export async function removeSome(store: KeyValueStore, tape: DurableFiles): Promise<boolean> {
  if (await removePortion(store)) return true;
  const { prunedThrough = 0 } = readLedger(store);
  const segments = await tapeSegments(tape);
  const oldest = segments[0];
  // The file after it begins at the first record that stays, or before: there is nothing else in this one.
  if (oldest === undefined || (segments[1]?.first ?? Number.POSITIVE_INFINITY) > prunedThrough + 1) return false;
  await tape.remove(oldest.name);
  return true;
}

async function removePortion(store: KeyValueStore): Promise<boolean> {
  const { prunedThrough = 0 } = readLedger(store);
  if (prunedThrough === 0) return false;
  const changes = await removal(store, prunedThrough, portion);
  if (changes.length > 0) await store.write(changes, { durable: true });
  return changes.length > 0;
}
