import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TerminalConfig } from '../config/schema.ts';
import { exportLines, readJournalFrames, recoverJournal } from '../journal/export.ts';
import { recordOf } from '../journal/frame.ts';
import { journalPlaces } from '../journal/open-journal.ts';
import type { JournalReport } from '../journal/report.ts';
import { verifyJournal } from '../journal/verify.ts';
import { HoldfastError } from '../platform/errors.ts';
import { receiptCounter, type TerminalId, terminalId } from '../platform/ids.ts';
import { acquireProcessLock } from '../platform/process-lock.ts';
import { storageError } from '../platform/storage-error.ts';
import { SystemClock } from '../platform/system-clock.ts';
import { prepareDataDir } from './data-dir.ts';

/** The folders of a terminal that does not run, wherever they are mounted. */
export interface JournalMedium {
  readonly dataDir: string;
  /** Default: `tape` in `dataDir`. */
  readonly tapeDir?: string;
  /** Whose journal it is; default: whose sales are in it. */
  readonly terminal?: string;
}

/** What is found in `medium`; nothing there is changed, so a write-protected one will do. */
export async function verifyMedium(medium: JournalMedium): Promise<JournalReport> {
  return verifyJournal(await placesOf(medium), await terminalOf(medium));
}

/** Everything that either copy still has, as lines to be recovered from; nothing in `medium` is changed. */
export async function* exportMedium(medium: JournalMedium): AsyncGenerator<string> {
  yield* exportLines(readJournalFrames(await placesOf(medium)), await terminalOf(medium));
}

export interface ImportWishes {
  /** A file from `holdfast journal export` or `recover`, or the data directory of the broken terminal itself. */
  readonly from: string;
  /** The last receipt known to have been given, if it is newer than what is imported. */
  readonly lastReceipt?: string;
}

/**
 * Makes the journal of a new device. Errors: `journal.exists`, `journal.bad-export`, `journal.other-terminal`,
 * `terminal.already-running`, `terminal.data-dir`, `journal.bad-receipt-number`.
 */
export async function importJournal(config: TerminalConfig, wishes: ImportWishes): Promise<JournalReport> {
  const terminal = terminalId(config.terminal.id);
  const lastReceiptCounter = counterOf(terminal, wishes.lastReceipt);
  await prepareDataDir(config.dataDir);
  return whileStopped(config.dataDir, () =>
    recoverJournal(linesFrom(wishes.from), journalPlaces(config.dataDir, config.journal.tapeDir), {
      terminalId: terminal,
      clock: new SystemClock(),
      ...(lastReceiptCounter === undefined ? {} : { lastReceiptCounter }),
    }),
  );
}

/** Runs `task` while no terminal can start on the folder; `terminal.already-running` if one runs. */
export async function whileStopped<Result>(dataDir: string, task: () => Promise<Result>): Promise<Result> {
  const lock = await acquireProcessLock(dataDir);
  try {
    return await task();
  } finally {
    await lock.release();
  }
}

async function placesOf({ dataDir, tapeDir }: JournalMedium) {
  for (const folder of tapeDir === undefined ? [dataDir] : [dataDir, tapeDir]) {
    const found = await stat(folder).catch((error: unknown) => {
      throw storageError(error, `read ${folder}`);
    });
    if (!found.isDirectory()) throw noJournal(folder);
  }
  return journalPlaces(dataDir, tapeDir ?? join(dataDir, 'tape'));
}

async function terminalOf(medium: JournalMedium): Promise<TerminalId> {
  if (medium.terminal !== undefined) return terminalId(medium.terminal);
  let isEmpty = true;
  for await (const frame of readJournalFrames(await placesOf(medium))) {
    isEmpty = false;
    const { entry } = recordOf(frame);
    if (entry.kind === 'sale') return entry.sale.terminalId;
  }
  if (isEmpty) throw noJournal(medium.dataDir);
  throw new HoldfastError('journal.unknown-terminal', `No sale in ${medium.dataDir} says whose journal it is`, {
    remedy: 'operator',
    hint: 'Name the terminal with --terminal.',
  });
}

async function* linesFrom(path: string): AsyncGenerator<string> {
  const found = await stat(path).catch((error: unknown) => {
    throw storageError(error, `read ${path}`);
  });
  if (found.isDirectory()) yield* exportMedium({ dataDir: path });
  else yield* createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
}

function counterOf(terminal: TerminalId, receipt: string | undefined): number | undefined {
  if (receipt === undefined) return undefined;
  const counter = receiptCounter(terminal, receipt);
  if (counter !== undefined) return counter;
  throw new HoldfastError('journal.bad-receipt-number', `"${receipt}" is not a receipt number of ${terminal}`, {
    remedy: 'operator',
    hint: `It reads like ${terminal}-00000042, as printed on the receipt.`,
  });
}

function noJournal(folder: string): HoldfastError {
  return new HoldfastError('journal.nothing-found', `There is no record of a journal in ${folder}`, {
    remedy: 'operator',
    hint: 'Name the data directory itself: the folder that holds "journal" and "tape".',
  });
}
