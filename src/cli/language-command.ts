import type { Command } from 'commander';
import { builtInLanguages } from '../languages/language.ts';
import { asLanguageFile } from '../languages/language-file.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { CliWorld } from './command-tools.ts';

/** `holdfast language …`: what a translator begins with. */
export function addLanguage(program: Command, world: CliWorld): void {
  const language = program.command('language').description('the languages of displays and receipts');
  language
    .command('list')
    .description('list the languages that need no file')
    .action(() => {
      for (const { code, name } of builtInLanguages) world.output.out(`${code}  ${name}\n`);
    });
  language
    .command('export')
    .description('print a language as a file: translate it and put it into the folder terminal.languagesDir')
    .argument('<code>', 'en, de, fr or vi')
    .action((code: string) => {
      const found = builtInLanguages.find((each) => each.code === code);
      if (found === undefined) {
        throw new HoldfastError('cli.no-language', `There is no built-in language "${code}".`, {
          remedy: 'operator',
          hint: '"holdfast language list" names them.',
        });
      }
      world.output.out(`${JSON.stringify(asLanguageFile(found), null, 2)}\n`);
    });
}
