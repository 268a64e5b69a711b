import type { Command } from 'commander';
import { HoldfastError } from '../platform/errors.ts';
import { type CliWorld, forMachines, print } from './command-tools.ts';
import { asked, type FleetOptions, fleetClient } from './fleet-asking.ts';
import { ago, table } from './output.ts';

type Verdict = 'ok' | 'attention' | 'fail';

interface ShownChecklist {
  readonly at: number;
  readonly verdict: Verdict;
  readonly terminals: readonly {
    readonly terminal: string;
    readonly label: string;
    readonly presence: string;
    readonly lastHeard: number | null;
    readonly asOf: string | null;
    readonly verdict: Verdict;
    readonly lines: readonly {
      readonly check: string;
      readonly verdict: Verdict;
      readonly words: string;
      readonly nextStep: string | null;
    }[];
  }[];
}

interface ShownCase {
  readonly caseId: string;
  readonly terminals: readonly string[];
  readonly receiptNumber: string | null;
  readonly openedAt: string;
  readonly state: string;
  readonly owner: string | null;
  readonly words: string;
}

interface ShownParked {
  readonly terminal: string;
  readonly receiptNumber: string | null;
  readonly kind: string;
  readonly soldAt: string;
  readonly total: string | null;
  readonly currency: string | null;
  readonly reason: string | null;
  readonly decided: readonly string[];
}

interface Where extends FleetOptions {
  readonly terminal?: string;
  readonly group?: string;
}

const within = (command: Command): Command =>
  command.option('--terminal <number>', 'only this one').option('--group <name>', 'only terminals of this group');

function queryOf({ terminal, group }: Where): string {
  const query = new URLSearchParams();
  if (terminal !== undefined) query.set('terminal', terminal);
  if (group !== undefined) query.set('group', group);
  return query.size === 0 ? '' : `?${query}`;
}

/** `holdfast fleet checklist|cases|parked`: the morning after an outage, for all terminals. */
export function addFleetMorning(fleet: Command, world: CliWorld): void {
  const now = (): number => world.clock.now();
  within(forMachines(asked(fleet.command('checklist'), world)))
    .description('the checklists of all terminals, the worst first')
    .option('--all', 'lines that are ok too')
    .action(async (options: Where & { readonly all?: true }) => {
      const path = `/api/checklist${queryOf(options)}`;
      const found = await fleetClient(options, world).ask<ShownChecklist>('GET', path);
      print(world, options, found, (shown) => showChecklist(shown, options.all === true));
      const { verdict, terminals } = found;
      if (verdict === 'ok') return;
      const count = terminals.filter((each) => each.verdict !== 'ok').length;
      throw new HoldfastError(`checklist.${verdict}`, `${count} of ${terminals.length} terminals are not ok.`, {
        remedy: 'operator',
        hint: 'Each line says its next step.',
      });
    });
  within(forMachines(asked(fleet.command('cases'), world)))
    .description('list the open cases of all terminals, oldest first')
    .action(async (options: Where) => {
      const path = `/api/cases${queryOf(options)}`;
      const found = await fleetClient(options, world).ask<{
        readonly unlisted: number;
        readonly cases: readonly ShownCase[];
      }>('GET', path);
      print(world, options, found, ({ cases, unlisted }) => [showCases(cases, now()), ...more(unlisted)].join('\n'));
    });
  within(forMachines(asked(fleet.command('parked'), world)))
    .description('list what Magento refuses at all terminals, oldest first')
    .action(async (options: Where) => {
      const path = `/api/parked${queryOf(options)}`;
      const found = await fleetClient(options, world).ask<{
        readonly unlisted: number;
        readonly parked: readonly ShownParked[];
      }>('GET', path);
      print(world, options, found, ({ parked, unlisted }) => [showParked(parked, now()), ...more(unlisted)].join('\n'));
    });
}

const more = (unlisted: number): readonly string[] =>
  unlisted === 0 ? [] : [`And ${unlisted} more, which their terminals list.`];

function showChecklist({ at, terminals }: ShownChecklist, all: boolean): string {
  if (terminals.length === 0) return 'No terminal.';
  const rows = terminals.flatMap(({ terminal, asOf, lines }) =>
    lines
      .filter(({ verdict }) => all || verdict !== 'ok')
      .map(({ verdict, check, words, nextStep }) => [
        terminal,
        verdict,
        check,
        words,
        nextStep ?? '',
        asOf === null ? 'never' : `${ago(Date.parse(asOf), at)} ago`,
      ]),
  );
  const well = terminals.filter(({ verdict }) => verdict === 'ok').length;
  const sum = `${well} of ${terminals.length} ${terminals.length === 1 ? 'terminal is' : 'terminals are'} ok.`;
  if (rows.length === 0) return sum;
  const titles = ['TERMINAL', 'STATE', 'CHECK', 'WHAT', 'NEXT STEP', 'AS OF'].map((title) => ({ title }));
  return [table(titles, rows), '', sum].join('\n');
}

function showCases(cases: readonly ShownCase[], now: number): string {
  if (cases.length === 0) return 'No open cases.';
  return table(
    ['TERMINAL', 'CASE', 'RECEIPT', 'SINCE', 'STATE', 'WHAT'].map((title) => ({ title })),
    cases.map(({ terminals, caseId, receiptNumber, openedAt, state, owner, words }) => [
      terminals.join(', '),
      caseId,
      receiptNumber ?? '–',
      `${ago(Date.parse(openedAt), now)} ago`,
      owner === null ? state : `${state} (${owner})`,
      words,
    ]),
  );
}

function showParked(parked: readonly ShownParked[], now: number): string {
  if (parked.length === 0) return 'Magento refuses nothing.';
  return table(
    ['TERMINAL', 'RECEIPT', 'SOLD', 'TOTAL', 'WHY', 'DECIDED'].map((title) => ({ title })),
    parked.map(({ terminal, receiptNumber, kind, soldAt, total, currency, reason, decided }) => [
      terminal,
      receiptNumber ?? kind,
      `${ago(Date.parse(soldAt), now)} ago`,
      total === null ? '–' : `${currency ?? ''} ${total}`.trim(),
      reason ?? '',
      decided.join('; '),
    ]),
  );
}
