import type { Command } from 'commander';
import { type CliWorld, type CommonOptions, configured, connect } from './command-tools.ts';

/** `holdfast receipt print`: for customers who come back for theirs. */
export function addReceipt(program: Command, world: CliWorld): void {
  const receipt = program.command('receipt').description('receipts');
  configured(receipt.command('print'), world)
    .description('print a receipt again; marked COPY unless nothing of it can be on paper')
    .argument('[number]', 'its number; without one, the last receipt')
    .action(async (number: string | undefined, options: CommonOptions) => {
      await connect(options, world).printReceipt(number ?? null);
      world.output.out(`${number ?? 'The last receipt'} is handed to the printer.\n`);
    });
}
