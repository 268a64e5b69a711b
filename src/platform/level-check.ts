import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, messageOf } from './errors.ts';
import {
  blockIsIntact,
  indexedBlocks,
  type LiveFiles,
  liveFiles,
  readLog,
  readLogRecords,
  tableFooter,
} from './level-format.ts';
import { storageError } from './storage-error.ts';
import type { StoreCheck } from './store-place.ts';

/**
 * A look at every block of a LevelDB that is in use, without opening it. It must come first: opening drops damaged log
 * blocks and compacts the evidence away, and reading a damaged table gives wrong values or ends the process (measured, see
 * level-format.ts).
 */
export async function checkLevelFiles(path: string): Promise<StoreCheck> {
  const names = await namesIn(path);
  const logs = names.filter((name) => isLog.test(name));
  const tables = names.filter((name) => isTable.test(name));
  const exists = logs.length + tables.length > 0 || names.includes('CURRENT');
  if (!exists) return { exists, damage: [], unfinishedWrite: false };
  const live = await readManifest(path);
  if (typeof live === 'string') return { exists, damage: [live], unfinishedWrite: false };

  const damage: string[] = [];
  let unfinishedWrite = false;
  const look = async (name: string, at: (bytes: Buffer) => string | undefined): Promise<void> => {
    const wrong = await readFile(join(path, name)).then(at, (error: unknown) => `can't be read (${messageOf(error)})`);
    if (wrong !== undefined) damage.push(`${name} ${wrong}`);
  };
  for (const name of logs.filter((log) => numberOf(log) >= live.firstLog)) {
    await look(name, (bytes) => {
      const { damaged, unfinished } = checkLog(bytes);
      unfinishedWrite ||= unfinished;
      return damaged ? 'is damaged before its end' : undefined;
    });
  }
  for (const [number, size] of live.tables) {
    const name = tables.find((table) => numberOf(table) === number);
    if (name === undefined) damage.push(`table ${number} is missing`);
    else
      await look(name, (bytes) => (bytes.length === size ? checkTable(bytes) : 'has not the size it was written with'));
  }
  return { exists, damage, unfinishedWrite };
}

/** What is in use, or what is wrong with CURRENT and the manifest that it names. */
async function readManifest(path: string): Promise<LiveFiles | string> {
  try {
    const current = await readFile(join(path, 'CURRENT'), 'latin1');
    const name = /^(MANIFEST-\d+)\n$/.exec(current)?.[1];
    if (name === undefined) return 'CURRENT does not name a manifest';
    const bytes = await readFile(join(path, name));
    const { records, damaged } = checkLog(bytes);
    return damaged || records === 0 ? `${name} is damaged` : liveFiles(readLogRecords(bytes));
  } catch (error) {
    return `the manifest can't be read (${messageOf(error)})`;
  }
}

const numberOf = (name: string): number => Number.parseInt(name, 10);

/** Names of the files that hold data: write-ahead logs and sorted tables. */
export const isLog = /^\d+\.log$/;
export const isTable = /^\d+\.(ldb|sst)$/;

/** The names in a folder, in order; none if there is no folder. */
export async function namesIn(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw storageError(error, `read the folder ${path}`);
  }
}

interface LogFindings {
  readonly records: number;
  /** Something unreadable lies before something readable. */
  readonly damaged: boolean;
  /** Something unreadable, or a record without its last part, lies at the end. */
  readonly unfinished: boolean;
}

function checkLog(bytes: Buffer): LogFindings {
  let records = 0;
  let damaged = false;
  let unreadable = false;
  let inside = false;
  for (const part of readLog(bytes)) {
    if (part.kind === 'unreadable') {
      unreadable = true;
      continue;
    }
    // A part without the one before it: what stood between is gone.
    const continues = part.position === 'middle' || part.position === 'last';
    damaged ||= unreadable || continues !== inside;
    inside = part.position === 'first' || part.position === 'middle';
    records++;
  }
  return { records, damaged, unfinished: unreadable || inside };
}

function checkTable(bytes: Buffer): string | undefined {
  const footer = tableFooter(bytes);
  if (footer === undefined) return 'has no end: it was cut off or overwritten';
  if (!blockIsIntact(bytes, footer.index) || !blockIsIntact(bytes, footer.metaIndex)) return 'has a damaged index';
  const blocks = indexedBlocks(bytes, footer.index);
  return blocks.every((block) => blockIsIntact(bytes, block)) ? undefined : 'has a damaged block';
}
