import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { codeOf, HoldfastError, messageOf } from '../platform/errors.ts';
import { type FleetLayer, fleetValues, readFleetLayer } from './fleet-layer.ts';
import { withAbsoluteFiles } from './payment-terminal-schema.ts';
import { type TerminalConfig, terminalConfigSchema } from './schema.ts';
import { variableName } from './variable-name.ts';

/** Where a setting may come from; a variable wins over the file. */
export interface ConfigSources {
  /** Path of the JSON file. */
  readonly file: string;
  /** Variables; those named `HOLDFAST_…` count (see {@link variableName}). */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads and checks the configuration. Throws `config.unreadable` or `config.invalid` (remedy `operator`); the message has
 * one line per wrong key, saying what was expected. Paths in it become absolute, relative to the file's folder.
 */
export function loadConfig(sources: ConfigSources): TerminalConfig {
  const own = readJson(sources.file);
  const written = applyVariables(withFleet(own, sources), sources.env);
  const checked = terminalConfigSchema.safeParse(written);
  if (!checked.success) {
    throw new HoldfastError('config.invalid', describeIssues(sources.file, checked.error.issues), {
      remedy: 'operator',
      hint: 'Correct the lines above; "holdfast config print --defaults" shows every key and its meaning.',
    });
  }
  return withAbsolutePaths(checked.data, dirname(resolve(sources.file)));
}

/** What the fleet has set, and the number that it gave, over the terminal's own file. */
function withFleet(own: unknown, { file, env }: ConfigSources): unknown {
  if (!isRecord(own) || !isRecord(own['fleet'])) return own;
  const dataDir = env['HOLDFAST_DATA_DIR'] ?? own['dataDir'];
  const layer: FleetLayer | null =
    typeof dataDir === 'string' ? readFleetLayer(resolve(dirname(resolve(file)), dataDir)) : null;
  return layer === null ? own : fleetValues(own, layer, env);
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = codeOf(error) === 'ENOENT' ? 'there is no such file' : messageOf(error);
    throw new HoldfastError('config.unreadable', `Can't read the configuration ${file}: ${reason}`, {
      remedy: 'operator',
      cause: error,
      hint: 'Name the file with --config, or set HOLDFAST_CONFIG.',
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HoldfastError('config.invalid', `${file} is not JSON: ${messageOf(error)}`, {
      remedy: 'operator',
      cause: error,
      hint: 'Look for a missing comma or quote near the place named above.',
    });
  }
}

function applyVariables(written: unknown, env: ConfigSources['env']): unknown {
  let config = written;
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !name.startsWith('HOLDFAST_') || !name.includes('__')) continue;
    const path = name
      .slice('HOLDFAST_'.length)
      .split('__')
      .map((part) => part.toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()));
    config = assign(config, path, parseVariable(value));
  }
  return applyDataDir(config, env['HOLDFAST_DATA_DIR']);
}

function applyDataDir(config: unknown, dataDir: string | undefined): unknown {
  return dataDir === undefined ? config : assign(config, ['dataDir'], dataDir);
}

function assign(config: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const base = isRecord(config) ? config : {};
  return { ...base, [key]: assign(base[key], rest, value) };
}

/** Numbers, booleans, lists and objects may be written as JSON; anything else is text. */
function parseVariable(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function describeIssues(file: string, issues: readonly z.core.$ZodIssue[]): string {
  const lines = issues.flatMap((issue) => describeIssue(issue)).map((line) => `  ${line}`);
  return `${file} has ${lines.length === 1 ? 'a mistake' : `${lines.length} mistakes`}:\n${lines.join('\n')}`;
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String);
  const where = path.join('.') || '(top level)';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[...path, key].join('.')}: there is no such setting`);
  }
  return [`${where}: ${issue.message}${path.length > 0 ? ` (variable ${variableName(path)})` : ''}`];
}

function withAbsolutePaths(config: TerminalConfig, folder: string): TerminalConfig {
  const dataDir = resolve(folder, config.dataDir);
  return {
    ...config,
    terminal: { ...config.terminal, languagesDir: resolve(folder, config.terminal.languagesDir) },
    dataDir,
    journal: {
      ...config.journal,
      tapeDir: config.journal.tapeDir === '' ? resolve(dataDir, 'tape') : resolve(folder, config.journal.tapeDir),
    },
    fleet:
      config.fleet === null || config.fleet.caFile === ''
        ? config.fleet
        : { ...config.fleet, caFile: resolve(folder, config.fleet.caFile) },
    updates: {
      ...config.updates,
      releases: config.updates.releases === '' ? '' : resolve(folder, config.updates.releases),
    },
    receipt: { ...config.receipt, logo: config.receipt.logo === '' ? '' : resolve(folder, config.receipt.logo) },
    log: { ...config.log, folder: config.log.folder === '' ? '' : resolve(folder, config.log.folder) },
    magento: {
      ...config.magento,
      auth:
        config.magento.auth.type === 'token-file'
          ? { ...config.magento.auth, path: resolve(folder, config.magento.auth.path) }
          : config.magento.auth,
    },
    devices: {
      ...config.devices,
      paymentTerminal: withAbsoluteFiles(config.devices.paymentTerminal, (path) => resolve(folder, path)),
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
