import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AppendFile, DurableFiles, FileEntry } from './durable-files.ts';
import { codeOf } from './errors.ts';
import { storageError } from './storage-error.ts';

/** A folder of the system's file system. Every name is made durable as well: fsync of the folder after create and rename. */
export class SystemDurableFiles implements DurableFiles {
  readonly place: string;
  readonly #mode: number;

  /** `mode`: of files that are made. */
  constructor(folder: string, mode = 0o600) {
    this.place = folder;
    this.#mode = mode;
  }

  async list(): Promise<readonly FileEntry[]> {
    try {
      const entries = await readdir(this.place, { withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile() && !entry.name.endsWith(temporary))
        .map(({ name }) => name);
      return await Promise.all(
        files.sort().map(async (name) => ({ name, size: (await stat(join(this.place, name))).size })),
      );
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw storageError(error, `read the folder ${this.place}`);
    }
  }

  async read(name: string, from: number, length: number): Promise<Uint8Array> {
    const path = join(this.place, name);
    try {
      const file = await open(path, 'r');
      try {
        const bytes = Buffer.allocUnsafe(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await file.read(bytes, filled, length - filled, from + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return bytes.subarray(0, filled);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw storageError(error, `read ${path}`);
    }
  }

  async openForAppend(name: string): Promise<AppendFile> {
    const path = join(this.place, name);
    try {
      await makeFolder(this.place);
      const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, this.#mode);
      return new SystemAppendFile(file, path);
    } catch (error) {
      throw storageError(error, `open ${path}`);
    }
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    await replaceFile(join(this.place, name), bytes, this.#mode);
  }

  async rename(from: string, to: string): Promise<void> {
    await renameDurably(join(this.place, from), join(this.place, to));
  }

  async remove(name: string): Promise<void> {
    try {
      await rm(join(this.place, name), { force: true });
      await syncFolder(this.place);
    } catch (error) {
      // No folder, so no file either.
      if (codeOf(error) === 'ENOENT') return;
      throw storageError(error, `remove ${join(this.place, name)}`);
    }
  }
}

class SystemAppendFile implements AppendFile {
  readonly #file: FileHandle;
  readonly #path: string;
  /** The same file, opened so that a write is on the medium when it returns. */
  #durably: FileHandle | null = null;
  #nameIsDurable = false;

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#do('write', () => this.#file.appendFile(bytes));
  }

  async appendDurably(bytes: Uint8Array): Promise<void> {
    await this.#do('write', async () => {
      this.#durably ??= await open(this.#path, constants.O_WRONLY | constants.O_APPEND | constants.O_DSYNC);
      await this.#durably.appendFile(bytes);
      await this.#syncName();
    });
  }

  async sync(): Promise<void> {
    await this.#do('write', async () => {
      await this.#file.datasync();
      await this.#syncName();
    });
  }

  async #syncName(): Promise<void> {
    if (this.#nameIsDurable) return;
    await syncFolder(dirname(this.#path));
    this.#nameIsDurable = true;
  }

  async truncate(size: number): Promise<void> {
    await this.#do('shorten', async () => {
      await this.#file.truncate(size);
      await this.#file.sync();
    });
  }

  async close(): Promise<void> {
    await this.#do('close', async () => {
      await this.#durably?.close();
      await this.#file.close();
    });
  }

  async #do(doing: string, task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      throw storageError(error, `${doing} ${this.#path}`);
    }
  }
}

const temporary = '.tmp';

/**
 * Writes `path` so that at a power cut there is either the old file or the new one, whole: temporary file, fsync, rename,
 * fsync of the folder. Folders are made. For state files of every kind.
 */
export async function replaceFile(path: string, bytes: Uint8Array | string, mode = 0o600): Promise<void> {
  try {
    await makeFolder(dirname(path));
    const file = await open(`${path}${temporary}`, 'w', mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}${temporary}`, path);
    await syncFolder(dirname(path));
  } catch (error) {
    throw storageError(error, `write ${path}`);
  }
}

/** Renames (also into another folder of the same file system, which is made) and waits until both folders know it. */
export async function renameDurably(from: string, to: string): Promise<void> {
  try {
    await makeFolder(dirname(to));
    await rename(from, to);
    await syncFolder(dirname(to));
    if (dirname(to) !== dirname(from)) await syncFolder(dirname(from));
  } catch (error) {
    throw storageError(error, `rename ${from} to ${to}`);
  }
}

/** Makes a folder and its parents, durably, readable by this user only. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** fsync of a folder: its entries are on the medium. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
