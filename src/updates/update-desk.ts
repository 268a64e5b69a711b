import { join } from 'node:path';
import { type Clock, type Duration, minutes, seconds } from '../platform/clock.ts';
import type { DurableFiles } from '../platform/durable-files.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import { nowhere, readSignedBundle, type SignedBundle, unpack } from './bundle.ts';
import { type Machine, raisesFormats, requireMachine, requireSuccessor } from './compatible.ts';
import {
  type LauncherNote,
  noteFile,
  noteSchema,
  type Order,
  type Outcome,
  orderFile,
  orderSchema,
  readState,
  shelvingFile,
  shelvingSchema,
  type Verdict,
  verdictFile,
  verdictSchema,
  wantedFile,
  writeState,
} from './launch-state.ts';
import { bundleFile, fileSource, requireKeys } from './launcher.ts';
import { type ReleaseFacts, type ReleaseFormats, type ReleaseName, sizeOf } from './manifest.ts';
import { nothingBefore, notShelved, onTrial, requireGoingOn, requireRoom } from './refusals.ts';
import { keyName, releaseKeysFile, releaseKeysSchema } from './release-keys.ts';
import type { Shelf } from './shelf.ts';

/** What a release says of itself when it is tried out beside the one that runs. */
export interface Rehearsed {
  readonly version: string;
  readonly formats: ReleaseFormats;
}

export interface UpdateDeskOptions {
  readonly shelf: Shelf;
  /** The folder that holds the releases; only read. */
  readonly notes: DurableFiles;
  /** The folder `updates` of the till's data. */
  readonly till: DurableFiles;
  readonly machine: Machine;
  /** What this process is made of. */
  readonly own: ReleaseFacts;
  /** Unpacks what is wanted; null: somebody who may write beside the releases does, when they see the wish. */
  readonly shelve: (() => Promise<void>) | null;
  /** Starts a release beside this one, with this terminal's configuration, without selling. Throws what is wrong with it. */
  readonly rehearse: (folder: string, signal: AbortSignal) => Promise<Rehearsed>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What the desk needs of a terminal that sells. */
export interface SellingTerminal {
  /** Nobody sells and nobody pays. */
  readonly isQuiet: () => boolean;
  readonly before: () => Order['before'];
  /** Bytes that may still be written. */
  readonly room: () => number;
  /** Ends the process in order, to be started by the launcher's choice. */
  readonly relaunch: () => void;
  /** Nobody sells for so long: nobody is about to begin in this very second. */
  readonly quietFor: Duration;
}

export interface InstallWishes {
  readonly orderId: string;
  readonly by: string;
  readonly contact: Order['contact'];
  readonly tell: (words: string) => void;
  readonly signal: AbortSignal;
}

/** A release on trial, seen from inside. */
export interface Trial {
  readonly order: Order;
  /** It would write the journal as the release before can't read it. */
  readonly raisesFormats: boolean;
}

export interface UpdateStatus {
  readonly release: ReleaseName | null;
  readonly version: string;
  /** What can be gone back to; null: nothing. */
  readonly previous: ReleaseName | null;
  /** Not null: this release has yet to prove itself. */
  readonly trial: { readonly starts: number; readonly verdict: Verdict['verdict'] | null } | null;
  /** What is under way; null: nothing. */
  readonly doing: string | null;
  readonly last: Outcome | null;
  /** Names of the keys whose releases are taken; empty: none are. */
  readonly keys: readonly string[];
}

/** A bundle that is being handed in at the control socket. */
export const uploadFile = 'upload.part';

const lookEvery = seconds(1);
const shelvedWithin = minutes(20);

/** The till's side of updates: takes bundles in, orders releases, and says what became of it. */
export class UpdateDesk {
  readonly trial: Trial | null;
  /** The release that may come back, and must be able to read the journal then. */
  readonly #before: ReleaseFacts | null;
  readonly #options: UpdateDeskOptions;
  readonly #release: ReleaseName | null;
  #note: LauncherNote | null;
  #verdict: Verdict | null;
  #doing: string | null = null;
  #keys: readonly string[] = [];
  /** An order that no launcher has seen, although the process was started anew for it. */
  #unseen: Outcome | null = null;
  #told: ((verdict: Verdict) => void)[] = [];

  private constructor(
    options: UpdateDeskOptions,
    found: {
      readonly release: ReleaseName | null;
      readonly note: LauncherNote | null;
      readonly verdict: Verdict | null;
      readonly trial: Trial | null;
      readonly before: ReleaseFacts | null;
    },
  ) {
    this.#options = options;
    this.#release = found.release;
    this.#note = found.note;
    this.#verdict = found.verdict;
    this.trial = found.trial;
    this.#before = found.before;
  }

  /** Finds out how this process stands: whether it is on trial, and how the last order ended. */
  static async open(options: UpdateDeskOptions): Promise<UpdateDesk> {
    const { shelf, notes, till } = options;
    const release = await shelf.target('current');
    const note = await readState(notes, noteFile, noteSchema);
    let order = await readState(till, orderFile, orderSchema);
    const written = await readState(till, verdictFile, verdictSchema);
    const tried = note?.trial != null && note.trial.release === release ? note.trial : null;
    if (tried !== null && order === null) {
      order = lostOrder(tried, options.clock);
      await writeState(till, orderFile, order);
    }
    const verdict = written !== null && written.orderId === tried?.orderId ? written : null;
    const known = note === null || tried === null ? null : (await shelf.releases()).get(note.committed);
    const before = known ?? null;
    let trial: Trial | null = null;
    if (tried !== null && order?.orderId === tried.orderId && verdict === null) {
      trial = { order, raisesFormats: before !== null && raisesFormats(options.own.formats, before.formats) };
    }
    const desk = new UpdateDesk(options, { release, note, verdict, trial, before });
    await desk.#readKeys();
    await desk.#tidy(order);
    return desk;
  }

  /** What must be able to read the journal, because it may come back; null: nothing but this release. */
  get mustReadJournal(): ReleaseFormats | null {
    return this.#before === null || this.#verdict?.verdict === 'good' ? null : this.#before.formats;
  }

  /** What is known without asking the disk. */
  status(): UpdateStatus {
    const trial = this.#note?.trial ?? null;
    const isMine = trial !== null && trial.release === this.#release;
    return {
      release: this.#release,
      version: this.#options.own.version,
      previous: this.#previous,
      trial: isMine ? { starts: trial.starts, verdict: this.#verdict?.verdict ?? null } : null,
      doing: this.#doing,
      last: this.#unseen ?? this.#note?.last ?? null,
      keys: this.#keys,
    };
  }

  /** What a person should know of; null: nothing. */
  attention(): { readonly words: string; readonly nextStep: string } | null {
    if (this.#verdict?.verdict === 'bad') {
      return {
        words: `Release ${this.#verdict.release} goes back when nobody sells: ${this.#verdict.words}`,
        nextStep: 'If it still runs after the next start, the launcher does not work: docs/updates.md.',
      };
    }
    const last = this.#unseen ?? this.#note?.last;
    if (last == null || last.how === 'committed' || last.how === 'superseded' || this.#doing !== null) return null;
    const what = last.how === 'refused' ? 'was refused' : 'was taken back';
    return {
      words: `Release ${last.release} ${what}: ${last.words}`,
      nextStep: 'The release before it runs. "holdfast update status" tells more; docs/updates.md says what to do.',
    };
  }

  /** How an order stands: `ended`, `on-trial` (this process is the trial), or `unknown` here. */
  standing(
    orderId: string,
  ): { readonly kind: 'unknown' | 'on-trial' } | { readonly kind: 'ended'; readonly outcome: Outcome } {
    if (this.#unseen?.orderId === orderId) return { kind: 'ended', outcome: this.#unseen };
    if (this.#note?.last?.orderId === orderId) return { kind: 'ended', outcome: this.#note.last };
    if (this.#note?.trial?.orderId !== orderId) return { kind: 'unknown' };
    const { release } = this.#note.trial;
    if (this.#verdict?.verdict !== 'good') return { kind: 'on-trial' };
    return { kind: 'ended', outcome: { orderId, release, how: 'committed', words: this.#verdict.words } };
  }

  /** The release on trial has found out what it is worth; durable when it resolves. Only the first verdict counts. */
  async decide(verdict: Verdict['verdict'], words: string): Promise<void> {
    const trial = this.#note?.trial;
    if (this.#verdict !== null || trial == null || trial.release !== this.#release) return;
    const decided: Verdict = {
      version: 1,
      orderId: trial.orderId,
      release: trial.release,
      verdict,
      words: words.slice(0, 500),
    };
    await writeState(this.#options.till, verdictFile, decided);
    this.#verdict = decided;
    this.#options.log.info({ release: trial.release, verdict, words }, 'a release on trial is judged');
    for (const tell of this.#told.splice(0)) tell(decided);
  }

  /** Resolves when the release on trial is judged. */
  judged(): Promise<Verdict> {
    if (this.#verdict !== null) return Promise.resolve(this.#verdict);
    return new Promise((resolve) => this.#told.push(resolve));
  }

  /** Who signed a bundle in the till's folder, and what it is; all of it is read. Throws `update.…`. */
  async verify(file: string): Promise<SignedBundle> {
    const { till, notes } = this.#options;
    const source = await fileSource(till, file);
    const bundle = await readSignedBundle(source, await requireKeys({ notes }));
    await unpack(bundle, source, nowhere);
    return bundle;
  }

  /**
   * Installs the bundle that lies in the till's folder under `file`, tries it out, waits until nobody sells, and ends the process for it.
   * Resolves only when the release runs already. Throws `update.…`, and what the new release throws when it is tried out.
   */
  async install(file: string, wishes: InstallWishes, selling: SellingTerminal): Promise<void> {
    await this.#alone('Reading the release', async () => {
      this.#requireProven();
      this.#tell(wishes, 'Reading the release');
      const { till, notes, machine, own } = this.#options;
      // What is in it is checked on the way to the shelf.
      const keys = await requireKeys({ notes });
      const { manifest, name } = await readSignedBundle(await fileSource(till, file), keys);
      if (name === this.#release) return;
      requireMachine(manifest, machine);
      requireSuccessor(manifest, own);
      requireRoom(sizeOf(manifest), selling.room());
      if (file !== bundleFile(name)) await till.rename(file, bundleFile(name));
      this.#tell(wishes, `Unpacking ${name}`);
      await this.#shelve(name, wishes);
      await this.#switchTo(name, manifest, wishes, selling);
    });
  }

  /** As {@link install}, for a release that is unpacked here already; false: it is not. */
  async installKnown(name: ReleaseName, wishes: InstallWishes, selling: SellingTerminal): Promise<boolean> {
    const facts = (await this.#options.shelf.releases()).get(name);
    if (facts === undefined) return false;
    await this.#alone('Reading the release', async () => {
      this.#requireProven();
      if (name === this.#release) return;
      requireSuccessor(facts, this.#options.own);
      await this.#switchTo(name, facts, wishes, selling);
    });
    return true;
  }

  /** Goes back to the release before. Throws `update.nothing-before`, `update.can-not-read`. */
  async rollBack(wishes: InstallWishes, selling: SellingTerminal): Promise<void> {
    await this.#alone('Going back', async () => {
      if (this.trial !== null && this.#verdict === null) {
        await this.decide('bad', `Taken back by ${wishes.by}.`);
        await this.#waitForQuiet(wishes, selling);
        return this.#leave(`Restarting with ${this.#previous}`, wishes, selling);
      }
      const previous = this.#previous;
      const facts = previous === null ? undefined : (await this.#options.shelf.releases()).get(previous);
      if (previous === null || facts === undefined) throw nothingBefore();
      // Whatever it says of its minimum: it ran here before.
      requireSuccessor({ ...facts, minimumVersion: '0.0.0' }, this.#options.own);
      await this.#switchTo(previous, facts, wishes, selling);
    });
  }

  get #previous(): ReleaseName | null {
    const { trial, committed, previous } = this.#note ?? { trial: null, committed: null, previous: null };
    return trial !== null && trial.release === this.#release ? committed : previous;
  }

  async #switchTo(release: ReleaseName, facts: ReleaseFacts, wishes: InstallWishes, selling: SellingTerminal) {
    const { shelf, rehearse, clock, till } = this.#options;
    this.#tell(wishes, `Trying ${release} out`);
    const rehearsed = await rehearse(join(shelf.place, 'releases', release), wishes.signal);
    const { version, formats } = facts;
    if (JSON.stringify([rehearsed.version, rehearsed.formats]) !== JSON.stringify([version, formats])) {
      throw new HoldfastError(
        'update.other-release',
        `${release} says that it is ${rehearsed.version}, with other formats`,
        {
          remedy: 'operator',
          hint: 'Make the bundle again from a clean build.',
        },
      );
    }
    await this.#waitForQuiet(wishes, selling);
    const { orderId, by, contact } = wishes;
    const orderedAt = new Date(clock.now()).toISOString();
    const order: Order = { version: 1, orderId, release, by, orderedAt, contact, before: selling.before() };
    await writeState(till, orderFile, order);
    await this.#leave(`Restarting with ${release}`, wishes, selling);
  }

  async #leave(words: string, wishes: InstallWishes, selling: SellingTerminal): Promise<void> {
    this.#tell(wishes, words);
    selling.relaunch();
    await untilAborted(wishes.signal);
  }

  async #shelve(release: ReleaseName, { orderId, signal }: InstallWishes): Promise<void> {
    const { till, notes, shelf, shelve, clock } = this.#options;
    if ((await shelf.releases()).has(release)) return;
    await till.remove(wantedFile);
    await writeState(till, wantedFile, { version: 1, orderId, release });
    await shelve?.();
    const end = clock.monotonic() + shelvedWithin;
    for (;;) {
      if ((await shelf.releases()).has(release)) return;
      const shelving = await readState(notes, shelvingFile, shelvingSchema);
      if (shelving?.orderId === orderId && shelving.failed !== null) {
        throw new HoldfastError('update.not-unpacked', `The release was not unpacked: ${shelving.failed}`, {
          remedy: 'operator',
        });
      }
      requireGoingOn(signal);
      if (clock.monotonic() > end) throw notShelved();
      await clock.sleep(lookEvery, signal);
    }
  }

  async #waitForQuiet({ signal, ...wishes }: InstallWishes, { isQuiet, quietFor }: SellingTerminal): Promise<void> {
    const { clock } = this.#options;
    let quiet = 0;
    if (!isQuiet()) this.#tell(wishes, 'Waits until nobody sells');
    while (quiet < quietFor) {
      await clock.sleep(lookEvery, signal);
      requireGoingOn(signal);
      quiet = isQuiet() ? quiet + lookEvery : 0;
    }
  }

  /** For what begins something new. */
  #requireProven(): void {
    if (this.trial === null || this.#verdict !== null) return;
    throw onTrial();
  }

  async #alone(doing: string, task: () => Promise<void>): Promise<void> {
    if (this.#doing !== null) {
      throw new HoldfastError('update.busy', `Another release is being installed (${this.#doing})`, {
        remedy: 'retry',
        hint: '"holdfast update status" tells how it goes.',
      });
    }
    this.#doing = doing;
    try {
      await task();
    } finally {
      this.#doing = null;
    }
  }

  #tell({ tell }: Pick<InstallWishes, 'tell'>, words: string): void {
    this.#doing = words;
    this.#options.log.info({}, `update: ${words}`);
    tell(words);
  }

  async #readKeys(): Promise<void> {
    const pinned = await readState(this.#options.notes, releaseKeysFile, releaseKeysSchema);
    this.#keys = (pinned?.keys ?? []).map(keyName);
  }

  /** Files of an order that is over, and bundles that nobody has ordered, are not needed any more. */
  async #tidy(order: Order | null): Promise<void> {
    const { till, log } = this.#options;
    if (order !== null && order.orderId === this.#note?.trial?.orderId) return;
    if (order !== null && order.orderId !== this.#note?.last?.orderId) {
      // Done again and again it would restart the till again and again.
      const words = 'The launcher has not seen the order: it must run before every start (docs/updates.md).';
      this.#unseen = { orderId: order.orderId, release: order.release, how: 'refused', words };
      log.error({ release: order.release }, words);
    }
    await till.remove(verdictFile);
    await till.remove(wantedFile);
    for (const { name } of await till.list()) {
      if (name.endsWith('.bundle') || name === uploadFile) await till.remove(name);
    }
    await till.remove(orderFile);
  }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** In place of one that is not there any more: without it no launcher would look at how the trial ended. */
function lostOrder({ orderId, release }: NonNullable<LauncherNote['trial']>, clock: Clock): Order {
  const orderedAt = new Date(clock.now()).toISOString();
  const before = { devices: [], snapshot: false, journal: false };
  return { version: 1, orderId, release, by: 'nobody any more', orderedAt, contact: 'required', before };
}
