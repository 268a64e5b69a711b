import type { BootId } from '../platform/clock.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import { type AnchorReading, beyond } from './anchor.ts';
import type { GapRecord, NumberRange } from './journal.ts';
import type { Ledger } from './ledger.ts';
import { absentNumbers } from './ranges.ts';
import { readLedger, readReceiptCounters, readSequences } from './store-copy.ts';

/** Numbers that are in neither copy and not yet written down as such. */
export interface Gaps {
  /** They were given. */
  readonly lost: Omit<GapRecord, 'kind' | 'reason'> | null;
  /** They may have been given. */
  readonly skipped: Omit<GapRecord, 'kind' | 'reason'> | null;
}

/**
 * What the union of both copies, now in `store`, lacks. `uncertain`: both copies end in a way that may hide
 * acknowledged records. The anchor knows better if it was written in this boot, because then no power cut came between.
 */
export async function findGaps(
  store: KeyValueStore,
  anchor: AnchorReading | undefined,
  bootId: BootId,
  uncertain: boolean,
): Promise<Gaps> {
  const ledger = readLedger(store);
  const lostSequences = await absentNumbers(ledger.sequence, readSequences(store), ledger.gaps);
  const lastReceipt = ledger.nextReceiptCounter - 1;
  const lostReceipts =
    lostSequences.length === 0 ? [] : await absentNumbers(lastReceipt, readReceiptCounters(store), ledger.receiptGaps);

  const height = { sequence: ledger.sequence, receipt: lastReceipt };
  const acknowledged = anchor?.acknowledged ?? height;
  lostSequences.push(...span(height.sequence + 1, acknowledged.sequence));
  lostReceipts.push(...span(height.receipt + 1, acknowledged.receipt));

  const endIsLost = acknowledged.sequence > height.sequence || acknowledged.receipt > height.receipt;
  const exact = anchor?.bootId === bootId;
  const skips = (endIsLost || uncertain) && !exact;
  const ceiling = anchor?.ceiling ?? beyond(height);
  const first = {
    sequence: Math.max(height.sequence, acknowledged.sequence) + 1,
    receipt: Math.max(height.receipt, acknowledged.receipt) + 1,
  };
  return {
    lost: named(lostSequences, lostReceipts),
    skipped: skips ? named(span(first.sequence, ceiling.sequence), span(first.receipt, ceiling.receipt)) : null,
  };
}

/** The records that write them down, beyond every number they name. */
export function gapRecords(gaps: Gaps, ledger: Ledger): { readonly sequence: number; readonly entry: GapRecord }[] {
  const named = [gaps.lost, gaps.skipped].flatMap((gap) => gap?.sequences ?? []);
  let sequence = Math.max(ledger.sequence, ...named.map(({ through }) => through));
  const records: { sequence: number; entry: GapRecord }[] = [];
  if (gaps.lost !== null) records.push({ sequence: ++sequence, entry: { kind: 'gap', ...gaps.lost, reason: 'lost' } });
  if (gaps.skipped !== null) {
    records.push({ sequence: ++sequence, entry: { kind: 'gap', ...gaps.skipped, reason: 'skipped' } });
  }
  return records;
}

function named(sequences: readonly NumberRange[], receipts: readonly NumberRange[]): Gaps['lost'] {
  return sequences.length + receipts.length === 0 ? null : { sequences, receipts };
}

function span(from: number, through: number): NumberRange[] {
  return from <= through ? [{ from, through }] : [];
}
