import { randomBytes } from 'node:crypto';
import { statfsSync, statSync } from 'node:fs';
import { lstat, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../platform/errors.ts';
import { storageError } from '../platform/storage-error.ts';
import { makeFolder, syncFolder } from '../platform/system-durable-files.ts';
import type { StorageUsage } from './quota.ts';
import type { ReserveFile, StorageMedium } from './storage-medium.ts';

export interface StorageFolders {
  readonly dataDir: string;
  readonly tapeDir: string;
  /** Where whoever supervises Holdfast keeps what it logs; null: nowhere that counts. */
  readonly logDir: string | null;
  /** Bytes of the reserve. */
  readonly reserve: number;
}

/** `stat` counts in these, whatever the file system (stat(2), st_blocks). */
const blockSize = 512;

/** The real media. Throws `store.failed` when a folder can't be looked at. */
export function systemStorage(folders: StorageFolders): StorageMedium {
  const { dataDir, tapeDir, logDir } = folders;
  return {
    free: () => ({ free: freeIn(dataDir), tapeFree: onSameMedium(dataDir, tapeDir) ? null : freeIn(tapeDir) }),
    usage: () => usageOf(dataDir, tapeDir, logDir),
    reserve: systemReserve(join(dataDir, 'reserve'), folders.reserve),
  };
}

/** Bytes that a user without privileges may still write: what ext4 keeps back for root does not count. */
export function freeIn(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch (error) {
    // The tape's folder is made with the tape.
    if (codeOf(error) === 'ENOENT' && dirname(folder) !== folder) return freeIn(dirname(folder));
    throw storageError(error, `see how much space is free in ${folder}`);
  }
}

function onSameMedium(a: string, b: string): boolean {
  try {
    return statSync(a).dev === statSync(b).dev;
  } catch {
    return true;
  }
}

/** The journal is everything named after it, also what was set aside after damage; with it counts what card readers handed out. */
async function usageOf(dataDir: string, tapeDir: string, logDir: string | null): Promise<StorageUsage> {
  const names = await namesIn(dataDir);
  const ours = (belongs: (name: string) => boolean): readonly string[] =>
    names.filter(belongs).map((name) => join(dataDir, name));
  const [snapshot, journal, tape, logs] = await Promise.all([
    bytesOf(ours((name) => name === 'snapshot')),
    bytesOf(ours((name) => /^(journal|anchor|sealed-cards)(\.|$)/.test(name))),
    bytesOf([tapeDir]),
    logDir === null ? 0 : bytesOf([logDir]),
  ]);
  return { snapshot, journal, tape, logs };
}

/** Bytes on the medium below these paths; a file with several names counts once, a file that vanishes not at all. */
export async function bytesOf(paths: readonly string[]): Promise<number> {
  const seen = new Set<string>();
  let bytes = 0;
  const waiting = [...paths];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const found = await lstat(path).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null;
      throw storageError(error, `look at ${path}`);
    });
    if (found === null) continue;
    const id = `${found.dev}:${found.ino}`;
    if (seen.has(id)) continue;
    seen.add(id);
    bytes += found.blocks * blockSize;
    if (found.isDirectory()) for (const name of await namesIn(path)) waiting.push(join(path, name));
  }
  return bytes;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw storageError(error, `read the folder ${folder}`);
  }
}

const portion = 1024 * 1024;

/**
 * A reserve in the file `path`. It is written, not only made long, so that its blocks are really taken; with random bytes, so
 * that a file system that compresses takes them too.
 */
export function systemReserve(path: string, size: number): ReserveFile {
  const release = async (): Promise<void> => {
    try {
      await rm(path, { force: true });
      // Until the folder is synced a journalling file system may hold the blocks back.
      await syncFolder(dirname(path));
    } catch (error) {
      throw storageError(error, `give up ${path}`);
    }
  };
  return {
    get bytes() {
      return statSync(path, { throwIfNoEntry: false }) === undefined ? 0 : blocksOf(path);
    },
    release,
    async restore() {
      try {
        await makeFolder(dirname(path));
        const file = await open(path, 'w', 0o600);
        try {
          for (let written = 0; written < size; ) {
            const { bytesWritten } = await file.write(randomBytes(Math.min(portion, size - written)));
            written += bytesWritten;
            await file.sync();
          }
        } finally {
          await file.close();
        }
        await syncFolder(dirname(path));
      } catch (error) {
        await release();
        throw storageError(error, `keep space in reserve in ${path}`);
      }
    },
  };
}

/** Never more than the file's length: a file system may allocate ahead. */
function blocksOf(path: string): number {
  const { blocks, size } = statSync(path);
  return Math.min(size, blocks * blockSize);
}
