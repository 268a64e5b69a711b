import { add, type Money, negate, subtract, zero } from '../money/money.ts';
import { unreachable } from '../platform/brand.ts';
import type { Stamp } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import { type DocumentId, receiptCounter, receiptNumber, type TerminalId } from '../platform/ids.ts';
import type { CompletedReturn } from '../register/return.ts';
import type { CompletedSale } from '../register/sale.ts';
import { documentId, documentIn, isClosed, receiptOf } from './document.ts';
import { formats } from './format.ts';
import type { DeliveryRecord, JournalEntry, JournalRecord, OpenShift, Standing } from './journal.ts';

/** What follows from all records so far; stored with every batch, so that a start need not read them all. */
export interface Ledger extends Standing {
  readonly version: typeof formats.store;
  /** Null before the first record. */
  readonly terminalId: TerminalId | null;
  /** Of the last record; 0 before the first. */
  readonly sequence: number;
  /** Of the last record. */
  readonly lastStamp: Stamp | null;
  /** SHA-256 of the last frame, hexadecimal. */
  readonly head: string;
  /** Card payments and cases that somebody has yet to look after. */
  readonly openSubjects: number;
  /** Records 1 through this one were removed after their retention; absent: none. */
  readonly prunedThrough?: number;
}

/** What every format's ledger has said so far. */
export type OlderLedger = Pick<
  Ledger,
  'sequence' | 'head' | 'nextReceiptCounter' | 'sales' | 'waiting' | 'parked' | 'confirmed' | 'gaps'
> & { readonly version: number };

export const emptyLedger: Ledger = {
  version: formats.store,
  terminalId: null,
  sequence: 0,
  lastStamp: null,
  head: '0'.repeat(64),
  nextReceiptCounter: 1,
  openShift: null,
  sales: 0,
  returns: 0,
  waiting: 0,
  parked: 0,
  confirmed: 0,
  withdrawn: 0,
  openSubjects: 0,
  gaps: [],
  receiptGaps: [],
};

/** A document's place in the journal: the sequence of its record and of its newest delivery record. */
export interface DocumentPlace {
  readonly sequence: number;
  readonly delivery: number | null;
  readonly state: DeliveryRecord['state'];
}

/** How every document begins. */
export function undelivered(document: DocumentId): DeliveryRecord {
  return {
    documentId: document,
    state: 'waiting',
    attempts: 0,
    progress: null,
    lastAnswer: null,
    code: null,
    order: null,
    made: null,
    instructions: [],
    withdrawn: null,
  };
}

/** Refuses an entry that contradicts what the journal holds. `place` is that of the document it is about, if known. */
export function checkEntry(
  ledger: Ledger,
  terminal: TerminalId,
  entry: JournalEntry,
  place: DocumentPlace | undefined,
): void {
  const document = documentIn(entry);
  if (document !== null) {
    const receipt = receiptOf(document);
    const expected = receiptNumber(terminal, ledger.nextReceiptCounter);
    if (receipt !== null && (receipt.receiptNumber !== expected || receipt.terminalId !== terminal)) {
      throw refusal('wrong-receipt-number', `The next receipt is ${expected}, not ${receipt.receiptNumber}`);
    }
    if (place !== undefined) {
      throw refusal('document-exists', `${document.kind} ${documentId(document)} is in the journal already`);
    }
  } else if (entry.kind === 'delivery') {
    const { documentId: id, state, reinstated } = entry.delivery;
    if (place === undefined) throw refusal('unknown-document', `There is no ${id} to deliver`);
    const isAllowed = state === 'waiting' && reinstated !== undefined;
    if (isClosed(place.state) && !isAllowed) throw refusal('document-closed', `${id} was ${place.state} already`);
  }
}

function refusal(code: string, message: string): HoldfastError {
  return new HoldfastError(`journal.${code}`, message, { remedy: 'never' });
}

/** Throws `journal.other-terminal` for what another terminal has written. */
export function requireTerminal(found: TerminalId | null, terminal: TerminalId): void {
  if (found === null || found === terminal) return;
  throw new HoldfastError('journal.other-terminal', `This is the journal of terminal ${found}, not of ${terminal}`, {
    remedy: 'operator',
    hint: `Set the terminal's number back to ${found}, or give ${terminal} a data folder of its own.`,
  });
}

/** The document that an entry is, or whose delivery it tells. */
export function documentIdOf(entry: JournalEntry): DocumentId | undefined {
  if (entry.kind === 'delivery') return entry.delivery.documentId;
  const document = documentIn(entry);
  return document === null ? undefined : documentId(document);
}

/** What the indexes say of a record. */
export interface Known {
  /** As for {@link checkEntry}. */
  readonly place: DocumentPlace | undefined;
  /** By how many it changes the number of open payments and cases. */
  readonly opened: number;
}

/**
 * The ledger after `record`, whose frame hashes to `head`. A delivery of an unknown document (its record was lost to damage)
 * changes nothing but the sequence.
 */
export function advance(
  ledger: Ledger,
  terminal: TerminalId,
  record: JournalRecord,
  head: string,
  known: Known,
): Ledger {
  const moved: Ledger = {
    ...ledger,
    terminalId: terminal,
    sequence: record.sequence,
    lastStamp: record.stamp,
    head,
    openSubjects: ledger.openSubjects + known.opened,
  };
  const { entry } = record;
  switch (entry.kind) {
    case 'sale':
      return {
        ...withReceipt(moved, terminal, entry.sale),
        sales: ledger.sales + 1,
        waiting: ledger.waiting + 1,
        openShift: withSale(ledger.openShift, entry.sale),
      };
    case 'return':
      return {
        ...withReceipt(moved, terminal, entry.return),
        returns: ledger.returns + 1,
        waiting: ledger.waiting + 1,
        openShift: withReturn(ledger.openShift, entry.return),
      };
    case 'customer':
    case 'payment-outcome':
    case 'receipt-mail':
      return { ...moved, waiting: ledger.waiting + 1 };
    case 'delivery': {
      const { place } = known;
      if (place === undefined || place.state === entry.delivery.state) return moved;
      return {
        ...moved,
        [place.state]: ledger[place.state] - 1,
        [entry.delivery.state]: ledger[entry.delivery.state] + 1,
      };
    }
    case 'shift-opened':
      return {
        ...moved,
        openShift: {
          shiftId: entry.shiftId,
          cashier: entry.cashier,
          openedAt: record.stamp,
          float: entry.float,
          sales: 0,
          cashSales: zero,
          cardSales: zero,
          returns: 0,
          cashRefunds: zero,
          cardRefunds: zero,
          cashIn: zero,
          cashOut: zero,
          expectedCash: entry.float,
        },
      };
    case 'shift-closed':
      return { ...moved, openShift: null };
    case 'cash-moved':
      return {
        ...moved,
        openShift: plus(ledger.openShift, entry.direction === 'in' ? 'cashIn' : 'cashOut', entry.amount),
      };
    case 'gap':
      return {
        ...moved,
        gaps: [...ledger.gaps, ...entry.sequences],
        receiptGaps: [...ledger.receiptGaps, ...entry.receipts],
        nextReceiptCounter: Math.max(ledger.nextReceiptCounter, ...entry.receipts.map(({ through }) => through + 1)),
      };
    case 'pruned':
      return { ...moved, ...entry.standing, prunedThrough: entry.through };
    case 'drawer-opened':
    case 'payment':
    case 'case':
    case 'clock-corrected':
      return moved;
    default:
      return unreachable(entry);
  }
}

function withReceipt(ledger: Ledger, terminal: TerminalId, receipt: CompletedSale | CompletedReturn): Ledger {
  requireTerminal(receipt.terminalId, terminal);
  const counter = receiptCounter(terminal, receipt.receiptNumber) ?? 0;
  return { ...ledger, nextReceiptCounter: Math.max(ledger.nextReceiptCounter, counter + 1) };
}

function withSale(shift: OpenShift | null, sale: CompletedSale): OpenShift | null {
  if (shift === null || shift.shiftId !== sale.shiftId) return shift;
  let after: OpenShift | null = { ...shift, sales: shift.sales + 1 };
  for (const tender of sale.tenders) {
    if (tender.kind === 'cash') after = plus(after, 'cashSales', tender.amount);
    else if (tender.kind === 'card') after = plus(after, 'cardSales', tender.amount);
    else after = withOther(after, tender.kind === 'other' ? tender.code : tender.kind, tender.amount);
  }
  return after;
}

function withOther(shift: OpenShift | null, code: string, amount: Money): OpenShift | null {
  if (shift === null) return null;
  return { ...shift, otherSales: { ...shift.otherSales, [code]: add(shift.otherSales?.[code] ?? zero, amount) } };
}

function withReturn(shift: OpenShift | null, { shiftId, refunds }: CompletedReturn): OpenShift | null {
  if (shift === null || shift.shiftId !== shiftId) return shift;
  let after: OpenShift | null = { ...shift, returns: shift.returns + 1 };
  for (const refund of refunds) {
    if (refund.kind === 'cash') after = plus(after, 'cashRefunds', refund.amount);
    else if (refund.kind === 'card') after = plus(after, 'cardRefunds', refund.amount);
    else after = withOther(after, refund.kind, negate(refund.amount));
  }
  return after;
}

type Sum = 'cashSales' | 'cardSales' | 'cashRefunds' | 'cardRefunds' | 'cashIn' | 'cashOut';

function plus(shift: OpenShift | null, sum: Sum, amount: Money): OpenShift | null {
  if (shift === null) return null;
  const { float, cashSales, cashRefunds, cashIn, cashOut, ...rest } = { ...shift, [sum]: add(shift[sum], amount) };
  const expectedCash = subtract(add(subtract(add(float, cashSales), cashRefunds), cashIn), cashOut);
  return { ...rest, float, cashSales, cashRefunds, cashIn, cashOut, expectedCash };
}
