import { type FileHandle, mkdir, open, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../platform/errors.ts';
import { storageError } from '../platform/storage-error.ts';
import { replaceFile, syncFolder } from '../platform/system-durable-files.ts';
import type { FileSink } from './bundle.ts';
import {
  completeMark,
  factsFile,
  type ReleaseFacts,
  type ReleaseName,
  releaseFactsSchema,
  releaseNameSchema,
} from './manifest.ts';
import type { Placing, Shelf, ShelfLink } from './shelf.ts';

/** How many files are brought to the medium at once: a file system then writes them together. */
const syncedAtOnce = 16;

/** A shelf in the system's file system, as provisioning/image/install.sh lays it out: `releases/…`, `current`, `launcher`. */
export class SystemShelf implements Shelf {
  readonly place: string;

  constructor(root: string) {
    this.place = root;
  }

  async releases(): Promise<ReadonlyMap<ReleaseName, ReleaseFacts>> {
    const found = new Map<ReleaseName, ReleaseFacts>();
    for (const name of await this.all()) {
      const facts = await this.#factsOf(name);
      if (facts !== null) found.set(name, facts);
    }
    return found;
  }

  async all(): Promise<readonly ReleaseName[]> {
    try {
      const names = await readdir(join(this.place, 'releases'));
      return names.flatMap((name) => releaseNameSchema.safeParse(name).data ?? []).sort();
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw storageError(error, `read ${join(this.place, 'releases')}`);
    }
  }

  async target(link: ShelfLink): Promise<ReleaseName | null> {
    try {
      const name = basename(await readlink(join(this.place, link)));
      return releaseNameSchema.safeParse(name).data ?? null;
    } catch {
      return null;
    }
  }

  async point(link: ShelfLink, release: ReleaseName): Promise<void> {
    const path = join(this.place, link);
    try {
      await rm(`${path}.new`, { force: true });
      await symlink(this.#folder(release), `${path}.new`);
      await rename(`${path}.new`, path);
      await syncFolder(this.place);
    } catch (error) {
      throw storageError(error, `make ${path} point to ${release}`);
    }
  }

  async add(release: ReleaseName): Promise<Placing> {
    await this.remove(release);
    const folder = this.#folder(release);
    try {
      await mkdir(folder, { recursive: true, mode: 0o755 });
    } catch (error) {
      throw storageError(error, `make ${folder}`);
    }
    const sink = new FolderSink(folder);
    return {
      files: sink,
      complete: async (facts) => {
        await replaceFile(join(folder, factsFile), `${JSON.stringify(facts)}\n`, 0o644);
        await sink.sync();
        await syncFolder(dirname(folder));
        await replaceFile(join(folder, completeMark), '', 0o644);
      },
    };
  }

  async remove(release: ReleaseName): Promise<void> {
    const folder = this.#folder(release);
    try {
      // The mark first: what is half removed never counts as a release.
      await rm(join(folder, completeMark), { force: true });
      await rm(folder, { recursive: true, force: true });
    } catch (error) {
      throw storageError(error, `remove ${folder}`);
    }
  }

  #folder(release: ReleaseName): string {
    return join(this.place, 'releases', release);
  }

  async #factsOf(name: ReleaseName): Promise<ReleaseFacts | null> {
    const folder = this.#folder(name);
    try {
      await readFile(join(folder, completeMark));
      return releaseFactsSchema.parse(JSON.parse(await readFile(join(folder, factsFile), 'utf8')));
    } catch {
      return null;
    }
  }
}

/** Writes files below a folder, for everybody to read and nobody but the owner to change. */
class FolderSink implements FileSink {
  readonly #folder: string;
  readonly #files: string[] = [];
  readonly #folders = new Set<string>();
  #open: FileHandle | null = null;

  constructor(folder: string) {
    this.#folder = folder;
    this.#folders.add(folder);
  }

  async begin({ path, executable }: Parameters<FileSink['begin']>[0]): Promise<void> {
    const target = join(this.#folder, path);
    try {
      for (let folder = dirname(target); !this.#folders.has(folder); folder = dirname(folder))
        this.#folders.add(folder);
      await mkdir(dirname(target), { recursive: true, mode: 0o755 });
      this.#open = await open(target, 'wx', executable ? 0o755 : 0o644);
      this.#files.push(target);
    } catch (error) {
      throw storageError(error, `write ${target}`);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#open?.appendFile(bytes);
    } catch (error) {
      throw storageError(error, `write ${this.#files.at(-1)}`);
    }
  }

  async end(): Promise<void> {
    await this.#open?.close();
    this.#open = null;
  }

  /** Every file and every name is on the medium when it resolves. */
  async sync(): Promise<void> {
    const waiting = [...this.#files, ...this.#folders];
    const one = async (): Promise<void> => {
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) await syncFolder(path);
    };
    try {
      await Promise.all(Array.from({ length: syncedAtOnce }, one));
    } catch (error) {
      throw storageError(error, `bring ${this.#folder} to the medium`);
    }
  }
}
