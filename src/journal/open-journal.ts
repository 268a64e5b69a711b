import { join } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import type { TerminalId } from '../platform/ids.ts';
import { LevelPlace } from '../platform/level-place.ts';
import type { Logger } from '../platform/log.ts';
import { SystemDurableFiles } from '../platform/system-durable-files.ts';
import { type Formats, requireReadableBy } from './format.ts';
import { type CopyFailurePolicy, JournalLog, type LiveJournal, type MakeRoom } from './journal-log.ts';
import type { JournalReport } from './report.ts';
import { type JournalPlaces, startJournal } from './start.ts';

export interface OpenJournalOptions {
  /** Holds the database (`journal`) and an anchor. */
  readonly dataDir: string;
  /** Holds the tape and an anchor; best on another medium. Default: `tape` in `dataDir`. */
  readonly tapeDir?: string;
  readonly terminalId: TerminalId;
  readonly clock: Clock;
  readonly log: Logger;
  /** True only when the terminal is put into service: then a journal is begun where there is none. */
  readonly provision: boolean;
  /** Default `sell`. */
  readonly onCopyFailure?: CopyFailurePolicy;
  /** Size at which the tape goes on in a new file; default 8 MiB. */
  readonly segmentBytes?: number;
  /** Formats that the journal must not go beyond, because an older release may come back; absent or null: nothing holds it. */
  readonly readableBy?: Formats | null;
  /** Default: there is no space to give. */
  readonly makeRoom?: MakeRoom;
}

export interface OpenedJournal {
  readonly journal: LiveJournal;
  readonly report: JournalReport;
}

/**
 * Opens the journal of a terminal (`journal.migration-held` if it may not be brought to this release's format yet): verifies and repairs both copies first (see {@link startJournal} for the errors). The
 * caller holds the terminal's process lock.
 */
export function openJournal(options: OpenJournalOptions): Promise<OpenedJournal> {
  const tapeDir = options.tapeDir ?? join(options.dataDir, 'tape');
  return openJournalAt(journalPlaces(options.dataDir, tapeDir), options);
}

/** As {@link openJournal}, wherever the journal lies; for the simulation. */
export async function openJournalAt(
  places: JournalPlaces,
  options: Omit<OpenJournalOptions, 'dataDir' | 'tapeDir'>,
): Promise<OpenedJournal> {
  const { terminalId, clock, log, provision } = options;
  if (options.readableBy != null) requireReadableBy(options.readableBy);
  const segmentBytes = options.segmentBytes ?? 8 * 1024 * 1024;
  const started = await startJournal(places, { terminalId, clock, provision, segmentBytes });
  const { report } = started;
  const fields = { outcome: report.outcome, records: report.records, findings: report.findings };
  if (report.outcome === 'whole' || report.outcome === 'new') log.info(fields, 'journal opened');
  else log.warn({ ...fields, lost: report.lostReceipts, setAside: report.setAside }, 'journal opened after damage');
  const onCopyFailure = options.onCopyFailure ?? 'sell';
  const makeRoom = options.makeRoom ?? (async () => {});
  return {
    journal: new JournalLog(started, { places, terminalId, clock, log, onCopyFailure, segmentBytes, makeRoom }),
    report,
  };
}

/** Where a journal lies in a terminal's folders. */
export function journalPlaces(dataDir: string, tapeDir: string): JournalPlaces {
  const tape = new SystemDurableFiles(tapeDir);
  return { store: new LevelPlace(join(dataDir, 'journal')), tape, anchors: [new SystemDurableFiles(dataDir), tape] };
}
