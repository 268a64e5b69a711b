import { readFileSync } from 'node:fs';
import { HoldfastError, messageOf } from '../platform/errors.ts';

/** The text of a file that a setting names, without the white space around it. Throws `config.invalid` naming the setting. */
export function readConfiguredFile(setting: string, path: string, what: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new HoldfastError('config.invalid', `${setting}: can't read ${what}: ${messageOf(error)}`, {
      remedy: 'operator',
      cause: error,
    });
  }
  if (text !== '') return text;
  throw new HoldfastError('config.invalid', `${setting}: ${path} is empty`, { remedy: 'operator' });
}
