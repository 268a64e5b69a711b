import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Duration, milliseconds } from '../../src/platform/clock.ts';
import type { Random } from '../../src/platform/random.ts';

/** What the till is at when its power fails. */
export type Moment = 'selling' | 'starting' | 'opening the journal' | 'migrating the journal' | 'copying the shop';

/** Each in turn, so that any few rounds have them all. */
export const moments: readonly Moment[] = [
  'selling',
  'starting',
  'selling',
  'copying the shop',
  'opening the journal',
  'selling',
];

/** What appears beside the journal while it is migrated, step by step. */
export const stepsOfMigration: readonly RegExp[] = [
  /^journal\.salvage$/,
  /^journal\.building$/,
  /^journal\.rebuilt$/,
  /^journal\.format-/,
];

/** Any moment up to `longest`, all as likely. */
export function anyMoment(clock: Clock, random: Random, longest: Duration): Promise<void> {
  return clock.sleep(milliseconds(random.fraction() * longest));
}

/**
 * Resolves when something in `folder` gets a new name of which `pattern` is true: LevelDB begins a table, a rebuild begins,
 * a finished one is flipped. At the latest after `longest`.
 */
export async function somethingNew(folder: string, pattern: RegExp, clock: Clock, longest: Duration): Promise<void> {
  const names = async (): Promise<string[]> => {
    // The folder itself may be flipped just now.
    const all = await readdir(folder).catch((): string[] => []);
    return all.filter((name) => pattern.test(name));
  };
  const before = new Set(await names());
  const end = clock.monotonic() + longest;
  while (clock.monotonic() < end) {
    if ((await names()).some((name) => !before.has(name))) return;
    await clock.sleep(milliseconds(1));
  }
}

/** Whether LevelDB's own log says that it was writing or merging tables when the process ended. */
export async function tableWasHalfWritten(folder: string): Promise<boolean> {
  const log = await readFile(join(folder, 'LOG'), 'utf8').catch(() => '');
  const count = (pattern: RegExp): number => log.match(pattern)?.length ?? 0;
  return (
    count(/Level-0 table #\d+: started/g) > count(/Level-0 table #\d+: \d+ bytes/g) ||
    count(/Compacting \d/g) > count(/Compacted \d/g)
  );
}

/** Whether a migration or a rebuild of the journal was under way. */
export async function rebuildWasUnfinished(dataDir: string): Promise<boolean> {
  const names = await readdir(dataDir);
  return names.some((name) => /^journal\.(building|rebuilt|salvage)$/.test(name)) || !names.includes('journal');
}
