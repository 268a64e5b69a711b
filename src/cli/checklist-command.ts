import type { Command } from 'commander';
import type { CheckReport } from '../control/checklist-protocol.ts';
import { HoldfastError } from '../platform/errors.ts';
import { type CliWorld, type CommonOptions, configured, connect, forMachines, print } from './command-tools.ts';
import { table } from './output.ts';

/** `holdfast checklist` and `holdfast ready`. */
export function addChecklist(program: Command, world: CliWorld): void {
  forMachines(configured(program.command('checklist'), world))
    .description('what the morning after an outage asks for: is everything in Magento and reconciled?')
    .option('--print', 'print it on the receipt printer as well')
    .action(async (options: CommonOptions & { readonly print?: true }) => {
      const client = connect(options, world);
      tell(options, await (options.print === true ? client.printChecklist() : client.checklist()));
    });
  forMachines(configured(program.command('ready'), world))
    .description('what would stop this terminal during the next hours without internet')
    .option('--hours <number>', 'so long', '8')
    .action(async (options: CommonOptions & { readonly hours: string }) => {
      tell(options, await connect(options, world).ready(options.hours));
    });

  function tell(options: CommonOptions, report: CheckReport): void {
    print(world, options, report, showChecks);
    const { verdict, lines } = report;
    if (verdict === 'ok') return;
    const count = lines.filter((each) => each.verdict !== 'ok').length;
    throw new HoldfastError(`checklist.${verdict}`, `${count} of ${lines.length} lines are not ok.`, {
      remedy: 'operator',
      hint: 'Each says its next step.',
    });
  }
}

function showChecks({ lines }: CheckReport): string {
  return table(
    [{ title: 'STATE' }, { title: 'CHECK' }, { title: 'WHAT' }, { title: 'NEXT STEP' }],
    lines.map(({ verdict, check, words, nextStep }) => [verdict, check, words, nextStep ?? '']),
  );
}
