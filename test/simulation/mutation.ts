import type { LiveJournal } from '../../src/journal/journal-log.ts';
import type { JournalPlaces } from '../../src/journal/start.ts';
import type { TerminalId } from '../../src/platform/ids.ts';

/** A way in which the software is deliberately broken, to see that the simulation notices: it comes between the ports. */
export interface Mutation {
  readonly name: string;
  places(places: JournalPlaces): JournalPlaces;
  journal(journal: LiveJournal, terminal: TerminalId): LiveJournal;
}

/** The software as it is. */
export const unbroken: Mutation = {
  name: 'none',
  places: (places) => places,
  journal: (journal) => journal,
};
