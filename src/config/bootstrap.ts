import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import type { ConfigSources } from './load.ts';
import { terminalConfigSchema } from './schema.ts';

const { dataDir, fleet, devices, log } = terminalConfigSchema.shape;

/** What a terminal's file must say before its fleet has said the rest. */
const bootstrapSchema = z.object({
  dataDir,
  fleet,
  devices,
  log,
  terminal: z.object({ id: z.string().optional(), language: z.string().default('en') }).prefault({}),
});

export type Bootstrap = z.infer<typeof bootstrapSchema> & {
  readonly fleet: NonNullable<z.infer<typeof fleet>>;
  /** The file as it is written. */
  readonly own: unknown;
};

/** What is needed to join a fleet; null: the file names none. Throws `config.unreadable`, `config.invalid`. */
export function loadBootstrap({ file, env }: ConfigSources): Bootstrap | null {
  let own: unknown;
  try {
    own = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new HoldfastError('config.unreadable', `Can't read the configuration ${file}: ${messageOf(error)}`, {
      remedy: 'operator',
      cause: error,
    });
  }
  const named = z.object({ fleet: z.unknown() }).safeParse(own);
  if (!named.success || named.data.fleet == null) return null;
  const read = bootstrapSchema.safeParse(own);
  if (!read.success || read.data.fleet === null) {
    const words = read.success ? 'fleet: null' : z.prettifyError(read.error);
    throw new HoldfastError('config.invalid', `${file}:\n${words}`, { remedy: 'operator' });
  }
  const folder = dirname(resolve(file));
  const caFile = read.data.fleet.caFile;
  return {
    ...read.data,
    own,
    dataDir: resolve(folder, env['HOLDFAST_DATA_DIR'] ?? read.data.dataDir),
    fleet: { ...read.data.fleet, caFile: caFile === '' ? '' : resolve(folder, caFile) },
  };
}
