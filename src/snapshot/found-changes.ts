import type { Change, SingleKind } from './delta.ts';
import type { Generation } from './generation.ts';
import type { SnapshotRecords } from './shop-source.ts';

/** The change that makes the record what the shop says; none if it is. */
export function changeTo<Kind extends SingleKind>(
  generation: Generation,
  kind: Kind,
  key: string | number,
  record: SnapshotRecords[Kind],
): readonly Change[] {
  if (isSame(record, generation.record(kind, key))) return [];
  // Kind and record belong together; the compiler can't follow.
  return [{ kind, key, record } as unknown as Change];
}

/** The change that takes a record away; none if it is not there. */
export function gone(generation: Generation, kind: SingleKind, key: string | number): readonly Change[] {
  return generation.record(kind, key) === undefined ? [] : [{ kind, key, record: null }];
}

/** Records are compared as they are stored. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
