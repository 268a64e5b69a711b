import { type Clock, milliseconds } from '../platform/clock.ts';
import type { DurableFiles } from '../platform/durable-files.ts';
import { HoldfastError } from '../platform/errors.ts';
import { receiptCounter, type TerminalId } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import { createPacer } from '../platform/pacer.ts';
import { documentId, documentIn, receiptOf, saleBehind } from './document.ts';
import { type Frame, isDelivery, recordOf } from './frame.ts';
import type { Ledger } from './ledger.ts';
import { same, sideBySide } from './prepare-store.ts';
import { readBelongings, readDocumentOfReceipt, readFrames, readPlace, readSubject } from './store-copy.ts';
import { subjectOf } from './subject.ts';
import { readTape } from './tape.ts';

/** Sequences that are missing, unreadable or wrong in one copy; the other one has them. */
export interface ScrubFindings {
  readonly store: readonly number[];
  readonly tape: readonly number[];
  /** Readable in both, but not the same. */
  readonly differing: readonly number[];
}

/** Between two stretches: it takes a tenth of one core. */
const pause = milliseconds(80);

/**
 * Reads both copies beside the selling, slowly, up to `ledger`, and compares them. Null when `signal` ended it. Throws
 * `journal.damaged` when an index of the store can't be trusted, and the errors of the store.
 */
export async function scrubCopies(
  store: KeyValueStore,
  tape: DurableFiles,
  ledger: Ledger,
  terminal: TerminalId,
  clock: Clock,
  signal: AbortSignal,
): Promise<ScrubFindings | null> {
  const findings = { store: [] as number[], tape: [] as number[], differing: [] as number[] };
  const first = (ledger.prunedThrough ?? 0) + 1;
  const rest = createPacer(clock, pause);
  for await (const [fromTape, fromStore] of sideBySide(readTape(tape, first), readFrames(store, first))) {
    await rest();
    if (signal.aborted) return null;
    const frame = fromTape ?? fromStore;
    if (frame === undefined || frame.sequence > ledger.sequence) break;
    if (fromStore === undefined) findings.store.push(frame.sequence);
    else if (fromTape === undefined) findings.tape.push(frame.sequence);
    else if (!same(fromTape.bytes, fromStore.bytes)) findings.differing.push(frame.sequence);
    else if (!isIndexed(store, frame, terminal)) findings.store.push(frame.sequence);
  }
  return findings;
}

/** Whether a document can be found by its id and by its receipt, a card payment and a case by theirs. */
function isIndexed(store: KeyValueStore, frame: Frame, terminal: TerminalId): boolean {
  if (isDelivery(frame)) return true;
  const { sequence, entry } = recordOf(frame);
  const told = subjectOf(entry);
  if (told !== null) return readSubject(store, told)?.changes.some((change) => change.sequence === sequence) ?? false;
  const document = documentIn(entry);
  if (document === null) return true;
  const id = documentId(document);
  const receipt = receiptOf(document);
  const counter = receipt === null ? undefined : receiptCounter(terminal, receipt.receiptNumber);
  const sale = saleBehind(document);
  return (
    readPlace(store, id)?.sequence === sequence &&
    (counter === undefined || readDocumentOfReceipt(store, counter) === id) &&
    (sale === null || readBelongings(store, sale).includes(id))
  );
}

/** What is to be told of them. */
export function scrubWords({ store, tape, differing }: ScrubFindings): readonly string[] {
  const records = (numbers: readonly number[]): string =>
    `${numbers.length} record(s) (${numbers.slice(0, 5).join(', ')}${numbers.length > 5 ? ' …' : ''})`;
  return [
    store.length > 0 && `The database of sales was damaged in ${records(store)}; it is built again from the tape.`,
    tape.length > 0 && `The tape was damaged in ${records(tape)}; it is written again from the database.`,
    differing.length > 0 &&
      `Tape and database differed in ${records(differing)}; the one that continues the chain counts.`,
  ].filter((words) => words !== false);
}

export function damagedRecords(copy: string, numbers: readonly number[]): HoldfastError {
  return new HoldfastError('journal.damaged', `${numbers.length} record(s) of the ${copy} are damaged`, {
    remedy: 'operator',
  });
}
