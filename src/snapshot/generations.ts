import { isHoldfastError } from '../platform/errors.ts';
import type { KeyValueChange, KeyValueStore } from '../platform/key-value-store.ts';
import {
  type CurrentPointer,
  currentKey,
  damagedKey,
  format,
  generationPrefix,
  importKey,
  type Manifest,
  manifestKey,
  range,
} from './layout.ts';
import { isClosed, SealedReader } from './sealed-reader.ts';

/** Keys deleted in one batch. */
const deletedAtOnce = 1_000;

/** What was made current last; null for nothing, or when that can't be read. */
function readCurrent(store: KeyValueStore): CurrentPointer | null {
  return readOwn<CurrentPointer>(store, currentKey);
}

/** What a generation says of itself; null when it is not whole or can't be read. */
function readManifest(store: KeyValueStore, generation: number): Manifest | null {
  if (isThere(store, damagedKey(generation)) === true) return null;
  return readOwn<Manifest>(store, manifestKey(generation));
}

/** The generations that can be sold from, the one to use first. `intact`: it is the one that was made current last. */
export interface UsableGenerations {
  readonly manifests: readonly Manifest[];
  readonly intact: boolean;
}

/** As the current pointer says; without a readable pointer there are none. */
export function usableByPointer(store: KeyValueStore): UsableGenerations {
  const current = readCurrent(store);
  if (current === null) return { manifests: [], intact: isThere(store, currentKey) === false };
  const manifests = manifestsOf(
    store,
    current.previous === null ? [current.generation] : [current.generation, current.previous],
  );
  return { manifests, intact: manifests[0]?.generation === current.generation };
}

/** As the pointer says, or if that is lost the newest that are whole: a manifest is only written when all else is there. */
export async function findUsable(store: KeyValueStore): Promise<UsableGenerations> {
  if (readCurrent(store) !== null) return usableByPointer(store);
  const present = await generationsPresent(store).catch((error: unknown) => {
    if (isHoldfastError(error) && !isClosed(error)) return null;
    throw error;
  });
  if (present === null) return { manifests: [], intact: false };
  const manifests = manifestsOf(store, [...present].reverse()).slice(0, 2);
  return { manifests, intact: manifests.length === 0 && isThere(store, currentKey) === false };
}

/** null: that can't be told. */
function isThere(store: KeyValueStore, key: string): boolean | null {
  try {
    return store.get(key) !== undefined;
  } catch (error) {
    if (isClosed(error)) throw error;
    return null;
  }
}

function manifestsOf(store: KeyValueStore, generations: readonly number[]): readonly Manifest[] {
  return generations.flatMap((generation) => readManifest(store, generation) ?? []);
}

function readOwn<Value extends { readonly format: number }>(store: KeyValueStore, key: string): Value | null {
  try {
    // Written by this room, its checksum just verified; another version of the room raises `format`.
    const value = new SealedReader(store).json(key) as unknown as Value | undefined;
    return value?.format === format ? value : null;
  } catch (error) {
    if (isHoldfastError(error, 'snapshot.damaged')) return null;
    throw error;
  }
}

/** Every generation of which anything is there. */
export async function generationsPresent(store: KeyValueStore): Promise<readonly number[]> {
  const found: number[] = [];
  let from = 'g/';
  for (;;) {
    let next: number | null = null;
    for await (const key of store.keys({ from, before: 'g0', limit: 1 })) next = Number(key.slice(2, 10));
    if (next === null || Number.isNaN(next)) return found;
    found.push(next);
    from = generationPrefix(next + 1);
  }
}

/** Removes an import that was begun and not finished, and gives its room back. */
export async function discardUnfinished(store: KeyValueStore): Promise<void> {
  await store.write([{ type: 'delete', key: importKey }], { durable: true });
  const { manifests } = await findUsable(store);
  await deleteAllBut(store, new Set(manifests.map(({ generation }) => generation)));
}

/** Removes all generations but some and gives their room back. */
export async function deleteAllBut(store: KeyValueStore, keep: ReadonlySet<number>): Promise<void> {
  for (const generation of await generationsPresent(store)) {
    if (keep.has(generation)) continue;
    const { from, before } = range(generationPrefix(generation));
    // The manifest goes first, so that a generation half deleted is not taken for a whole one.
    await store.write([{ type: 'delete', key: manifestKey(generation) }], { durable: true });
    await deleteRange(store, from, before);
    await store.write([{ type: 'delete', key: damagedKey(generation) }], { durable: false });
    await store.compact(from, before);
  }
}

export async function deleteRange(store: KeyValueStore, from: string, before: string): Promise<void> {
  let batch: KeyValueChange[] = [];
  for await (const key of store.keys({ from, before })) {
    batch.push({ type: 'delete', key });
    if (batch.length >= deletedAtOnce) {
      await store.write(batch, { durable: false });
      batch = [];
    }
  }
  if (batch.length > 0) await store.write(batch, { durable: false });
}
