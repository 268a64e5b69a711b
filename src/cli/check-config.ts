import { checkKiosk } from '../assembly/kiosk.ts';
import { languageRemarks, terminalLanguages } from '../assembly/languages.ts';
import { loadLogo } from '../assembly/logo.ts';
import { type CliWorld, type CommonOptions, load } from './command-tools.ts';

/** What a terminal would refuse to start for is thrown (`config.…`); what it only lacks is answered, in words. */
export function checkConfig(options: CommonOptions, world: CliWorld): readonly string[] {
  const config = load(options, world);
  loadLogo(config);
  checkKiosk(config);
  return terminalLanguages(config).flatMap(languageRemarks);
}
