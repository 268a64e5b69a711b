import type { Clock } from '../platform/clock.ts';
import { type HoldfastError, messageOf } from '../platform/errors.ts';
import type { TerminalId } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import type { Logger } from '../platform/log.ts';
import { isDamage } from './copies.ts';
import type { JournalEntry } from './journal.ts';
import type { Ledger } from './ledger.ts';
import { type PruneWish, planPruning, prunedRecord, removeSome } from './prune.ts';
import { damagedRecords, scrubCopies, scrubWords } from './scrub.ts';
import type { JournalPlaces } from './start.ts';
import { compactRemoved } from './store-copy.ts';
import { tapeSegments } from './tape.ts';

/** A journal at work, as those see it who tend it meanwhile. */
export interface TendedJournal {
  readonly places: JournalPlaces;
  readonly terminalId: TerminalId;
  readonly clock: Clock;
  readonly log: Logger;
  /** The database, if both copies are all right. */
  wholeStore(): KeyValueStore | null;
  ledger(): Ledger;
  /** See `firstNeeded`. */
  firstNeeded(store: KeyValueStore): number;
  /** Runs what must not overlap with appends. */
  inTurn<Result>(task: () => Promise<Result>): Promise<Result>;
  /** Appends a record of the journal's own; only in turn. */
  commit(entry: JournalEntry): Promise<unknown>;
  checkpoint(): Promise<void>;
  /** The copy is built again from the other one; the tape's only in turn. */
  distrustStore(error: HoldfastError): void;
  distrustTape(error: HoldfastError): Promise<void>;
}

/** See `LiveJournal.prune`. Killed at any moment it leaves a journal that the next one goes on with. */
export async function pruneJournal(journal: TendedJournal, wish: PruneWish): Promise<number> {
  const { places, terminalId, clock, log } = journal;
  const store = journal.wholeStore();
  if (store === null) return 0;
  const needed = journal.firstNeeded(store);
  const plan = await planPruning(store, await tapeSegments(places.tape), terminalId, needed, wish, clock);
  const committed =
    plan !== null &&
    (await journal.inTurn(async () => {
      // What was appended meanwhile may need some of it.
      if (journal.wholeStore() !== store || journal.firstNeeded(store) <= plan.through) return false;
      await journal.commit(prunedRecord(journal.ledger(), plan));
      return true;
    }));
  const removePiece = async (): Promise<boolean> => {
    const whole = journal.wholeStore();
    return whole !== null && (await removeSome(whole, places.tape));
  };
  let removed = false;
  while (wish.signal?.aborted !== true && (await journal.inTurn(removePiece))) removed = true;
  if (removed) {
    await journal.inTurn(() => journal.checkpoint());
    await compactRemoved(store, journal.ledger().prunedThrough ?? 0).catch((error: unknown) => {
      log.warn({ error: messageOf(error) }, 'the database did not give back all room');
    });
  }
  return committed ? plan.sales : 0;
}

/** See `LiveJournal.scrub`. */
export async function scrubJournal(journal: TendedJournal, signal: AbortSignal): Promise<readonly string[]> {
  const { places, terminalId, clock } = journal;
  const store = journal.wholeStore();
  if (store === null) return [];
  try {
    const found = await scrubCopies(store, places.tape, journal.ledger(), terminalId, clock, signal);
    // What was restored meanwhile is not what was read.
    if (found === null || journal.wholeStore() !== store) return [];
    const inStore = [...found.store, ...found.differing];
    // Never both at once: the one is built again from the other.
    if (inStore.length > 0) journal.distrustStore(damagedRecords('database', inStore));
    else if (found.tape.length > 0) {
      await journal.inTurn(() => journal.distrustTape(damagedRecords('tape', found.tape)));
    }
    return scrubWords(found);
  } catch (error) {
    if (!isDamage(error) || journal.wholeStore() !== store) throw error;
    journal.distrustStore(error);
    return [`${error.message}; it is built again from the tape.`];
  }
}
