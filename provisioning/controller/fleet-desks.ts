import type { OpenCase, ParkedDocument } from '../../src/fleet/desk-sections.ts';
import type { TerminalId } from '../../src/platform/ids.ts';
import { caseKinds } from '../../src/reconciliation/case-kinds.ts';
import { caseIn } from './fleet-case-desk.ts';
import type { FleetView, TerminalRow } from './fleet-view.ts';
import type { CaseDocument } from './store/documents.ts';

// What people have to do at the terminals of a fleet, as the terminals told it last. Nothing here looks at the store.

export interface DeskFilter {
  readonly terminal?: string | undefined;
  readonly group?: string | undefined;
}

/** An open case somewhere in the fleet. */
export interface FleetCase extends OpenCase {
  /** Those that keep it: more than one for what is the same at all of them, as an article's stock in their shop. */
  readonly terminals: readonly TerminalId[];
  /** Who keeps it: its terminal, or the controller for a terminal that is gone. */
  readonly keptBy: 'terminal' | 'controller';
  /** When its terminal was last heard of, epoch milliseconds; null: never. */
  readonly asOf: number | null;
}

/** Open cases, oldest first; `unlisted`: how many more there are at their terminals. */
export function fleetCases(
  view: FleetView,
  filter: DeskFilter,
): { readonly cases: readonly FleetCase[]; readonly unlisted: number } {
  const found = new Map<string, FleetCase>();
  let unlisted = 0;
  for (const { terminal, lastHeard } of chosenRows(view, filter)) {
    const { cases, shop } = view.health(terminal);
    if (cases === undefined) continue;
    unlisted += Math.max(0, cases.open - cases.list.length);
    for (const each of cases.list) {
      const key = `${shop?.address} ${shop?.store} ${each.caseId}`;
      const same = found.get(key);
      if (same === undefined) found.set(key, { ...each, terminals: [terminal], keptBy: 'terminal', asOf: lastHeard });
      else found.set(key, { ...same, terminals: [...same.terminals, terminal] });
    }
  }
  const numbers = new Set(chosenRows(view, filter).map(({ terminal }) => terminal));
  // Of the whole fleet: also those of terminals whose number was given up since.
  const isWhole = filter.terminal === undefined && filter.group === undefined;
  const own = view.ownCases().flatMap((each) => (isWhole || numbers.has(each.terminal) ? ownCase(each) : []));
  const all = [...found.values(), ...own];
  return { cases: all.sort((one, other) => compare(one.openedAt, other.openedAt)), unlisted };
}

/** A case of the controller's own, as those of terminals are told. Empty: it is closed. */
function ownCase(document: CaseDocument): readonly FleetCase[] {
  const shown = shownCase(document);
  return shown === undefined || shown.state === 'closed' ? [] : [{ ...shown, state: shown.state }];
}

/** A case of the controller's own; undefined: a later release wrote it. */
export function shownCase(
  document: CaseDocument,
): (Omit<FleetCase, 'state'> & { readonly state: FleetCase['state'] | 'closed' }) | undefined {
  const found = caseIn(document);
  if (found === undefined) return undefined;
  const { caseId, finding, standing, history } = found;
  const { title, nextStep, runbook, outcomes } = caseKinds[finding.kind];
  return {
    caseId,
    kind: finding.kind,
    title,
    words: finding.words,
    receiptNumber: finding.receiptNumber,
    state: standing.state,
    owner: 'owner' in standing ? standing.owner : null,
    openedAt: history[0]?.at ?? '',
    changedAt: history.at(-1)?.at ?? '',
    nextStep,
    runbook: `docs/runbooks/${runbook}.md`,
    outcomes: [...outcomes],
    terminals: [document.terminal],
    keptBy: 'controller',
    asOf: null,
  };
}

/** Something that Magento refuses, at a terminal. */
export interface FleetParked extends ParkedDocument {
  readonly terminal: TerminalId;
  readonly asOf: number | null;
}

/** Oldest first; `unlisted`: how many more there are at their terminals. */
export function fleetParked(
  view: FleetView,
  filter: DeskFilter,
): { readonly parked: readonly FleetParked[]; readonly unlisted: number } {
  let unlisted = 0;
  const parked = chosenRows(view, filter).flatMap(({ terminal, lastHeard }) => {
    const section = view.health(terminal).parked;
    unlisted += Math.max(0, (section?.count ?? 0) - (section?.list.length ?? 0));
    return (section?.list ?? []).map((each) => ({ ...each, terminal, asOf: lastHeard }));
  });
  return { parked: parked.sort((one, other) => compare(one.soldAt, other.soldAt)), unlisted };
}

/** Terminals that a look is about, in the order of their numbers. */
export const chosenRows = (view: FleetView, { terminal, group }: DeskFilter): readonly TerminalRow[] =>
  view.rows(group === undefined ? {} : { group }).filter((row) => terminal === undefined || row.terminal === terminal);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
