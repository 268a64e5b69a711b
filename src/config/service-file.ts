import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { HoldfastError, messageOf } from '../platform/errors.ts';

/**
 * The configuration file of a service beside the terminals, read by its schema. `whose` names the service and `page` the
 * documentation, for the person who has to mend it. Throws `config.unreadable`, `config.invalid` (operator), naming every wrong key.
 */
export function readServiceFile<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  { whose, page }: { readonly whose: string; readonly page: string },
): z.infer<Schema> {
  let written: unknown;
  try {
    written = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new HoldfastError(
      'config.unreadable',
      `Can't read the ${whose}'s configuration ${file}: ${messageOf(error)}`,
      {
        remedy: 'operator',
        cause: error,
        hint: `${page} shows one.`,
      },
    );
  }
  const read = schema.safeParse(written);
  if (read.success) return read.data;
  throw new HoldfastError('config.invalid', `${file}:\n${z.prettifyError(read.error)}`, { remedy: 'operator' });
}
