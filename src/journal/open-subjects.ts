import { HoldfastError } from '../platform/errors.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import { recordOf } from './frame.ts';
import type { JournalRecord, Subject, SubjectKind } from './journal.ts';
import type { Plan } from './planner.ts';
import { readFrame, readOpenSubjects, readSubject } from './store-copy.ts';
import { firstOf, isOpen, type SubjectName, type SubjectPlace, subjectOf } from './subject.ts';

export const subjectKinds: readonly SubjectKind[] = ['payment', 'case'];

interface Kept extends SubjectName {
  readonly place: SubjectPlace;
  readonly records: readonly JournalRecord[];
}

/** The card payments and cases that somebody has yet to look after, in memory. */
export class OpenSubjects {
  readonly #open = new Map<string, Kept>();

  get size(): number {
    return this.#open.size;
  }

  /** Oldest first. */
  list(kind: SubjectKind): readonly Subject[] {
    return [...this.#open.values()]
      .filter((kept) => kept.kind === kind)
      .sort((a, b) => firstOf(a.place) - firstOf(b.place))
      .map(({ id, records }) => ({ kind, id, open: true, records }));
  }

  /** The first record of the oldest; infinity: none. */
  first(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...Array.from(this.#open.values(), ({ place }) => firstOf(place)));
  }

  place(name: SubjectName): SubjectPlace | undefined {
    return this.#open.get(nameText(name))?.place;
  }

  records(name: SubjectName): readonly JournalRecord[] | undefined {
    return this.#open.get(nameText(name))?.records;
  }

  /** Takes in a plan that is durable. `earlier` gives the records of one that was closed before. */
  apply({ subjects, records }: Plan, earlier: (name: SubjectName) => readonly JournalRecord[]): void {
    for (const { kind, id, place } of subjects) {
      const name = { kind, id };
      const known = this.#open.get(nameText(name));
      if (!isOpen(place)) this.#open.delete(nameText(name));
      else {
        const added = records.filter((record) => isAbout(record, name));
        const before = known?.records ?? earlier(name).filter(({ sequence }) => sequence < (added[0]?.sequence ?? 0));
        this.set({ ...name, place, records: [...before, ...added] });
      }
    }
  }

  set(kept: Kept): void {
    this.#open.set(nameText(kept), kept);
  }
}

/** Those that are open as the store has them; `journal.damaged` if any of it can't be trusted. */
export async function loadOpenSubjects(store: KeyValueStore): Promise<OpenSubjects> {
  const open = new OpenSubjects();
  for (const kind of subjectKinds) {
    for (const id of await readOpenSubjects(store, kind)) {
      const name = { kind, id };
      const place = readSubject(store, name);
      if (place === undefined) {
        throw new HoldfastError('journal.damaged', `The database lacks ${kind} ${id}`, { remedy: 'operator' });
      }
      open.set({ ...name, place, records: recordsOf(store, name, place) });
    }
  }
  return open;
}

/** All that was written of it and is still there. */
export function recordsOf(store: KeyValueStore, name: SubjectName, place: SubjectPlace): readonly JournalRecord[] {
  return place.changes
    .map(({ sequence }) => readFrame(store, sequence))
    .filter((frame) => frame !== undefined)
    .map(recordOf)
    .filter((record) => isAbout(record, name));
}

function isAbout({ entry }: JournalRecord, { kind, id }: SubjectName): boolean {
  const told = subjectOf(entry);
  return told?.kind === kind && told.id === id;
}

const nameText = ({ kind, id }: SubjectName): string => `${kind} ${id}`;
