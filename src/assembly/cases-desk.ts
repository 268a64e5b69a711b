import type { CaseDetail, CaseEntry } from '../control/cases-protocol.ts';
import type { CaseHandlers } from '../control/cases-routes.ts';
import type { TerminalStatus } from '../control/protocol.ts';
import { type Case, changeInWords } from '../reconciliation/case.ts';
import type { CaseDesk } from '../reconciliation/case-desk.ts';
import { caseKinds } from '../reconciliation/case-kinds.ts';

// Cases, in the words of the control socket.

export function createCaseHandlers(desk: CaseDesk): CaseHandlers {
  return {
    async cases({ all, limit }) {
      const found = all ? await desk.newest(limit) : desk.open().slice(0, limit);
      return found.map(entryOf);
    },
    case(caseId) {
      const found = desk.find(caseId);
      return found === undefined ? undefined : detailOf(found);
    },
    actOnCase: async (caseId, wish) => detailOf(await desk.act(caseId, wish)),
  };
}

/** What a person should look at; one line, however many there are. */
export function casesAttention(open: readonly Case[]): TerminalStatus['attention'] {
  // What is parked has a line of its own.
  const unlooked = open.filter(
    ({ standing, finding }) => standing.state === 'open' && finding.kind !== 'document-parked',
  );
  const [first] = unlooked;
  if (first === undefined) return [];
  const more = unlooked.length === 1 ? '' : ` And ${unlooked.length - 1} more.`;
  return [
    {
      severity: 'warning',
      words: `${caseKinds[first.finding.kind].title}: ${first.finding.words}.${more}`,
      nextStep: 'Look with "holdfast cases list"; each says what to do.',
    },
  ];
}

function entryOf({ caseId, finding, standing, history }: Case): CaseEntry {
  const { kind, words, receiptNumber } = finding;
  return {
    caseId,
    title: caseKinds[kind].title,
    words,
    receiptNumber,
    state: standing.state,
    owner: 'owner' in standing ? standing.owner : null,
    openedAt: history[0]?.at ?? '',
    changedAt: history.at(-1)?.at ?? '',
  };
}

function detailOf(found: Case): CaseDetail {
  const { nextStep, runbook, outcomes } = caseKinds[found.finding.kind];
  return {
    ...entryOf(found),
    evidence: found.finding.evidence,
    nextStep,
    runbook: `docs/runbooks/${runbook}.md`,
    outcomes,
    outcome: found.standing.state === 'closed' ? found.standing.outcome : null,
    history: found.history.map(({ at, change }) => ({
      at,
      by: ('by' in change ? change.by : null) ?? 'Holdfast',
      words: changeInWords(change),
    })),
  };
}
