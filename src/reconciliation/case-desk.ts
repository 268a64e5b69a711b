import type { Journal } from '../journal/journal.ts';
import type { JsonValue } from '../platform/brand.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { CaseId } from '../platform/ids.ts';
import {
  type Case,
  type CaseChange,
  type CaseWish,
  caseId,
  caseOf,
  changeForFinding,
  changeForWish,
  type Finding,
  isOpen,
} from './case.ts';
import type { CaseKind, CaseOutcome } from './case-kinds.ts';

/** What a case desk needs of the journal. */
export type CaseJournal = Pick<Journal, 'append' | 'history' | 'openSubjects' | 'subjects'>;

/**
 * The cases of a terminal, kept in its journal. Changes are made one after the other, so that two findings of the same
 * difference at the same time are still one case.
 */
export class CaseDesk {
  readonly #journal: CaseJournal;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(journal: CaseJournal) {
    this.#journal = journal;
  }

  /** Opens a case, or notes that it was seen again, otherwise than before. */
  report(finding: Finding): Promise<void> {
    const id = caseId(finding.kind, finding.subject);
    return this.#inTurn(async () => {
      const change = changeForFinding(this.find(id), finding);
      if (change !== null) await this.#write(id, change);
    });
  }

  /** Closes a case whose difference is gone, if there is one that nobody has closed. */
  settle(kind: CaseKind, subject: string, outcome: CaseOutcome, words: string): Promise<void> {
    const id = caseId(kind, subject);
    return this.#inTurn(async () => {
      const known = this.find(id);
      if (known === undefined || !isOpen(known)) return;
      await this.#write(id, { version: 1, step: 'closed', by: null, outcome, words });
    });
  }

  /** What a person does about a case. Throws `case.unknown` and what {@link changeForWish} throws. */
  act(id: string, wish: CaseWish): Promise<Case> {
    return this.#inTurn(async () => {
      const known = this.find(id);
      if (known === undefined) {
        throw new HoldfastError('case.unknown', `There is no case ${id}`, {
          remedy: 'never',
          hint: '"holdfast cases list --all" shows what there is.',
        });
      }
      await this.#write(known.caseId, changeForWish(known, wish));
      return this.find(id) ?? known;
    });
  }

  find(id: string): Case | undefined {
    return toldBy(this.#journal.history('case', id));
  }

  /** Oldest first; from memory. */
  open(): readonly Case[] {
    return this.#journal.openSubjects('case').flatMap(({ records }) => toldBy(records) ?? []);
  }

  /** Newest first. */
  async newest(count: number): Promise<readonly Case[]> {
    const subjects = await this.#journal.subjects('case', { newest: count });
    return subjects.flatMap(({ records }) => toldBy(records) ?? []);
  }

  async #write(id: CaseId, change: CaseChange): Promise<void> {
    const before = this.#journal.history('case', id);
    const after = toldBy(before, change);
    const written: JsonValue = JSON.parse(JSON.stringify(change));
    await this.#journal.append({
      kind: 'case',
      caseId: id,
      open: after === undefined || isOpen(after),
      change: written,
    });
  }

  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(task);
    this.#turn = result.catch(() => {});
    return result;
  }
}

type Records = ReturnType<CaseJournal['history']>;

function toldBy(records: Records, next?: CaseChange): Case | undefined {
  const history = records.flatMap(({ stamp, entry }) =>
    // Written by this desk only, and kept under the journal's checksum.
    entry.kind === 'case'
      ? [{ at: new Date(stamp.at).toISOString(), change: entry.change as unknown as CaseChange }]
      : [],
  );
  return caseOf(next === undefined ? history : [...history, { at: history.at(-1)?.at ?? '', change: next }]);
}
