import { type JsonValue, unreachable } from '../platform/brand.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { CaseId } from '../platform/ids.ts';
import { type CaseKind, type CaseOutcome, caseKinds } from './case-kinds.ts';

/**
 * Something that a person must bring to an end: a difference between the journal, Magento and the acquirer, or what became
 * of a card that was taken offline. It is told by journal records of kind `case`, one a {@link CaseChange}; this file says
 * what follows from them.
 */

export type { CaseId } from '../platform/ids.ts';

/**
 * `kind:subject`, e.g. `payment-declined:019a…`: the same difference always has the same id, so it never opens two cases.
 * `subject`: the sale, payment, order or row of a report that it is about, by a reference that does not change.
 */
export function caseId(kind: CaseKind, subject: string): CaseId {
  if (!/^[\x21-\x7e]{1,200}$/.test(subject)) {
    throw new HoldfastError('case.bad-subject', `Not the reference of a case: "${subject}"`, { remedy: 'never' });
  }
  return `${kind}:${subject}` as CaseId;
}

/** What was seen. The same difference, found again, has the same evidence. */
export interface Finding {
  readonly kind: CaseKind;
  readonly subject: string;
  /** One sentence for whoever reads the list. */
  readonly words: string;
  /** The figures and references that show it. */
  readonly evidence: JsonValue;
  /** The sale or return that it is about, where there is one. */
  readonly receiptNumber: string | null;
}

/** One step of a case's life. `by` names a person; null: Holdfast itself. */
export type CaseChange = { readonly version: 1 } & (
  | ({ readonly step: 'opened' } & Finding)
  /** Found again, and not as before: a case that was closed on the earlier evidence opens again. */
  | ({ readonly step: 'seen-again' } & Finding)
  | { readonly step: 'taken'; readonly by: string; readonly owner: string }
  | { readonly step: 'noted'; readonly by: string; readonly words: string }
  /** Nothing can be done before something happens elsewhere; `words` say what. */
  | { readonly step: 'waiting'; readonly by: string; readonly words: string }
  | { readonly step: 'closed'; readonly by: string | null; readonly outcome: CaseOutcome; readonly words: string }
  | { readonly step: 'reopened'; readonly by: string; readonly words: string }
);

export type Standing =
  | { readonly state: 'open' }
  | { readonly state: 'in-hand'; readonly owner: string }
  | { readonly state: 'waiting'; readonly owner: string; readonly words: string }
  | { readonly state: 'closed'; readonly by: string | null; readonly outcome: CaseOutcome; readonly words: string };

export interface DatedChange {
  /** ISO 8601, by the terminal's clock. */
  readonly at: string;
  readonly change: CaseChange;
}

export interface Case {
  readonly caseId: CaseId;
  /** As it was seen last. */
  readonly finding: Finding;
  readonly standing: Standing;
  /** Oldest first; the first one opened it. */
  readonly history: readonly DatedChange[];
}

/** The case that `history` tells, oldest first; undefined when it does not begin with an opening. */
export function caseOf(history: readonly DatedChange[]): Case | undefined {
  const [first] = history;
  if (first?.change.step !== 'opened') return undefined;
  let finding = findingOf(first.change);
  let standing: Standing = { state: 'open' };
  for (const { change } of history) {
    standing = after(standing, change);
    if (change.step === 'seen-again') finding = findingOf(change);
  }
  return { caseId: caseId(finding.kind, finding.subject), finding, standing, history };
}

function after(before: Standing, change: CaseChange): Standing {
  switch (change.step) {
    case 'opened':
    case 'reopened':
      return { state: 'open' };
    case 'seen-again':
      return before.state === 'closed' ? { state: 'open' } : before;
    case 'taken':
      return { state: 'in-hand', owner: change.owner };
    case 'noted':
      return before;
    case 'waiting':
      return { state: 'waiting', owner: change.by, words: change.words };
    case 'closed':
      return { state: 'closed', by: change.by, outcome: change.outcome, words: change.words };
    default:
      return unreachable(change);
  }
}

/** What a finding changes: an opening, a new look at an old case, or nothing when all of it is known. */
export function changeForFinding(known: Case | undefined, finding: Finding): CaseChange | null {
  if (known === undefined) return { version: 1, step: 'opened', ...finding };
  // What Holdfast itself saw gone and sees again has come back; what a person closed on this evidence stays closed.
  const cameBack = known.standing.state === 'closed' && known.standing.by === null;
  return sameFinding(known.finding, finding) && !cameBack ? null : { version: 1, step: 'seen-again', ...finding };
}

/** A person's wish for a case. */
export type CaseWish =
  | { readonly step: 'take'; readonly by: string; readonly owner: string }
  | { readonly step: 'note'; readonly by: string; readonly words: string }
  | { readonly step: 'wait'; readonly by: string; readonly words: string }
  | { readonly step: 'close'; readonly by: string; readonly outcome: CaseOutcome; readonly words: string }
  | { readonly step: 'reopen'; readonly by: string; readonly words: string };

/**
 * The change that a wish comes to. Throws `case.closed` (only reopening and notes are left), `case.not-closed`,
 * `case.wrong-outcome` (names the outcomes of its kind), `case.no-words`.
 */
export function changeForWish({ finding, standing }: Case, wish: CaseWish): CaseChange {
  const closed = standing.state === 'closed';
  if (closed && wish.step !== 'reopen' && wish.step !== 'note') {
    throw refusal('closed', 'The case is closed', 'Reopen it first.');
  }
  if (wish.step !== 'take' && wish.words.trim() === '') {
    throw refusal('no-words', 'Say why, in a few words', 'Whoever reads the case later has only these words.');
  }
  switch (wish.step) {
    case 'take':
      return { version: 1, step: 'taken', by: wish.by, owner: wish.owner };
    case 'note':
      return { version: 1, step: 'noted', by: wish.by, words: wish.words };
    case 'wait':
      return { version: 1, step: 'waiting', by: wish.by, words: wish.words };
    case 'close': {
      const outcomes: readonly CaseOutcome[] = caseKinds[finding.kind].outcomes;
      if (!outcomes.includes(wish.outcome)) {
        throw refusal(
          'wrong-outcome',
          `A case of this kind can’t end as "${wish.outcome}"`,
          `Use ${outcomes.join(', ')}.`,
        );
      }
      return { version: 1, step: 'closed', by: wish.by, outcome: wish.outcome, words: wish.words };
    }
    case 'reopen':
      if (!closed) throw refusal('not-closed', 'The case is not closed', 'There is nothing to reopen.');
      return { version: 1, step: 'reopened', by: wish.by, words: wish.words };
    default:
      return unreachable(wish);
  }
}

export const isOpen = ({ standing }: Case): boolean => standing.state !== 'closed';

/** What a step says, to whoever reads the history of a case. */
export function changeInWords(change: CaseChange): string {
  switch (change.step) {
    case 'opened':
      return `opened: ${change.words}`;
    case 'seen-again':
      return `seen again: ${change.words}`;
    case 'taken':
      return `${change.owner} looks after it`;
    case 'noted':
      return change.words;
    case 'waiting':
      return `waits: ${change.words}`;
    case 'closed':
      return `closed, ${change.outcome}: ${change.words}`;
    case 'reopened':
      return `opened again: ${change.words}`;
    default:
      return unreachable(change);
  }
}

function findingOf({ kind, subject, words, evidence, receiptNumber }: Finding): Finding {
  return { kind, subject, words, evidence, receiptNumber };
}

/** Words may be put better in a later release; what was seen is the evidence. */
const sameFinding = (one: Finding, other: Finding): boolean => canonical(one.evidence) === canonical(other.evidence);

/** The same text for the same content, whatever the order of its keys. */
function canonical(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(',')}}`;
}

const isList = (value: object): value is readonly JsonValue[] => Array.isArray(value);

function refusal(code: string, message: string, hint: string): HoldfastError {
  return new HoldfastError(`case.${code}`, message, { remedy: 'operator', hint });
}
