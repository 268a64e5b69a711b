import type { DurableFiles } from '../platform/durable-files.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { type ByteSource, readSignedBundle, unpack } from './bundle.ts';
import { type Machine, requireMachine, requireSuccessor } from './compatible.ts';
import { type LaunchFacts, type LaunchStep, nextStep } from './launch-plan.ts';
import {
  type LauncherNote,
  noteFile,
  noteSchema,
  type Order,
  orderFile,
  orderSchema,
  readState,
  verdictFile,
  verdictSchema,
  writeState,
} from './launch-state.ts';
import { factsOf, type ReleaseFacts, type ReleaseName } from './manifest.ts';
import { type ReleaseKeys, releaseKeysFile, releaseKeysSchema } from './release-keys.ts';
import type { Shelf } from './shelf.ts';

export interface LauncherParts {
  readonly shelf: Shelf;
  /** The folder that holds the releases: the launcher's note and the pinned keys. */
  readonly notes: DurableFiles;
  /** The folder `updates` of the till's data. Only read: it belongs to somebody with fewer rights. */
  readonly till: DurableFiles;
  readonly machine: Machine;
  readonly tell: (words: string) => void;
}

export const bundleFile = (release: ReleaseName): string => `${release}.bundle`;

/**
 * Brings the release that may be started next onto the shelf, where its bundle lies ready. Takes its time, so never between two starts.
 * Throws `update.…`, `store.…`.
 */
export async function shelve(parts: LauncherParts, release: ReleaseName): Promise<void> {
  const { shelf, till, machine, tell } = parts;
  const releases = await shelf.releases();
  if (releases.has(release)) return;
  const source = await fileSource(till, bundleFile(release));
  const bundle = await readSignedBundle(source, await requireKeys(parts));
  if (bundle.name !== release) {
    throw new HoldfastError('update.damaged', `The bundle holds ${bundle.name} instead of ${release}`, {
      remedy: 'operator',
    });
  }
  requireMachine(bundle.manifest, machine);
  await removeUnused(parts, release);
  tell(`unpacking ${release}, signed by ${bundle.signedBy}`);
  const placing = await shelf.add(release);
  await unpack(bundle, source, placing.files);
  await placing.complete(factsOf(bundle.manifest));
}

/**
 * Decides which release is started and makes `current` point to it; run before every start of the till, by whoever may change
 * the releases. Killed at any moment it goes on where it was. Throws `store.…`; then `current` is what it was or what it shall be.
 */
export async function launch(parts: LauncherParts): Promise<ReleaseName | null> {
  const objection = await objectionTo(parts);
  let isCounted = false;
  for (;;) {
    const facts = { ...(await readFacts(parts)), objection, isCounted };
    const step = nextStep(facts);
    if (step === null) return facts.current;
    await take(parts, step);
    if (step.kind === 'note' && step.counts) isCounted = true;
  }
}

/** The pinned keys. Throws `update.no-keys`. */
export async function requireKeys({ notes }: Pick<LauncherParts, 'notes'>): Promise<ReleaseKeys> {
  const keys = await readState(notes, releaseKeysFile, releaseKeysSchema);
  if (keys !== null) return keys;
  throw new HoldfastError('update.no-keys', `No keys for releases are pinned in ${notes.place}`, {
    remedy: 'operator',
    hint: 'Pin them once: provisioning/image/install.sh --release-keys FILE (docs/updates.md).',
  });
}

/** Bytes of a file that somebody else may be writing are what they are: they count only with their hashes. */
export async function fileSource(files: DurableFiles, name: string): Promise<ByteSource> {
  const found = (await files.list()).find((file) => file.name === name);
  if (found === undefined) {
    throw new HoldfastError('update.no-bundle', `There is no bundle ${name} in ${files.place}`, { remedy: 'operator' });
  }
  return { size: found.size, read: (from, length) => files.read(name, from, length) };
}

/** The order that is waiting to be carried out; null: none. */
export function openOrder(order: Order | null, note: LauncherNote | null): Order | null {
  if (order === null || note === null) return order;
  return order.orderId === note.last?.orderId || order.orderId === note.trial?.orderId ? null : order;
}

async function readFacts({ shelf, notes, till }: LauncherParts): Promise<Omit<LaunchFacts, 'objection' | 'isCounted'>> {
  return {
    note: await readState(notes, noteFile, noteSchema),
    order: await readState(till, orderFile, orderSchema),
    verdict: await readState(till, verdictFile, verdictSchema),
    current: await shelf.target('current'),
    launcher: await shelf.target('launcher'),
    releases: await shelf.releases(),
    keys: await readState(notes, releaseKeysFile, releaseKeysSchema),
  };
}

/** Why what is ordered can't take over, in words; null: it can. */
async function objectionTo(parts: LauncherParts): Promise<string | null> {
  const { note, order, current, releases } = await readFacts(parts);
  const open = openOrder(order, note);
  if (open === null || current === null) return null;
  try {
    requireSuccessor(factsIn(releases, open.release), factsIn(releases, current));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function factsIn(releases: ReadonlyMap<ReleaseName, ReleaseFacts>, name: ReleaseName): ReleaseFacts {
  const facts = releases.get(name);
  if (facts !== undefined) return facts;
  throw new HoldfastError('update.not-there', `Release ${name} is not installed`, { remedy: 'operator' });
}

async function take({ shelf, notes, tell }: LauncherParts, step: LaunchStep): Promise<void> {
  switch (step.kind) {
    case 'note':
      await writeState(notes, noteFile, step.note);
      tell(wordsFor(step.note));
      return;
    case 'point':
      await shelf.point(step.link, step.to);
      return;
    case 'pin':
      await writeState(notes, releaseKeysFile, step.keys);
      return;
  }
}

function wordsFor({ committed, trial, last }: LauncherNote): string {
  if (trial !== null) return `${trial.release} is on trial (start ${trial.starts}); ${committed} has proven itself`;
  const ended = last === null ? '' : `; ${last.release}: ${last.how}: ${last.words}`;
  return `${committed} runs${ended}`;
}

/** What nothing may need again makes room: all but what runs, what can be gone back to, and what comes. */
async function removeUnused({ shelf, notes, tell }: LauncherParts, coming: ReleaseName): Promise<void> {
  const note = await readState(notes, noteFile, noteSchema);
  const used = new Set([
    coming,
    note?.committed,
    note?.previous,
    note?.trial?.release,
    await shelf.target('current'),
    await shelf.target('launcher'),
  ]);
  // Without a note nobody knows what could be gone back to.
  if (note === null) return;
  for (const release of await shelf.all()) {
    if (used.has(release)) continue;
    tell(`removing ${release}`);
    await shelf.remove(release);
  }
}
