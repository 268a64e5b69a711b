import type { DurableFiles } from '../platform/durable-files.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { TerminalId } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import type { StorePlace } from '../platform/store-place.ts';
import { hashOf } from './frame.ts';
import type { OlderLedger } from './ledger.ts';
import { type Rebuilt, rebuildStore } from './prepare-store.ts';
import { countOf } from './ranges.ts';
import { readFrame, readFrames, readLedger } from './store-copy.ts';

/**
 * Brings the store to this release's format: a new one is written beside from every record of both copies, found to hold
 * all that the old one did, and flipped. Killed at any moment it leaves the old one or the new one, and the next start
 * goes on from there. The old one is kept under a name that ends in `label`.
 */
export function migrateStore(
  place: StorePlace,
  tape: DurableFiles,
  terminal: TerminalId,
  label: string,
  old: OlderLedger,
): Promise<Rebuilt> {
  return rebuildStore(place, tape, terminal, label, { verify: (fresh) => requireAllOf(old, fresh) });
}

async function requireAllOf(old: OlderLedger, fresh: KeyValueStore): Promise<void> {
  const now = readLedger(fresh);
  let records = 0;
  for await (const { sequence } of readFrames(fresh)) if (sequence <= old.sequence) records++;
  const last = readFrame(fresh, old.sequence);
  const head = last === undefined ? old.head : hashOf(last);
  const wrong = [
    records < old.sequence - countOf(old.gaps) && `${old.sequence - countOf(old.gaps) - records} record(s) are missing`,
    head !== old.head && `record ${old.sequence} is another one`,
    now.nextReceiptCounter < old.nextReceiptCounter && 'receipt numbers would be given again',
    now.sales < old.sales && `${old.sales - now.sales} sale(s) are missing`,
    now.sequence === old.sequence && !sameCounts(old, now) && 'the sales stand otherwise',
  ].filter((words) => words !== false);
  if (wrong.length === 0) return;
  throw new HoldfastError('journal.failed', `The journal could not be brought to the new format: ${wrong.join(', ')}`, {
    remedy: 'operator',
    hint: 'Nothing was changed. Export the journal ("holdfast journal export") and ask for help.',
  });
}

function sameCounts(a: OlderLedger, b: OlderLedger): boolean {
  return a.waiting === b.waiting && a.parked === b.parked && a.confirmed === b.confirmed && a.sales === b.sales;
}
