import { add, type Money, subtract, zero } from '../money/money.ts';
import { unreachable } from '../platform/brand.ts';
import type { Stamp } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import { receiptCounter, receiptNumber, type SaleId, type TerminalId } from '../platform/ids.ts';
import type { CompletedSale } from '../register/sale.ts';
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
  waiting: 0,
  parked: 0,
  confirmed: 0,
  gaps: [],
  receiptGaps: [],
};

/** A sale's place in the journal: the sequence of its record and of its newest delivery record. */
export interface SalePlace {
  readonly sequence: number;
  readonly delivery: number | null;
  readonly state: DeliveryRecord['state'];
}

/** How every sale begins. */
export function undelivered(saleId: SaleId): DeliveryRecord {
  return { saleId, state: 'waiting', attempts: 0, progress: null, lastAnswer: null, code: null, order: null };
}

/** Refuses an entry that contradicts what the journal holds. `place` is that of the sale the entry is about, if known. */
export function checkEntry(
  ledger: Ledger,
  terminal: TerminalId,
  entry: JournalEntry,
  place: SalePlace | undefined,
): void {
  if (entry.kind === 'sale') {
    const expected = receiptNumber(terminal, ledger.nextReceiptCounter);
    if (entry.sale.receiptNumber !== expected || entry.sale.terminalId !== terminal) {
      throw refusal('wrong-receipt-number', `The next receipt is ${expected}, not ${entry.sale.receiptNumber}`);
    }
    if (place !== undefined) throw refusal('sale-exists', `Sale ${entry.sale.saleId} is in the journal already`);
  } else if (entry.kind === 'delivery') {
    const { saleId } = entry.delivery;
    if (place === undefined) throw refusal('unknown-sale', `There is no sale ${saleId} to deliver`);
    if (place.state === 'confirmed') throw refusal('sale-confirmed', `Sale ${saleId} was confirmed already`);
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

/** The sale that an entry is about. */
export function saleIdOf(entry: JournalEntry): SaleId | undefined {
  if (entry.kind === 'sale') return entry.sale.saleId;
  return entry.kind === 'delivery' ? entry.delivery.saleId : undefined;
}

/**
 * The ledger after `record`, whose frame hashes to `head`. `place` as for {@link checkEntry}; a delivery of an unknown sale
 * (its record was lost to damage) changes nothing but the sequence.
 */
export function advance(
  ledger: Ledger,
  terminal: TerminalId,
  record: JournalRecord,
  head: string,
  place: SalePlace | undefined,
): Ledger {
  const moved: Ledger = { ...ledger, terminalId: terminal, sequence: record.sequence, lastStamp: record.stamp, head };
  const { entry } = record;
  switch (entry.kind) {
    case 'sale': {
      requireTerminal(entry.sale.terminalId, terminal);
      const counter = receiptCounter(terminal, entry.sale.receiptNumber) ?? 0;
      return {
        ...moved,
        nextReceiptCounter: Math.max(ledger.nextReceiptCounter, counter + 1),
        sales: ledger.sales + 1,
        waiting: ledger.waiting + 1,
        openShift: withSale(ledger.openShift, entry.sale),
      };
    }
    case 'delivery': {
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
        openShift: withCash(ledger.openShift, entry.direction === 'in' ? 'cashIn' : 'cashOut', entry.amount),
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
    case 'clock-corrected':
      return moved;
    default:
      return unreachable(entry);
  }
}

function withSale(shift: OpenShift | null, sale: CompletedSale): OpenShift | null {
  if (shift === null || shift.shiftId !== sale.shiftId) return shift;
  let after: OpenShift | null = { ...shift, sales: shift.sales + 1 };
  for (const tender of sale.tenders) {
    if (tender.kind === 'cash') after = withCash(after, 'cashSales', tender.amount);
    else if (tender.kind === 'card') after = withCash(after, 'cardSales', tender.amount);
    else after = withOther(after, tender.kind === 'other' ? tender.code : tender.kind, tender.amount);
  }
  return after;
}

function withOther(shift: OpenShift | null, code: string, amount: Money): OpenShift | null {
  if (shift === null) return null;
  return { ...shift, otherSales: { ...shift.otherSales, [code]: add(shift.otherSales?.[code] ?? zero, amount) } };
}

function withCash(
  shift: OpenShift | null,
  sum: 'cashSales' | 'cardSales' | 'cashIn' | 'cashOut',
  amount: Money,
): OpenShift | null {
  if (shift === null) return null;
  const after = { ...shift, [sum]: add(shift[sum], amount) };
  return { ...after, expectedCash: subtract(add(add(after.float, after.cashSales), after.cashIn), after.cashOut) };
}
