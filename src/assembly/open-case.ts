import type { Journal } from '../journal/journal.ts';
import type { JsonValue } from '../platform/brand.ts';
import { type CaseChange, caseId, caseOf, changeForFinding, type Finding } from '../reconciliation/case.ts';

/** Opens a case in the journal, or notes that one was seen again; the same difference is one case however often it is found. */
export async function openCase(journal: Pick<Journal, 'append' | 'history'>, finding: Finding): Promise<void> {
  const id = caseId(finding.kind, finding.subject);
  const history = journal.history('case', id).flatMap(({ stamp, entry }) =>
    // Written by this function and the case desk, kept under the journal's checksum.
    entry.kind === 'case'
      ? [{ at: new Date(stamp.at).toISOString(), change: entry.change as unknown as CaseChange }]
      : [],
  );
  const change = changeForFinding(caseOf(history), finding);
  if (change === null) return;
  const written: JsonValue = JSON.parse(JSON.stringify(change));
  await journal.append({ kind: 'case', caseId: id, open: true, change: written });
}
