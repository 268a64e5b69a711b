import type { Command } from 'commander';
import { type CliWorld, forMachines, print } from './command-tools.ts';
import { asked, type FleetOptions, fleetClient } from './fleet-asking.ts';
import { facts } from './output.ts';

interface ShownCase {
  readonly caseId: string;
  readonly title: string;
  readonly words: string;
  readonly state: string;
  readonly owner: string | null;
  readonly nextStep: string;
  readonly runbook: string;
  readonly outcomes: readonly string[];
  readonly terminals: readonly string[];
  readonly keptBy: string;
  readonly history: readonly { readonly at: string; readonly by: string; readonly words: string }[] | null;
}

interface Done {
  readonly jobId: string | null;
}

/** `holdfast fleet case …` and `holdfast fleet decide …`: what people decide at terminals, from afar; under the name of the token's user. */
export function addFleetDecisions(fleet: Command, world: CliWorld): void {
  const cases = fleet.command('case').description('look after a case of any terminal; "fleet cases" lists them');
  const pathOf = (terminal: string, id: string): string =>
    `/api/terminals/${encodeURIComponent(terminal)}/cases/${encodeURIComponent(id)}`;
  const about = (name: string, description: string): Command =>
    forMachines(asked(cases.command(name), world))
      .description(description)
      .argument('<terminal>')
      .argument('<case>');
  about('show', 'show a case: what to do, how it can end').action(
    async (terminal: string, id: string, options: FleetOptions) => {
      const found = await fleetClient(options, world).ask<ShownCase>('GET', pathOf(terminal, id));
      print(world, options, found, showCase);
    },
  );
  const act = async (terminal: string, id: string, options: FleetOptions, body: object): Promise<void> => {
    const done = await fleetClient(options, world).ask<Done>('POST', pathOf(terminal, id), body);
    print(world, options, done, (shown) => showDone(shown, terminal));
  };
  about('take', 'say who looks after a case')
    .option('--owner <name>', 'somebody else than you')
    .action((terminal: string, id: string, { owner, ...options }: FleetOptions & { readonly owner?: string }) =>
      act(terminal, id, options, { step: 'take', ...(owner === undefined ? {} : { owner }) }),
    );
  const told = [
    ['note', 'keep a remark with a case'],
    ['wait', 'say what a case waits for'],
    ['reopen', 'open a closed case again, and say why'],
  ] as const;
  for (const [step, description] of told) {
    about(step, description)
      .requiredOption('--words <text>', 'in a few words')
      .action((terminal: string, id: string, { words, ...options }: FleetOptions & { readonly words: string }) =>
        act(terminal, id, options, { step, words }),
      );
  }
  about('close', 'close a case')
    .requiredOption('--outcome <outcome>', 'how it ended; "fleet case show" names what it may be')
    .requiredOption('--words <text>', 'in a few words')
    .action(
      (
        terminal: string,
        id: string,
        { outcome, words, ...options }: FleetOptions & { readonly outcome: string; readonly words: string },
      ) => act(terminal, id, options, { step: 'close', outcome, words }),
    );
  addDeciding(fleet, world);
}

interface DecideOptions extends FleetOptions {
  readonly from?: string;
  readonly to?: string;
  readonly order?: string;
  readonly anyway?: true;
  readonly direct?: true;
  readonly why?: string;
}

function addDeciding(fleet: Command, world: CliWorld): void {
  forMachines(asked(fleet.command('decide'), world))
    .description('decide about what Magento refuses at any terminal (docs/parking.md); "fleet parked" lists it')
    .argument('<terminal>')
    .argument('<receipt>', 'receipt number or id')
    .argument('<decision>', 'retry, map-sku, drop-coupon, deliver-as-sold, entered-by-hand, cancel, undo')
    .option('--from <sku>', 'map-sku: as sold')
    .option('--to <sku>', 'map-sku: as Magento knows it')
    .option('--order <number>', 'entered-by-hand: Magento’s order number')
    .option('--anyway', 'entered-by-hand: although the order comes to another total')
    .option('--direct', 'deliver-as-sold: as a direct order, where the shop lacks the module')
    .option('--why <text>', 'cancel, undo: in a few words')
    .action(async (terminal: string, receipt: string, kind: string, options: DecideOptions) => {
      const path = `/api/terminals/${encodeURIComponent(terminal)}/parked/${encodeURIComponent(receipt)}`;
      const done = await fleetClient(options, world).ask<Done>('POST', path, decisionOf(kind, options));
      print(world, options, done, (shown) => showDone(shown, terminal));
    });
}

/** As the controller is asked; it says what is missing or does not fit. */
function decisionOf(kind: string, { from, to, order, anyway, direct, why }: DecideOptions): object {
  switch (kind) {
    case 'map-sku':
      return { kind, from, to };
    case 'deliver-as-sold':
      return { kind, recipe: direct === true ? 'direct' : 'module' };
    case 'entered-by-hand':
      return { kind, orderNumber: order, anyway: anyway === true };
    case 'cancel':
    case 'undo':
      return { kind, why };
    default:
      return { kind };
  }
}

const showDone = ({ jobId }: Done, terminal: string): string =>
  jobId === null
    ? 'Done.'
    : `${terminal} is told; "holdfast fleet jobs ${terminal}" says what came of it (job ${jobId}).`;

function showCase(found: ShownCase): string {
  const { caseId, title, words, state, owner, nextStep, runbook, outcomes, terminals, keptBy, history } = found;
  const lines = facts([
    ['case', caseId],
    ['what', title],
    ['seen', words],
    ['terminal', terminals.join(', ')],
    ['kept by', keptBy],
    ['state', owner === null ? state : `${state} (${owner})`],
    ['do', nextStep],
    ['more', runbook],
    ['can end as', outcomes.join(', ')],
  ]);
  return [
    lines,
    ...(history === null ? [] : ['', ...history.map((each) => `${each.at}  ${each.by}: ${each.words}`)]),
  ].join('\n');
}
