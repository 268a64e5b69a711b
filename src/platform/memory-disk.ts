import type { AppendFile, DurableFiles, FileEntry } from './durable-files.ts';
import { HoldfastError } from './errors.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { MemoryStore, MemoryStoreMedium } from './memory-store.ts';
import type { Random } from './random.ts';
import type { OpenedStore, StoreCheck, StorePlace } from './store-place.ts';

/** Something a disk is about to do, or has done but not yet answered for. */
export interface DiskOperation {
  readonly what: 'append' | 'sync' | 'truncate' | 'replace' | 'rename' | 'remove' | 'store-open' | 'store-write';
  /** Folder and file, or the store's place. */
  readonly where: string;
  readonly phase: 'before' | 'after';
}

/**
 * A disk in memory that keeps only what was made durable: at a power cut everything else is lost, kept or torn as chance
 * has it. {@link MemoryDisk.onOperation} sees every step; it may cut the power there, or answer with an error.
 */
export class MemoryDisk {
  /**
   * An error that it gives is what the operation fails with: in phase `before` undone but for a part of an append, in
   * phase `after` done all the same. A promise of it is how long the medium takes.
   */
  onOperation: (operation: DiskOperation) => HoldfastError | null | Promise<HoldfastError | null> = () => null;
  readonly #folders = new Map<string, Map<string, MemoryFile>>();
  readonly #stores = new Map<string, MemoryStoreMedium>();
  /** Grows with every power cut: who opened something before it never hears of it again. */
  #life = 0;

  /** The folder `place`, as this life of the machine sees it. */
  files(place: string): DurableFiles {
    const folder = this.#folders.get(place) ?? new Map<string, MemoryFile>();
    this.#folders.set(place, folder);
    return new MemoryFiles(place, folder, (operation) => this.#step(operation), this.#life);
  }

  store(place: string): StorePlace {
    const medium = this.#stores.get(place) ?? new MemoryStoreMedium();
    this.#stores.set(place, medium);
    return new MemoryPlace(place, medium, (operation) => this.#step(operation), this.#life);
  }

  /** What lies in a file now, for tests that look at it or damage it; undefined if there is no such file. */
  peek(place: string, name: string): Uint8Array | undefined {
    const file = this.#folders.get(place)?.get(name);
    return file?.read(0, file.length);
  }

  /** What lies durably in a store now. A value that is the same object was not written again. */
  contents(place: string): ReadonlyMap<string, Uint8Array> {
    return this.#stores.get(place)?.contents ?? new Map();
  }

  /** Puts bytes into a file behind everybody's back. */
  poke(place: string, name: string, bytes: Uint8Array): void {
    this.#folders.get(place)?.set(name, new MemoryFile(bytes.slice(), true));
  }

  /** The power fails. Everything opened until now is dead: its promises never settle. */
  cutPower(random: Random): void {
    this.#life++;
    for (const folder of this.#folders.values()) {
      for (const [name, file] of folder) if (!file.survive(random)) folder.delete(name);
    }
    for (const medium of this.#stores.values())
      medium.crash((unsynced) => Math.floor(random.fraction() * (unsynced + 1)));
  }

  async #step(operation: Step): Promise<void> {
    const { life, ...seen } = operation;
    if (life !== this.#life) await never();
    const error = await this.onOperation(seen);
    if (life !== this.#life) await never();
    if (error !== null) throw error;
  }
}

type Step = DiskOperation & { readonly life: number };
type TakeStep = (step: Step) => Promise<void>;

/** One for each who waits, so that nothing keeps them in memory. */
const never = (): Promise<never> => new Promise(() => {});
/** What a medium writes at once. */
const sector = 512;

class MemoryFile {
  /** With room to grow. */
  #buffer: Uint8Array;
  #length: number;
  /** How much of it is on the medium. */
  #durable: number;
  #nameIsDurable: boolean;

  constructor(bytes: Uint8Array, durable: boolean) {
    this.#buffer = bytes;
    this.#length = bytes.length;
    this.#durable = durable ? bytes.length : 0;
    this.#nameIsDurable = durable;
  }

  get length(): number {
    return this.#length;
  }

  read(from: number, length: number): Uint8Array {
    return this.#buffer.slice(from, Math.min(this.#length, from + length));
  }

  append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(length * 2);
      larger.set(this.read(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  sync(): void {
    this.#durable = this.#length;
    this.#nameIsDurable = true;
  }

  truncate(size: number): void {
    this.#length = Math.min(size, this.#length);
    this.sync();
  }

  /** What a power cut leaves: any length of what was not synced, in it any sectors unwritten. False: not even a name. */
  survive(random: Random): boolean {
    if (!this.#nameIsDurable && random.fraction() < 0.5) return false;
    const kept = this.#durable + Math.floor(random.fraction() * (this.#length - this.#durable + 1));
    for (let at = this.#durable; at < kept; ) {
      const end = Math.min(kept, (Math.floor(at / sector) + 1) * sector);
      if (random.fraction() < 0.3) this.#buffer.fill(0, at, end);
      at = end;
    }
    this.#length = kept;
    this.sync();
    return true;
  }
}

class MemoryFiles implements DurableFiles {
  readonly place: string;
  readonly #folder: Map<string, MemoryFile>;
  readonly #take: TakeStep;
  readonly #life: number;

  constructor(place: string, folder: Map<string, MemoryFile>, take: TakeStep, life: number) {
    this.place = place;
    this.#folder = folder;
    this.#take = take;
    this.#life = life;
  }

  async list(): Promise<readonly FileEntry[]> {
    return [...this.#folder].map(([name, { length }]) => ({ name, size: length })).sort(byName);
  }

  async read(name: string, from: number, length: number): Promise<Uint8Array> {
    return this.#file(name).read(from, length);
  }

  async openForAppend(name: string): Promise<AppendFile> {
    if (!this.#folder.has(name)) this.#folder.set(name, new MemoryFile(new Uint8Array(), false));
    const file = this.#file(name);
    const append = (bytes: Uint8Array): Promise<void> =>
      this.#do(
        'append',
        name,
        () => file.append(bytes),
        () => file.append(bytes.subarray(0, bytes.length / 2)),
      );
    const sync = (): Promise<void> => this.#do('sync', name, () => file.sync());
    return {
      append,
      // Power may fail, and the medium may, between the two.
      appendDurably: async (bytes) => {
        await append(bytes);
        await sync();
      },
      sync,
      truncate: (size) => this.#do('truncate', name, () => file.truncate(size)),
      close: async () => {},
    };
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    await this.#do('replace', name, () => this.#folder.set(name, new MemoryFile(bytes.slice(), true)));
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#do('rename', from, () => {
      this.#folder.set(to, this.#file(from));
      this.#folder.delete(from);
    });
  }

  async remove(name: string): Promise<void> {
    await this.#do('remove', name, () => this.#folder.delete(name));
  }

  #file(name: string): MemoryFile {
    const file = this.#folder.get(name);
    if (file !== undefined) return file;
    throw new HoldfastError('store.failed', `There is no file ${name} in ${this.place}`, { remedy: 'retry' });
  }

  async #do(
    what: DiskOperation['what'],
    name: string,
    effect: () => void,
    partly: () => void = () => {},
  ): Promise<void> {
    const step = { what, where: `${this.place}/${name}`, life: this.#life };
    try {
      await this.#take({ ...step, phase: 'before' });
    } catch (error) {
      partly();
      throw error;
    }
    effect();
    await this.#take({ ...step, phase: 'after' });
  }
}

const byName = (a: FileEntry, b: FileEntry): number => (a.name < b.name ? -1 : 1);

class MemoryPlace implements StorePlace {
  readonly place: string;
  readonly #medium: MemoryStoreMedium;
  readonly #take: TakeStep;
  readonly #life: number;

  constructor(place: string, medium: MemoryStoreMedium, take: TakeStep, life: number) {
    this.place = place;
    this.#medium = medium;
    this.#take = take;
    this.#life = life;
  }

  async check(): Promise<StoreCheck> {
    const { exists, unfinishedWrite } = this.#medium;
    return { exists, damage: [], unfinishedWrite };
  }

  async open(options: { readonly createIfMissing: boolean }): Promise<OpenedStore> {
    const step = { what: 'store-open', where: this.place, life: this.#life } as const;
    await this.#take({ ...step, phase: 'before' });
    const store = this.#medium.open(options);
    const write = store.write.bind(store);
    // As LevelDB: after one failed write all that follow fail, until it is opened again.
    let failed: unknown = null;
    store.write = async (batch, durability) => {
      if (failed !== null) throw failed;
      const writing = { ...step, what: 'store-write' } as const;
      try {
        await this.#take({ ...writing, phase: 'before' });
        await write(batch, durability);
        await this.#take({ ...writing, phase: 'after' });
      } catch (error) {
        failed = error;
        throw error;
      }
    };
    return { store, dropped: [] };
  }

  async readInto(store: KeyValueStore): Promise<void> {
    const changes = Array.from(this.#medium.contents, ([key, value]) => ({ type: 'put', key, value }) as const);
    await store.write(changes, { durable: false });
  }

  async settle(): Promise<void> {}

  async rebuild(
    _label: string,
    fill: (fresh: KeyValueStore, old: KeyValueStore | null) => Promise<void>,
  ): Promise<readonly string[]> {
    const old = this.#medium.exists ? new MemoryStore(undefined, new Map(this.#medium.contents)) : null;
    const fresh = new MemoryStoreMedium();
    const store = fresh.open({ createIfMissing: true });
    await fill(store, old);
    await store.close();
    await this.#take({ what: 'store-write', where: this.place, life: this.#life, phase: 'before' });
    this.#medium.become(fresh);
    await this.#take({ what: 'store-write', where: this.place, life: this.#life, phase: 'after' });
    return [];
  }
}
