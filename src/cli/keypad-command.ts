import type { Command } from 'commander';
import { documentText } from '../../drivers/printer/document-text.ts';
import { keypadSheet } from '../assembly/keypad-sheet.ts';
import { terminalLanguage } from '../assembly/languages.ts';
import { paperOf } from '../assembly/receipts.ts';
import { type CliWorld, type CommonOptions, configured, connect, load } from './command-tools.ts';

/** `holdfast keypad sheet`: what the keys of this terminal do. */
export function addKeypad(program: Command, world: CliWorld): void {
  const keypad = program.command('keypad').description('the keys of the till');
  configured(keypad.command('sheet'), world)
    .description('show what the keys do, with this terminal’s own quick keys and tenders, as wide as its paper')
    .option('--print', 'print it at the running terminal, with the names of its articles')
    .action(async (options: CommonOptions & { readonly print?: boolean }) => {
      if (options.print === true) {
        await connect(options, world).printKeypadSheet();
        world.output.out('The sheet is handed to the printer.\n');
        return;
      }
      const config = load(options, world);
      const sheet = keypadSheet(config, terminalLanguage(config).language, (sku) => sku);
      world.output.out(documentText(sheet, paperOf(config)));
    });
}
