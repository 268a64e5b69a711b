import { HoldfastError } from '../platform/errors.ts';

/**
 * What lies on the disk, by number. An older format is migrated on starting; a newer one is refused, because what this
 * release does not know of it could be taken for damage.
 *
 * | | since |
 * |---|---|
 * | store 1 | the first |
 * | store 2 | the ledger names its terminal (a journal moved to another one is refused) and the last record's stamp (a clock that was set between two processes of a boot is noticed) |
 * | store 3 | documents of all kinds by id and receipt, what belongs to a sale, card payments and cases with their records; the ledger counts returns, refunds and what was withdrawn |
 * | tape 1 | the first: frames `HFJ1`; raised also when there are new kinds of entries |
 * | tape 2 | entries of kind `pruned`, and a tape that begins after the first record; the frames are as before |
 * | tape 3 | entries of kind `return`, `customer`, `payment-outcome` and `case`; deliveries name a document, payments whether they are open (older ones are read so by `older-entries.ts`) |
 * | tape 4 | entries of kind `receipt-mail` |
 */
export const formats = { store: 3, tape: 4 } as const;

/** Formats that were found. */
export interface Formats {
  readonly store: number;
  readonly tape: number;
}

/**
 * While this release has yet to prove itself, the one before it may come back, and must be able to read what was written meanwhile.
 * Throws `journal.migration-held`; nothing was opened then.
 */
export function requireReadableBy(readable: Formats): void {
  if (formats.store <= readable.store && formats.tape <= readable.tape) return;
  throw new HoldfastError(
    'journal.migration-held',
    `The journal stays in the format of the release before (database ${readable.store}, tape ${readable.tape}) until this release has proven itself`,
    { remedy: 'retry', hint: 'Nothing was changed. docs/updates.md tells how such a release proves itself first.' },
  );
}

/** Throws `journal.newer-version`. `where` is for people, e.g. a folder. */
export function requireKnown(found: Formats, where: string): void {
  if (found.store <= formats.store && found.tape <= formats.tape) return;
  const [what, theirs, ours] =
    found.store > formats.store ? ['database', found.store, formats.store] : ['tape', found.tape, formats.tape];
  throw new HoldfastError(
    'journal.newer-version',
    `The journal in ${where} was written by a newer Holdfast (${what} format ${theirs}; this release knows up to ${ours})`,
    {
      remedy: 'operator',
      hint: 'Install that release again, or a later one. Nothing was changed.',
    },
  );
}
