import type { DurableFiles } from '../platform/durable-files.ts';
import { type HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import type { TerminalId } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import type { StorePlace } from '../platform/store-place.ts';
import { formats } from './format.ts';
import type { Frame } from './frame.ts';
import { emptyLedger, type Ledger, type OlderLedger } from './ledger.ts';
import { indexesOf, Planner } from './planner.ts';
import { removePruned } from './prune.ts';
import { absentNumbers } from './ranges.ts';
import { plural } from './report.ts';
import { readFrames, readLedger, readOlderLedger, readSequences } from './store-copy.ts';
import { readTape } from './tape.ts';

/** The copy in LevelDB, opened and found whole, or why not. */
export type StoreState =
  | {
      readonly kind: 'open';
      readonly store: KeyValueStore;
      readonly ledger: Ledger;
      readonly unfinishedWrite: boolean;
    }
  /** Whole, but of an older format; closed again. */
  | { readonly kind: 'older'; readonly ledger: OlderLedger; readonly unfinishedWrite: boolean }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly damage: readonly string[] }
  | { readonly kind: 'failed'; readonly error: HoldfastError };

/**
 * Looks at the store's files, opens it if they are undamaged, and checks that it holds every record up to its ledger's
 * sequence. `store.locked` (someone else is at work) and `journal.newer-version` are thrown.
 */
export async function openStore(place: StorePlace): Promise<StoreState> {
  try {
    const check = await place.check();
    if (!check.exists) return { kind: 'absent' };
    if (check.damage.length > 0) return { kind: 'damaged', damage: check.damage };
    const { store, dropped } = await place.open({ createIfMissing: false });
    try {
      const ledger = readOlderLedger(store, place.place) ?? emptyLedger;
      const absent = await absentNumbers(ledger.sequence, readSequences(store), ledger.gaps);
      const beyond = await firstOf(readFrames(store, ledger.sequence + 1));
      if (absent.length === 0 && beyond === undefined) {
        const { unfinishedWrite } = check;
        if (ledger.version === formats.store)
          return { kind: 'open', store, ledger: readLedger(store), unfinishedWrite };
        await store.close();
        return { kind: 'older', ledger, unfinishedWrite };
      }
      await store.close();
      const wrong = absent.length > 0 ? `${plural(absent)} missing` : `record ${beyond?.sequence} is not accounted for`;
      return { kind: 'damaged', damage: [...dropped, wrong] };
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    if (!isHoldfastError(error) || error.code === 'store.locked' || error.code === 'journal.newer-version') throw error;
    if (error.code === 'store.disk-full' || error.code === 'store.read-only') return { kind: 'failed', error };
    return { kind: 'damaged', damage: [messageOf(error)] };
  }
}

async function firstOf<Item>(items: AsyncIterable<Item>): Promise<Item | undefined> {
  for await (const item of items) return item;
  return undefined;
}

export interface Rebuilt extends Filled {
  readonly setAside: readonly string[];
}

export interface RebuildOptions {
  /** Records beyond it are left out. */
  readonly through?: number;
  /** Looks at the new store before it takes the old one's place; if it throws, nothing has changed. */
  readonly verify?: (fresh: KeyValueStore) => Promise<void>;
}

/**
 * Builds the store anew from the tape and from what can still be read of the old one, which is kept under names that end
 * in `label`.
 */
export async function rebuildStore(
  place: StorePlace,
  tape: DurableFiles,
  terminal: TerminalId,
  label: string,
  { through = Number.MAX_SAFE_INTEGER, verify }: RebuildOptions = {},
): Promise<Rebuilt> {
  let filled: Filled = { salvaged: 0, conflicts: [] };
  const setAside = await place.rebuild(label, async (fresh, old) => {
    filled = await fillStore(fresh, readTape(tape, 1), old === null ? none() : readFrames(old), terminal, through);
    await verify?.(fresh);
  });
  return { ...filled, setAside };
}

export interface Filled {
  readonly salvaged: number;
  /** Sequences that differ between the two sources. */
  readonly conflicts: readonly number[];
}

/** Writes the union of both copies into an empty store; where they differ the one that continues the chain wins. */
export async function fillStore(
  store: KeyValueStore,
  tape: AsyncIterable<Frame>,
  salvage: AsyncIterable<Frame>,
  terminal: TerminalId,
  through: number,
): Promise<Filled> {
  let planner = new Planner(terminal, emptyLedger, indexesOf(store));
  const flush = async (durable: boolean): Promise<void> => {
    const plan = planner.finish();
    await store.write(plan.changes, { durable });
    planner = new Planner(terminal, plan.ledger, indexesOf(store));
  };
  let salvaged = 0;
  const conflicts: number[] = [];
  for await (const [fromTape, fromStore] of sideBySide(tape, salvage)) {
    const sequence = fromTape?.sequence ?? fromStore?.sequence ?? 0;
    if (sequence > through) break;
    if (fromTape === undefined) salvaged++;
    const differ = fromTape !== undefined && fromStore !== undefined && !same(fromTape.bytes, fromStore.bytes);
    if (differ) conflicts.push(sequence);
    const continues = (frame: Frame): boolean => Buffer.from(frame.previous).toString('hex') === planner.ledger.head;
    const chosen = differ && !continues(fromTape) && continues(fromStore) ? fromStore : (fromTape ?? fromStore);
    if (chosen !== undefined) planner.addFrame(chosen);
    if (planner.size >= 256) await flush(false);
  }
  await flush(true);
  await removePruned(store);
  return { salvaged, conflicts };
}

/** Two ascending sequences of frames, paired by sequence. */
export async function* sideBySide(
  left: AsyncIterable<Frame>,
  right: AsyncIterable<Frame>,
): AsyncGenerator<readonly [left: Frame | undefined, right: Frame | undefined]> {
  const lefts = left[Symbol.asyncIterator]();
  const rights = right[Symbol.asyncIterator]();
  const next = async (frames: AsyncIterator<Frame>): Promise<Frame | undefined> => {
    const result = await frames.next();
    return result.done === true ? undefined : result.value;
  };
  try {
    let a = await next(lefts);
    let b = await next(rights);
    while (a !== undefined || b !== undefined) {
      const order = (a?.sequence ?? Number.POSITIVE_INFINITY) - (b?.sequence ?? Number.POSITIVE_INFINITY);
      yield [order <= 0 ? a : undefined, order >= 0 ? b : undefined];
      const [stepA, stepB] = [order <= 0, order >= 0];
      if (stepA) a = await next(lefts);
      if (stepB) b = await next(rights);
    }
  } finally {
    await lefts.return?.();
    await rights.return?.();
  }
}

/** For a copy that can't be read at all. */
export async function* none(): AsyncGenerator<Frame> {}

/** Whether two frames or files are byte for byte equal. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
