import type { Command } from 'commander';
import { HoldfastError } from '../platform/errors.ts';
import { type CliWorld, forMachines, print } from './command-tools.ts';
import { asked, type FleetOptions, fleetClient } from './fleet-asking.ts';
import { momentOf } from './moment.ts';
import { facts, table } from './output.ts';

interface Comparison {
  readonly reconciliationId: string;
  readonly since: number;
  readonly settled: boolean;
  readonly terminals: number;
  readonly compared: number;
  readonly away: number;
  readonly failed: number;
  readonly differing: number;
  readonly missing: number;
  readonly looks: readonly {
    readonly terminal: string;
    readonly state: string;
    readonly words: string;
    readonly compared: {
      readonly sales: number;
      readonly returns: number;
      readonly unconfirmed: number;
      readonly differing: number;
    } | null;
  }[];
  readonly differences: readonly {
    readonly terminals: readonly string[];
    readonly caseId: string;
    readonly words: string;
    readonly runbook: string;
  }[];
  readonly gone: readonly {
    readonly terminal: string;
    readonly lookedFor: string | null;
    readonly missing: number | null;
  }[];
}

interface ReconcileOptions extends FleetOptions {
  readonly since?: string;
  readonly terminal?: string;
  readonly group?: string;
  readonly wait: string;
}

const twoWeeks = 14 * 24 * 60 * 60 * 1000;
/** Seconds that the controller holds an answer back until there is something to say. */
const heldBack = 20;

/** `holdfast fleet reconcile orders`: Magento's orders beside the journals of all terminals. */
export function addFleetReconcile(fleet: Command, world: CliWorld): void {
  const reconcile = fleet.command('reconcile').description('compare the books of all terminals with others’');
  forMachines(asked(reconcile.command('orders'), world))
    .description('have all terminals compare their journals with Magento’s orders; every difference is a case')
    .option('--since <moment>', 'sales since then (ISO 8601), else of two weeks')
    .option('--terminal <number>', 'only this one')
    .option('--group <name>', 'only terminals of this group')
    .option('--wait <seconds>', 'for those that are connected; they look on without', '600')
    .action(async (options: ReconcileOptions) => {
      const controller = fleetClient(options, world);
      const now = world.clock.now();
      const begun = await controller.ask<{ readonly reconciliationId: string }>('POST', '/api/reconciliations', {
        since: Date.parse(momentOf(options.since, now - twoWeeks)),
        terminal: options.terminal ?? null,
        group: options.group ?? null,
      });
      const until = now + Number(options.wait) * 1000;
      const look = (wait: number): Promise<Comparison> =>
        controller.ask('GET', `/api/reconciliations/${begun.reconciliationId}?wait=${wait}`);
      let found = await look(0);
      while (!found.settled && world.clock.now() < until) {
        found = await look(Math.max(1, Math.min(heldBack, Math.ceil((until - world.clock.now()) / 1000))));
      }
      print(world, options, found, showComparison);
      const unjudged = unjudgedOf(found);
      if (found.differing > 0 || found.missing > 0) throw different(found);
      if (unjudged > 0) throw incomplete(unjudged);
    });
}

/** Terminals of which nothing is known yet, here or gone. */
const unjudgedOf = ({ terminals, compared, gone }: Comparison): number =>
  terminals - compared + gone.filter(({ missing }) => missing === null).length;

function showComparison(found: Comparison): string {
  const { looks, differences, gone } = found;
  const sums = looks.flatMap(({ compared }) => compared ?? []);
  const sum = (of: 'sales' | 'returns' | 'unconfirmed'): string =>
    String(sums.reduce((total, each) => total + each[of], 0));
  const open = looks.filter(({ compared }) => compared === null);
  return [
    facts([
      ['since', new Date(found.since).toISOString()],
      ['terminals', `${found.compared} of ${found.terminals} have compared`],
      ['sales compared', sum('sales')],
      ['returns compared', sum('returns')],
      ['not in Magento yet', sum('unconfirmed')],
    ]),
    ...(open.length === 0
      ? []
      : [
          '',
          table(
            ['TERMINAL', 'STATE', 'WHY'].map((title) => ({ title })),
            open.map(({ terminal, state, words }) => [terminal, state, words]),
          ),
        ]),
    ...(differences.length === 0
      ? []
      : [
          '',
          table(
            ['TERMINAL', 'CASE', 'WHAT', 'RUNBOOK'].map((title) => ({ title })),
            differences.map(({ terminals, caseId, words, runbook }) => [terminals.join(', '), caseId, words, runbook]),
          ),
        ]),
    ...(gone.length === 0 ? [] : ['', ...gone.map(goneWords)]),
    ...(found.differing + found.missing > 0 || unjudgedOf(found) > 0 ? [] : ['', 'All terminals and Magento agree.']),
  ].join('\n');
}

function goneWords({ terminal, lookedFor, missing }: Comparison['gone'][number]): string {
  if (missing === null) {
    const why = lookedFor === null ? 'no terminal of its shop could look for it' : `${lookedFor} looks for it`;
    return `${terminal} is gone: ${why}.`;
  }
  if (missing === 0) return `${terminal} is gone: Magento has an order of every receipt that it reported.`;
  return `${terminal} is gone: Magento has no order of ${missing} of its receipts (docs/runbooks/terminal-dead.md).`;
}

function different({ differing, missing }: Comparison): HoldfastError {
  const points = differing + missing;
  return new HoldfastError('reconcile.differs', `The terminals and Magento differ in ${points} points.`, {
    remedy: 'operator',
    hint: '"holdfast fleet cases" has each of them with its next step.',
  });
}

function incomplete(count: number): HoldfastError {
  const whom = count === 1 ? 'One terminal has' : `${count} terminals have`;
  return new HoldfastError('reconcile.incomplete', `${whom} not been compared.`, {
    remedy: 'operator',
    hint: 'Those that are away look when they are back, within a day.',
  });
}
