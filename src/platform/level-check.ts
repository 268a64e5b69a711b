import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, messageOf } from './errors.ts';
import { blockIsIntact, indexedBlocks, readLog, tableFooter } from './level-format.ts';
import { storageError } from './storage-error.ts';
import type { StoreCheck } from './store-place.ts';

/**
 * A look at every block of a LevelDB without opening it. It must come first: opening drops damaged log blocks and compacts
 * the evidence away, and reading a damaged table gives wrong values or ends the process (measured, see level-format.ts).
 */
export async function checkLevelFiles(path: string): Promise<StoreCheck> {
  const names = await namesIn(path);
  const logs = names.filter((name) => isLog.test(name));
  const tables = names.filter((name) => isTable.test(name));
  const damage: string[] = [];
  let unfinishedWrite = false;
  if (logs.length + tables.length === 0 && !names.includes('CURRENT')) {
    return { exists: false, damage, unfinishedWrite };
  }
  const look = async (name: string, at: (bytes: Buffer) => string | undefined): Promise<void> => {
    try {
      const wrong = at(await readFile(join(path, name)));
      if (wrong !== undefined) damage.push(`${name} ${wrong}`);
    } catch (error) {
      damage.push(`${name} can't be read (${messageOf(error)})`);
    }
  };

  let manifest: string | undefined;
  await look('CURRENT', (bytes) => {
    manifest = /^(MANIFEST-\d+)\n$/.exec(bytes.toString('latin1'))?.[1];
    return manifest === undefined ? 'does not name a manifest' : undefined;
  });
  if (manifest !== undefined) {
    await look(manifest, (bytes) => {
      const { records, damaged } = checkLog(bytes);
      return damaged || records === 0 ? 'is damaged' : undefined;
    });
  }
  for (const name of logs) {
    await look(name, (bytes) => {
      const { damaged, unfinished } = checkLog(bytes);
      unfinishedWrite ||= unfinished;
      return damaged ? 'is damaged before its end' : undefined;
    });
  }
  for (const name of tables) await look(name, checkTable);
  return { exists: true, damage, unfinishedWrite };
}

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
