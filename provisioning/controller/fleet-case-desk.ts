import type { JsonValue } from '../../src/platform/brand.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { TerminalId } from '../../src/platform/ids.ts';
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
} from '../../src/reconciliation/case.ts';
import type { CaseKind, CaseOutcome } from '../../src/reconciliation/case-kinds.ts';
import { refusal } from './enrolment-desk.ts';
import { type Change, type ControllerStore, decideAndWrite } from './store/controller-store.ts';
import type { CaseDocument } from './store/documents.ts';

export const caseKey = (terminal: TerminalId, id: string): string => `${terminal}/${id}`;

/** The case that a document tells; undefined: a later release wrote it. */
export const caseIn = ({ history }: CaseDocument): Case | undefined =>
  // Written by this desk only.
  caseOf(history.map(({ at, change }) => ({ at, change: change as unknown as CaseChange })));

/** Cases about terminals that are gone, by the rules of the terminals' own: the same difference is one case, and each needs its end. */
export class FleetCaseDesk {
  readonly #store: ControllerStore;
  readonly #clock: Clock;

  constructor({ store, clock }: { readonly store: ControllerStore; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Opens a case, or notes that it was seen again, otherwise than before. */
  async report(terminal: TerminalId, finding: Finding): Promise<void> {
    await this.#change(terminal, caseId(finding.kind, finding.subject), (known) => changeForFinding(known, finding));
  }

  /** Closes a case whose difference is gone, if there is one that nobody has closed. */
  async settle(
    terminal: TerminalId,
    kind: CaseKind,
    subject: string,
    outcome: CaseOutcome,
    words: string,
  ): Promise<void> {
    await this.#change(terminal, caseId(kind, subject), (known) =>
      known === undefined || !isOpen(known) ? null : { version: 1, step: 'closed', by: null, outcome, words },
    );
  }

  /** What a person does about a case. Throws `fleet.no-such-case` and what {@link changeForWish} throws. */
  async act(terminal: TerminalId, id: string, wish: CaseWish): Promise<Case> {
    const after = await this.#change(terminal, id, (known) => {
      if (known === undefined) throw noSuchCase(terminal, id);
      return changeForWish(known, wish);
    });
    if (after === undefined) throw noSuchCase(terminal, id);
    return after;
  }

  /** Open ones about a terminal. */
  async openOf(terminal: TerminalId): Promise<readonly Case[]> {
    const found = await this.#store.list('cases', { prefix: `${terminal}/` });
    return found.flatMap(({ value }) => (value.open ? (caseIn(value) ?? []) : []));
  }

  #change(
    terminal: TerminalId,
    id: string,
    decide: (known: Case | undefined) => CaseChange | null,
  ): Promise<Case | undefined> {
    return decideAndWrite(this.#store, async () => {
      const key = caseKey(terminal, id);
      const found = await this.#store.get('cases', key);
      const known = found === null ? undefined : caseIn(found.value);
      const change = decide(known);
      if (change === null) return { changes: [], answer: known };
      const at = new Date(this.#clock.now()).toISOString();
      // Everything in a change is of JSON's own types.
      const history = [...(found?.value.history ?? []), { at, change: change as unknown as JsonValue }];
      const value: CaseDocument = { terminal, caseId: id, open: true, history };
      const after = caseIn(value);
      const written: Change = {
        collection: 'cases',
        id: key,
        expected: found?.version ?? 0,
        value: { ...value, open: after === undefined || isOpen(after) },
      };
      return { changes: [written], answer: after };
    });
  }
}

export const noSuchCase = (terminal: string, id: string) =>
  refusal('fleet.no-such-case', `There is no case ${id} of ${terminal} here`, 'never');
