import { copyFile, link, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, isHoldfastError } from './errors.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { checkLevelFiles, namesIn } from './level-check.ts';
import { salvageLevelFiles } from './level-salvage.ts';
import { openLevelStore } from './level-store.ts';
import { storageError } from './storage-error.ts';
import type { OpenedStore, StoreCheck, StorePlace } from './store-place.ts';
import { makeFolder, renameDurably } from './system-durable-files.ts';

/** Bounds what opening has to read again after a crash, and the space it needs for that. */
const writeBufferSize = 1024 * 1024;
/** What is read again and again is little: the system keeps the files in memory as well. */
const cacheSize = 1024 * 1024;
/** Each keeps its index in memory: a long journal must not take more than a short one. */
const openTables = 64;

/**
 * A LevelDB in the folder `path`. Beside it: `path.before` (the files as they were before opening, as hard links, until
 * settled), `path.building` and `path.rebuilt` (a rebuild, unfinished and finished),
 * `path.salvage` (what a rebuild reads), `path.<label>` (set aside; of a migration, `path.format-…`, only until the next start).
 */
export class LevelPlace implements StorePlace {
  readonly place: string;
  readonly #before: string;
  readonly #building: string;
  readonly #rebuilt: string;
  readonly #salvage: string;
  readonly #justSetAside = new Set<string>();

  constructor(path: string) {
    this.place = path;
    this.#before = `${path}.before`;
    this.#building = `${path}.building`;
    this.#rebuilt = `${path}.rebuilt`;
    this.#salvage = `${path}.salvage`;
  }

  async check(): Promise<StoreCheck> {
    const present = (await this.#present()).find((path) => path !== this.#before);
    return checkLevelFiles(present ?? this.place);
  }

  async open(options: { readonly createIfMissing: boolean }): Promise<OpenedStore> {
    if (options.createIfMissing) await makeFolder(this.place);
    else {
      await this.#finishRebuild();
      if (await isFolder(this.place)) await linkFiles(this.place, this.#before);
    }
    const store = await openLevelStore(this.place, { ...options, writeBufferSize, cacheSize, openTables });
    return { store, dropped: await droppedAtOpening(this.place) };
  }

  async readInto(store: KeyValueStore): Promise<void> {
    await salvageLevelFiles(await this.#present(), store);
  }

  async settle(): Promise<void> {
    for (const older of await this.#olderFormats()) await removeFolder(older);
    for (const spent of [this.#before, this.#building, this.#rebuilt, this.#salvage]) await removeFolder(spent);
  }

  async rebuild(
    label: string,
    fill: (fresh: KeyValueStore, old: KeyValueStore | null) => Promise<void>,
  ): Promise<readonly string[]> {
    await this.#finishRebuild();
    for (const unfinished of [this.#building, this.#rebuilt, this.#salvage]) await removeFolder(unfinished);
    const old = await this.#openSalvage();
    try {
      await makeFolder(this.#building);
      const fresh = await openLevelStore(this.#building, { createIfMissing: true });
      try {
        await fill(fresh, old);
      } finally {
        await fresh.close();
      }
    } finally {
      await old?.close();
      await removeFolder(this.#salvage);
    }
    await renameDurably(this.#building, this.#rebuilt);
    // The store before its copy: a power cut in between leaves no store, and check() then takes the rebuilt one.
    const aside: string[] = [];
    for (const [from, to] of [
      [this.place, `${this.place}.${label}`],
      [this.#before, `${this.place}.${label}.before`],
    ] as const) {
      if (!(await isFolder(from))) continue;
      await renameDurably(from, to);
      aside.push(to);
      this.#justSetAside.add(to);
    }
    await renameDurably(this.#rebuilt, this.place);
    return aside;
  }

  /** What earlier migrations have set aside: by now the store has been opened in its new format and found whole. */
  async #olderFormats(): Promise<string[]> {
    const folder = dirname(this.place);
    const mark = `${basename(this.place)}.format-`;
    const found = (await namesIn(folder)).filter((name) => name.startsWith(mark)).map((name) => join(folder, name));
    return found.filter((path) => !this.#justSetAside.has(path));
  }

  /** Where files of this store lie now, the one to open first. */
  async #present(): Promise<string[]> {
    const present: string[] = [];
    for (const path of [this.place, this.#rebuilt, this.#before]) {
      // A finished rebuild of which only the last step is missing stands for the place; else it is a leftover.
      if (path === this.#rebuilt && present.length > 0) continue;
      if (await isFolder(path)) present.push(path);
    }
    return present;
  }

  async #finishRebuild(): Promise<void> {
    // Complete, or it would not have this name.
    if (!(await isFolder(this.place)) && (await isFolder(this.#rebuilt))) {
      await renameDurably(this.#rebuilt, this.place);
    }
  }

  /** What can still be read of the files, those before opening included, in a store of its own; null if there are none. */
  async #openSalvage(): Promise<KeyValueStore | null> {
    const sources = await this.#present();
    if (sources.length === 0) return null;
    await makeFolder(this.#salvage);
    const store = await openLevelStore(this.#salvage, { createIfMissing: true });
    try {
      await salvageLevelFiles(sources, store);
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }
}

/** LevelDB writes to its LOG what it had to leave out when opening, and tells nobody. */
async function droppedAtOpening(path: string): Promise<string[]> {
  const log = await readFile(join(path, 'LOG'), 'utf8').catch(() => '');
  return log.split('\n').filter((line) => /dropping \d+ bytes|Corruption|ignoring error/i.test(line));
}

/** Files of a LevelDB never change once written to the end, so a second name keeps them; the lock is not for sharing. */
async function linkFiles(from: string, to: string): Promise<void> {
  try {
    await mkdir(to, { recursive: true, mode: 0o700 });
    for (const name of await readdir(from)) {
      if (!/^(\d+\.(log|ldb|sst)|MANIFEST-\d+|CURRENT)$/.test(name)) continue;
      await link(join(from, name), join(to, name)).catch(async (error: unknown) => {
        if (codeOf(error) === 'EEXIST') return;
        // A file system without hard links.
        await copyFile(join(from, name), join(to, name));
      });
    }
  } catch (error) {
    if (isHoldfastError(error)) throw error;
    throw storageError(error, `keep the files of ${from}`);
  }
}

async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    throw storageError(error, `remove ${path}`);
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw storageError(error, `look at ${path}`);
  }
}
