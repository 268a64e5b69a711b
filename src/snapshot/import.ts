import { type Clock, milliseconds, seconds } from '../platform/clock.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import type { KeyValueChange, KeyValueStore } from '../platform/key-value-store.ts';
import type { Logger } from '../platform/log.ts';
import { createPacer } from '../platform/pacer.ts';
import type { SnapshotInfo } from './catalogue.ts';
import type { ChangeFeed } from './change-feed.ts';
import { sealJson } from './envelope.ts';
import { estimateSize } from './estimate.ts';
import { checkGeneration } from './finish.ts';
import { deleteAllBut, findUsable, generationsPresent } from './generations.ts';
import {
  type ChangeMarks,
  type CurrentPointer,
  currentKey,
  format,
  type ImportState,
  importKey,
  type Manifest,
  manifestKey,
} from './layout.ts';
import { SnapshotPage } from './page.ts';
import { type AnyRecord, recordKinds } from './records.ts';
import { mayKeepFallback, type SnapshotRoom } from './room.ts';
import { SealedReader } from './sealed-reader.ts';
import type { ShopChanges } from './shop-changes.ts';
import type { RecordKind, ShopPage, ShopSource } from './shop-source.ts';
import type { RecoverableStore } from './snapshot-store.ts';
import { writeIndexes } from './write-indexes.ts';

export interface ImportOptions {
  readonly source: ShopSource;
  /** Says from when on changes are to be followed; left out: from the beginning of the shop. */
  readonly changes?: Pick<ShopChanges, 'latest'>;
  /** Tells where its following is to begin; absent: the shop has none. */
  readonly feed?: Pick<ChangeFeed, 'beginning'>;
  /** `recover`: see `openSnapshotStore`. */
  readonly store: KeyValueStore & Partial<RecoverableStore>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Names the shop and how it is read (address, store view, attributes); an import begun under another is not gone on with. */
  readonly sourceId: string;
  /** Most bytes the snapshot may take on disk, the old generation included. */
  readonly budget: number;
  /** Asked before anything is written; left out: only the budget counts. What it rejects with ends the import. */
  readonly room?: () => Promise<SnapshotRoom>;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Ends the import after the page in hand; it can be gone on with. */
  readonly signal?: AbortSignal;
}

export interface ImportProgress {
  readonly step: RecordKind | 'estimate' | 'finish';
  readonly done: number;
  /** As far as the shop says. */
  readonly total: number | null;
}

/** An import that was interrupted is gone on with if it began no longer ago; else the shop has changed too much since. */
const longestPause = 6 * 3_600_000;
/** Milliseconds before each repetition of a page that did not come; then the import stops and may be gone on with later. */
const pageRetries: readonly number[] = [1_000, 5_000];
/** Milliseconds; a shop that wants to be left alone for longer ends the import, which may be gone on with then. */
const longestWait = 60_000;
const mostRejectedKept = 100;
/** A power cut costs the pages of this long at most: waiting for the medium after every page would take most of the time. */
const syncEvery = seconds(2);

/**
 * Copies the shop into a new generation and makes it the current one, whole, in one durable step; until then nothing of it
 * can be seen. A record that can't be used is counted and named, and does not stop the others. What was current becomes the
 * fallback. Goes on where an interrupted import stopped.
 *
 * Errors: those of {@link ShopSource}; `snapshot.too-large` (operator) before anything is written; `snapshot.cancelled`
 * (retry); `snapshot.incomplete` (retry: the medium lost something, or the shop gave no products); those of the store.
 */
export async function importSnapshot(options: ImportOptions): Promise<SnapshotInfo> {
  try {
    return await takeSnapshot(options);
  } catch (error) {
    await options.store.recover?.();
    throw error;
  }
}

async function takeSnapshot(options: ImportOptions): Promise<SnapshotInfo> {
  const { store, log } = options;
  const interrupted = resumable(options);
  if (interrupted !== null) await options.room?.();
  const state = interrupted ?? (await begin(options));
  log.info({ generation: state.generation, from: state.kind, cursor: state.cursor }, 'taking a snapshot of the shop');
  const manifest = await write(options, state);
  await flip(store, manifest);
  const { generation, counts, rejectedCount, size } = manifest;
  log.info({ generation, counts, rejectedCount, size }, 'snapshot taken');
  return { generation, takenAt: manifest.takenAt, counts, rejected: manifest.rejected, rejectedCount, size };
}

/** Pages, indexes, and the check of all that. */
async function write(options: ImportOptions, state: ImportState): Promise<Manifest> {
  const { store, signal } = options;
  const goOn = (): void => requireGoingOn(signal);
  try {
    let read = await readAll(options, state);
    options.onProgress?.({ step: 'finish', done: 0, total: null });
    if (read.kind === 'index') {
      read = await writeIndexes(options, read, goOn);
      await store.write([stateChange(read)], { durable: true });
    }
    return await checkGeneration(options, read, goOn);
  } catch (error) {
    // Going on with what is broken would end here again: the next import starts from nothing.
    if (isHoldfastError(error, 'snapshot.incomplete') || isHoldfastError(error, 'snapshot.damaged')) {
      await store.write([{ type: 'delete', key: importKey }], { durable: true });
    }
    throw error;
  }
}

/** Estimates, makes room, and starts a generation of its own. */
async function begin(options: ImportOptions): Promise<ImportState> {
  const { store, clock, budget } = options;
  const [inUse, fallback] = (await findUsable(store)).manifests;
  options.onProgress?.({ step: 'estimate', done: 0, total: null });
  const estimate = await estimateSize((kind) => pageWithRetries(options, kind, null), inUse ?? null);
  const sizes = { estimate, inUse: inUse?.size ?? 0, fallback: fallback?.size ?? 0 };
  const keepsFallback = mayKeepFallback(sizes, budget, (await options.room?.()) ?? null);
  const keep = new Set(inUse === undefined ? [] : [inUse.generation]);
  if (fallback !== undefined && keepsFallback) keep.add(fallback.generation);
  const present = await generationsPresent(store);
  await deleteAllBut(store, keep);
  const state: ImportState = {
    format,
    generation: Math.max(0, readState(store)?.generation ?? 0, ...present) + 1,
    sourceId: options.sourceId,
    startedAt: clock.now(),
    kind: recordKinds[0] ?? 'index',
    cursor: null,
    pages: 0,
    written: {},
    blocks: {},
    marks: await readMarks(options),
    indexes: {},
    rejected: [],
    rejectedCount: 0,
  };
  await store.write([stateChange(state)], { durable: true });
  return state;
}

/** Asked for before anything is read: whatever changes while the shop is read is newer. */
async function readMarks({
  changes,
  feed,
  signal = new AbortController().signal,
}: ImportOptions): Promise<ChangeMarks> {
  const beginning = (await feed?.beginning(signal)) ?? null;
  const dated =
    changes === undefined
      ? { product: null, customer: null }
      : { product: await changes.latest('product', signal), customer: await changes.latest('customer', signal) };
  return beginning === null ? dated : { ...dated, feed: beginning };
}

/** An import under way that may be gone on with. */
function resumable({ store, clock, sourceId }: ImportOptions): ImportState | null {
  const state = readState(store);
  if (state === null || state.sourceId !== sourceId) return null;
  const age = clock.now() - state.startedAt;
  return age < 0 || age > longestPause ? null : state;
}

function readState(store: KeyValueStore): ImportState | null {
  try {
    const state = new SealedReader(store).json(importKey) as unknown as ImportState | undefined;
    return state?.format === format ? state : null;
  } catch (error) {
    if (isHoldfastError(error, 'snapshot.damaged')) return null;
    throw error;
  }
}

const stateChange = (state: ImportState): KeyValueChange => ({
  type: 'put',
  key: importKey,
  value: sealJson(importKey, state),
});

/** Page after page of kind after kind, each in one batch with the place to go on from; while one is written, the next is read and packed. */
async function readAll(options: ImportOptions, from: ImportState): Promise<ImportState> {
  const { store, clock, onProgress } = options;
  let state = from;
  let written: Promise<void> = Promise.resolve();
  let syncedAt = clock.monotonic();
  while (state.kind !== 'index' && state.kind !== 'check') {
    const { kind } = state;
    requireGoingOn(options.signal);
    const before = state;
    const preparing = pageWithRetries(options, kind, before.cursor).then(async (page) => ({
      page,
      ...(await prepare(options, before, kind, page)),
    }));
    // Whichever fails first is told of; the other must not be left without anybody to hear of it.
    const [{ page, after, changes }] = await Promise.all([preparing, written]);
    requireGoingOn(options.signal);
    const durable = page.next === null || clock.monotonic() - syncedAt >= syncEvery;
    if (durable) syncedAt = clock.monotonic();
    written = store.write([...changes, stateChange(after)], { durable });
    state = after;
    const progress: ImportProgress = { step: kind, done: state.written[kind] ?? 0, total: page.total };
    written = written.then(() => onProgress?.(progress));
  }
  await written;
  return state;
}

/** The changes a page makes, worked out in stretches so that a key press is never kept waiting. */
async function prepare(
  { clock }: ImportOptions,
  state: ImportState,
  kind: RecordKind,
  { records, next }: ShopPage<RecordKind>,
): Promise<{ readonly after: ImportState; readonly changes: readonly KeyValueChange[] }> {
  const page = new SnapshotPage(state, kind);
  const rejected = [...state.rejected];
  let { rejectedCount } = state;
  let good = 0;
  const rest = createPacer(clock);
  for (const record of records) {
    await rest();
    if (!record.ok) {
      rejectedCount += 1;
      if (rejected.length < mostRejectedKept) rejected.push({ kind, key: record.key, reason: record.reason });
      continue;
    }
    // A page holds records of the kind it was asked for; the compiler can't tie the two together.
    page.add({ kind, record: record.record } as AnyRecord);
    good += 1;
  }
  const { changes, nextBlock } = page.end();
  const after: ImportState = {
    ...state,
    kind: next === null ? (recordKinds[recordKinds.indexOf(kind) + 1] ?? 'index') : kind,
    cursor: next,
    pages: state.pages + 1,
    written: { ...state.written, [kind]: (state.written[kind] ?? 0) + good },
    blocks: { ...state.blocks, [kind]: nextBlock },
    rejected,
    rejectedCount,
  };
  return { after, changes };
}

/** Bad and missing pages are asked for again, shortly; a refusal is not. */
async function pageWithRetries(
  options: Pick<ImportOptions, 'source' | 'clock' | 'log'> & { readonly signal?: AbortSignal },
  kind: RecordKind,
  cursor: string | null,
): Promise<ShopPage<RecordKind>> {
  const { source, clock, log, signal = new AbortController().signal } = options;
  for (const pause of [...pageRetries, null]) {
    try {
      return await source.page(kind, cursor, signal);
    } catch (error) {
      const again = error instanceof HoldfastError && error.remedy.startsWith('retry') && !signal.aborted;
      if (!again || pause === null || (error.retryAfter ?? 0) > longestWait) throw error;
      log.warn({ kind, cursor, error: messageOf(error) }, 'snapshot page failed, asking again');
      await clock.sleep(milliseconds(Math.max(pause, error.retryAfter ?? 0)), signal);
      requireGoingOn(signal);
    }
  }
  throw new TypeError('unreachable: the last attempt returns or throws');
}

/** Makes a generation the current one and what was in use its fallback; then removes what is neither. */
async function flip(store: KeyValueStore, manifest: Manifest): Promise<void> {
  const { generation } = manifest;
  const previous = (await findUsable(store)).manifests[0]?.generation ?? null;
  const pointer: CurrentPointer = { format, generation, previous };
  const put = (key: string, value: unknown): KeyValueChange => ({ type: 'put', key, value: sealJson(key, value) });
  await store.write(
    [put(manifestKey(generation), manifest), put(currentKey, pointer), { type: 'delete', key: importKey }],
    { durable: true },
  );
  await deleteAllBut(store, new Set(previous === null ? [generation] : [generation, previous]));
}

function requireGoingOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new HoldfastError('snapshot.cancelled', 'The import of the snapshot was stopped; it can be gone on with.', {
    remedy: 'retry',
  });
}
