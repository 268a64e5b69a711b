import { receiptCounter, receiptNumber, type TerminalId } from '../platform/ids.ts';
import { MemoryStore } from '../platform/memory-store.ts';
import { documentId, documentIn, isClosed, receiptOf } from './document.ts';
import { type Frame, recordOf } from './frame.ts';
import type { DeliveryRecord, NumberRange } from './journal.ts';

import { same, sideBySide } from './prepare-store.ts';
import { absentNumbers, countOf } from './ranges.ts';
import { type Finding, type JournalReport, makeReport, receiptsOf } from './report.ts';
import type { JournalPlaces } from './start.ts';
import { readFrames } from './store-copy.ts';
import { readTape, scanTape, tapeStart } from './tape.ts';

/**
 * Reads both copies from beginning to end, compares them record by record, and changes nothing: neither opens LevelDB nor
 * repairs. For a terminal that is switched off, or a medium read on another machine.
 */
export async function verifyJournal(places: JournalPlaces, terminal: TerminalId): Promise<JournalReport> {
  const findings: Finding[] = [];
  const find = (code: string, words: string, details: readonly (string | number)[]): void => {
    if (details.length > 0) findings.push({ code, words, details: details.slice(0, 100).map(String) });
  };
  const check = await places.store.check();
  find('store.damaged', 'Files of the database are damaged.', check.exists ? check.damage : ['there is no database']);
  const scan = await scanTape(places.tape, tapeStart, () => {});
  find('tape.damaged', 'Files of the tape are damaged.', [...scan.damaged]);
  find(
    'tape.torn',
    'The end of the tape is incomplete, as a power cut leaves it.',
    scan.torn ? [scan.torn.segment] : [],
  );
  find('tape.chain', 'The chain of the tape is broken: something else has changed it.', scan.chainBreaks);

  const view = new MemoryStore();
  await places.store.readInto(view);
  const onlyTape: number[] = [];
  const onlyStore: number[] = [];
  const differing: number[] = [];
  const facts = new Facts(terminal);
  for await (const [fromTape, fromStore] of sideBySide(readTape(places.tape, 1), readFrames(view))) {
    if (fromTape !== undefined && fromStore === undefined) onlyTape.push(fromTape.sequence);
    else if (fromTape === undefined && fromStore !== undefined) onlyStore.push(fromStore.sequence);
    else if (fromTape !== undefined && fromStore !== undefined && !same(fromTape.bytes, fromStore.bytes)) {
      differing.push(fromTape.sequence);
    }
    const frame = fromTape ?? fromStore;
    if (frame !== undefined) facts.take(frame);
  }
  const kept = (sequences: readonly number[]): readonly number[] =>
    sequences.filter((sequence) => sequence > facts.prunedThrough);
  const [lackedByStore, lackedByTape] = [kept(onlyTape), kept(onlyStore)];
  find('store.behind', `The database lacks ${lackedByStore.length} record(s) that the tape has.`, lackedByStore);
  find('tape.behind', `The tape lacks ${lackedByTape.length} record(s) that the database has.`, lackedByTape);
  find('journal.conflict', `The two copies differ in ${differing.length} record(s).`, differing);
  const lost = await facts.absent();
  return makeReport({
    isNew: false,
    oneCopy: false,
    findings,
    records: facts.sequences.length,
    sales: facts.sales,
    unconfirmed: [...facts.deliveries.values()].filter((state) => !isClosed(state)).length,
    lastReceipt: facts.lastReceipt === 0 ? null : receiptNumber(terminal, facts.lastReceipt),
    restoredToStore: 0,
    restoredToTape: 0,
    lostReceipts: receiptsOf(terminal, lost.receipts),
    lostRecords: countOf(lost.sequences),
    skippedReceipts: [],
    setAside: [],
  });
}

/** What the records say together. */
class Facts {
  readonly sequences: number[] = [];
  sales = 0;
  readonly deliveries = new Map<string, DeliveryRecord['state']>();
  lastReceipt = 0;
  /** What a prune that was cut short has left in one copy is no damage. */
  prunedThrough = 0;
  readonly #terminal: TerminalId;
  readonly #receipts: number[] = [];
  readonly #gaps: NumberRange[] = [];
  readonly #receiptGaps: NumberRange[] = [];

  constructor(terminal: TerminalId) {
    this.#terminal = terminal;
  }

  take(frame: Frame): void {
    this.sequences.push(frame.sequence);
    const { entry } = recordOf(frame);
    const document = documentIn(entry);
    if (document !== null) {
      this.deliveries.set(documentId(document), 'waiting');
      if (document.kind === 'sale') this.sales += 1;
      const receipt = receiptOf(document);
      const counter = receipt === null ? undefined : receiptCounter(this.#terminal, receipt.receiptNumber);
      if (counter === undefined) return;
      this.#receipts.push(counter);
      this.lastReceipt = Math.max(this.lastReceipt, counter);
    } else if (entry.kind === 'delivery' && this.deliveries.has(entry.delivery.documentId)) {
      this.deliveries.set(entry.delivery.documentId, entry.delivery.state);
    } else if (entry.kind === 'pruned') {
      this.prunedThrough = entry.through;
      this.#gaps.push(...entry.standing.gaps);
      this.#receiptGaps.push(...entry.standing.receiptGaps);
    } else if (entry.kind === 'gap') {
      this.#gaps.push(...entry.sequences);
      this.#receiptGaps.push(...entry.receipts);
    }
  }

  async absent(): Promise<{ readonly sequences: NumberRange[]; readonly receipts: NumberRange[] }> {
    return {
      sequences: await absentNumbers(this.sequences.at(-1) ?? 0, each(this.sequences), this.#gaps),
      receipts: await absentNumbers(this.lastReceipt, each(this.#receipts), this.#receiptGaps),
    };
  }
}

async function* each(numbers: readonly number[]): AsyncGenerator<number> {
  yield* numbers;
}
