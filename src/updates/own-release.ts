import { formats as journal } from '../journal/format.ts';
import { format as snapshot } from '../snapshot/layout.ts';
import type { ReleaseFacts, ReleaseFormats } from './manifest.ts';

/** What this release reads and writes; every journal since the first is read (docs/journal.md). */
export const ownFormats: ReleaseFormats = {
  store: { oldest: 1, newest: journal.store },
  tape: { oldest: 1, newest: journal.tape },
  snapshot: { oldest: snapshot, newest: snapshot },
};

/** The oldest release that this one may follow on a terminal. Raised where an older one leaves something that this one can't take over. */
export const ownMinimumVersion = '0.1.0';

/** What this release says of itself where no manifest does. */
export const ownFacts = (version: string): ReleaseFacts => ({
  version,
  minimumVersion: ownMinimumVersion,
  formats: ownFormats,
  keys: null,
});
