import { type Clock, milliseconds } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import { createPacer } from '../platform/pacer.ts';
import { sealedChecksum, unseal } from './envelope.ts';
import { deleteRange } from './generations.ts';
import {
  type Contents,
  format,
  generationPrefix,
  type ImportState,
  indexPrefix,
  type Manifest,
  range,
  recordPrefix,
  sortingPrefix,
} from './layout.ts';
import { recordKinds } from './records.ts';

interface Workplace {
  readonly store: KeyValueStore;
  readonly clock: Clock;
}

/**
 * Clears up and reads everything back. Safe to repeat. Throws `snapshot.incomplete` when the medium does not hold what was
 * written, or when the shop gave nothing to sell; `snapshot.damaged` at a bad value.
 */
export async function checkGeneration(
  { store, clock }: Workplace,
  state: ImportState,
  goOn: () => void,
): Promise<Manifest> {
  const { generation } = state;
  const sorted = range(sortingPrefix(generation));
  await deleteRange(store, sorted.from, sorted.before);
  await store.compact(sorted.from, sorted.before);
  const { contents, rawSize } = await takeStock(store, clock, generation, goOn);
  for (const kind of recordKinds) {
    const expected = state.blocks[kind] ?? 0;
    const found = contents[kind]?.count ?? 0;
    if (found !== expected)
      throw incomplete(`${expected} blocks of ${kind} records were written but ${found} are there`);
  }
  if ((state.written['settings'] ?? 0) === 0) throw incomplete('the price settings are missing');
  if ((state.written['product'] ?? 0) === 0) throw incomplete('the shop gave no products');
  const whole = range(generationPrefix(generation));
  return {
    format,
    generation,
    sourceId: state.sourceId,
    takenAt: state.startedAt,
    counts: Object.fromEntries(recordKinds.map((kind) => [kind, state.written[kind] ?? 0])),
    rejected: state.rejected,
    rejectedCount: state.rejectedCount,
    contents,
    indexes: state.indexes,
    marks: state.marks,
    rawSize,
    size: await store.approximateSize(whole.from, whole.before),
  };
}

/** Reads a whole generation, verifying every value. Throws `snapshot.damaged` at the first bad one. */
export async function takeStock(
  store: KeyValueStore,
  clock: Clock,
  generation: number,
  goOn: () => void,
  pause = milliseconds(0),
): Promise<{ readonly contents: Readonly<Record<string, Contents>>; readonly rawSize: number }> {
  const contents: Record<string, { count: number; checksum: number }> = {};
  let rawSize = 0;
  const rest = createPacer(clock, pause);
  const count = async (name: string, prefix: string): Promise<void> => {
    const tally = { count: 0, checksum: 0 };
    for await (const [key, sealed] of store.entries(range(prefix))) {
      unseal(key, sealed);
      tally.count += 1;
      tally.checksum = (tally.checksum + sealedChecksum(sealed)) >>> 0;
      rawSize += key.length + sealed.length;
      goOn();
      await rest();
    }
    contents[name] = tally;
  };
  for (const kind of recordKinds) await count(kind, recordPrefix(generation, kind));
  await count('index', indexPrefix(generation));
  return { contents, rawSize };
}

function incomplete(why: string): HoldfastError {
  return new HoldfastError('snapshot.incomplete', `The snapshot is not whole: ${why}.`, {
    remedy: 'retry',
    hint: 'It will be taken again; until then the till goes on with the one before.',
  });
}
