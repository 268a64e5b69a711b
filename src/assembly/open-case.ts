import type { Journal } from '../journal/journal.ts';
import type { JsonValue } from '../platform/brand.ts';
import type { CaseId } from '../platform/ids.ts';
import {
  type Case,
  type CaseChange,
  caseId,
  caseOf,
  changeForFinding,
  type Finding,
  isOpen,
} from '../reconciliation/case.ts';
import type { CaseKind, CaseOutcome } from '../reconciliation/case-kinds.ts';

type CaseJournal = Pick<Journal, 'append' | 'history'>;

/** Opens a case in the journal, or notes that one was seen again; the same difference is one case however often it is found. */
export async function openCase(journal: CaseJournal, finding: Finding): Promise<void> {
  const id = caseId(finding.kind, finding.subject);
  const change = changeForFinding(knownCase(journal, id), finding);
  if (change !== null) await write(journal, id, true, change);
}

/** Closes a case whose difference is gone, if there is one and a person has not closed it. */
export async function closeCase(
  journal: CaseJournal,
  kind: CaseKind,
  subject: string,
  outcome: CaseOutcome,
  words: string,
): Promise<void> {
  const id = caseId(kind, subject);
  const known = knownCase(journal, id);
  if (known === undefined || !isOpen(known)) return;
  await write(journal, id, false, { version: 1, step: 'closed', by: null, outcome, words });
}

function knownCase(journal: CaseJournal, id: CaseId): Case | undefined {
  return caseOf(
    journal.history('case', id).flatMap(({ stamp, entry }) =>
      // Written by this file and the case desk, kept under the journal's checksum.
      entry.kind === 'case'
        ? [{ at: new Date(stamp.at).toISOString(), change: entry.change as unknown as CaseChange }]
        : [],
    ),
  );
}

async function write(journal: CaseJournal, id: CaseId, open: boolean, change: CaseChange): Promise<void> {
  const written: JsonValue = JSON.parse(JSON.stringify(change));
  await journal.append({ kind: 'case', caseId: id, open, change: written });
}
