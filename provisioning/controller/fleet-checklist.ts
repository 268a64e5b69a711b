import { hours, type Instant, minutes } from '../../src/platform/clock.ts';
import type { TerminalId } from '../../src/platform/ids.ts';
import { caseKinds } from '../../src/reconciliation/case-kinds.ts';
import { type CheckLine, type Verdict, worstOf } from '../../src/reconciliation/verdict.ts';
import { age } from './alarm-rules.ts';
import { caseIn } from './fleet-case-desk.ts';
import { chosenRows, type DeskFilter } from './fleet-desks.ts';
import type { FleetView, TerminalRow } from './fleet-view.ts';

/** One terminal's checklist: its own lines as it told them last, and what only can be seen from here. */
export interface TerminalChecklist {
  readonly terminal: TerminalId;
  readonly label: string;
  readonly group: string | null;
  readonly presence: TerminalRow['presence'];
  /** When it was last heard of, epoch milliseconds; null: never. */
  readonly lastHeard: number | null;
  /** When its own lines were made, ISO 8601; null: it has told none. */
  readonly asOf: string | null;
  readonly verdict: Verdict;
  readonly lines: readonly CheckLine[];
}

/** A connected terminal reports every minute, and makes its checklist anew every quarter of an hour. */
const silentAfter = minutes(15);
const staleAfter = hours(1);
/** Sales that lie on a terminal that nobody reaches are no longer only late. */
const strandedAfter = hours(24);

/** The checklists of all terminals that a device is or was, the worst first. */
export function fleetChecklist(view: FleetView, filter: DeskFilter, now: Instant): readonly TerminalChecklist[] {
  const checked = chosenRows(view, filter).flatMap((row) => {
    const health = view.health(row.terminal);
    const isShutOut = row.membership === 'revoked' && row.waiting + row.parked > 0;
    if (row.membership !== 'enrolled' && !isShutOut) return [];
    const { terminal, label, group, presence, lastHeard } = row;
    const own = health.checklist ?? null;
    const lines = [inTouch(row, now), ...told(health, now, row), ...(own?.lines ?? []), ...ownCases(view, terminal)];
    return [{ terminal, label, group, presence, lastHeard, asOf: own?.at ?? null, verdict: worstOf(lines), lines }];
  });
  const rank = { fail: 0, attention: 1, ok: 2 };
  // Rows are in the order of their numbers, and stay so among equals.
  return checked.sort((one, other) => rank[one.verdict] - rank[other.verdict]);
}

const line = (check: string, verdict: Verdict, words: string, nextStep: string | null): CheckLine => ({
  check,
  verdict,
  words,
  nextStep,
});

function inTouch({ presence, presenceSince, lastHeard, waiting, parked, membership }: TerminalRow, now: Instant) {
  const check = 'in-touch';
  const left = waiting + parked;
  const sales = `${left} ${left === 1 ? 'sale is' : 'sales are'} on it that are not in Magento`;
  if (membership === 'revoked') {
    return line(check, 'fail', `its device was shut out, and ${sales}`, 'docs/runbooks/terminal-dead.md');
  }
  if (presence === 'never' || lastHeard === null) {
    return line(check, 'attention', 'has never reported', 'Switch it on, with network.');
  }
  if (presence === 'online') {
    const silent = now - lastHeard;
    if (silent <= silentAfter) return line(check, 'ok', 'connected', null);
    return line(check, 'fail', `connected, but has said nothing for ${age(silent)}`, 'Restart it.');
  }
  const gone = now - presenceSince;
  const away = `${presence === 'lost' ? 'lost' : presence} for ${age(gone)}`;
  if (left === 0) {
    return line(
      check,
      'attention',
      `${away}; nothing waited when it was last heard of`,
      'Switch it on when it is needed.',
    );
  }
  if (gone <= strandedAfter) return line(check, 'attention', `${away}; ${sales}`, 'Look at its power and network.');
  return line(check, 'fail', `${away}; ${sales}`, 'If it does not come back: docs/runbooks/terminal-dead.md');
}

/** Whether its own lines are there, and are of now. */
function told(
  { checklist }: ReturnType<FleetView['health']>,
  now: Instant,
  { presence, version }: TerminalRow,
): readonly CheckLine[] {
  const check = 'checklist';
  if (checklist === undefined) {
    return [
      line(
        check,
        'attention',
        `release ${version ?? 'unknown'} tells no checklist from afar`,
        'Update it (docs/fleet.md).',
      ),
    ];
  }
  if (checklist === null) {
    return [line(check, 'attention', 'it has not looked yet', 'Order "checklist" from it, or wait a minute.')];
  }
  const old = now - Date.parse(checklist.at);
  if (old <= staleAfter) return [];
  const next = presence === 'online' ? 'Order "checklist" from it.' : null;
  return [line(check, 'attention', `what follows was so ${age(old)} ago`, next)];
}

/** Cases about it that the controller keeps. */
function ownCases(view: FleetView, terminal: TerminalId): readonly CheckLine[] {
  return view.ownCases().flatMap((each) => {
    const found = each.open && each.terminal === terminal ? caseIn(each) : undefined;
    if (found === undefined) return [];
    const { runbook } = caseKinds[found.finding.kind];
    return [line('cases', 'attention', `open here: ${found.finding.words}`, `docs/runbooks/${runbook}.md`)];
  });
}
